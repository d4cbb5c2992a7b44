"""How long tickets stay in each state and wait for each reason, read from the history of their moves."""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, func, select

from app.core import clock
from app.core.db import UTC, db
from app.core.history import HistoryEntry
from app.core.revisions import kept_until
from app.insights.queries.filters import Filters
from app.tickets.models import Ticket
from app.tickets.states import FINAL, FIRST_STATE, TicketState, Waiting

MOVED, WAITED = "ticket.moved", "ticket.waiting"
# A state that began longer ago than this before the period is left out.
LOOK_BACK = timedelta(days=200)
A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Times:
    """How many passages, and their durations in days: the median, and what nine in ten stay under."""

    count: int
    median: float
    p90: float
    total: float


def summary(days: Sequence[float]) -> Times:
    """The figures of some durations. Zeros for none."""
    if not days:
        return Times(0, 0.0, 0.0, 0.0)
    ranked = sorted(days)
    middle = len(ranked) // 2
    median = ranked[middle] if len(ranked) % 2 else (ranked[middle - 1] + ranked[middle]) / 2
    return Times(len(ranked), median, ranked[math.ceil(0.9 * len(ranked)) - 1], sum(ranked))


@kept_until("tickets")
def time_by_state(filters: Filters) -> dict[TicketState, Times]:
    """The states left during the period, in order."""
    start, _end = filters.moments
    before = func.lag(HistoryEntry.at, type_=UTC()).over(partition_by=HistoryEntry.subject_id, order_by=HistoryEntry.id)
    moves = (
        select(
            HistoryEntry.subject_id,
            HistoryEntry.at,
            HistoryEntry.facts["from"].as_string().label("state"),
            before.label("since"),
        )
        .where(HistoryEntry.verb == MOVED, HistoryEntry.subject_kind == "ticket", HistoryEntry.at >= start - LOOK_BACK)
        .subquery()
    )
    query = (
        select(moves.c.state, moves.c.since, moves.c.at, Ticket.received_at)
        .join(Ticket, Ticket.id == moves.c.subject_id)
        .where(filters.within(moves.c.at), *filters.tickets())
    )
    days: dict[str, list[float]] = defaultdict(list)
    firsts = {state.value for state in FIRST_STATE.values()}
    for state, since, at, received in db.session.execute(query):
        began = since or (received if state in firsts else None)
        if began is not None:
            days[state].append((at - began).total_seconds() / A_DAY)
    return {state: summary(days[state.value]) for state in TicketState if state not in FINAL and days[state.value]}


@kept_until("tickets")
def waits_by_reason(filters: Filters, today: date) -> dict[Waiting, Times]:
    """The waits begun during the period, by reason, the longest in all first; one that lasts counts until today."""
    end = func.lead(HistoryEntry.at, type_=UTC()).over(partition_by=HistoryEntry.subject_id, order_by=HistoryEntry.id)
    start, _after = filters.moments
    events = (
        select(
            HistoryEntry.subject_id, HistoryEntry.at, HistoryEntry.verb, HistoryEntry.facts["waiting"].as_string().label("reason"), end.label("until")
        )
        .where(and_(HistoryEntry.verb.in_((WAITED, MOVED)), HistoryEntry.subject_kind == "ticket", HistoryEntry.at >= start))
        .subquery()
    )  # fmt: skip
    query = (
        select(events.c.reason, events.c.at, events.c.until)
        .join(Ticket, Ticket.id == events.c.subject_id)
        .where(
            events.c.verb == WAITED,
            events.c.reason != Waiting.NONE.value,
            filters.within(events.c.at),
            *filters.tickets(),
        )
    )
    last = clock.start_of(today + timedelta(days=1))
    days: dict[str, list[float]] = defaultdict(list)
    for reason, at, until in db.session.execute(query):
        days[reason].append(((until or last) - at).total_seconds() / A_DAY)
    found = {reason: summary(days[reason.value]) for reason in Waiting if days[reason.value]}
    return dict(sorted(found.items(), key=lambda item: -item[1].total))


def whole(times: Iterable[Times]) -> int:
    """How many passages in all."""
    return sum(one.count for one in times)
