"""What today asks for, and what is late: rows as tuples, a few of each, with how many there are in all.

Statements are made once and kept: only their parameters change from one request to the next.
"""

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.insights.queries.workshop import SEEN, params_of
from app.insights.states import Segment
from app.messaging.models import Task
from app.messaging.states import TaskState
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.queries.filters import UNFINISHED
from app.tickets.states import FINAL, MAY_WAIT, TicketKind, TicketState, Waiting

Statement = Select[*tuple[Any, ...]]
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


def _tickets(*where: ColumnElement[bool], more: tuple[Any, ...] = ()) -> Statement:
    return (
        select(*TICKET, *more)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(User, User.id == Ticket.assignee_id)
        .where(*where)
    )


def _rows(statement: Statement, user: User, **values: Any) -> list[Any]:
    today = clock.today()
    moments = {
        "today": today,
        "forgotten": _since(UNCOLLECTED_DAYS),
        "unanswered": _since(UNANSWERED_DAYS),
        "user": user.id,
    }
    return list(db.session.execute(statement, {**params_of(user), **moments, **values}))


def _since(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


@cache
def _due(segment: Segment) -> Statement:
    ready_first = case((Ticket.state == TicketState.READY, 0), else_=1)
    stuck_last = case((Ticket.waiting == Waiting.NONE, 0), else_=1)
    query = _tickets(SEEN, SEGMENTS[segment], more=(func.count().over().label("rows"),))
    return query.order_by(ready_first, stuck_last, Ticket.priority.desc(), Ticket.ready_at, Ticket.id).limit(
        bindparam("limit")
    )


def due_tickets(user: User, segment: Segment, limit: int) -> list[Any]:
    """`TICKET` rows to hand over, then to finish today, with `rows` in all: the urgent first, what waits for something last."""
    return _rows(_due(segment), user, limit=limit) if segment in SEGMENTS else []


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
    kind = case((Ticket.state == TicketState.READY, 1), else_=0)
    since = case((Ticket.state == TicketState.READY, func.date(Ticket.ready_at)), else_=func.date(Ticket.promised_on))
    ranked = (
        select(
            Ticket.id, kind.label("uncollected"), func.count().over(partition_by=kind).label("rows"),
            func.row_number().over(partition_by=kind, order_by=(since, Ticket.id)).label("rank"),
        )
        .where(SEEN, or_(late, and_(READY_FOR_CLIENT, Ticket.ready_at < FORGOTTEN)))
        .subquery()
    )  # fmt: skip
    query = _tickets(ranked.c.rank <= bindparam("each"), more=(ranked.c.uncollected, ranked.c.rows, ranked.c.rank))
    return query.join(ranked, ranked.c.id == Ticket.id).order_by(ranked.c.uncollected, ranked.c.rank)


def late_tickets(user: User, each: int) -> list[Any]:
    """`TICKET` rows past their promised day, then those nobody collects (`uncollected`): `each` of the oldest, with `rows` in all
    and `rank` among them."""
    return _rows(_late(), user, each=each)


@cache
def _quotes() -> Statement:
    newer = aliased(Quote)
    followed = select(newer.id).where(newer.ticket_id == Quote.ticket_id, newer.id > Quote.id).exists()
    silent = and_(Quote.state == QuoteState.SENT, Quote.sent_at < bindparam("unanswered", type_=Quote.sent_at.type))
    lapsed = and_(Quote.state == QuoteState.EXPIRED, Ticket.state.in_((*MAY_WAIT, TicketState.QUOTED)), ~followed)
    return (
        select(
            Quote.id, Quote.number, Quote.state, Quote.sent_at, Quote.reminders, Quote.gross, Ticket.title, Contact.name.label("client"),
            func.count().over().label("rows"),
        )
        .join(Ticket, Ticket.id == Quote.ticket_id)
        .join(Contact, Contact.id == Quote.contact_id)
        .where(SEEN, Quote.state.in_((QuoteState.SENT, QuoteState.EXPIRED)), or_(silent, lapsed))
        .order_by(Quote.sent_at, Quote.id)
        .limit(bindparam("limit"))
    )  # fmt: skip


def quotes_to_chase(user: User, limit: int) -> list[Any]:
    """Quotes without an answer for some days, and expired ones that nothing followed: the oldest, with `rows` in all."""
    return _rows(_quotes(), user, limit=limit)
