"""What other pages show of payments: the account of a contact, the settlement of a document."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from app.contacts.models import Contact
from app.core import links
from app.core.db import db
from app.core.subject import subject_of
from app.payments import queries
from app.payments.models import BankLine
from app.payments.services.reminders import LINK, UNSENT, WORDS
from app.payments.states import PaymentState
from app.purchasing import queries as purchases
from app.purchasing.models import SupplierInvoice
from app.sales.models import SalesDocument
from app.sales.states import DocumentKind, DocumentState
from app.tickets.models import Ticket

SHOWN = 6


def contact_panel(contact: Contact) -> dict[str, Any] | None:
    """What a contact owes and what we owe him; absent when he never bought nor paid anything."""
    owed, notes = queries.open_account(contact.id)
    around = queries.around_payer(contact.id)
    balance = queries.balance_from(owed, notes, around.paid_in.credit, around.paid_in.held)
    if not (owed or notes or around.paid_in.ever or around.mandates):
        return None
    return {
        "account": {
            "contact": contact,
            "owed": owed[:SHOWN],
            "more": len(owed) - SHOWN,
            "notes": notes,
            "balance": balance,
            "mandates": around.mandates,
            "coming": around.coming,
        }
    }


def client_panel(document: SalesDocument) -> dict[str, Any] | None:
    """Of the page where a client reads his invoice: the way to pay what is left of it."""
    if document.kind not in queries.INVOICES or document.state != DocumentState.ISSUED or document.left <= 0:
        return None
    token = links.token_of(LINK, subject_of(document))
    return {"payer": url_for("payments.pay", token=token), "reste": document.asked} if token else None


def document_panel(document: SalesDocument) -> dict[str, Any] | None:
    """What was set against an issued invoice, and the button « Encaisser »; of a credit note, what it was spent on; of the draft of
    a repair, what was paid at the intake."""
    if document.state == DocumentState.DRAFT and document.kind in queries.INVOICES and document.ticket_id is not None:
        waiting = queries.left_of_intake(document.ticket_id)
        return {"waiting": waiting} if waiting > 0 else None
    if document.state != DocumentState.ISSUED or document.kind not in (*queries.INVOICES, DocumentKind.CREDIT):
        return None
    credit, payer_id = document.kind == DocumentKind.CREDIT, document.payer_id or document.contact_id
    around = None if credit else queries.around_document(document.id, payer_id)
    return {
        "settlement": {
            "document": document, "credit": credit, "left": abs(document.due) - abs(document.paid) if credit else document.left,
            "rows": queries.payments_of(document.id), "spent": queries.spent_of_credit(document.id) if credit else [],
            "payer_id": payer_id, "coming": around.coming if around else [],
            "mandates": around.mandates[:1] if around and document.left > 0 else [],
            "tone": WORDS[min(document.reminders, len(WORDS) - 1)] if document.late and document.check not in UNSENT else "",
        }
    }  # fmt: skip


def ticket_panel(ticket: Ticket) -> dict[str, Any] | None:
    """The money paid at the intake of a repair, what was given back of it, what is left; corrections are not told."""
    rows = queries.movements_of(ticket.id)
    wrong = {row.id for row in rows if row.state == PaymentState.CANCELLED}
    told = [row for row in rows if row.id not in wrong and row.reverses_id not in wrong]
    if not told:
        return None
    held, spent = sum(row.amount for row in told), sum(int(row.spent) for row in told)
    payer_id = next((row.contact_id for row in told), ticket.contact_id)
    return {"ticket": ticket, "rows": told, "held": held, "left": held - spent, "payer_id": payer_id}


def bill_panel(bill: SupplierInvoice) -> dict[str, Any] | None:
    """The lines of the bank that paid a supplier invoice."""
    ids = [row.bank_line_id for row in purchases.payments_of(bill.id) if row.bank_line_id]
    if not ids:
        return None
    query = select(BankLine.id, BankLine.label, BankLine.booked_on, BankLine.amount).where(BankLine.id.in_(ids))
    return {"lines": db.session.execute(query.order_by(BankLine.booked_on, BankLine.id)).all()}
