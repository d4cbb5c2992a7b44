"""What is owed, and by whom. Cents; the payer of a document is its `payer`, else its client."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, null, select, union_all

from app.core import clock
from app.core.db import db
from app.payments.models import Allocation, Payment
from app.payments.states import PaymentState
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.queries.parts import next_left, next_on, overdue
from app.sales.states import DocumentKind, DocumentState

_left = ThirdPartyShare.amount - ThirdPartyShare.paid
INVOICES = frozenset({DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.INVOICE})


class Owed(NamedTuple):
    """Something to pay: an invoice, or (`share_id`) a third party's share of one, or of a ticket of a till, which has no document.
    `due_on`: the next date of its schedule; `next`: what is left to pay that day; `overdue`: what is left of the days before today."""

    document_id: int | None
    number: str
    title: str
    issued_on: date | None
    due_on: date | None
    due: int
    paid: int
    share_id: int | None = None
    next: int = 0
    overdue: int = 0

    @property
    def asked(self) -> int:
        """Cents to ask for now: what is late, else what the next date asks for."""
        return max(self.overdue, self.next)

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


def owed_share() -> ColumnElement[bool]:
    """Third parties' shares still to pay: of an issued invoice (outer-joined), or of a till's ticket. A credit note's are no debt."""
    invoice = (SalesDocument.state == DocumentState.ISSUED) & SalesDocument.kind.in_(INVOICES)
    rung = ThirdPartyShare.till_sale_id.is_not(None)
    return (ThirdPartyShare.amount > ThirdPartyShare.paid) & (rung | invoice)


def share_number() -> ColumnElement[str]:
    """The number of the invoice of a share, or of its till's ticket."""
    return func.coalesce(SalesDocument.number, ThirdPartyShare.piece)


def share_dates() -> tuple[ColumnElement[date], ColumnElement[date]]:
    """(issued, due) of a share: those of its invoice; a till's ticket is due at once."""
    owed_on = ThirdPartyShare.owed_on
    return func.coalesce(SalesDocument.issued_on, owed_on), func.coalesce(SalesDocument.due_on, owed_on)


def open_account(contact_id: int) -> tuple[list[Owed], list[Owed]]:
    """What a payer has to pay, third parties' shares that are his included, the oldest due date first; and his credit notes
    not spent yet, the oldest first, whose `due` and `paid` are without sign. One query."""
    dates, today = (SalesDocument.issued_on, SalesDocument.due_on), clock.today()
    own = select(
        literal(False), SalesDocument.id, SalesDocument.number, SalesDocument.title, SalesDocument.issued_on, next_on(),
        SalesDocument.due, SalesDocument.paid, null(), next_left(), overdue(today),
    ).where(unpaid(), payer_is(contact_id))  # fmt: skip
    shares = (
        select(
            literal(False), SalesDocument.id, share_number(), ThirdPartyShare.label, *share_dates(),
            ThirdPartyShare.amount, ThirdPartyShare.paid, ThirdPartyShare.id, _left,
            case((share_dates()[1] < today, _left), else_=0),
        )
        .outerjoin(SalesDocument, SalesDocument.id == ThirdPartyShare.document_id)
        .where(ThirdPartyShare.payer_id == contact_id, owed_share())
    )  # fmt: skip
    unspent = select(
        literal(True), SalesDocument.id, SalesDocument.number, SalesDocument.title, *dates,
        func.abs(SalesDocument.due), func.abs(SalesDocument.paid), null(), literal(0), literal(0),
    ).where(
        SalesDocument.kind == DocumentKind.CREDIT, SalesDocument.state == DocumentState.ISSUED,
        SalesDocument.settled.is_(False), payer_is(contact_id),
    )  # fmt: skip
    rows: Sequence[Any] = db.session.execute(union_all(own, shares, unspent)).all()
    owed = [Owed(*row[1:]) for row in rows if not row[0]]
    notes = [Owed(*row[1:]) for row in rows if row[0]]
    owed.sort(key=lambda row: (row.due_on or row.issued_on or date.max, row.document_id or 0, row.share_id or 0))
    return owed, sorted(notes, key=lambda row: row.document_id or 0)


def open_documents(contact_id: int) -> list[Owed]:
    """What a payer has to pay, third parties' shares that are his included, the oldest due date first."""
    return open_account(contact_id)[0]


def open_credits(contact_id: int) -> list[Owed]:
    """Credit notes not spent yet, the oldest first; `due` and `paid` without sign."""
    return open_account(contact_id)[1]


def _allocated() -> ColumnElement[int]:
    return (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .where(Allocation.payment_id == Payment.id)
        .scalar_subquery()
    )


def spare_cents(*, of_intake: bool = False) -> ColumnElement[int]:
    """The sum of what confirmed payments brought and that settles nothing: the payer's credit; or (`of_intake`) what is kept for
    his repairs since their intake."""
    kept = Payment.ticket_id.is_not(None) if of_intake else Payment.ticket_id.is_(None)
    spare = case((kept & (Payment.state != PaymentState.PENDING), Payment.amount - _allocated()), else_=0)
    return func.coalesce(func.sum(spare), 0)


def credit_of(contact_id: int) -> int:
    """What a payer paid and that settles nothing yet, in cents (credit notes aside, and what is kept for a repair)."""
    return int(db.session.scalar(select(spare_cents()).where(Payment.contact_id == contact_id)) or 0)


def payments_with_credit(contact_id: int) -> list[int]:
    """Ids of the payer's payments that settle less than they brought, the oldest first."""
    query = (
        select(Payment.id)
        .where(
            Payment.contact_id == contact_id, Payment.state == PaymentState.RECEIVED, Payment.amount > _allocated(),
            Payment.amount > 0, Payment.ticket_id.is_(None),
        )
        .order_by(Payment.received_on, Payment.id)
    )  # fmt: skip
    return list(db.session.scalars(query))


class Balance(NamedTuple):
    """Cents. `owed`: invoices and shares to pay; `late`: of these, past their date; `credit`: paid too much; `notes`: credit notes;
    `held`: paid at the intake of repairs, not used yet."""

    owed: int
    late: int
    credit: int
    notes: int
    held: int = 0

    @property
    def total(self) -> int:
        """What the payer owes when all is set against all; below zero when we owe him."""
        return self.owed - self.credit - self.notes - self.held


def balance_from(owed: list[Owed], notes: list[Owed], credit: int, held: int = 0) -> Balance:
    """The account, from what was read already."""
    late = sum(row.overdue for row in owed)
    return Balance(sum(row.left for row in owed), late, credit, sum(row.left for row in notes), held)


def balance_of(contact_id: int) -> Balance:
    """The account of a payer, in two queries."""
    query = select(spare_cents(), spare_cents(of_intake=True)).where(Payment.contact_id == contact_id)
    credit, held = db.session.execute(query).one()
    return balance_from(*open_account(contact_id), int(credit), int(held))
