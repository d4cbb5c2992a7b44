"""What today asks for, and what is late: rows as tuples, a few of each, with how many there are in all."""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.accounts.models import User
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.messaging.models import Task
from app.messaging.states import TaskState
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.queries import visible
from app.tickets.queries.filters import UNFINISHED
from app.tickets.states import FINAL, MAY_WAIT, TicketKind, TicketState, Waiting

SHOWN = 60
UNCOLLECTED_DAYS = 14
UNANSWERED_DAYS = 2
TICKET = (
    Ticket.id, Ticket.number, Ticket.title, Ticket.kind, Ticket.state, Ticket.waiting, Ticket.priority, Ticket.promised_on,
    Ticket.ready_at, Ticket.received_at, Contact.name.label("client"), Contact.phone, User.name.label("assignee"),
)  # fmt: skip


def _tickets(user: User, *where: ColumnElement[bool]) -> Any:
    return (
        select(*TICKET)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(User, User.id == Ticket.assignee_id)
        .where(visible(user), *where)
    )


def _forgotten_since() -> datetime:
    return clock.now() - timedelta(days=UNCOLLECTED_DAYS)


def to_hand_over(today: date) -> ColumnElement[bool]:
    """Ready, and its client expects it today or before; what waits for weeks is chased instead."""
    expected = or_(Ticket.promised_on.is_(None), Ticket.promised_on <= today)
    return and_(Ticket.state == TicketState.READY, Ticket.kind == TicketKind.REPAIR, Ticket.ready_at >= _forgotten_since(), expected)


def due_tickets(user: User) -> list[Any]:
    """`TICKET` rows to hand over, then to finish today: the urgent first, those that wait for something last."""
    today = clock.today()
    to_finish = and_(Ticket.state.in_(UNFINISHED), Ticket.promised_on == today)
    ready_first = case((Ticket.state == TicketState.READY, 0), else_=1)
    stuck_last = case((Ticket.waiting == Waiting.NONE, 0), else_=1)
    query = _tickets(user, or_(to_hand_over(today), to_finish))
    return list(db.session.execute(query.order_by(ready_first, stuck_last, Ticket.priority.desc(), Ticket.ready_at, Ticket.id).limit(SHOWN)))


def own_tickets(user: User, today: date) -> list[Any]:
    """`TICKET` rows that this person repairs, by promised day; what is ready waits at the end."""
    mine = and_(Ticket.assignee_id == user.id, Ticket.state.not_in(FINAL))
    finished = case((Ticket.state.in_(UNFINISHED), 0), else_=1)
    late = case((Ticket.promised_on < today, 0), else_=1)
    query = _tickets(user, mine).order_by(finished, late, Ticket.promised_on.is_(None), Ticket.promised_on, Ticket.priority.desc(), Ticket.id)
    return list(db.session.execute(query.limit(SHOWN)))


def unassigned_tickets(user: User) -> list[Any]:
    """`TICKET` rows that nobody has yet, urgent and oldest first."""
    query = _tickets(user, Ticket.assignee_id.is_(None), Ticket.state.in_((TicketState.RECEIVED, TicketState.OPENED)))
    return list(db.session.execute(query.order_by(Ticket.priority.desc(), Ticket.received_at).limit(8)))


def due_tasks(user: User) -> list[Any]:
    """Open tasks for today or before, and those about a message that did not arrive: the oldest first."""
    wanted = or_(Task.due_on <= clock.today(), Task.subject_kind == "message")
    query = (
        select(Task.id, Task.label, Task.call, Task.due_on, Task.subject_kind, Task.subject_id, Contact.name.label("client"), Contact.phone)
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .where(Task.state == TaskState.OPEN, wanted, or_(Task.assignee_id.is_(None), Task.assignee_id == user.id))
        .order_by(Task.due_on, Task.id)
        .limit(SHOWN)
    )
    return list(db.session.execute(query))


def late_tickets(user: User, each: int) -> list[Any]:
    """`TICKET` rows past their promised day, then those nobody collects: `each` of the oldest, with `rows` in all, `rank` among them (`uncollected`: which)."""
    late = and_(Ticket.state.in_(UNFINISHED), Ticket.promised_on < clock.today())
    forgotten = and_(
        Ticket.state == TicketState.READY, Ticket.kind == TicketKind.REPAIR, Ticket.ready_at < _forgotten_since()
    )
    kind = case((Ticket.state == TicketState.READY, 1), else_=0)
    since = case((Ticket.state == TicketState.READY, func.date(Ticket.ready_at)), else_=func.date(Ticket.promised_on))
    ranked = (
        select(
            Ticket.id, kind.label("uncollected"), func.count().over(partition_by=kind).label("rows"),
            func.row_number().over(partition_by=kind, order_by=(since, Ticket.id)).label("rank"),
        )
        .where(visible(user), or_(late, forgotten))
        .subquery()
    )  # fmt: skip
    query = (
        select(*TICKET, ranked.c.uncollected, ranked.c.rows, ranked.c.rank)
        .join(ranked, ranked.c.id == Ticket.id)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(User, User.id == Ticket.assignee_id)
        .where(ranked.c.rank <= each)
        .order_by(ranked.c.uncollected, ranked.c.rank)
    )
    return list(db.session.execute(query))


def quotes_to_chase(user: User, each: int) -> list[Any]:
    """Quotes without an answer for some days, and expired ones that nothing followed: the oldest, with `rows` in all."""
    newer = aliased(Quote)
    followed = select(newer.id).where(newer.ticket_id == Quote.ticket_id, newer.id > Quote.id).exists()
    silent = and_(Quote.state == QuoteState.SENT, Quote.sent_at < clock.now() - timedelta(days=UNANSWERED_DAYS))
    lapsed = and_(Quote.state == QuoteState.EXPIRED, Ticket.state.in_((*MAY_WAIT, TicketState.QUOTED)), ~followed)
    query = (
        select(
            Quote.id, Quote.number, Quote.state, Quote.sent_at, Quote.reminders, Quote.gross, Ticket.title, Contact.name.label("client"),
            func.count().over().label("rows"),
        )
        .join(Ticket, Ticket.id == Quote.ticket_id)
        .join(Contact, Contact.id == Quote.contact_id)
        .where(visible(user), Quote.state.in_((QuoteState.SENT, QuoteState.EXPIRED)), or_(silent, lapsed))
        .order_by(Quote.sent_at, Quote.id)
        .limit(each)
    )  # fmt: skip
    return list(db.session.execute(query))
