"""How a payment is found: by its means, its reference, its amount, who paid; and what tasks about it lead to."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select

from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core.db import db
from app.core.money import amount_input, euros
from app.core.personal import is_erased
from app.core.search import Document, Quoted, Source, declare_source
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.payments.models import Payment


def declare() -> None:
    """Start-up."""
    declare_source(
        Source(
            "payment", Payment, _document, "cash", "Règlements", "payments.show", "payment_id", "payment.view",
            watch=("amount", "reference", "contact_id", "method"), documents=_documents,
            quotes=(Quoted(Contact, ("name",), _of),),
        )
    )  # fmt: skip
    declare_subject(
        SubjectKind(
            "payment",
            fetch_for=_fetched,
            url=lambda payment: path("payments.show", payment_id=payment.id),
            label=lambda payment: f"{payment.method.label} {euros(payment.amount)}",
            contact_id=lambda payment: payment.contact_id,
            icon="cash",
        )
    )


def _fetched(user: Any, payment_id: int) -> Payment | None:
    return db.session.get(Payment, payment_id) if allowed(user, "payment.view") else None


def _of(ids: Sequence[int]) -> Select[int]:
    return select(Payment.id).where(Payment.contact_id.in_(ids))


def _document(payment: Payment) -> Document:
    contact = db.session.get(Contact, payment.contact_id) if payment.contact_id else None
    return _found(payment.id, payment, contact.name if contact else "")


def _documents(ids: Sequence[int]) -> Iterator[tuple[int, Document]]:
    query = (
        select(
            Payment.id,
            Payment.method,
            Payment.amount,
            Payment.reference,
            Payment.received_on,
            Payment.contact_id,
            Contact.name,
        )
        .outerjoin(Contact, Contact.id == Payment.contact_id)
        .where(Payment.id.in_(ids))
    )
    for row in db.session.execute(query):
        yield row.id, _found(row.id, row, row.name or "")


def _found(payment_id: int, payment: Any, name: str) -> Document:
    said = "" if is_erased(payment.contact_id) else payment.reference
    return Document(
        reference=str(payment_id), label=f"{payment.method.label} {euros(payment.amount)}", detail=name or said,
        words=(name, said, amount_input(payment.amount)),
    )  # fmt: skip
