"""What the till shows on the pages of others: the payment when a device is handed over, the tickets of a contact."""

from collections.abc import Collection
from typing import Any

from flask_login import current_user

from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core.i18n import _
from app.core.urls import path
from app.stock.services.hooks import told
from app.tickets.models import Ticket
from app.till import queries
from app.till.queries.numbers import numbers_of, sales_told
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


def numbers_panel(contact: Any) -> dict[str, Any] | None:
    """Lots and serial numbers of what this client bought; absent without any."""
    rows = numbers_of(contact.id)
    return (
        {"rows": rows, "links": told(current_user, {(row.about_kind, row.about_id) for row in rows})} if rows else None
    )


def sale_told(user: Any, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """(words, address) of the tickets of the till that moves are about, for who may see them."""
    if not allowed(user, "till.view"):
        return {}
    return {
        sale_id: (_("Ticket %(number)s", number=number), path("till.ticket", number=number))
        for sale_id, number in sales_told(ids).items()
    }
