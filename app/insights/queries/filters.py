"""What the reports' address asks for: a period of whole days, a repairer, a family, a site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from app.core import clock
from app.insights.states import Span
from app.tickets.models import Ticket

FIRST_YEAR = 2000


@dataclass(frozen=True, slots=True)
class Filters:
    """`start` and `end` are the first and the last day."""

    span: Span
    start: date
    end: date
    assignee: int | None = None
    family: int | None = None
    site: int | None = None

    @classmethod
    def read(cls, args: Mapping[str, str], today: date) -> "Filters":
        """From the query string; what makes no sense is left out, days in the wrong order are put right."""
        asked = args.get("periode", "")
        span = Span(asked) if asked in list(Span) else Span.YEAR
        start, end = _days(span, args, today)
        return cls(span, start, end, _whole(args, "reparateur"), _whole(args, "famille"), _whole(args, "site"))

    def query(self) -> dict[str, str]:
        """Back to the query string."""
        chosen: dict[str, Any] = {
            "periode": self.span.value,
            "reparateur": self.assignee,
            "famille": self.family,
            "site": self.site,
        }
        if self.span == Span.CHOSEN:
            chosen |= {"du": self.start.isoformat(), "au": self.end.isoformat()}
        return {name: str(value) for name, value in chosen.items() if value}

    @property
    def moments(self) -> tuple[datetime, datetime]:
        """The half-open period."""
        return clock.start_of(self.start), clock.start_of(self.end + timedelta(days=1))

    def within(self, column: Any) -> ColumnElement[bool]:
        """The rows whose moment is in the period."""
        start, end = self.moments
        condition: ColumnElement[bool] = (column >= start) & (column < end)
        return condition

    def tickets(self, ticket: Any = Ticket) -> list[ColumnElement[bool]]:
        """The tickets of the repairer, family and site asked for."""
        chosen = ((ticket.assignee_id, self.assignee), (ticket.family_id, self.family), (ticket.site_id, self.site))
        return [column == value for column, value in chosen if value]


def _whole(args: Mapping[str, str], name: str) -> int | None:
    text = args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _day(text: str, otherwise: date) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return otherwise
    return day if FIRST_YEAR <= day.year < FIRST_YEAR + 200 else otherwise


def _days(span: Span, args: Mapping[str, str], today: date) -> tuple[date, date]:
    year_ago = today - timedelta(days=364)
    if span == Span.CHOSEN:
        start, end = sorted((_day(args.get("du", ""), year_ago), _day(args.get("au", ""), today)))
        return start, end
    return {
        Span.MONTH: (today - timedelta(days=29), today),
        Span.QUARTER: (today - timedelta(days=89), today),
        Span.YEAR: (year_ago, today),
        Span.THIS_YEAR: (date(today.year, 1, 1), today),
        Span.LAST_YEAR: (date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)),
    }[span]
