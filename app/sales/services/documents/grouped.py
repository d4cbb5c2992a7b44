"""Many orders or deliveries billed in one gesture: a draft for each by a job, then the batch that issues and checks them."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import JobRun, later
from app.core.queue import HEAVY
from app.sales.models import SalesDocument
from app.sales.services.batches import MOST
from app.sales.services.documents import billing
from app.sales.services.documents.drafting import locked
from app.sales.services.documents.orders import left_to_deliver
from app.sales.states import DocumentKind

BILL = "app.sales.jobs.bill_many"


def bill_many(ids: Sequence[int]) -> JobRun:
    """Have these orders and deliveries billed. Returns the job that prepares the drafts and starts their batch. Raises DomainError."""
    require_transaction()
    wanted = list(dict.fromkeys(ids))
    if not 0 < len(wanted) <= MOST:
        raise DomainError(_("Choisissez de 1 à %(most)s commandes ou livraisons.", most=MOST))
    return later(
        BILL, wanted, label=_("Facturation de %(count)s commandes ou livraisons", count=len(wanted)), queue_name=HEAVY
    )


def orders_behind(ids: Sequence[int]) -> list[tuple[int, bool]]:
    """(order, whether only what was delivered is billed) of orders and deliveries, each order once: asked whole, it is whole."""
    rows = db.session.execute(
        select(SalesDocument.id, SalesDocument.kind, SalesDocument.order_id)
        .where(SalesDocument.id.in_(ids))
        .order_by(SalesDocument.id)
    ).all()
    found: dict[int, bool] = {}
    for document_id, kind, order_id in rows:
        if kind == DocumentKind.ORDER:
            found[document_id] = False
        elif kind == DocumentKind.DELIVERY and order_id is not None:
            found.setdefault(order_id, True)
    return list(found.items())


def draft_bill(order_id: int, *, delivered_only: bool) -> SalesDocument:
    """The draft of what an order is still to be billed: all of it, or what was delivered, by line and quantity. Raises DomainError."""
    order = locked(order_id)
    left = left_to_deliver(order)
    if not delivered_only or not any(left.values()):
        return billing.final(order)
    return billing.delivered(order, {line.id: line.quantity - left[line.id] for line in order.lines if line.id in left})
