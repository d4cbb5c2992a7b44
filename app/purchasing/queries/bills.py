"""Supplier invoices."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.purchasing.models import Purchase, SupplierInvoice
from app.purchasing.states import BillState


def bill_by_id(bill_id: int) -> SupplierInvoice | None:
    """The invoice with what its page shows."""
    query = select(SupplierInvoice).where(SupplierInvoice.id == bill_id)
    whole = (
        joinedload(SupplierInvoice.supplier),
        joinedload(SupplierInvoice.purchase),
        joinedload(SupplierInvoice.file),
    )
    return db.session.scalars(query.options(*whole).execution_options(populate_existing=True)).one_or_none()


def bill_for(user: User, bill_id: int) -> SupplierInvoice | None:
    """The invoice, when this person may see those of suppliers."""
    return bill_by_id(bill_id) if allowed(user, "bill.view") else None


ROW: tuple[Any, ...] = (
    SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.state, SupplierInvoice.issued_on, SupplierInvoice.due_on,
    SupplierInvoice.net, SupplierInvoice.gross, SupplierInvoice.paid_on, Contact.name.label("supplier"),
    Purchase.number.label("order"), Purchase.id.label("purchase_id"),
)  # fmt: skip


def bills_listing(state: str = "", *, late: bool = False) -> Select[Any]:
    """The invoices, the newest first."""
    query = (
        select(*ROW)
        .join(Contact, Contact.id == SupplierInvoice.supplier_id)
        .outerjoin(Purchase, Purchase.id == SupplierInvoice.purchase_id)
        .order_by(SupplierInvoice.issued_on.desc(), SupplierInvoice.id.desc())
    )  # fmt: skip
    if state in BillState._value2member_map_:
        query = query.where(SupplierInvoice.state == state)
    if late:
        query = query.where(SupplierInvoice.state != BillState.PAID, SupplierInvoice.due_on < clock.today())
    return query


class Billing(NamedTuple):
    """What is to be paid: how many invoices, their total in cents with tax, how many are past their day."""

    bills: int
    gross: int
    late: int


def unpaid() -> Billing:
    """The figures at the head of the list."""
    late = case((SupplierInvoice.due_on < clock.today(), 1), else_=0)
    query = select(
        func.count(), func.coalesce(func.sum(SupplierInvoice.gross), 0), func.coalesce(func.sum(late), 0)
    ).where(SupplierInvoice.state != BillState.PAID)
    return Billing(*(int(value) for value in db.session.execute(query).one()))


def bills_of(purchase_id: int) -> Sequence[Any]:
    """(id, number, state, gross) of the invoices of an order."""
    query = select(SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.state, SupplierInvoice.gross)
    return db.session.execute(
        query.where(SupplierInvoice.purchase_id == purchase_id).order_by(SupplierInvoice.id)
    ).all()
