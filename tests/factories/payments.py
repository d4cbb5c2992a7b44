"""Invoices as payments see them (issued, so much to pay), and what settles them."""

from datetime import date, timedelta
from typing import Any

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.payments import services
from app.payments.models import Payment
from app.payments.states import Method
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.states import DocumentKind, DocumentState
from tests.factories.base import serial


def owed(
    contact: Contact, due: int, *, days: int = 30, share: tuple[Contact, int] | None = None, **values: Any
) -> SalesDocument:
    """An issued invoice of so many cents, due in `days` (below zero: late). `share`: who else pays how much of it."""
    issued = values.pop("issued_on", clock.today() + timedelta(days=min(0, days - 30)))
    third = share[1] if share else 0
    kind = values.pop("kind", DocumentKind.INVOICE)
    prefix = "A" if kind == DocumentKind.CREDIT else "F"
    with transaction():
        document = SalesDocument(
            kind=kind, number=f"{prefix}-T-{serial():04d}", state=DocumentState.ISSUED, contact_id=contact.id,
            issued_on=issued, due_on=clock.today() + timedelta(days=days), due=due, third_party=third,
            gross=due + third, net=due + third, **values,
        )  # fmt: skip
        db.session.add(document)
        db.session.flush()
        if share:
            label = "Bonus Réparation"
            db.session.add(ThirdPartyShare(document_id=document.id, payer_id=share[0].id, label=label, amount=third))
            db.session.flush()
        document.issued_at = clock.now()
    return document


def a_credit_note(contact: Contact, due: int, **values: Any) -> SalesDocument:
    """An issued credit note."""
    return owed(contact, due, kind=DocumentKind.CREDIT, **values)


def paid(contact: Contact, amount: int, *documents: SalesDocument, method: Method = Method.TRANSFER, on: date | None = None,
         **said: Any) -> Payment:  # fmt: skip
    """A payment, each document settled as far as it goes; without documents, a credit."""
    parts, left = [], amount
    for document in documents:
        part = min(left, document.left)
        parts.append((document.id, part))
        left -= part
    with transaction():
        return services.receive(contact.id, method, amount, on or clock.today(), allocations=parts, **said)
