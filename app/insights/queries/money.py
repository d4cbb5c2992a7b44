"""Figures of quotes, for those who see amounts."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select

from app.core import clock
from app.core.db import db
from app.core.revisions import kept_until
from app.insights.queries.workshop import MONTHS, first_of_months
from app.sales.models import Quote
from app.sales.states import QuoteState


@dataclass(frozen=True, slots=True)
class QuoteMonth:
    """Quotes answered in a month: how many accepted, for how many cents, how many refused."""

    first_day: date
    accepted: int
    cents: int
    refused: int


@kept_until("tickets")
def quote_months(today: date) -> tuple[list[QuoteMonth], list[QuoteMonth]]:
    """(the last twelve months, the twelve before), the oldest first."""
    days = first_of_months(today, 2 * MONTHS)
    starts = [clock.start_of(day) for day in days]
    month = case(*((Quote.answered_at < end, rank) for rank, end in enumerate(starts[1:])), else_=2 * MONTHS)
    accepted = Quote.state == QuoteState.ACCEPTED
    query = (
        select(
            month, func.sum(case((accepted, 1), else_=0)), func.sum(case((accepted, Quote.gross), else_=0)),
            func.sum(case((Quote.state == QuoteState.REFUSED, 1), else_=0)),
        )
        .where(Quote.state.in_((QuoteState.ACCEPTED, QuoteState.REFUSED)), Quote.answered_at >= starts[0])
        .group_by(month)
    )  # fmt: skip
    found = {row[0]: row[1:] for row in db.session.execute(query)}
    figures = [QuoteMonth(day, *found.get(rank, (0, 0, 0))) for rank, day in enumerate(days[:-1])]
    return figures[MONTHS:], figures[:MONTHS]
