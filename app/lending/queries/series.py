"""The dates of a series: before it is booked, what each of them would be; afterwards, where a loan stands among them.

A preview costs the same statements whatever the number of dates: who has what is read once over the whole series.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.assets.models import Asset
from app.assets.queries import Combination
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.lending.models import Loan, LoanItem, LoanSeries, SeriesDate
from app.lending.queries.sets import Missing, Set, assembled, assets_of, rules_for
from app.lending.states import LoanState
from app.planning.models import Booking
from app.planning.queries import rules_of
from app.planning.queries.availability import Unit, units_over
from app.planning.queries.bookings import held_by, occupying
from app.planning.queries.calendar import calendar

WAYS = 3
Taken = tuple[datetime, datetime, str]


class Way(NamedTuple):
    """Other things that do for a date: those chosen with some replaced, and the words for what replaces them."""

    units: tuple[Asset, ...]
    label: str

    @property
    def key(self) -> str:
        """« 12,15 »."""
        return ",".join(str(unit.id) for unit in self.units)


@dataclass(slots=True)
class Slot:
    """A date of a series (UTC, from hand-over to return). `units`: what is booked that day, nothing when it cannot be as asked;
    `lost`: those somebody has, `who` he is, `ways` around it; `missing`: compulsory accessories that are not free; `closed`: why
    the day is no ordinary one; `blocked`: why this person may not book it."""

    start: datetime
    due: datetime
    units: tuple[Asset, ...] = ()
    whole: Set | None = None
    lost: Sequence[Asset] = ()
    who: str = ""
    ways: Sequence[Way] = ()
    missing: Sequence[Missing] = ()
    closed: str = ""
    blocked: str = ""
    swapped: str = ""

    @property
    def day(self) -> date:
        """The day of its hand-over."""
        return clock.local(self.start).date()

    @property
    def key(self) -> str:
        """« 2026-12-02 »."""
        return self.day.isoformat()

    @property
    def bookable(self) -> bool:
        """True when it may be booked as asked."""
        return bool(self.units) and not self.blocked


@dataclass(frozen=True, slots=True)
class _Free:
    """Who has what over the whole series, and what could be had instead."""

    chosen: Sequence[Asset]
    any_unit: Collection[int]
    rules: Sequence[Combination]
    there: Sequence[Unit]
    assets: dict[int, Asset]
    taken: dict[int, list[Taken]] = field(default_factory=dict)

    def who(self, unit: Asset | Unit, start: datetime, due: datetime) -> str | None:
        """Who has it then, buffers included; None when nobody has."""
        rules = rules_of(unit.family_id)
        first, last = start - timedelta(minutes=rules.buffer_before), due + timedelta(minutes=rules.buffer_after)
        return next((who for begins, ends, who in self.taken.get(unit.id, ()) if begins < last and ends > first), None)

    def slot(self, start: datetime, due: datetime) -> Slot:
        """What that date would be."""
        found, free = Slot(start, due), [unit for unit in self.there if self.who(unit, start, due) is None]
        lost = {unit.id: who for unit in self.chosen if (who := self.who(unit, start, due)) is not None}
        if not lost:
            self._complete(found, tuple(self.chosen), free)
            return found
        found.lost, found.who = (
            [unit for unit in self.chosen if unit.id in lost],
            ", ".join(dict.fromkeys(lost.values())),
        )
        found.ways = self._ways(found, free)
        if found.ways and all(
            self._stands(unit, way) for unit, way in zip(self.chosen, found.ways[0].units, strict=True)
        ):
            found.swapped = found.ways[0].label
            self._complete(found, found.ways[0].units, free)
        return found

    def _stands(self, unit: Asset, other: Asset) -> bool:
        """True when one may silently take the place of the other: a model was asked for, not a number."""
        return unit is other or (unit.id in self.any_unit and alike(unit) == alike(other))

    def _complete(self, slot: Slot, units: tuple[Asset, ...], free: Sequence[Unit]) -> None:
        whole, lacking = assembled(units, self.rules, free, self.assets)
        slot.missing = [Missing(rule.other, main.label, [u for u in self.there if rule.other.covers(self.assets[u.id])]) for rule, main in lacking]  # fmt: skip
        if not lacking:
            slot.units, slot.whole = units, whole

    def _ways(self, slot: Slot, free: Sequence[Unit]) -> list[Way]:
        found: list[Way] = []
        for rank in range(WAYS):
            units, used = list(self.chosen), {unit.id for unit in self.chosen}
            for lost in slot.lost:
                others = self._instead(lost, free, used)
                if len(others) <= rank:
                    return found
                used.add(others[rank].id)
                units[units.index(lost)] = others[rank]
            others = [unit for unit in units if unit not in self.chosen]
            if not assembled(units, self.rules, free, self.assets)[1]:
                found.append(Way(tuple(units), ", ".join(unit.label for unit in others)))
        return found

    def _instead(self, lost: Asset, free: Sequence[Unit], used: Collection[int]) -> list[Asset]:
        others = [self.assets[u.id] for u in free if u.family_id == lost.family_id and u.id not in used]
        return sorted(others, key=lambda unit: alike(unit) != alike(lost))


def alike(unit: Asset) -> object:
    """What two units share when one does for the other: their model, else their words."""
    return unit.model_id or unit.label.partition(" n° ")[0]


def preview(
    chosen: Sequence[Asset], periods: Sequence[tuple[datetime, datetime]], *, any_unit: Collection[int] = (),
    without: Collection[str] = (), user_id: int | None = None,
) -> list[Slot]:  # fmt: skip
    """What each of these periods would be with these things and what comes along with them; `user_id`: who asks."""
    if not chosen or not periods:
        return []
    start, due = periods[0][0], max(period[1] for period in periods)
    rules = rules_for(chosen, without)
    wanted = [rule.other.condition() for rule in rules]
    there = units_over(
        or_(Asset.family_id.in_({unit.family_id for unit in chosen}), *wanted), start, due, but_of=user_id
    )
    assets = assets_of(there) | {unit.id: unit for unit in chosen}
    found = _Free(chosen, any_unit, rules, there, assets, _taken(list(assets), start, due, user_id))
    slots = [found.slot(*period) for period in periods]
    for slot in slots:
        slot.closed = _closed(slot)
    return slots


def _taken(ids: Sequence[int], start: datetime, due: datetime, user_id: int | None) -> dict[int, list[Taken]]:
    day = timedelta(days=2)
    query = (
        select(Booking.asset_id, Booking.starts_at, Booking.ends_at, func.coalesce(Contact.name, Booking.label))
        .outerjoin(Contact, Contact.id == Booking.contact_id)
        .where(Booking.asset_id.in_(ids), occupying(), Booking.starts_at < due + day, Booking.ends_at > start - day)
        .order_by(Booking.starts_at)
    )
    if user_id is not None:
        query = query.where(~held_by(user_id))
    found: dict[int, list[Taken]] = {}
    for asset_id, begins, ends, who in db.session.execute(query):
        found.setdefault(asset_id or 0, []).append((begins, ends, who))
    return found


def _closed(slot: Slot) -> str:
    """Why nobody comes that day, or nobody brings it back on the last one; empty on an ordinary day."""
    for moment in (slot.start, slot.due):
        day = calendar(clock.local(moment).date(), 1)[0]
        if day.closed or day.school:
            return day.why or day.school or _("Fermé ce jour-là")
    return ""


def place_of(loan_id: int) -> tuple[LoanSeries, Sequence[Any]] | None:
    """The series of a loan and its dates in order, (id, number, state, starts_at, due_at); None when it is of none."""
    mine = aliased(SeriesDate)
    series = db.session.scalar(
        select(LoanSeries).join(mine, mine.series_id == LoanSeries.id).where(mine.loan_id == loan_id)
    )
    if series is None:
        return None
    query = (
        select(Loan.id, Loan.number, Loan.state, Loan.starts_at, Loan.due_at)
        .join(SeriesDate, SeriesDate.loan_id == Loan.id)
        .where(SeriesDate.series_id == series.id)
        .order_by(Loan.starts_at, Loan.id)
    )
    return series, db.session.execute(query).all()


def last_of(series_id: int) -> tuple[Loan, dict[int, bool]] | None:
    """The last loan of a series that was not cancelled, with its things, {unit: it stands for its model}: what a longer series
    starts from."""
    loan = db.session.scalar(
        select(Loan)
        .join(SeriesDate, SeriesDate.loan_id == Loan.id)
        .where(SeriesDate.series_id == series_id, Loan.state != LoanState.CANCELLED)
        .order_by(Loan.starts_at.desc(), Loan.id.desc())
        .limit(1)
    )
    if loan is None:
        return None
    lines = select(LoanItem.asset_id, Booking.any_unit).join(Booking, Booking.id == LoanItem.booking_id)
    return loan, {row[0]: row[1] for row in db.session.execute(lines.where(LoanItem.loan_id == loan.id))}
