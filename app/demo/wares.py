"""The catalogue of the demonstration: suppliers, families, articles, standard services and bundles; more of them with the scale."""

from itertools import cycle, islice
from random import Random
from typing import Any

from sqlalchemy import select

from app.catalog.models import Article
from app.catalog.services import PartInput, families_at, set_parts
from app.catalog.services.bulk import add_articles
from app.catalog.states import ArticleKind, Nature, Origin
from app.contacts.models import Contact
from app.contacts.services import add_contact
from app.contacts.states import ContactKind
from app.core.db import db
from app.demo.catalogue import Profile, read

MOST, PER_SCALE, BATCH = 6500, 340, 500
REORDER = 4  # one article in so many has a minimum in stock
MORE = (
    ("Raccord PVC pression Ø {}", "RAC", "Piscine > Raccords et tuyaux"), ("Coude 90° Ø {}", "CDE", "Piscine > Raccords et tuyaux"),
    ("Joint torique {} mm", "JTO", "Atelier > Joints"), ("Roulement 62{}", "RLT", "Atelier > Roulements"),
    ("Vis inox M{}", "VIS", "Atelier > Visserie"), ("Condensateur {} µF", "CND", "Atelier > Composants"),
    ("Anche n° {}", "ANC", "Musique > Anches"), ("Corde au détail n° {}", "CRD", "Musique > Cordes au détail"),
)  # fmt: skip


def write(profile: Profile, scale: float, seed: int) -> int:
    """Every article of the trades of this organisation; how many. In a transaction, once contacts are written."""
    kits = [family for family in read("articles")["family"] if set(family["trades"]) & set(profile.trades)]
    suppliers = _suppliers({line[4] for kit in kits for line in kit["articles"]} - {""})
    rng = Random(seed)  # noqa: S311  a demonstration, not a secret
    families = families_at({kit["path"] for kit in kits})
    rows = [
        (_good(line, families[kit["path"]], rng), _bought(line, suppliers)) for kit in kits for line in kit["articles"]
    ]
    made = [(line, families[kit["path"]]) for kit in kits for line in kit.get("made", ())]
    rows += [(_made(line, family_id), None) for line, family_id in made]
    rows += _more(min(MOST, round(PER_SCALE * (scale - 1))) - (len(rows) if scale > 1 else 0), rng, suppliers)
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        add_articles([row for row, _supplier in batch], [supplier for _row, supplier in batch])
    _compose([line for line, _family_id in made])
    return len(rows)


def _suppliers(wanted: set[str]) -> dict[str, tuple[int, int]]:
    """{key: (contact, days)}."""
    found = {}
    for data in read("articles")["supplier"]:
        if data["key"] in wanted:
            contact: Contact = add_contact(
                name=data["name"], kind=ContactKind.COMPANY, email=data["email"], town=data["town"]
            )
            found[data["key"]] = (contact.id, data["days"])
    return found


def _row(reference: str, label: str, kind: ArticleKind, family_id: int, **values: Any) -> dict[str, Any]:
    good = kind == ArticleKind.GOOD
    return {
        "reference": reference, "label": label, "kind": kind, "nature": Nature.GOODS if good else Nature.SERVICES,
        "family_id": family_id, "barcode": "", "description": "", "unit": "pièce", "price": 0, "price_gross": 0,
        "gross_rules": False, "vat_code": "normal", "cost": 0, "origin": Origin.NEW_MAKER, "stocked": good, "minimum": 0,
        "reorder": 0, "minutes": 0, "on_till": kind in (ArticleKind.GOOD, ArticleKind.SERVICE), "custom": {},
    } | values  # fmt: skip


def _good(line: list[Any], family_id: int, rng: Random) -> dict[str, Any]:
    whole = line + ["", "good"][len(line) - 5 :]
    label, reference, price, cost, _supplier, unit, kind = whole
    good = kind == "good"
    followed = {"minimum": 2000, "reorder": 5000} if good and rng.randrange(REORDER) == 0 else {}
    return _row(
        reference, label, ArticleKind(kind), family_id, price=price, cost=cost, unit=unit or "pièce",
        barcode=_ean(rng) if good else "", **followed,
    )  # fmt: skip


def _bought(line: list[Any], suppliers: dict[str, tuple[int, int]]) -> dict[str, Any] | None:
    if line[4] not in suppliers:
        return None
    supplier_id, days = suppliers[line[4]]
    return {"supplier_id": supplier_id, "reference": f"{line[4][:2].upper()}-{line[1]}", "price": line[3], "days": days}


def _made(line: list[Any], family_id: int) -> dict[str, Any]:
    label, reference, kind, price, minutes, _parts = line
    return _row(reference, label, ArticleKind(kind), family_id, price=price, minutes=minutes, unit="forfait")


def _compose(made: list[list[Any]]) -> None:
    """Say what standard services and bundles bring, those inside others first written."""
    wanted = {line[1] for line in made} | {part[0] for line in made for part in line[5]}
    query = select(Article).where(Article.reference.in_(wanted))
    known = {article.reference: article for article in db.session.scalars(query)}
    for line in made:
        parts = [
            PartInput(known[reference].id, thousandths, optional)
            for reference, thousandths, optional in line[5]
            if reference in known
        ]
        set_parts(known[line[1]], parts)


def _more(
    count: int, rng: Random, suppliers: dict[str, tuple[int, int]]
) -> list[tuple[dict[str, Any], dict[str, Any] | None]]:
    """The long tail of a real catalogue: fittings, screws, seals, in every size."""
    if count <= 0:
        return []
    families = families_at({path for _label, _code, path in MORE})
    makers = sorted(suppliers.values())
    rows: list[tuple[dict[str, Any], dict[str, Any] | None]] = []
    for rank, (label, code, path) in enumerate(islice(cycle(MORE), count)):
        size, cost = rank // len(MORE) + 1, rng.randrange(20, 4000)
        reference = f"{code}-{size:04d}"
        row = _row(
            reference,
            label.format(size),
            ArticleKind.GOOD,
            families[path],
            price=cost * 17 // 10,
            cost=cost,
            barcode=_ean(rng),
        )
        supplier_id, days = rng.choice(makers)
        rows.append((row, {"supplier_id": supplier_id, "reference": f"Z{rank:05d}", "price": cost, "days": days}))
    return rows


def _ean(rng: Random) -> str:
    """A code of the range kept for use within a shop (20 to 29), with its key."""
    digits = f"2{rng.randrange(10**11):011d}"
    total = sum(int(digit) * (3 if rank % 2 else 1) for rank, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
