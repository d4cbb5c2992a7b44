"""What we owe a repairer, what was paid and when; what a thing has cost us."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.core.db import db
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.purchasing.queries import stands
from app.purchasing.states import BillState
from app.repairers.models import RepairJob
from app.tickets.models import Ticket


class Account(NamedTuple):
    """What is left to pay him, and how many invoices it is about; cents with tax."""

    left: int
    bills: int


def account_of(contact_id: int) -> Account:
    """What we owe a repairer."""
    query = select(func.coalesce(func.sum(SupplierInvoice.gross - SupplierInvoice.paid), 0), func.count()).where(
        SupplierInvoice.supplier_id == contact_id, SupplierInvoice.state != BillState.PAID
    )
    row = db.session.execute(query).one()
    return Account(int(row[0]), int(row[1]))


def bills_of(contact_id: int, limit: int = 60) -> Sequence[Any]:
    """(id, number, issued_on, due_on, gross, paid, state, file_id) of his invoices, the newest first."""
    query = (
        select(
            SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.issued_on, SupplierInvoice.due_on, SupplierInvoice.gross,
            SupplierInvoice.paid, SupplierInvoice.state, SupplierInvoice.file_id,
        )
        .where(SupplierInvoice.supplier_id == contact_id)
        .order_by(SupplierInvoice.issued_on.desc(), SupplierInvoice.id.desc())
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(query).all()


def payments_of(contact_id: int, limit: int = 60) -> Sequence[Any]:
    """(paid_on, amount, how, number) of what was paid to him, the newest first; credit notes deducted are not money."""
    query = (
        select(SupplierPayment.paid_on, SupplierPayment.amount, SupplierPayment.how, SupplierInvoice.number)
        .join(SupplierInvoice, SupplierInvoice.id == SupplierPayment.bill_id)
        .where(SupplierInvoice.supplier_id == contact_id, SupplierPayment.credit_id.is_(None), stands())
        .order_by(SupplierPayment.paid_on.desc(), SupplierPayment.id.desc())
        .limit(limit)
    )
    return db.session.execute(query).all()


def bill_of(contact_id: int, bill_id: int) -> SupplierInvoice | None:
    """One of his invoices."""
    query = select(SupplierInvoice).where(SupplierInvoice.id == bill_id, SupplierInvoice.supplier_id == contact_id)
    return db.session.scalars(query).one_or_none()


def repairs_of_bills(bill_ids: Sequence[int]) -> dict[int, list[str]]:
    """By invoice, the numbers of the repairs that it closes."""
    query = select(RepairJob.bill_id, Ticket.number).join(Ticket, Ticket.id == RepairJob.ticket_id)
    found: dict[int, list[str]] = {}
    for bill_id, number in db.session.execute(query.where(RepairJob.bill_id.in_(bill_ids)).order_by(Ticket.number)):
        found.setdefault(int(bill_id or 0), []).append(number)
    return found
