"""What the till shows on the pages of others: the payment when a device is handed over, the tickets of a contact."""

from typing import Any

from app.contacts.models import Contact
from app.tickets.models import Ticket
from app.till import queries
from app.till.services.gestures import left_to_pay


def hand_over_panel(ticket: Ticket) -> dict[str, Any] | None:
    """« Encaisser 96,00 € »; absent where there is no till, or nothing was ever to pay."""
    tills = queries.tills()
    left = left_to_pay(ticket) if tills else None
    return None if left is None else {"ticket": ticket, "tills": tills, "left": left}


def contact_panel(contact: Contact) -> dict[str, Any] | None:
    """The last tickets of a contact, and what he owes to the till."""
    rows = queries.tickets_of_contact(contact.id)
    return {"rows": rows, "owed": queries.till_account(contact.id)} if rows else None
