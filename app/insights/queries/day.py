"""What today asks for, and what is late: rows as tuples, a few of each, with how many there are in all.

Statements are made once and kept: only their parameters change from one request to the next. Which records are in a list
that covers the whole workshop is kept until a ticket (or a quote) changes; what is shown of them is read each time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.revisions import kept_until
from app.insights.queries.workshop import SEEN, params_of, scope
from app.insights.states import Segment
from app.messaging.models import Task
from app.messaging.states import TaskState
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.queries.filters import UNFINISHED
from app.tickets.states import FINAL, UNDECIDED, TicketKind, TicketState, Waiting

Statement = Select[*tuple[Any, ...]] | CompoundSelect[*tuple[Any, ...]]
SHOWN = 60
UNCOLLECTED_DAYS = 14
UNANSWERED_DAYS = 2
TODAY = bindparam("today", type_=Ticket.promised_on.type)
FORGOTTEN = bindparam("forgotten", type_=Ticket.ready_at.type)
TICKET = (
    Ticket.id, Ticket.number, Ticket.title, Ticket.kind, Ticket.state, Ticket.waiting, Ticket.priority, Ticket.promised_on,
    Ticket.ready_at, Ticket.received_at, Contact.name.label("client"), Contact.phone, User.name.label("assignee"),
)  # fmt: skip
READY_FOR_CLIENT = and_(Ticket.state == TicketState.READY, Ticket.kind == TicketKind.REPAIR)
# Ready, and expected today or before; what waits for weeks is chased instead.
TO_HAND_OVER = and_(
    READY_FOR_CLIENT, Ticket.ready_at >= FORGOTTEN, or_(Ticket.promised_on.is_(None), Ticket.promised_on <= TODAY)
)
TO_FINISH = and_(Ticket.state.in_(UNFINISHED), Ticket.promised_on == TODAY)
SEGMENTS: dict[Segment, ColumnElement[bool]] = {
    Segment.ALL: or_(TO_HAND_OVER, TO_FINISH), Segment.HAND_OVER: TO_HAND_OVER, Segment.REPAIRS: TO_FINISH,
}  # fmt: skip


def _tickets(*where: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*TICKET)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(User, User.id == Ticket.assignee_id)
        .where(*where)
    )


@dataclass(frozen=True, slots=True)
class Some:
    """The first rows of a list, and how many it has in all."""

    rows: list[Any]
    total: int


#: What is kept of a list: the ids of its first rows, and how many it has in all.
Kept = tuple[tuple[int, ...], int]


def _rows(statement: Statement, user: User, **values: Any) -> list[Any]:
    known = {**params_of(user), "today": clock.today(), "user": user.id}
    return list(db.session.execute(statement, {**known, **values}))


def _kept(statement: Statement, person: int, today: date, **values: Any) -> list[Any]:
    moments = {"forgotten": _before(today, UNCOLLECTED_DAYS), "unanswered": _before(today, UNANSWERED_DAYS)}
    return list(db.session.execute(statement, {"me": person, "today": today, **moments, **values}))


def _before(today: date, days: int) -> datetime:
    """What is older than that many days, counted as people do: from one day to the other."""
    return clock.start_of(today - timedelta(days=days - 1))


def _some(statement: Statement, kept: Kept) -> Some:
    """The rows of these ids, in their order."""
    ids, total = kept
    found = {row.id: row for row in db.session.execute(statement, {"ids": ids})} if ids else {}
    return Some([found[one] for one in ids if one in found], total)


def _whole(rows: Sequence[Any]) -> Kept:
    return tuple(row.id for row in rows), int(rows[0].rows) if rows else 0


@cache
def _shown() -> Statement:
    return _tickets(Ticket.id.in_(bindparam("ids", expanding=True)))


@cache
def _due(segment: Segment) -> Statement:
    ready_first = case((Ticket.state == TicketState.READY, 0), else_=1)
    stuck_last = case((Ticket.waiting == Waiting.NONE, 0), else_=1)
    query = select(Ticket.id, func.count().over().label("rows")).where(SEEN, SEGMENTS[segment])
    return query.order_by(ready_first, stuck_last, Ticket.priority.desc(), Ticket.ready_at, Ticket.id).limit(
        bindparam("limit")
    )


@kept_until("tickets")
def _due_ids(segment: Segment, person: int, today: date, limit: int) -> Kept:
    return _whole(_kept(_due(segment), person, today, limit=limit))


def due_tickets(user: User, segment: Segment, limit: int) -> Some:
    """`TICKET` rows to hand over, then to finish today: the urgent first, what waits for something last."""
    kept = _due_ids(segment, scope(user), clock.today(), limit) if segment in SEGMENTS else ((), 0)
    return _some(_shown(), kept)


@cache
def _own() -> Statement:
    finished = case((Ticket.state.in_(UNFINISHED), 0), else_=1)
    late = case((Ticket.promised_on < TODAY, 0), else_=1)
    query = _tickets(SEEN, Ticket.assignee_id == bindparam("user"), Ticket.state.not_in(FINAL))
    return query.order_by(
        finished, late, Ticket.promised_on.is_(None), Ticket.promised_on, Ticket.priority.desc(), Ticket.id
    ).limit(bindparam("limit"))


def own_tickets(user: User, limit: int) -> list[Any]:
    """`TICKET` rows that this person repairs, by promised day; what is ready comes at the end."""
    return _rows(_own(), user, limit=limit)


@cache
def _unassigned() -> Statement:
    query = _tickets(SEEN, Ticket.assignee_id.is_(None), Ticket.state.in_((TicketState.RECEIVED, TicketState.OPENED)))
    return query.order_by(Ticket.priority.desc(), Ticket.received_at).limit(8)


def unassigned_tickets(user: User) -> list[Any]:
    """`TICKET` rows that nobody has yet, urgent and oldest first."""
    return _rows(_unassigned(), user)


@cache
def _tasks() -> Statement:
    wanted = or_(Task.due_on <= TODAY, Task.subject_kind == "message")
    return (
        select(
            Task.id,
            Task.label,
            Task.call,
            Task.due_on,
            Task.subject_kind,
            Task.subject_id,
            Contact.name.label("client"),
            Contact.phone,
        )
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .where(
            Task.state == TaskState.OPEN, wanted, or_(Task.assignee_id.is_(None), Task.assignee_id == bindparam("user"))
        )
        .order_by(Task.due_on, Task.id)
        .limit(SHOWN)
    )


def due_tasks(user: User) -> list[Any]:
    """Open tasks for today or before, and those about a message that did not arrive: the oldest first."""
    return _rows(_tasks(), user)


@cache
def _late() -> Statement:
    late = and_(Ticket.state.in_(UNFINISHED), Ticket.promised_on < TODAY)
    uncollected = and_(READY_FOR_CLIENT, Ticket.ready_at < FORGOTTEN)
    return union_all(*(
        select(
            select(Ticket.id, literal(rank).label("uncollected"), func.count().over().label("rows"))
            .where(SEEN, which)
            .order_by(since, Ticket.id)
            .limit(bindparam("limit"))
            .subquery()
        )
        for rank, (which, since) in enumerate(((late, Ticket.promised_on), (uncollected, Ticket.ready_at)))
    ))  # fmt: skip


@kept_until("tickets")
def _late_ids(person: int, today: date, limit: int) -> tuple[Kept, Kept]:
    rows = _kept(_late(), person, today, limit=limit)
    return _whole([row for row in rows if not row.uncollected]), _whole([row for row in rows if row.uncollected])


def late_tickets(user: User, limit: int) -> tuple[Some, Some]:
    """`TICKET` rows past their promised day, then those that nobody collects: the oldest of each."""
    late, uncollected = _late_ids(scope(user), clock.today(), limit)
    rows = _some(_shown(), (late[0] + uncollected[0], 0)).rows
    waits = [row for row in rows if row.state == TicketState.READY]
    return Some([row for row in rows if row not in waits], late[1]), Some(waits, uncollected[1])


@cache
def _quotes() -> Statement:
    newer = aliased(Quote)
    followed = select(newer.id).where(newer.ticket_id == Quote.ticket_id, newer.id > Quote.id).exists()
    silent = and_(Quote.state == QuoteState.SENT, Quote.sent_at < bindparam("unanswered", type_=Quote.sent_at.type))
    lapsed = and_(Quote.state == QuoteState.EXPIRED, Ticket.state.in_(UNDECIDED), ~followed)
    return (
        select(Quote.id, func.count().over().label("rows"))
        .join(Ticket, Ticket.id == Quote.ticket_id)
        .where(SEEN, Quote.state.in_((QuoteState.SENT, QuoteState.EXPIRED)), or_(silent, lapsed))
        .order_by(Quote.sent_at, Quote.id)
        .limit(bindparam("limit"))
    )


@cache
def _shown_quotes() -> Statement:
    return (
        select(
            Quote.id, Quote.number, Quote.state, Quote.sent_at, Quote.reminders, Quote.gross, Ticket.title,
            Contact.name.label("client"),
        )
        .join(Ticket, Ticket.id == Quote.ticket_id)
        .join(Contact, Contact.id == Quote.contact_id)
        .where(Quote.id.in_(bindparam("ids", expanding=True)))
    )  # fmt: skip


@kept_until("tickets", "quotes")
def _quote_ids(person: int, today: date, limit: int) -> Kept:
    return _whole(_kept(_quotes(), person, today, limit=limit))


def quotes_to_chase(user: User, limit: int) -> Some:
    """Quotes without an answer for some days, and expired ones that nothing followed: the oldest."""
    return _some(_shown_quotes(), _quote_ids(scope(user), clock.today(), limit))
