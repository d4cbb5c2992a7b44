"""The one thing that is asked of the client now."""

from app.portal.queries.surveys import survey_open
from app.portal.states import ToDo
from app.sales.models import Quote
from app.sales.queries import reachable
from app.tickets.models import Ticket
from app.tickets.states import FINAL, Outcome, TicketState, Waiting

NOT_REPAIRED = (Outcome.QUOTE_REFUSED, Outcome.NOT_REPAIRABLE, Outcome.ABANDONED)


def to_do(ticket: Ticket, quote: Quote | None) -> ToDo:
    """What the top of the page shows; `quote` is the newest that was sent, with its ticket."""
    if quote is not None and reachable(quote):
        return ToDo.QUOTE
    if ticket.state == TicketState.READY:
        return ToDo.TAKE_BACK if ticket.outcome in NOT_REPAIRED else ToDo.COLLECT
    if ticket.state == TicketState.SHIPPING:
        return ToDo.PARCEL
    if ticket.waiting == Waiting.CLIENT:
        return ToDo.REPLY
    if ticket.state in FINAL:
        return ToDo.SURVEY if survey_open(ticket) else ToDo.DONE
    return ToDo.DONE if ticket.state == TicketState.SOLVED else ToDo.NOTHING
