"""The status page: one thing to do, the steps, what there is to read."""

from flask import Response, request

from app.core.subject import subject_of
from app.core.web import page
from app.messaging.queries import thread_of
from app.messaging.states import Direction
from app.portal import queries
from app.portal.states import ToDo
from app.portal.views.doors import TicketAccess, ticket_pages
from app.sales.queries import latest_of
from app.sales.queries.withdrawal import is_open, withdrawal_end


@ticket_pages.page()
def status(access: TicketAccess) -> Response:
    """Where the repair is; nothing when the page that asks already shows it (`?rev=`)."""
    ticket = access.ticket
    quote = latest_of(ticket.id)
    subject = subject_of(ticket)
    todo, papers = queries.to_do(ticket, quote), queries.papers_of(ticket)
    thread = thread_of(subject, for_client=True)
    unread = sum(row.direction == Direction.OUTGOING and row.read_at is None for row in thread)
    written = len(thread)
    bills = queries.bills_of_ticket(ticket.id, ticket.contact_id)
    money = "-".join(f"{bill.id}.{bill.paid}" for bill in bills)
    rev = f"{ticket.version}-{todo.value}-{papers.readable}-{len(papers.photos)}-{unread}-{written}-{money}"
    if request.args.get("rev") == rev:
        return Response(status=204)
    return page(
        "portal/status.html", access=access, ticket=ticket, quote=quote, todo=todo, ToDo=ToDo, papers=papers, rev=rev,
        journey=queries.journey_of(ticket, quote), opening=queries.opening_words(), unread=unread, written=written,
        bills=bills, withdrawal=withdrawal_end(quote) if quote is not None and is_open(quote) else None,
    )  # fmt: skip
