"""What may be had over a period, in one statement; when nothing is, the nearest other dates, in one more."""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, false, func, select

from app.assets.models import Asset, AssetModel
from app.assets.states import AssetState
from app.core import clock
from app.core.db import db
from app.planning.models import Booking
from app.planning.queries.bookings import busy, busy_over, held_by, occupying
from app.planning.queries.rules import rules_of

BACK, ON = 60, 400  # days looked at before and after the dates asked
Stretch = tuple[datetime, datetime]  # from, until, UTC
Pauses = tuple[timedelta, timedelta]  # before, after
_END = itemgetter(1)


class Unit(NamedTuple):
    """One of our things in use, and whether it is free as asked."""

    id: int
    label: str
    shelf: str
    family_id: int
    model_id: int | None
    model: str
    free: bool


class Dates(NamedTuple):
    """Other dates when a unit is free for as long (UTC, from hand-over to return)."""

    unit_id: int
    start: datetime
    due: datetime


_UNITS = (
    select(
        Asset.id, Asset.label, Asset.inventory_number, Asset.shelf, Asset.family_id, Asset.model_id,
        func.trim(AssetModel.brand + " " + AssetModel.name),
    )
    .outerjoin(AssetModel, AssetModel.id == Asset.model_id)
    .where(Asset.ours, Asset.archived_at.is_(None), Asset.state == AssetState.IN_USE)
)  # fmt: skip
OF_FAMILIES = Asset.family_id.in_(bindparam("families", expanding=True))


def units_over(
    wanted: ColumnElement[bool], start: datetime, due: datetime, *, free: bool = False, limit: int = 400,
    but_of: int | None = None, **values: Any,
) -> list[Unit]:  # fmt: skip
    """Our units in use that answer the condition, free ones first; `free`: those alone. `values`: what a condition built once is
    asked with. One statement."""
    query = _answering(wanted, busy(mine=but_of is not None), free, limit)
    return [
        Unit(unit_id, called(label, number), shelf, family_id, model_id, model or "", not taken)
        for unit_id, label, number, shelf, family_id, model_id, model, taken in db.session.execute(
            query, {**busy_over(start, due, but_of), **values}
        )
    ]


@lru_cache(maxsize=32)  # a condition built once has its statement built once
def _answering(wanted: ColumnElement[bool], taken: ColumnElement[bool], free: bool, limit: int) -> Select[Any]:
    query = _UNITS.add_columns((false() if free else taken).label("busy")).where(wanted).limit(limit)
    query = query.order_by("busy", Asset.label, Asset.inventory_number, Asset.id)
    return query.where(~taken) if free else query


def called(label: str, number: str | None) -> str:
    """« Violon 3/4 n° 0112 »: the number once."""
    return label if not number or number in label else f"{label} {number}"


def other_dates(
    units: Sequence[Unit], start: datetime, due: datetime, but_of: int | None = None
) -> tuple[list[Dates], list[Dates]]:
    """(later, earlier): for each unit its nearest dates after and before those asked, whole days away, the nearest first.

    Nothing before today; one statement for all of them.
    """
    taken, around, pauses = _taken([unit.id for unit in units], start, due, but_of), _Around(start, due), cache(_pauses)
    later, earlier = [], []
    for unit in units:
        busy_times = taken.get(unit.id, ())
        later += [Dates(unit.id, *found) for found in (around.after(busy_times, pauses(unit.family_id)),) if found]
        earlier += [Dates(unit.id, *found) for found in (around.before(busy_times, pauses(unit.family_id)),) if found]
    later.sort(key=lambda dates: (dates.start, dates.unit_id))
    earlier.sort(key=lambda dates: (-dates.start.timestamp(), dates.unit_id))
    return later, earlier


def _pauses(family_id: int) -> Pauses:
    rules = rules_of(family_id)
    return timedelta(minutes=rules.buffer_before), timedelta(minutes=rules.buffer_after)


_TAKEN = (
    select(Booking.asset_id, Booking.starts_at, Booking.ends_at)
    .where(
        Booking.asset_id.in_(bindparam("ids", expanding=True)), occupying(bindparam("now")), Booking.ends_at > bindparam("since"),
        Booking.starts_at < bindparam("until"),
    )
    .order_by(Booking.starts_at)
)  # fmt: skip


def _taken(ids: Sequence[int], start: datetime, due: datetime, but_of: int | None) -> dict[int, list[Stretch]]:
    """{unit: when it is taken}, in order of time."""
    now, query = clock.now(), _TAKEN if but_of is None else _TAKEN.where(~held_by(but_of))
    asked = {
        "ids": ids, "now": now, "since": min(now, start) - timedelta(days=1), "until": due + timedelta(days=2 * ON),
    }  # fmt: skip
    found: dict[int, list[Stretch]] = {}
    for asset_id, begins, ends in db.session.execute(query, asked):
        found.setdefault(asset_id or 0, []).append((begins, ends))
    return found


class _Around:
    """The dates near those asked when nothing is taken (what is taken never overlaps, and comes in order of time); what many units
    have in common is worked out once. Days are days of the calendar, whatever the clock change."""

    def __init__(self, start: datetime, due: datetime) -> None:
        self.now, day, first, last = clock.now(), cache(_day), _day(start), _day(due)
        self.shifted: Callable[[int], Stretch] = cache(lambda days: (_days_away(start, days), _days_away(due, days)))
        self.from_start: Callable[[datetime], int] = cache(lambda moment: (day(moment) - first).days)
        self.from_due: Callable[[datetime], int] = cache(lambda moment: (day(moment) - last).days)
        self.needed: Callable[[int, Pauses], Stretch] = cache(self._needed)
        self.lowest = max(-BACK, self.from_start(self.now))

    def after(self, taken: Sequence[Stretch], pauses: Pauses) -> Stretch | None:
        """The nearest later dates; those asked when they are free."""
        shift = 0
        while shift <= ON:
            clash = self._clash(taken, shift, pauses)
            if clash is None:
                return self.shifted(shift)
            shift = max(shift + 1, self.from_start(clash[1] + pauses[0]))
        return None

    def before(self, taken: Sequence[Stretch], pauses: Pauses) -> Stretch | None:
        """The nearest earlier dates, today at the earliest."""
        shift = -1
        while shift >= self.lowest:
            clash = self._clash(taken, shift, pauses)
            if clash is None:
                moved = self.shifted(shift)
                return moved if moved[0] >= self.now else None
            shift = min(shift - 1, self.from_due(clash[0] - pauses[1]))
        return None

    def _needed(self, shift: int, pauses: Pauses) -> Stretch:
        start, due = self.shifted(shift)
        return start - pauses[0], due + pauses[1]

    def _clash(self, taken: Sequence[Stretch], shift: int, pauses: Pauses) -> Stretch | None:
        """The first of what is taken that is in the way."""
        start, due = self.needed(shift, pauses)
        at = bisect_right(taken, start, key=_END)
        return taken[at] if at < len(taken) and taken[at][0] < due else None


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _days_away(moment: datetime, days: int) -> datetime:
    """The same hour of the clock some days away."""
    here = clock.local(moment)
    return clock.at(here.date() + timedelta(days=days), here.hour, here.minute) if days else moment
