"""What higher features are told of tickets: one came in, one changed hands."""

from collections.abc import Callable

from app.tickets.models import Ticket

Told = Callable[[Ticket], None]
_taken_in: list[Told] = []
_assigned: list[Told] = []


def declare_told(*, taken_in: Told, assigned: Told) -> None:
    """Start-up: be told of each ticket taken in, and of each that is given to somebody else, inside its transaction."""
    _taken_in.append(taken_in)
    _assigned.append(assigned)


def tell_taken_in(ticket: Ticket) -> None:
    """It is written, numbered, and its client is told."""
    for told in _taken_in:
        told(ticket)


def tell_assigned(ticket: Ticket) -> None:
    """Its assignee is another one, or nobody."""
    for told in _assigned:
        told(ticket)
