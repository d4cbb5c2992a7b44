"""Towns loaded at set-up from @etalab/decoupage-administratif; zones filled one by one or by a list that is pasted."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import delete, insert, select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.tariffs.models import TariffRule, TariffZone, Town, ZoneTown
from app.tariffs.queries import find_towns, town_count
from app.tariffs.queries.towns import TownRow, town_key

PACKAGE = Path(__file__).resolve().parents[3] / Path("node_modules/@etalab/decoupage-administratif/data/communes.json")
CURRENT = "commune-actuelle"


def load_towns(file: Path) -> int:
    """Write the towns of the package, those already there with their present name; how many there are.

    A town that merged stays: zones may name it. Raises DomainError when the file is not there or is something else.
    """
    require_transaction()
    try:
        read = json.loads(file.read_text("utf-8"))
        rows = {one["code"]: one for one in read if one.get("type") == CURRENT}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise DomainError(
            _(
                "Le fichier des communes %(file)s ne se lit pas. Relancez l'installation (« npm ci »), puis recommencez.",
                file=file,
            )
        ) from None
    known = {town.insee: town for town in db.session.scalars(select(Town))}
    new = []
    for code, one in rows.items():
        postcodes = list(one.get("codesPostaux", []))
        if code in known:
            town = known[code]
            town.name, town.name_key, town.postcodes = one["nom"], town_key(one["nom"]), postcodes
        else:
            new.append({"insee": code, "name": one["nom"], "name_key": town_key(one["nom"]), "postcodes": postcodes})
    for start in range(0, len(new), 1000):
        db.session.execute(insert(Town), new[start : start + 1000])
    db.session.flush()
    return town_count()


@dataclass(slots=True)
class Pasted:
    """What a pasted list gave: towns found, lines that name none or several (French sentences)."""

    towns: list[TownRow] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def read_list(text: str) -> Pasted:
    """Towns of a list, one a line or separated by commas: INSEE codes, postcodes with a name, names alone."""
    found = Pasted()
    for part in re.split(r"[\n;,]+", text)[:2000]:
        words = part.strip()
        if not words:
            continue
        towns = _named(words)
        if len(towns) == 1:
            found.towns += [town for town in towns if town not in found.towns]
        elif towns:
            names = ", ".join(f"{town.words} {town.insee}" for town in towns[:4])
            found.faults.append(
                _("« %(words)s » : plusieurs communes (%(names)s). Écrivez son code INSEE.", words=words, names=names)
            )
        else:
            found.faults.append(_("« %(words)s » : aucune commune. Vérifiez l'orthographe.", words=words[:60]))
    return found


def _named(words: str) -> list[TownRow]:
    digits = re.search(r"\b(\d{5}|2[AB]\d{3})\b", words.upper())
    name = town_key(re.sub(r"[\d()]", " ", words.upper().replace(digits[1], " ") if digits else words))
    if not digits:
        return [town for town in find_towns(words, 50) if town_key(town.name) == name]
    code = digits[1]
    rows = [
        TownRow(*row)
        for row in db.session.execute(select(Town.insee, Town.name, Town.postcodes).where(Town.insee == code))
    ]
    by_post = find_towns(code, 100) if code.isdigit() else rows
    if name:
        return list({town.insee: town for town in (*rows, *by_post) if town_key(town.name) == name}.values())
    return rows or by_post


# --- zones ----------------------------------------------------------------------------------------------------


def add_zone(name: str) -> TariffZone:
    """A zone, empty. Raises DomainError when the name is taken or empty."""
    require_transaction()
    zone = TariffZone(name=_free_name(name, None))
    db.session.add(zone)
    db.session.flush()
    record(zone, "zone.added", name=zone.name)
    return zone


def rename_zone(zone: TariffZone, name: str) -> None:
    """Give a zone another name. Raises DomainError."""
    require_transaction()
    zone.name = _free_name(name, zone.id)
    db.session.flush()


def _free_name(name: str, own: int | None) -> str:
    tidy = " ".join(name.split())[:80]
    if not tidy:
        raise DomainError(_("Donnez un nom à la zone, par exemple « Commune »."), field="name")
    taken = db.session.scalar(select(TariffZone.id).where(TariffZone.name == tidy))
    if taken is not None and taken != own:
        raise DomainError(_("Une zone porte déjà ce nom. Choisissez-en un autre."), field="name")
    return tidy


def put_towns(zone: TariffZone, codes: Sequence[str]) -> int:
    """Add towns to a zone; those of another zone leave it (a town is in one zone only). How many came."""
    require_transaction()
    known = set(db.session.scalars(select(Town.insee).where(Town.insee.in_(codes))))
    there = set(db.session.scalars(select(ZoneTown.insee).where(ZoneTown.zone_id == zone.id)))
    new = known - there
    db.session.execute(delete(ZoneTown).where(ZoneTown.insee.in_(new)))
    db.session.add_all([ZoneTown(insee=code, zone_id=zone.id) for code in sorted(new)])
    db.session.flush()
    if new:
        record(zone, "zone.towns", added=len(new))
    return len(new)


def remove_town(zone: TariffZone, insee: str) -> None:
    """Take a town out of a zone."""
    require_transaction()
    db.session.execute(delete(ZoneTown).where(ZoneTown.zone_id == zone.id, ZoneTown.insee == insee))


def archive_zone(zone: TariffZone) -> None:
    """No longer proposed, its towns free again. Raises Conflict while a rule uses it."""
    require_transaction()
    used = db.session.scalar(
        select(TariffRule.label).where(TariffRule.zone_id == zone.id, TariffRule.archived_at.is_(None)).limit(1)
    )
    if used is not None:
        raise Conflict(_("La règle « %(name)s » utilise cette zone. Changez ou archivez d'abord la règle.", name=used))
    db.session.execute(delete(ZoneTown).where(ZoneTown.zone_id == zone.id))
    zone.name = f"{zone.name} ({zone.id})"
    zone.archived_at = clock.now()
    db.session.flush()
