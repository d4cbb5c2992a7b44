"""Receivables of third parties that go back: a credit note, or a ticket of a till that gives another one back.

The part given back is set against the one that it takes back, without money. What its payer had already paid of it is his credit
again: refunded or used from his account, like any payment that settles nothing.
"""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.db import db
from app.payments.models import Allocation, Payment
from app.payments.services.parts import locked_shares, write
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.states import DocumentKind

Share = ThirdPartyShare


def forgive_credited(document: SalesDocument) -> None:
    """Told of each issued document: what a credit note takes back of others' parts, they owe no more on its invoice."""
    if document.kind == DocumentKind.CREDIT and document.origin_id is not None and document.third_party:
        _forgive(_of(Share.document_id == document.id), _of(Share.document_id == document.origin_id))


def forgive(refund_id: int, sale_id: int) -> None:
    """A ticket of a till gave back what others pay of another one: they owe it no more."""
    backs = _of(Share.till_sale_id == refund_id)
    if backs:
        _forgive(backs, _of(Share.till_sale_id == sale_id))


def _of(condition: object) -> Sequence[Share]:
    ids = db.session.scalars(select(Share.id).where(condition).order_by(Share.id)).all()  # type: ignore[arg-type]
    return list(locked_shares(ids).values()) if ids else []


def _forgive(backs: Sequence[Share], origins: Sequence[Share]) -> None:
    for back in backs:
        wanted = abs(back.amount)
        for share in (one for one in origins if (one.payer_id, one.label) == (back.payer_id, back.label)):
            part = min(wanted, share.amount - _forgiven(share.id))
            if part > 0:
                _free(share, part)
                write(None, part, share=share)
                write(None, part if back.amount > 0 else -part, share=back)
                wanted -= part


def _forgiven(share_id: int) -> int:
    query = select(Allocation.amount).where(Allocation.share_id == share_id, Allocation.payment_id.is_(None))
    return sum(db.session.scalars(query))


def _free(share: Share, amount: int) -> None:
    """Give back to payments what they settled of a part that is owed no more."""
    over = share.paid + amount - share.amount
    query = select(Allocation).where(Allocation.share_id == share.id, Allocation.payment_id.is_not(None))
    for row in db.session.scalars(query.order_by(Allocation.id.desc())).all():
        part = min(over, row.amount)
        if part > 0:
            write(db.session.get(Payment, row.payment_id), -part, share=share)
            over -= part
