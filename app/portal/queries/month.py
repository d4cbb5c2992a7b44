"""The calendar of a family: how many of its things are free each day. Nobody's name, ever."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select

from app.assets.models import Asset
from app.assets.states import AssetState
from app.core import clock
from app.core.db import db
from app.planning.models import Booking
from app.planning.queries import calendar
from app.planning.queries.bookings import occupying
from app.portal.queries.bookable import CLOSES, OPENS


class FreeDay(NamedTuple):
    """A day of the month. `free`: things free from opening to closing; `past`: before today."""

    day: date
    free: int
    closed: bool
    past: bool


class Month(NamedTuple):
    """Whole weeks, days of other months left empty; `units`: how many things there are."""

    first: date
    units: int
    weeks: list[list[FreeDay | None]]

    @property
    def label(self) -> str:
        """« Décembre 2026 »."""
        return f"{clock.MONTHS[self.first.month - 1]} {self.first.year}".capitalize()


def month_of(family_id: int, first: date) -> Month:
    """The month that begins that day: two queries, and those of the calendar."""
    following = (first + timedelta(days=32)).replace(day=1)
    days = calendar(first, (following - first).days)
    begin, end = clock.at(first, 0), clock.at(following, 0)
    units = db.session.scalars(
        select(Asset.id).where(
            Asset.family_id == family_id, Asset.ours, Asset.archived_at.is_(None), Asset.state == AssetState.IN_USE
        )
    ).all()
    taken = db.session.execute(
        select(Booking.asset_id, Booking.starts_at, Booking.ends_at).where(
            Booking.asset_id.in_(units), occupying(), Booking.starts_at < end, Booking.ends_at > begin
        )
    ).all()
    today = clock.today()
    found = [FreeDay(day.day, len(units) - _busy(day.day, taken), day.closed, day.day < today) for day in days]
    cells: list[FreeDay | None] = [None] * first.weekday() + found
    cells += [None] * (-len(cells) % 7)
    return Month(first, len(units), [cells[at : at + 7] for at in range(0, len(cells), 7)])


def _busy(day: date, taken: Sequence[tuple[int | None, datetime, datetime]]) -> int:
    opens, closes = clock.at(day, OPENS.hour), clock.at(day, CLOSES.hour)
    return len({unit for unit, begins, ends in taken if begins < closes and ends > opens})
