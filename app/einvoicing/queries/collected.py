"""What was received of the invoices handed over, against what the platform was told of it."""

from typing import NamedTuple

from sqlalchemy import Integer, Subquery, cast, func, literal, select, union_all

from app.catalog.states import VatCategory
from app.core.db import db
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.states import FlowKind, FlowState
from app.payments.models import Allocation, Payment
from app.payments.states import Method
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.services.facturx.shape import GOODS
from app.sales.states import DocumentKind

#: What settles an invoice without being money received.
NO_MONEY = (Method.ACCOUNT, Method.COMPENSATION)
COLLECTED = "212"


class Uncollected(NamedTuple):
    """Cents received of an invoice and not told yet; below zero when a payment was undone after it was told."""

    document_id: int
    number: str
    amount: int


def due_on_payment(document: SalesDocument) -> bool:
    """Whether the VAT of an invoice is due when it is paid: services, no option for debits, tax on it (CGI art. 269, 2 c)."""
    content = document.content
    taxed = any(share.get("category") == VatCategory.STANDARD.value and share.get("vat") for share in document.shares)
    debits = bool((content.get("seller") or {}).get("vat_on_debits"))
    return taxed and not debits and content.get("nature") != GOODS


def uncollected() -> list[Uncollected]:
    """The invoices that the platform took and of which more, or less, was received than it was told."""
    received, told = _received(), _told()
    taken = select(EinvoiceFlow.about_id).where(
        EinvoiceFlow.kind == FlowKind.INVOICE, EinvoiceFlow.state == FlowState.ACCEPTED, EinvoiceFlow.about_kind == SalesDocument.__kind__
    )  # fmt: skip
    left = func.coalesce(received.c.amount, 0) - func.coalesce(told.c.amount, 0)
    query = (
        select(SalesDocument.id, SalesDocument.number, left)
        .outerjoin(received, received.c.document_id == SalesDocument.id)
        .outerjoin(told, told.c.document_id == SalesDocument.id)
        .where(SalesDocument.id.in_(taken), SalesDocument.kind != DocumentKind.CREDIT, left != 0)
        .order_by(SalesDocument.id)
    )
    return [Uncollected(row[0], str(row[1]), int(row[2])) for row in db.session.execute(query)]


def _received() -> Subquery:
    money = Payment.method.not_in(NO_MONEY)
    direct = select(Allocation.document_id.label("document_id"), Allocation.amount).join(
        Payment, Payment.id == Allocation.payment_id
    )
    by_third = (
        select(ThirdPartyShare.document_id.label("document_id"), Allocation.amount)
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(ThirdPartyShare, ThirdPartyShare.id == Allocation.share_id)
    )
    both = union_all(
        direct.where(money, Allocation.document_id.is_not(None)),
        by_third.where(money, ThirdPartyShare.document_id.is_not(None)),
    ).subquery()
    return select(both.c.document_id, func.sum(both.c.amount).label("amount")).group_by(both.c.document_id).subquery()


def _told() -> Subquery:
    """Refused ones are told again once somebody has dealt with them: they count."""
    ours = (
        EinvoiceFlow.kind == FlowKind.STATUS,
        EinvoiceFlow.about_kind == SalesDocument.__kind__,
        EinvoiceFlow.amount != literal(0, Integer),
    )
    return (
        select(EinvoiceFlow.about_id.label("document_id"), cast(func.sum(EinvoiceFlow.amount), Integer).label("amount"))
        .where(*ours)
        .group_by(EinvoiceFlow.about_id)
        .subquery()
    )
