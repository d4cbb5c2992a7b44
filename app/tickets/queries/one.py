"""One ticket: fetched and authorised in one call."""

from typing import Any

from sqlalchemy import ColumnElement, Select, false, inspect, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db
from app.tickets.models import Ticket, TicketLine
from app.tickets.queries.filters import scope_of
from app.tickets.states import MOVE_RIGHTS, TicketState

LOADED = (
    joinedload(Ticket.contact).joinedload(Contact.company),
    joinedload(Ticket.asset).joinedload(Asset.model),
    joinedload(Ticket.family),
    joinedload(Ticket.assignee),
    joinedload(Ticket.parent),
    joinedload(Ticket.site),
)
FAMILY = 50  # more tickets of one thing than a page will ever show
WITH_LINES = (*LOADED, selectinload(Ticket.lines))


def visible(user: User) -> ColumnElement[bool]:
    """Which tickets a person sees, as `filters.SCOPES` with his id put in."""
    return {
        "all": true(),
        "own": Ticket.assignee_id == user.id,
        "client": Ticket.contact_id.in_(select(Contact.id).where(Contact.user_id == user.id)),
        "none": false(),
    }[scope_of(user)]


def _one(user: User, which: ColumnElement[bool]) -> Ticket | None:
    query: Select[Any] = select(Ticket).where(which, visible(user)).options(*WITH_LINES)
    return db.session.scalars(query).one_or_none()


def ticket_for(user: User, number: str) -> Ticket | None:
    """The ticket of that number, when this person may see it."""
    return _one(user, Ticket.number == number)


def ticket_for_id(user: User, ticket_id: int) -> Ticket | None:
    """The ticket of that id, when this person may see it."""
    return _one(user, Ticket.id == ticket_id)


def ticket_by_id(ticket_id: int) -> Ticket | None:
    """The ticket with what its page and slips show; for signed links and jobs, which carry their own right."""
    return db.session.scalars(select(Ticket).where(Ticket.id == ticket_id).options(*LOADED)).one_or_none()


def lines_of(ticket: Ticket) -> list[TicketLine]:
    """The parts and labour, in order; read again unless they came with the ticket."""
    if "lines" not in inspect(ticket).unloaded:
        return sorted(ticket.lines, key=lambda line: (line.position, line.id))
    query = select(TicketLine).where(TicketLine.ticket_id == ticket.id).order_by(TicketLine.position, TicketLine.id)
    return list(db.session.scalars(query))


def may_move(user: User, to: TicketState) -> bool:
    """True when the person's role may bring a ticket to that state."""
    return allowed(user, MOVE_RIGHTS.get(to, "ticket.work"))


def moves_for(user: User, ticket: Ticket) -> list[TicketState]:
    """The legal moves that this person may make by hand; « Devis à accepter » comes from sending the quote."""
    return [to for to in ticket.following if to != TicketState.QUOTED and may_move(user, to)]


def related(ticket: Ticket, limit: int = 6) -> list[Any]:
    """Earlier and later tickets of the same thing: (number, title, state, outcome, received_at)."""
    same = [Ticket.parent_id == ticket.id]
    if ticket.asset_id:
        same.append(Ticket.asset_id == ticket.asset_id)
    if ticket.parent_id:
        same.append(Ticket.id == ticket.parent_id)
    query = (
        select(Ticket.number, Ticket.title, Ticket.state, Ticket.outcome, Ticket.received_at)
        .where(Ticket.id != ticket.id, or_(*same))
        .limit(FAMILY)
    )
    # Sorted here: asked to sort, the database would walk the whole table backwards rather than use the three indexes.
    return sorted(db.session.execute(query), key=lambda row: row.received_at, reverse=True)[:limit]
