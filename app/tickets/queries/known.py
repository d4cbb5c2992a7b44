"""What is already known of a thing: its past tickets, and whether it comes back within the repair guarantee."""

from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core import clock
from app.core.db import db
from app.core.settings import setting
from app.tickets.models import Ticket
from app.tickets.queries.one import visible
from app.tickets.states import Outcome, TicketState


def past_tickets(asset_id: int, limit: int = 5) -> list[Any]:
    """(number, state, outcome, received_at, fault) of a thing's tickets, the newest first."""
    query = (
        select(Ticket.number, Ticket.state, Ticket.outcome, Ticket.received_at, Ticket.fault)
        .where(Ticket.asset_id == asset_id)
        .order_by(Ticket.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(query))


def made_by(form_key: str) -> Ticket | None:
    """The ticket that this very intake form already made."""
    return db.session.scalar(select(Ticket).where(Ticket.form_key == form_key))


def tickets_of(user: User, contact_id: int, limit: int = 8) -> list[Any]:
    """(number, title, state, outcome, received_at) of a contact's tickets that this person sees, the newest first."""
    query = (
        select(Ticket.number, Ticket.title, Ticket.state, Ticket.outcome, Ticket.received_at)
        .where(Ticket.contact_id == contact_id, visible(user))
        .order_by(Ticket.id.desc())
        .limit(limit)
    )
    return list(db.session.execute(query))


def guarantee_parent(asset_id: int) -> Ticket | None:
    """The repair whose guarantee still runs for this thing (QualiRépar 6.1.5: three months at least)."""
    months: int = setting("tickets.guarantee_months")
    query = (
        select(Ticket)
        .where(
            Ticket.asset_id == asset_id,
            Ticket.state == TicketState.OUT,
            Ticket.outcome == Outcome.REPAIRED,
            Ticket.out_at.is_not(None),
        )
        .order_by(Ticket.out_at.desc())
        .limit(1)
    )
    last = db.session.scalar(query)
    if last is None or last.out_at is None:
        return None
    return last if clock.today() <= clock.months_after(clock.local(last.out_at).date(), months) else None


def open_ticket_of(asset_id: int) -> str | None:
    """The number of a ticket already open for this thing."""
    query = (
        select(Ticket.number)
        .where(Ticket.asset_id == asset_id, Ticket.state.not_in((TicketState.OUT, TicketState.CLOSED)))
        .order_by(Ticket.id.desc())
        .limit(1)
    )
    return db.session.scalar(query)
