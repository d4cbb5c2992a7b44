"""The small month beside the planning: its weeks, and a dot on the days when something is fetched or comes back."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select, union

from app.core import clock
from app.core.db import db
from app.core.revisions import kept_until
from app.planning.models import Booking
from app.planning.queries.spans import Span
from app.planning.states import DRAWN


@dataclass(frozen=True, slots=True)
class Cell:
    """A day of the small month. `shown`: it is part of what the planning shows."""

    day: date
    other: bool
    today: bool
    shown: bool
    busy: bool


def small_month(span: Span) -> list[tuple[int, list[Cell]]]:
    """(number of the week, its seven days) for the six weeks around the month of the day asked."""
    first = span.asked.replace(day=1)
    begin = first - timedelta(days=first.weekday())
    busy, today = _busy(begin, 42), clock.today()
    days = [begin + timedelta(days=rank) for rank in range(42)]
    cells = [
        Cell(day, day.month != first.month, day == today, span.first <= day <= span.last, day in busy) for day in days
    ]
    return [(week[0].day.isocalendar().week, week) for week in (cells[at : at + 7] for at in range(0, 42, 7))]


@kept_until("planning")
def _busy(first: date, count: int) -> set[date]:
    start, end = clock.start_of(first), clock.start_of(first + timedelta(days=count))
    moments = union(
        *(
            select(at).where(Booking.state.in_(DRAWN), at >= start, at < end)
            for at in (Booking.starts_at, Booking.ends_at)
        )
    )  # many things leave at the same hour
    return {clock.local(at).date() for at in db.session.scalars(moments)}
