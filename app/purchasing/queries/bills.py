"""Supplier invoices."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, case, exists, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.money import line_cents
from app.documents.models import Attachment, StoredFile
from app.documents.states import FileKind
from app.purchasing.models import Purchase, PurchaseLine, SupplierInvoice
from app.purchasing.states import BillState


def bill_by_id(bill_id: int) -> SupplierInvoice | None:
    """The invoice with what its page shows."""
    query = select(SupplierInvoice).where(SupplierInvoice.id == bill_id)
    whole = (
        joinedload(SupplierInvoice.supplier),
        joinedload(SupplierInvoice.purchase).selectinload(Purchase.lines).joinedload(PurchaseLine.article),
        joinedload(SupplierInvoice.file),
    )
    return db.session.scalars(query.options(*whole).execution_options(populate_existing=True)).one_or_none()


def bill_for(user: User, bill_id: int) -> SupplierInvoice | None:
    """The invoice, when this person may see those of suppliers."""
    return bill_by_id(bill_id) if allowed(user, "bill.view") else None


class Beside(NamedTuple):
    """A line of the order beside what the invoice says of it; thousandths and cents. `line_id` is None for what was not
    ordered; `charged` and `charged_price` are None for what is not on this invoice."""

    line_id: int | None
    label: str
    reference: str
    unit: str
    ordered: int
    received: int
    price: int
    charged: int | None
    charged_price: int | None
    differs: bool


def beside(bill: SupplierInvoice) -> list[Beside]:
    """The lines of the order of an invoice, then those that the invoice alone has. Nothing without an order."""
    if bill.purchase is None:
        return []
    found = []
    for row in bill.purchase.lines:
        mine = [line for line in bill.lines if line["line_id"] == row.id]
        count, net = sum(line["quantity"] for line in mine), sum(line["net"] for line in mine)
        price = round(net * 1000 / count) if count else row.price
        differs = bool(mine) and (count > row.received or abs(net - line_cents(count, row.price)) > len(mine))
        found.append(
            Beside(
                row.id, row.label, row.reference or row.article.reference, row.article.unit, row.quantity, row.received, row.price,
                count if mine else None, price if mine else None, differs,
            )
        )  # fmt: skip
    return found + [
        Beside(None, line["label"], "", "", 0, 0, 0, line["quantity"], line["price"], True)
        for line in bill.lines
        if line["line_id"] is None
    ]


ROW: tuple[Any, ...] = (
    SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.state, SupplierInvoice.issued_on, SupplierInvoice.due_on,
    SupplierInvoice.net, SupplierInvoice.gross, SupplierInvoice.paid, SupplierInvoice.paid_on, Contact.name.label("supplier"),
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
    """What is to be paid: how many invoices, what is left of them in cents with tax, how many are past their day."""

    bills: int
    left: int
    late: int


def unpaid() -> Billing:
    """The figures at the head of the list."""
    late = case((SupplierInvoice.due_on < clock.today(), 1), else_=0)
    query = select(
        func.count(),
        func.coalesce(func.sum(SupplierInvoice.gross - SupplierInvoice.paid), 0),
        func.coalesce(func.sum(late), 0),
    ).where(SupplierInvoice.state != BillState.PAID)
    return Billing(*(int(value) for value in db.session.execute(query).one()))


def bills_of(purchase_id: int) -> Sequence[Any]:
    """(id, number, state, gross) of the invoices of an order."""
    query = select(SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.state, SupplierInvoice.gross)
    return db.session.execute(
        query.where(SupplierInvoice.purchase_id == purchase_id).order_by(SupplierInvoice.id)
    ).all()


def loose_file(file_id: int) -> StoredFile | None:
    """A file that arrived as an invoice and that no record has yet: it may be typed into one."""
    taken = exists().where(Attachment.file_id == file_id, Attachment.subject_kind != SupplierInvoice.__kind__)
    query = select(StoredFile).where(StoredFile.id == file_id, StoredFile.kind == FileKind.DOCUMENT, ~taken)
    return db.session.scalars(query).one_or_none()
