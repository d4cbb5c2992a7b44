"""Recurring invoices as their page lists them."""

from typing import Any

from sqlalchemy import select

from app.contacts.models import Contact
from app.core.db import db
from app.sales.models import Recurrence, SalesDocument


def repeats() -> list[Any]:
    """Rows, those in service first, then by their next day."""
    query = (
        select(
            Recurrence.id, Recurrence.label, Recurrence.months, Recurrence.next_on, Recurrence.until, Recurrence.issue,
            Recurrence.active, SalesDocument.number, SalesDocument.id.label("model_id"), SalesDocument.due, Contact.name.label("client"),
        )
        .join(SalesDocument, SalesDocument.id == Recurrence.model_id)
        .join(Contact, Contact.id == SalesDocument.contact_id)
        .order_by(Recurrence.active.desc(), Recurrence.next_on, Recurrence.id)
    )  # fmt: skip
    return list(db.session.execute(query.limit(300)))
