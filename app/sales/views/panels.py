"""What the ticket's page shows of quotes: the panel of the record, and the filled button of its header."""

from typing import Any

from flask import g

from app.core.errors import DomainError
from app.core.outbox import Channel
from app.messaging.services import preferred
from app.sales import queries
from app.sales.services import check_sendable, planned_for
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.queries import lines_of
from app.tickets.states import UNDECIDED, Cover, TicketKind, TicketState

WORDS = {Channel.EMAIL: "courriel", Channel.SMS: "SMS"}


def _figures(ticket: Ticket) -> dict[str, Any]:
    """The lines' total and the quotes of a ticket, read once for its two panels."""
    if "quote_figures" not in g:
        g.quote_figures = {}
    if ticket.id not in g.quote_figures:
        g.quote_figures[ticket.id] = _read(ticket)
    found: dict[str, Any] = g.quote_figures[ticket.id]
    return found


def _read(ticket: Ticket) -> dict[str, Any]:
    lines = lines_of(ticket)
    gross = queries.lines_total(lines).gross
    sent = [quote for quote in queries.quotes_of(ticket.id) if quote.state != QuoteState.DRAFT]
    last = sent[0] if sent else None
    try:
        check_sendable(ticket, lines)
        sendable = True
    except DomainError:
        sendable = False
    live = last is not None and last.state in (QuoteState.SENT, QuoteState.ACCEPTED)
    covered = ticket.ceiling is not None and 0 < gross <= ticket.ceiling
    return {
        "ticket": ticket,
        "due": max(0, gross - sum(share.amount for share in planned_for(ticket.id)) - (ticket.paid_at_intake or 0)),
        "gross": gross,
        "sendable": sendable,
        "changed": last is not None and live and last.gross != gross,
        "last": last,
        "earlier": sent[1:],
        "next_step": sendable and not live and not covered and ticket.cover == Cover.NONE,
        "covered": covered,
        "channels": [WORDS[channel] for channel in preferred(ticket.contact)] if ticket.contact else [],
    }


def main_panel(ticket: Ticket) -> dict[str, Any] | None:
    """The quote of a repair; absent where there is none to make."""
    if ticket.kind != TicketKind.REPAIR or ticket.contact_id is None:
        return None
    figures = _figures(ticket)
    return figures if figures["last"] or figures["sendable"] else None


def header_panel(ticket: Ticket) -> dict[str, Any] | None:
    """« Envoyer le devis, 118,00 € »: the one next action while the client's agreement is needed and was not asked."""
    if ticket.kind != TicketKind.REPAIR or ticket.state not in UNDECIDED or ticket.state == TicketState.QUOTED:
        return None
    figures = _figures(ticket)
    return figures if figures["next_step"] else None
