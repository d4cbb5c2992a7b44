"""A concierge's file of lodgings, in and out: a line names a lodging, its owner and the mandate he gave."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select

from app.assets.models import Asset, Family
from app.assets.services.bulk import families_named
from app.concierge import services
from app.concierge.models import Lodging
from app.concierge.queries.lodgings import active, running_of
from app.concierge.queries.terms import default_terms
from app.concierge.services import MandateInput, OwnerInput
from app.concierge.services.lodgings import FAMILY, check_registration
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import parse_decimal, percent
from app.exchange import values
from app.exchange.kinds.base import (
    Field,
    Kind,
    Line,
    Origin,
    declare_kind,
    note_lines,
    own_ids,
    own_ref,
    show_day,
    show_yes_no,
)
from app.exchange.kinds.people import People, Person
from app.exchange.values import Doubt
from app.statements.states import Mode

MODES = {"mandat": Mode.MANDATE, "prestation": Mode.SERVICE}


def _registration(cell: str) -> str:
    try:
        return check_registration(cell)
    except DomainError as error:
        raise Doubt(error.message) from None


def _rate(cell: str) -> int:
    try:
        points = int(parse_decimal(cell.removesuffix("%"), 2) * 100)
    except DomainError as error:
        raise Doubt(error.message) from None
    if not 0 <= points <= 10_000:
        raise Doubt(_("Un taux va de 0 à 100 %."))
    return points


def _count(cell: str) -> int:
    if not cell.isascii() or not cell.isdigit() or int(cell) > 99:
        raise Doubt(_("Ce n'est pas un nombre de 0 à 99."))
    return int(cell)


FIELDS = (
    Field("id", "Identifiant", ("id", "ref", "reference", "code")),
    Field("label", "Logement", ("nom", "bien", "designation", "nom du logement", "propriete", "appartement")),
    Field("family", "Famille", ("type", "categorie", "type de bien")),
    Field("address", "Adresse", ("rue", "adresse du logement")),
    Field("postcode", "Code postal", ("cp",), values.text(12)),
    Field("town", "Commune", ("ville",)),
    Field("registration", "N° d'enregistrement", ("enregistrement", "numero d enregistrement", "numero de declaration"), _registration),
    Field("sleeps", "Voyageurs, au plus", ("voyageurs", "capacite", "couchages", "personnes"), _count),
    Field("main_residence", "Résidence principale", ("principale",), values.yes_no),
    Field("owner", "Propriétaire", ("mandant", "nom du proprietaire", "client")),
    Field("owner_email", "Courriel du propriétaire", ("email", "mail", "courriel"), values.email),
    Field("owner_phone", "Téléphone du propriétaire", ("telephone", "tel", "portable"), values.phone),
    Field("owner_id", "Identifiant du propriétaire", ("id client", "id proprietaire")),
    Field("starts_on", "Début du mandat", ("mandat depuis", "debut", "date de debut"), values.day),
    Field("signed_on", "Mandat signé le", ("signature", "signe le"), values.past_day),
    Field("mode", "Mode", ("type de mandat", "encaissement"), values.choice(Mode, dict(MODES))),
    Field("rate", "Commission", ("taux", "commission %", "taux de commission"), _rate),
    Field("notes", "Notes", ("note", "remarques", "commentaire"), values.text(2000)),
)  # fmt: skip


def sense(line: Line) -> str:
    """A lodging has a name."""
    return "" if line.text("label") else _("Cette ligne ne dit pas le nom du logement.")


class LodgingWriter:
    """Writes lodgings; owners are found or made, and give a mandate on the terms of the settings."""

    def __init__(self, origin: Origin) -> None:
        self.origin, self.people = origin, People(origin)

    def known(self, lines: Sequence[Line]) -> set[int]:
        """By their identifier; without one, by their registration number, or their name in the same town."""
        found, seen = set(), {_words(row.label, row.town) for row in db.session.execute(_NAMES)}
        numbers = set(db.session.scalars(select(Lodging.registration).where(Lodging.registration != "")))
        refs = {line.ref for line in lines if line.ref}
        ours, there = own_ids("lodging", refs), _by_source(refs)
        mine = set(db.session.scalars(select(Lodging.id).where(Lodging.id.in_(ours.values()))))
        for line in lines:
            if line.ref:
                same = line.ref in there or ours.get(line.ref) in mine
            else:
                words, number = _words(line.text("label"), line.text("town")), line.text("registration")
                same = number in numbers if number else words in seen
                seen.add(words)
                numbers.add(number or "-")
            if same:
                found.add(line.number)
        return found

    def write(self, lines: Sequence[Line]) -> None:
        """Every line a lodging, with its mandate when it names an owner. Raises DomainError."""
        families = families_named(line.text("family") or FAMILY for line in lines)
        owners = self.people.ids([_owner(line) for line in lines])
        made = []
        for line, owner in zip(lines, owners, strict=True):
            family = families[(line.text("family") or FAMILY).strip()[:120].lower()]
            lodging = services.add_lodging(**_values(line, family))
            if line.ref and lodging.asset.source_ref is None and not own_ids("lodging", [line.ref]):
                lodging.asset.source_ref = line.ref
            if owner is not None:
                _entrust(lodging, owner, line)
            made.append(lodging.id)
        note_lines("lodging", made, lines, self.origin)


_NAMES = select(Asset.label, Lodging.town).join(Lodging, Lodging.asset_id == Asset.id)


def _words(label: str, town: str) -> tuple[str, str]:
    return label.strip().casefold(), town.strip().casefold()


def _by_source(refs: set[str]) -> set[str | None]:
    query = select(Asset.source_ref).join(Lodging, Lodging.asset_id == Asset.id).where(Asset.source_ref.in_(refs))
    return set(db.session.scalars(query)) if refs else set()


def _values(line: Line, family_id: int) -> dict[str, Any]:
    notes = "\n".join(part for part in (line.text("notes"), line.remarks(FIELDS)) if part)
    unit = db.session.scalar(select(Asset.id).where(Asset.source_ref == line.ref)) if line.ref else None
    texts = {key: line.text(key) for key in ("label", "address", "postcode", "town", "registration")}
    return texts | {
        "family_id": family_id, "asset_id": unit, "sleeps": line["sleeps"] or 0, "main_residence": bool(line["main_residence"]), "notes": notes,
    }  # fmt: skip


def _entrust(lodging: Lodging, owner: int, line: Line) -> None:
    since = line["starts_on"] or clock.today().replace(day=1)
    terms = default_terms(since)
    told = replace(terms, mode=line["mode"] or terms.mode, rate=terms.rate if line["rate"] is None else line["rate"])
    services.add_mandate(lodging, MandateInput(since, [OwnerInput(owner)], told, signed_on=line["signed_on"]))


def _owner(line: Line) -> Person | None:
    person = Person(line.text("owner"), line.text("owner_email"), line.text("owner_phone"), line.text("owner_id"))
    return None if person.anonymous else person


def rows(filters: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    """The lodgings by name, with the mandate of today and its first owner."""
    query = (
        select(Lodging, Asset.label, Asset.source_ref, Family.name)
        .join(Asset, Asset.id == Lodging.asset_id)
        .join(Family, Family.id == Asset.family_id)
        .where(Lodging.archived_at.is_not(None) if "archives" in filters else Lodging.archived_at.is_(None))
        .order_by(func.lower(Asset.label), Lodging.id)
    )
    found = db.session.execute(query).all()
    mandates = running_of([lodging.id for lodging, *_rest in found])
    for lodging, label, source, family in found:
        held = mandates.get(lodging.id)
        owner, terms = (held.owners[0] if held and held.owners else None), held.terms if held else None
        yield (
            own_ref("lodging", lodging.id, source), label, family, lodging.address, lodging.postcode, lodging.town,
            lodging.registration, lodging.sleeps or "", show_yes_no(lodging.main_residence), owner.name if owner else "", "", "",
            own_ref("contact", owner.contact_id, None) if owner else "", show_day(terms.since) if terms else "",
            show_day(held.signed_on) if held else "", terms.mode.value if terms else "", percent(terms.rate) if terms else "",
            lodging.notes,
        )  # fmt: skip


declare_kind(
    Kind(
        "lodgings",
        "Logements",
        "home",
        FIELDS,
        sense,
        LodgingWriter,
        rows,
        list_url="/conciergerie/logements",
        shown=active,
    )
)
