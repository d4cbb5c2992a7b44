"""One payment and what it settled; one document to be paid."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from app.core.db import db
from app.payments.models import Allocation, Payment, Voucher
from app.payments.queries.balances import INVOICES
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.states import DocumentState
from app.tickets.models import Ticket


def payment_by_id(payment_id: int) -> Payment | None:
    """The payment with its payer, and the repair that it was paid for."""
    return db.session.get(Payment, payment_id, options=[joinedload(Payment.contact), joinedload(Payment.ticket)])


def opposite_of(payment_id: int) -> Payment | None:
    """The movement that undid a payment."""
    return db.session.scalar(select(Payment).where(Payment.reverses_id == payment_id))


def settled_by(payment_id: int) -> list[Any]:
    """(amount, document id, number, title, share's label, voucher's code, till ticket's id, deposit's id) of what a payment settled."""
    of_share = aliased(SalesDocument)
    query = (
        select(
            Allocation.amount, SalesDocument.id.label("document_id"), SalesDocument.number, SalesDocument.title,
            ThirdPartyShare.label.label("share"), func.coalesce(of_share.number, ThirdPartyShare.piece).label("share_of"), of_share.id.label("share_document"),
            Voucher.code.label("voucher"), Allocation.till_sale_id, Allocation.deposit_id,
        )
        .outerjoin(SalesDocument, SalesDocument.id == Allocation.document_id)
        .outerjoin(ThirdPartyShare, ThirdPartyShare.id == Allocation.share_id)
        .outerjoin(of_share, of_share.id == ThirdPartyShare.document_id)
        .outerjoin(Voucher, Voucher.id == Allocation.voucher_id)
        .where(Allocation.payment_id == payment_id)
        .order_by(Allocation.id)
    )  # fmt: skip
    return list(db.session.execute(query))


def payable(document_id: int) -> SalesDocument | None:
    """The issued invoice of that id, with its client and payer."""
    query = select(SalesDocument).where(
        SalesDocument.id == document_id, SalesDocument.kind.in_(INVOICES), SalesDocument.state == DocumentState.ISSUED
    )
    loaded = (joinedload(SalesDocument.contact), joinedload(SalesDocument.payer))
    return db.session.scalars(query.options(*loaded)).one_or_none()


def payments_of(document_id: int) -> list[Any]:
    """(payment id, date, method, reference, amount, number of the credit note, of the repair at whose intake it was paid) of what was set against a document."""
    credit = aliased(SalesDocument)
    query = (
        select(
            Payment.id, Payment.received_on, Payment.method, Payment.reference, Allocation.amount,
            credit.number.label("credit"), credit.id.label("credit_id"), Allocation.at,
            Ticket.number.label("ticket"),
        )
        .select_from(Allocation)
        .outerjoin(Payment, Payment.id == Allocation.payment_id)
        .outerjoin(Ticket, Ticket.id == Payment.ticket_id)
        .outerjoin(credit, credit.id == Allocation.credit_id)
        .where(Allocation.document_id == document_id)
        .order_by(Allocation.id)
    )  # fmt: skip
    return list(db.session.execute(query))


def spent_of_credit(credit_id: int) -> list[Any]:
    """(amount, document id, number) of what a credit note was set against."""
    query = (
        select(Allocation.amount, SalesDocument.id, SalesDocument.number)
        .join(SalesDocument, SalesDocument.id == Allocation.document_id)
        .where(Allocation.credit_id == credit_id)
        .order_by(Allocation.id)
    )
    return list(db.session.execute(query))
