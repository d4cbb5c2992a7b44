"""A thing and what goes with it: the compulsory accessories that come along, those proposed, and which are free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_

from app.assets.models import Asset
from app.assets.queries import Combination, Side, fitting
from app.core.db import db
from app.planning.queries.availability import Dates, Unit, other_dates, units_over

PROPOSED = 3


@dataclass(frozen=True, slots=True)
class Missing:
    """A compulsory accessory that nobody can take along: what it is, for what, the units there are, its nearest other dates."""

    side: Side
    main: str
    units: Sequence[Unit] = ()
    later: Dates | None = None


@dataclass(slots=True)
class Set:
    """What was chosen and what comes along (`units`, in that order; `along`: {unit: side}), what is `proposed` (a side and its free units), and what
    is compulsory but not free."""

    units: list[Asset]
    along: dict[int, str] = field(default_factory=dict)
    proposed: list[tuple[Side, list[Unit]]] = field(default_factory=list)
    missing: list[Missing] = field(default_factory=list)


def complete(
    chosen: Sequence[Asset], start: datetime, due: datetime, *, without: Iterable[str] = (), user_id: int | None = None
) -> Set:
    """The whole set over [start, due), in at most three statements. `without`: sides (« family:3 ») the desk does without."""
    rules = rules_for(chosen, without)
    if not rules:
        return Set(list(chosen))
    there = units_over(or_(*(rule.other.condition() for rule in rules)), start, due, but_of=user_id)
    assets = assets_of(there)
    found, lacking = assembled(chosen, rules, [unit for unit in there if unit.free], assets)
    found.missing = _when(lacking, there, assets, start, due, user_id)
    return found


def rules_for(chosen: Sequence[Asset], without: Iterable[str]) -> list[Combination]:
    """What goes with these things, but for what the desk does without."""
    left_out = set(without)
    return [rule for rule in fitting(chosen) if rule.other.key not in left_out]


def assets_of(units: Iterable[Unit]) -> dict[int, Asset]:
    """{id: unit} of these."""
    return {asset.id: asset for asset in db.session.query(Asset).where(Asset.id.in_([unit.id for unit in units]))}


def assembled(
    chosen: Sequence[Asset], rules: Sequence[Combination], free: Sequence[Unit], assets: dict[int, Asset]
) -> tuple[Set, list[tuple[Combination, Asset]]]:
    """The set that these free units make, and the compulsory accessories it lacks, each with the thing it is for. No statement."""
    found = Set(list(chosen))
    lacking: list[tuple[Combination, Asset]] = []
    used, seen = set[int](), set[tuple[int, str]]()
    for rule in rules:
        for main in (unit for unit in chosen if rule.main.covers(unit)):
            if (main.id, rule.other.key) in seen or _has(found.units, rule.other, main, used):
                seen.add((main.id, rule.other.key))
                continue
            seen.add((main.id, rule.other.key))
            fits = [unit for unit in free if rule.other.covers(assets[unit.id]) and assets[unit.id] not in found.units]
            if rule.compulsory and fits:
                found.units.append(assets[fits[0].id])
                found.along[fits[0].id] = rule.other.key
                used.add(fits[0].id)
            elif rule.compulsory:
                lacking.append((rule, main))
            elif fits and all(side != rule.other for side, _units in found.proposed):
                found.proposed.append((rule.other, fits[:PROPOSED]))
    return found, lacking


def _has(units: Sequence[Asset], side: Side, main: Asset, used: set[int]) -> bool:
    """True when one of the things chosen is that accessory, and no other thing uses it."""
    for unit in units:
        if unit.id != main.id and unit.id not in used and side.covers(unit):
            used.add(unit.id)
            return True
    return False


def _when(
    lacking: Sequence[tuple[Combination, Asset]], there: Sequence[Unit], assets: dict[int, Asset], start: datetime,
    due: datetime, user_id: int | None,
) -> list[Missing]:  # fmt: skip
    """Until when what lacks is taken: one statement for all of them."""
    if not lacking:
        return []
    later = other_dates([unit for unit in there if not unit.free], start, due, user_id)[0]
    found = []
    for rule, main in lacking:
        units = [unit for unit in there if rule.other.covers(assets[unit.id])]
        ids = {unit.id for unit in units}
        found.append(
            Missing(rule.other, main.label, units, next((dates for dates in later if dates.unit_id in ids), None))
        )
    return found
