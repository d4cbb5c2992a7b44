"""What the pages of a ticket and of a contact show of orders and invoices."""

from typing import Any

from flask_login import current_user

from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core import clock
from app.sales.queries import documents as queries
from app.sales.states import DocumentState
from app.tickets.models import Ticket
from app.tickets.queries import lines_of
from app.tickets.states import BILLABLE, TicketKind


def ticket_panel(ticket: Ticket) -> dict[str, Any] | None:
    """The documents of a ticket, and « Facturer » once the work is done."""
    if ticket.kind != TicketKind.REPAIR or ticket.contact_id is None:
        return None
    rows = queries.of_ticket(ticket.id)
    ready = ticket.state in BILLABLE and bool(lines_of(ticket)) and allowed(current_user, "invoice.edit")
    billed = any(row.kind in queries.INVOICES for row in rows)
    if not rows and not ready:
        return None
    return {
        "ticket": ticket,
        "rows": rows,
        "bill": ready and not billed,
        "today_is": clock.today(),
        "DRAFT": DocumentState.DRAFT,
    }


def contact_panel(contact: Contact) -> dict[str, Any] | None:
    """The last documents of a contact, and how to make one."""
    return {"buyer": contact, "documents": queries.of_contact(contact.id), "today_is": clock.today()}
