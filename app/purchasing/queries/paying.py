"""Supplier invoices to be paid, and their payments."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, select
from sqlalchemy.orm import aliased

from app.contacts.models import Contact
from app.core.db import db
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.purchasing.states import BillState


class ToPay(NamedTuple):
    """An invoice to be paid; `left` of `gross`, in cents (below zero: a credit note, whose money comes back)."""

    id: int
    number: str
    gross: int
    left: int
    issued_on: date
    due_on: date | None
    state: BillState
    iban: str
    supplier_id: int
    supplier: str


LEFT = SupplierInvoice.gross - SupplierInvoice.paid


def to_pay() -> list[ToPay]:
    """The invoices that are not paid to the end, the oldest due date first."""
    query = (
        select(
            SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.gross, LEFT, SupplierInvoice.issued_on,
            SupplierInvoice.due_on, SupplierInvoice.state, SupplierInvoice.iban, Contact.id, Contact.name,
        )
        .join(Contact, Contact.id == SupplierInvoice.supplier_id)
        .where(SupplierInvoice.state != BillState.PAID)
    )  # fmt: skip
    rows = [ToPay(*tuple[Any, ...](row)) for row in db.session.execute(query)]
    return sorted(rows, key=lambda row: (row.due_on or row.issued_on, row.id))


def open_credits(supplier_id: int) -> Sequence[Any]:
    """(id, number, issued_on, left) of the credit notes of a supplier that may still be deducted; `left` is below zero."""
    query = (
        select(SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.issued_on, LEFT.label("left"))
        .where(
            SupplierInvoice.supplier_id == supplier_id, SupplierInvoice.gross < 0,
            SupplierInvoice.state.not_in((BillState.PAID, BillState.DISPUTED)),
        )
        .order_by(SupplierInvoice.issued_on, SupplierInvoice.id)
    )  # fmt: skip
    return db.session.execute(query).all()


class Noted(NamedTuple):
    """A payment noted by hand, that no line of the bank shows yet; cents."""

    id: int
    amount: int
    paid_on: date
    number: str
    supplier: str


def stands() -> ColumnElement[bool]:
    """True of a payment that was neither undone nor undoes another."""
    back = aliased(SupplierPayment)
    undone = select(back.id).where(back.reverses_id == SupplierPayment.id).exists()
    return SupplierPayment.reverses_id.is_(None) & ~undone


def noted_payments(amounts: Collection[int]) -> list[Noted]:
    """Payments of these amounts, noted by hand, without a line of the bank."""
    query = (
        select(
            SupplierPayment.id, SupplierPayment.amount, SupplierPayment.paid_on, SupplierInvoice.number, Contact.name
        )
        .join(SupplierInvoice, SupplierInvoice.id == SupplierPayment.bill_id)
        .join(Contact, Contact.id == SupplierInvoice.supplier_id)
        .where(
            SupplierPayment.amount.in_(amounts),
            SupplierPayment.bank_line_id.is_(None),
            SupplierPayment.credit_id.is_(None),
            stands(),
        )
        .order_by(SupplierPayment.paid_on, SupplierPayment.id)
    )
    return [Noted(*tuple[Any, ...](row)) for row in db.session.execute(query)]


def paid_by_line(line_id: int) -> Sequence[Any]:
    """(bill id, number, supplier, amount) of what a line of the bank paid."""
    query = (
        select(SupplierInvoice.id, SupplierInvoice.number, Contact.name.label("supplier"), SupplierPayment.amount)
        .join(SupplierInvoice, SupplierInvoice.id == SupplierPayment.bill_id)
        .join(Contact, Contact.id == SupplierInvoice.supplier_id)
        .where(SupplierPayment.bank_line_id == line_id, stands())
        .order_by(SupplierInvoice.id)
    )
    return db.session.execute(query).all()


def payments_of(bill_id: int) -> Sequence[Any]:
    """(id, amount, paid_on, how, bank_line_id, other_id, other) of what settled an invoice, as it stands, the oldest first; of a
    credit note, what it was deducted from. `other`: the number of the credit note, or of the invoice."""
    other = aliased(SupplierInvoice)
    mine, deducted = SupplierPayment.bill_id == bill_id, SupplierPayment.credit_id == bill_id
    query = (
        select(
            SupplierPayment.id, case((mine, SupplierPayment.amount), else_=-SupplierPayment.amount).label("amount"),
            SupplierPayment.paid_on, SupplierPayment.how, SupplierPayment.bank_line_id, other.id.label("other_id"),
            other.number.label("other"),
        )
        .outerjoin(other, other.id == case((mine, SupplierPayment.credit_id), else_=SupplierPayment.bill_id))
        .where(mine | deducted, stands())
        .order_by(SupplierPayment.paid_on, SupplierPayment.id)
    )  # fmt: skip
    return db.session.execute(query).all()


def payment_by_id(bill_id: int, payment_id: int) -> SupplierPayment | None:
    """What settled this invoice or deducted this credit note."""
    mine = (SupplierPayment.bill_id == bill_id) | (SupplierPayment.credit_id == bill_id)
    return db.session.scalars(select(SupplierPayment).where(SupplierPayment.id == payment_id, mine)).one_or_none()
