"""Money paid at the intake: the ticket says how much is held for it and how it came. Payments, above, write the money itself."""

from collections.abc import Callable

from app.core.db import require_transaction
from app.tickets.models import Ticket

#: Called with a ticket on which this money was written or corrected, in its transaction.
_after_paid_in: list[Callable[[Ticket], None]] = []


def after_paid_in(hook: Callable[[Ticket], None]) -> None:
    """Start-up: have a higher feature told of the money that a ticket says was paid at its intake. It may raise DomainError."""
    _after_paid_in.append(hook)


def tell_paid_in(ticket: Ticket) -> None:
    """Tell those who asked."""
    require_transaction()
    for hook in _after_paid_in:
        hook(ticket)


def put_paid_in(ticket: Ticket, amount: int) -> None:
    """Say what is now held for a ticket (cents): told by who holds it, once some was given back or came back unpaid."""
    require_transaction()
    ticket.paid_at_intake = amount or None
