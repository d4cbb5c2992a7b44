"""Towns of France and the zones that hold them."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Row, func, select

from app.core.db import db
from app.core.search import fold
from app.tariffs.models import TariffZone, Town, ZoneTown


class TownRow(NamedTuple):
    """A town."""

    insee: str
    name: str
    postcodes: list[str]

    @property
    def words(self) -> str:
        """« Brignoles (83170) »."""
        return f"{self.name} ({self.postcodes[0]})" if self.postcodes else self.name


def town_key(name: str) -> str:
    """How a name is compared: « Saint-Étienne » and « ST ETIENNE » alike."""
    words = fold(name).replace("-", " ").replace("'", " ").replace("\u2019", " ").replace("œ", "oe").split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def find_towns(text: str, limit: int = 10) -> list[TownRow]:
    """Towns whose name begins so, or of this postcode or INSEE code; whole names first."""
    wanted = text.strip()
    if not wanted:
        return []
    query = select(Town.insee, Town.name, Town.postcodes)
    if wanted[:2].isdigit():
        found = [TownRow(*row) for row in db.session.execute(query.where(Town.insee.startswith(wanted[:2])))]
        overseas = wanted[:2] == "20"
        if overseas:  # Corsica: its postcodes begin with 20, its codes with 2A and 2B
            more = db.session.execute(query.where(Town.insee.startswith("2A") | Town.insee.startswith("2B")))
            found += [TownRow(*row) for row in more]
        matching = [
            row for row in found if row.insee.startswith(wanted) or any(p.startswith(wanted) for p in row.postcodes)
        ]
        return sorted(matching, key=lambda row: row.name)[:limit]
    key = town_key(wanted)
    rows = db.session.execute(
        query.where(Town.name_key >= key, Town.name_key < key + "\uffff")
        .order_by(Town.name_key, Town.insee)
        .limit(limit)
    )
    return [TownRow(*row) for row in rows]


def town_count() -> int:
    """How many towns are loaded."""
    return db.session.scalar(select(func.count()).select_from(Town)) or 0


def towns_at(postcode: str, name: str) -> list[TownRow]:
    """The towns that an address may mean: of this postcode, the name deciding between several."""
    near = find_towns(postcode, 100) if postcode.strip() else find_towns(name, 20)
    same = [row for row in near if town_key(row.name) == town_key(name)]
    return same or near


def zone_of_town(postcode: str, name: str) -> int | None:
    """The zone of the town of an address; None when it is in none, or cannot be told."""
    found = towns_at(postcode, name)
    if len(found) != 1:
        return None
    return db.session.scalar(select(ZoneTown.zone_id).where(ZoneTown.insee == found[0].insee))


def zones_of_towns(addresses: Iterable[tuple[str, str]]) -> dict[tuple[str, str], int | None]:
    """{(postcode, town): zone} as `zone_of_town` tells of each, in two queries for all but those whose name is not a town's."""
    wanted = {address for address in addresses if any(address)}
    keys = {town_key(name) for _postcode, name in wanted}
    rows = db.session.execute(
        select(Town.insee, Town.name_key, Town.postcodes, ZoneTown.zone_id)
        .outerjoin(ZoneTown, ZoneTown.insee == Town.insee)
        .where(Town.name_key.in_(keys))
    ).all() if keys else []  # fmt: skip
    found: dict[tuple[str, str], int | None] = {}
    for postcode, name in wanted:
        same = [row for row in rows if row.name_key == town_key(name)]
        near = [row for row in same if any(code.startswith(postcode.strip()) for code in row.postcodes)]
        found[postcode, name] = near[0].zone_id if len(near) == 1 else zone_of_town(postcode, name)
    return found


def zone_rows() -> list[Row[*tuple[Any, ...]]]:
    """(id, name, towns) of the zones in use, by name."""
    query = (
        select(TariffZone.id, TariffZone.name, func.count(ZoneTown.insee).label("towns"))
        .outerjoin(ZoneTown, ZoneTown.zone_id == TariffZone.id)
        .where(TariffZone.archived_at.is_(None))
        .group_by(TariffZone.id, TariffZone.name)
        .order_by(TariffZone.name)
    )
    return list(db.session.execute(query))


def zone(zone_id: int) -> TariffZone | None:
    """A zone."""
    return db.session.get(TariffZone, zone_id)


def towns_of(zone_id: int) -> Sequence[TownRow]:
    """The towns of a zone, by name."""
    query = (
        select(Town.insee, Town.name, Town.postcodes)
        .join(ZoneTown, ZoneTown.insee == Town.insee)
        .where(ZoneTown.zone_id == zone_id)
        .order_by(Town.name_key)
    )
    return [TownRow(*row) for row in db.session.execute(query)]
