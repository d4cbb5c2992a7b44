"""Quotes: a ticket with lines, a quote sent with its PDF made."""

from typing import Any

from app.core import links
from app.core.db import db, transaction
from app.core.subject import subject_of
from app.sales import jobs, services
from app.sales.models import Quote
from app.tickets.models import Ticket
from app.tickets.services import LineInput, add_line, locked
from app.tickets.states import LineKind, TicketState
from tests.factories.tickets import a_ticket

# The picture of the quote: 119,17 € without tax, 143,00 € with.
LINES = (
    LineInput(LineKind.PART, "Joint de groupe 73 mm", 1000, 750, 2000, reference="P-0417"),
    LineInput(LineKind.PART, "Jeu de meules acier", 1000, 4000, 2000, reference="P-0533"),
    LineInput(LineKind.PART, "Détartrant atelier", 1000, 500, 2000, reference="P-0102", unit="dose"),
    LineInput(LineKind.LABOUR, "Main-d'œuvre atelier", 750, 8889, 2000),
)


def a_priced_ticket(*lines: LineInput, state: TicketState = TicketState.DIAGNOSING, **values: Any) -> Ticket:
    """A repair under diagnosis, with the lines of the picture or those given."""
    ticket = a_ticket(state, **values)
    with transaction():
        fresh = locked(ticket)
        for line in lines or LINES:
            add_line(fresh, line)
    return ticket


def a_sent_quote(ticket: Ticket | None = None, *, printed: bool = True, **values: Any) -> Quote:
    """A quote sent; its PDF made and the client told unless `printed` is False."""
    found = ticket or a_priced_ticket(**values)
    with transaction():
        quote = services.send(found)
    if printed:
        jobs.render_and_send(quote.id)
    return fresh(quote)


def fresh(quote: Quote) -> Quote:
    """The quote as the database has it now."""
    db.session.expire_all()
    return db.session.get_one(Quote, quote.id)


def link_to(quote: Quote) -> str:
    """The path of the page that the client received."""
    token = links.token_of("quote", subject_of(quote))
    assert token is not None
    return f"/suivi/devis/{token}"


def status_of(ticket: Ticket) -> str:
    """The path of the client's status page."""
    token = links.token_of("status", subject_of(ticket))
    assert token is not None
    return f"/suivi/{token}"
