"""The status page: one thing to do, the steps, what there is to read."""

from flask import Response

from app.core.subject import subject_of
from app.core.web import page
from app.messaging.queries import thread_of, unread_count
from app.portal import queries
from app.portal.states import ToDo
from app.portal.views.doors import TicketAccess, ticket_pages
from app.sales.queries import latest_of


@ticket_pages.page()
def status(access: TicketAccess) -> Response:
    """Where the repair is."""
    ticket = access.ticket
    quote = latest_of(ticket.id)
    subject = subject_of(ticket)
    return page(
        "portal/status.html", access=access, ticket=ticket, quote=quote, todo=queries.to_do(ticket, quote), ToDo=ToDo,
        journey=queries.journey_of(ticket, quote), papers=queries.papers_of(ticket), opening=queries.opening_words(),
        unread=unread_count(subject, for_client=True), written=len(thread_of(subject, for_client=True)),
    )  # fmt: skip
