"""Money paid at the intake of repairs: what was brought for a ticket, less what was given back and what it settled. Cents."""

from typing import Any, NamedTuple

from sqlalchemy import ScalarSelect, func, select

from app.core.db import db
from app.payments.models import Allocation, Payment
from app.payments.states import PaymentState
from app.tickets.models import Ticket


def left_for(ticket_id: Any) -> ScalarSelect[int]:
    """What is left of it, as a column: `ticket_id` is a value or a column of tickets."""
    spent = (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .where(Allocation.payment_id == Payment.id)
        .correlate(Payment)
        .scalar_subquery()
    )
    brought = select(func.coalesce(func.sum(Payment.amount - spent), 0))
    return brought.where(Payment.ticket_id == ticket_id, Payment.state != PaymentState.PENDING).scalar_subquery()


def left_of_intake(ticket_id: int) -> int:
    """What is left of the money paid at the intake of a ticket."""
    return int(db.session.scalar(select(left_for(ticket_id))) or 0)


class Held(NamedTuple):
    """Money kept for a ticket."""

    ticket_id: int
    number: str
    left: int


def held_for(contact_id: int) -> list[Held]:
    """What is kept for the repairs of a payer, the oldest first."""
    left = left_for(Ticket.id)
    paid = select(Payment.ticket_id).where(Payment.contact_id == contact_id, Payment.ticket_id.is_not(None))
    query = select(Ticket.id, Ticket.number, left).where(Ticket.id.in_(paid), left > 0).order_by(Ticket.id)
    return [Held(row[0], row[1], int(row[2])) for row in db.session.execute(query)]


def movements_of(ticket_id: int) -> list[Any]:
    """(payment id, payer, date, method, amount, state, reverses_id, spent) of what was brought and given back for a ticket."""
    spent = select(func.coalesce(func.sum(Allocation.amount), 0)).where(Allocation.payment_id == Payment.id)
    query = select(
        Payment.id, Payment.contact_id, Payment.received_on, Payment.method, Payment.amount, Payment.state, Payment.reverses_id,
        spent.correlate(Payment).scalar_subquery().label("spent"),
    ).where(Payment.ticket_id == ticket_id)  # fmt: skip
    return list(db.session.execute(query.order_by(Payment.id)))
