"""Our things and their time in a period: open days they could be out, days they were, days under repair, and what came back late.

A day counts when the thing was out during any part of it, once, and when it is an open day of the calendar. A thing counts from
the day it was bought (else noted, else first seen out) to the day it was put away, lost or taken out of use.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, literal, null, select, union_all

from app.assets.models import Asset, Family
from app.assets.queries import families, family_line
from app.assets.states import AssetState
from app.core import clock
from app.core.db import db
from app.insights.queries.filters import Filters
from app.insights.queries.sales import months_of
from app.lending.models import Loan, LoanItem
from app.planning.models import Booking
from app.planning.queries.calendar import calendar
from app.planning.services.repairs import KIND as MAINTENANCE
from app.planning.states import BookingState

OUT, REPAIR = "out", "repair"
UNDER_REPAIR = (BookingState.MAINTENANCE, BookingState.RETURNED)


@dataclass(frozen=True, slots=True)
class Unit:
    """Something of ours. `value`: what it cost, in cents; `since`, `until`: its first and last day with us."""

    id: int
    label: str
    number: str
    family_id: int
    family: str
    bought_on: date | None
    value: int | None
    state: AssetState
    since: date
    until: date | None


class Time(NamedTuple):
    """Open days: those it was with us, those it was out, those it was under repair."""

    open: int = 0
    out: int = 0
    repair: int = 0


class Back(NamedTuple):
    """A thing that came back in the period, or is still out after its day: `days` late, 0 when in time."""

    asset_id: int
    days: int
    still_out: bool


@dataclass
class Usage:
    """`months`: the first days of those of the period; `times`: by unit, one `Time` a month; `loans`: how many a unit had."""

    months: list[date] = field(default_factory=list)
    times: dict[int, list[Time]] = field(default_factory=dict)
    loans: dict[int, int] = field(default_factory=dict)
    backs: list[Back] = field(default_factory=list)

    def of(self, unit_ids: Iterable[int], month: int | None = None) -> Time:
        """The sum of these units, in one month or in all."""
        chosen = slice(None) if month is None else slice(month, month + 1)
        found = [time for unit_id in unit_ids for time in self.times.get(unit_id, ())[chosen]]
        return Time(*map(sum, zip(*found, strict=True))) if found else Time()


def wanted(filters: Filters) -> list[ColumnElement[bool]]:
    """Our things of the family (those below it too) and of the site asked for."""
    found: list[ColumnElement[bool]] = [Asset.ours.is_(True)]
    if filters.family:
        found.append(Asset.family_id.in_(families_under(filters.family)))
    return [*found, Asset.site_id == filters.site] if filters.site else found


def families_under(family_id: int) -> list[int]:
    """The family and those below it, in use."""
    return [family_id, *(one for one, _name in families() if one != family_id and family_id in family_line(one))]


def units(filters: Filters) -> list[Unit]:
    """Our things, those that left included, by family and label. One statement."""
    query = (
        select(
            Asset.id, Asset.label, Asset.inventory_number, Asset.family_id, Family.name, Asset.bought_on, Asset.value, Asset.state,
            Asset.created_at, Asset.archived_at, Asset.updated_at,
        )
        .join(Family, Family.id == Asset.family_id)
        .where(*wanted(filters))
        .order_by(Family.name, Asset.label, Asset.id)
    )  # fmt: skip
    return [_unit(row) for row in db.session.execute(query)]


def _unit(row: Any) -> Unit:
    gone = row.archived_at or (row.updated_at if row.state != AssetState.IN_USE else None)
    return Unit(
        row.id, row.label, row.inventory_number or "", row.family_id, row.name, row.bought_on, row.value, row.state,
        row.bought_on or clock.local(row.created_at).date(), clock.local(gone).date() if gone else None,
    )  # fmt: skip


# --- the time of each ------------------------------------------------------------------------------------------------


class _Days:
    """The days of a period, cut in months: `starts` are their first moments, `ends` how many days each month reaches;
    `open` counts the open days before each one."""

    def __init__(self, first: date, last: date, site_id: int | None) -> None:
        shown = calendar(first, (last - first).days + 1, site_id)
        self.first = first
        self.starts = [clock.start_of(one.day) for one in shown] + [clock.start_of(last + timedelta(days=1))]
        self.open = [0, *accumulate(not one.closed for one in shown)]
        self.count = len(shown)

    def rank(self, day: date) -> int:
        """How many days of the period are before that one."""
        return min(max((day - self.first).days, 0), self.count)

    def touched(self, start: datetime, end: datetime | None) -> tuple[int, int]:
        """Ranks [first, last) of the days of which [start, end) takes some; `end` None: until the end of the period."""
        last = self.count if end is None else min(bisect_left(self.starts, end), self.count)
        return max(bisect_right(self.starts, start) - 1, 0), last


def usage(filters: Filters, fleet: Sequence[Unit], now: datetime) -> Usage:
    """What each unit did during the period, at the latest today. One statement, and the calendar."""
    today = clock.local(now).date()
    rows = _stays(filters, min(clock.start_of(filters.end + timedelta(days=1)), now))
    since = _since(fleet, rows)
    first = max([filters.start, *([min(since.values())] if since else [])])
    last = min(filters.end, today)
    if not fleet or first > last:
        return Usage()
    days, months = _Days(first, last, filters.site), months_of(replace(filters, start=first, end=last))
    bounds = [days.rank(day) for day in months]
    found = Usage(months[:-1])
    stays: dict[tuple[int, str], list[Any]] = {}
    for row in rows:
        stays.setdefault((row.asset_id, row.what), []).append(row)
    for unit in fleet:
        start, end = days.rank(since[unit.id]), days.rank(unit.until + timedelta(days=1)) if unit.until else days.count
        out = _taken(days, stays.get((unit.id, OUT), ()), bounds, (start, end))
        repair = _taken(days, stays.get((unit.id, REPAIR), ()), bounds, (start, end))
        here = [_opened(days, max(low, start), min(high, end)) for low, high in pairwise(bounds)]
        found.times[unit.id] = [Time(*three) for three in zip(here, out, repair, strict=True)]
        found.loans[unit.id] = len(stays.get((unit.id, OUT), ()))
    found.backs = _backs(filters, rows, now)
    return found


def _stays(filters: Filters, end: datetime) -> list[Any]:
    """(asset_id, what, since, until, due) of what was out or under repair before `end` and after the start, the oldest first."""
    start = filters.moments[0]
    out = (
        select(
            LoanItem.asset_id.label("asset_id"), literal(OUT).label("what"), LoanItem.out_at.label("since"),
            LoanItem.back_at.label("until"), Loan.due_at.label("due"),
        )
        .join(Loan, Loan.id == LoanItem.loan_id)
        .join(Asset, Asset.id == LoanItem.asset_id)
        .where(*wanted(filters), LoanItem.out_at < end, LoanItem.back_at.is_(None) | (LoanItem.back_at > start))
    )  # fmt: skip
    repair = (
        select(Booking.asset_id, literal(REPAIR), Booking.starts_at, Booking.ends_at, null())
        .join(Asset, Asset.id == Booking.asset_id)
        .where(
            *wanted(filters), Booking.kind == MAINTENANCE, Booking.state.in_(UNDER_REPAIR), Booking.starts_at < end,
            Booking.ends_at > start,
        )
    )  # fmt: skip
    return sorted(db.session.execute(union_all(out, repair)), key=lambda row: row.since)


def _since(fleet: Sequence[Unit], rows: Sequence[Any]) -> dict[int, date]:
    """The first day of each unit: what was out before it was noted was with us all the same."""
    seen: dict[int, datetime] = {}
    for row in rows:
        seen.setdefault(row.asset_id, row.since)
    return {
        unit.id: min(unit.since, clock.local(seen[unit.id]).date()) if unit.id in seen else unit.since for unit in fleet
    }


def _opened(days: _Days, low: int, high: int) -> int:
    return days.open[high] - days.open[low] if high > low else 0


def _taken(days: _Days, stays: Sequence[Any], bounds: Sequence[int], kept: tuple[int, int]) -> list[int]:
    """Open days of each month that these stays take, a day once, within the ranks `kept`."""
    counts, done = [0] * (len(bounds) - 1), kept[0]
    for stay in stays:
        first, last = days.touched(stay.since, stay.until)
        first, last = max(first, done), min(last, kept[1])
        done = max(done, last)
        month = max(bisect_right(bounds, first) - 1, 0)
        while first < last and month < len(counts):
            reach = min(last, bounds[month + 1])
            counts[month] += _opened(days, first, reach)
            first, month = reach, month + 1
    return counts


def _backs(filters: Filters, rows: Sequence[Any], now: datetime) -> list[Back]:
    start, end = filters.moments
    found = []
    for row in rows:
        if row.what != OUT or (row.until is None and row.due >= now):
            continue
        if row.until is not None and not start <= row.until < end:
            continue
        found.append(Back(row.asset_id, _late(row.due, row.until or now), row.until is None))
    return found


def _late(due: datetime, back: datetime) -> int:
    """Days of the calendar between the day agreed and the day it came back."""
    return max((clock.local(back).date() - clock.local(due).date()).days, 0) if back > due else 0
