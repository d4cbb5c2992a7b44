"""The list of tickets: rows are tuples, in the order asked. Its statement is built once per shape, as the board's."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.pages import Page, paged
from app.tickets.models import Ticket
from app.tickets.queries.filters import OPENED, Filters, Shape, shape_of, values_of, where_of

ROW = (
    Ticket.id,
    Ticket.number,
    Ticket.title,
    Contact.name.label("client"),
    Ticket.state,
    Ticket.state_since,
    Ticket.waiting,
    Ticket.waiting_note,
    Ticket.priority,
    Ticket.promised_on,
    User.name.label("assignee"),
    Ticket.received_at,
    Ticket.outcome,
    Ticket.version,
    Ticket.kind,
)
ORDERS: dict[str, tuple[Any, ...]] = {
    "promis": (Ticket.promised_on.is_(None), Ticket.promised_on, Ticket.id),
    "etat": (Ticket.state, Ticket.id.desc()),
    "client": (Contact.name, Ticket.id.desc()),
    "priorite": (Ticket.priority.desc(), Ticket.promised_on),
    "age": (Ticket.state_since, Ticket.id),
}
NEWEST = (Ticket.received_at.desc(), Ticket.id.desc())


@lru_cache(maxsize=256)
def _statement(shape: Shape, opened: bool, sort: str) -> Select[*tuple[Any, ...]]:
    return (
        select(*ROW)
        .outerjoin(Contact, Contact.id == Ticket.contact_id)
        .outerjoin(User, User.id == Ticket.assignee_id)
        .where(*where_of(shape), *([OPENED] if opened else []))
        .order_by(*ORDERS.get(sort, NEWEST))
    )


def listing(user: User, filters: Filters, sort: str, number: int, size: int) -> Page:
    """One page of the list: open tickets unless a state, a group, a text or « sortis » is asked; newest first."""
    opened = not (filters.state or filters.group or filters.text or filters.closed)
    statement = _statement(shape_of(user, filters), opened, sort if sort in ORDERS else "")
    return paged(statement, number, size, values=values_of(user, filters))
