"""What is owed, and by whom. Cents; the payer of a document is its `payer`, else its client."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.core import clock
from app.core.db import db
from app.payments.models import Allocation, Payment
from app.payments.states import PaymentState
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.states import DocumentKind, DocumentState

INVOICES = frozenset({DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.INVOICE})


class Owed(NamedTuple):
    """Something to pay: an invoice, or (`share_id`) a third party's share of one."""

    document_id: int
    number: str
    title: str
    issued_on: date | None
    due_on: date | None
    due: int
    paid: int
    share_id: int | None = None

    @property
    def left(self) -> int:
        """Cents still to pay."""
        return self.due - self.paid


def payer_is(contact_id: int) -> ColumnElement[bool]:
    """The documents that this contact pays."""
    return (SalesDocument.payer_id == contact_id) | (
        SalesDocument.payer_id.is_(None) & (SalesDocument.contact_id == contact_id)
    )


def unpaid() -> ColumnElement[bool]:
    """Invoices issued and not settled."""
    return (
        SalesDocument.kind.in_(INVOICES)
        & (SalesDocument.state == DocumentState.ISSUED)
        & SalesDocument.settled.is_(False)
        & (SalesDocument.due > SalesDocument.paid)
    )


def open_documents(contact_id: int) -> list[Owed]:
    """What a payer has to pay, third parties' shares that are his included, the oldest due date first."""
    own = select(
        SalesDocument.id, SalesDocument.number, SalesDocument.title, SalesDocument.issued_on, SalesDocument.due_on,
        SalesDocument.due, SalesDocument.paid,
    ).where(unpaid(), payer_is(contact_id))  # fmt: skip
    shares = (
        select(
            SalesDocument.id, SalesDocument.number, ThirdPartyShare.label, SalesDocument.issued_on, SalesDocument.due_on,
            ThirdPartyShare.amount, ThirdPartyShare.paid, ThirdPartyShare.id,
        )
        .join(SalesDocument, SalesDocument.id == ThirdPartyShare.document_id)
        .where(
            ThirdPartyShare.payer_id == contact_id, ThirdPartyShare.amount > ThirdPartyShare.paid,
            SalesDocument.state == DocumentState.ISSUED,
        )
    )  # fmt: skip
    found = [Owed(*row) for row in (*db.session.execute(own), *db.session.execute(shares))]
    return sorted(found, key=lambda owed: (owed.due_on or owed.issued_on or date.max, owed.document_id))


def open_credits(contact_id: int) -> list[Owed]:
    """Credit notes not spent yet, the oldest first; `due` and `paid` without sign."""
    query = (
        select(
            SalesDocument.id, SalesDocument.number, SalesDocument.title, SalesDocument.issued_on, SalesDocument.due_on,
            func.abs(SalesDocument.due), func.abs(SalesDocument.paid),
        )
        .where(
            SalesDocument.kind == DocumentKind.CREDIT, SalesDocument.state == DocumentState.ISSUED,
            SalesDocument.settled.is_(False), payer_is(contact_id),
        )
        .order_by(SalesDocument.id)
    )  # fmt: skip
    return [Owed(*row) for row in db.session.execute(query)]


def _allocated() -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .where(Allocation.payment_id == Payment.id)
        .scalar_subquery()
    )


def credit_of(contact_id: int) -> int:
    """What a payer paid and that settles nothing yet, in cents (credit notes aside)."""
    query = select(func.coalesce(func.sum(Payment.amount - _allocated()), 0)).where(
        Payment.contact_id == contact_id, Payment.state != PaymentState.PENDING
    )
    return int(db.session.scalar(query) or 0)


def payments_with_credit(contact_id: int) -> list[int]:
    """Ids of the payer's payments that settle less than they brought, the oldest first."""
    query = (
        select(Payment.id)
        .where(
            Payment.contact_id == contact_id, Payment.state == PaymentState.RECEIVED, Payment.amount > _allocated(),
            Payment.amount > 0,
        )
        .order_by(Payment.received_on, Payment.id)
    )  # fmt: skip
    return list(db.session.scalars(query))


class Balance(NamedTuple):
    """Cents. `owed`: invoices and shares to pay; `late`: of these, past their date; `credit`: paid too much; `notes`: credit notes."""

    owed: int
    late: int
    credit: int
    notes: int

    @property
    def total(self) -> int:
        """What the payer owes when all is set against all; below zero when we owe him."""
        return self.owed - self.credit - self.notes


def balance_from(owed: list[Owed], notes: list[Owed], credit: int) -> Balance:
    """The account, from what was read already."""
    today = clock.today()
    late = sum(row.left for row in owed if row.due_on is not None and row.due_on < today)
    return Balance(sum(row.left for row in owed), late, credit, sum(row.left for row in notes))


def balance_of(contact_id: int) -> Balance:
    """The account of a payer, in four queries."""
    return balance_from(open_documents(contact_id), open_credits(contact_id), credit_of(contact_id))


def ever_paid(contact_id: int) -> bool:
    """True when this contact paid something once."""
    return db.session.scalar(select(Payment.id).where(Payment.contact_id == contact_id).limit(1)) is not None
