"""Quotes sent during a period: what became of them, how fast clients answer, and for how much."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.insights.queries.filters import Filters
from app.insights.queries.times import A_DAY, Times, summary
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.models import Ticket

Q = QuoteState


@dataclass(slots=True)
class Month:
    """Quotes sent in a month, by what became of them; cents of those accepted."""

    first_day: date
    sent: int = 0
    accepted: int = 0
    refused: int = 0
    expired: int = 0
    pending: int = 0
    cents: int = 0


@dataclass(frozen=True, slots=True)
class Answers:
    """Months with at least a quote, the oldest first, their total, and the days to answer."""

    months: list[Month]
    total: Month
    delay: Times

    @property
    def rate(self) -> float | None:
        """The share of accepted among decided quotes (expired ones count as no), None without any."""
        decided = self.total.accepted + self.total.refused + self.total.expired
        return self.total.accepted / decided if decided else None


def answers(filters: Filters) -> Answers:
    """Quotes sent during the period; a replaced one counts for nothing, its successor does."""
    query = (
        select(Quote.sent_at, Quote.answered_at, Quote.state, Quote.gross)
        .join(Ticket, Ticket.id == Quote.ticket_id)
        .where(filters.within(Quote.sent_at), Quote.state != Q.REPLACED, *filters.tickets())
        .order_by(Quote.sent_at)
    )
    months: dict[date, Month] = {}
    total = Month(filters.start)
    delays: list[float] = []
    for sent_at, answered_at, state, gross in db.session.execute(query):
        assert sent_at is not None  # noqa: S101  within the period
        first = clock.local(sent_at).date().replace(day=1)
        for month in (months.setdefault(first, Month(first)), total):
            _count(month, state, gross)
        if answered_at is not None:
            delays.append((answered_at - sent_at).total_seconds() / A_DAY)
    return Answers(list(months.values()), total, summary(delays))


def _count(month: Month, state: QuoteState, gross: int) -> None:
    month.sent += 1
    if state == Q.ACCEPTED:
        month.accepted += 1
        month.cents += gross
    elif state == Q.REFUSED:
        month.refused += 1
    elif state == Q.EXPIRED:
        month.expired += 1
    else:
        month.pending += 1


def accepted_by_person(filters: Filters) -> dict[int | None, int]:
    """Cents of the quotes accepted during the period, by who repairs."""
    query = (
        select(Ticket.assignee_id, Quote.gross)
        .join(Quote, Quote.ticket_id == Ticket.id)
        .where(Quote.state == Q.ACCEPTED, filters.within(Quote.answered_at), *filters.tickets())
    )
    cents: dict[int | None, int] = defaultdict(int)
    for person, gross in db.session.execute(query):
        cents[person] += gross
    return dict(cents)
