"""One ticket: fetched and authorised in one call, by statements built once."""

from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, bindparam, false, inspect, or_, select, true
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db
from app.tickets.models import Ticket, TicketLine
from app.tickets.queries.filters import SCOPES, scope_of
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


@cache
def _statement(scope: str, by: Literal["number", "id"]) -> Select[Ticket]:
    return select(Ticket).where(getattr(Ticket, by) == bindparam("which"), SCOPES[scope]).options(*WITH_LINES)


def ticket_for(user: User, number: str) -> Ticket | None:
    """The ticket of that number, when this person may see it."""
    asked = {"which": number, "me": user.id}
    return db.session.scalars(_statement(scope_of(user), "number"), asked).one_or_none()


def ticket_for_id(user: User, ticket_id: int) -> Ticket | None:
    """The ticket of that id, when this person may see it."""
    asked = {"which": ticket_id, "me": user.id}
    return db.session.scalars(_statement(scope_of(user), "id"), asked).one_or_none()


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


_RELATED = (
    select(Ticket.number, Ticket.title, Ticket.state, Ticket.outcome, Ticket.received_at)
    .where(
        Ticket.id != bindparam("me"),
        or_(
            Ticket.parent_id == bindparam("me"),
            Ticket.asset_id == bindparam("asset"),
            Ticket.id == bindparam("parent"),
        ),
    )
    .limit(FAMILY)
)


def related(ticket: Ticket, limit: int = 6) -> list[Any]:
    """Earlier and later tickets of the same thing: (number, title, state, outcome, received_at)."""
    rows = db.session.execute(_RELATED, {"me": ticket.id, "asset": ticket.asset_id, "parent": ticket.parent_id})
    # Sorted here: asked to sort, the database would walk the whole table backwards rather than use the three indexes.
    return sorted(rows, key=lambda row: row.received_at, reverse=True)[:limit]
