"""An order read again under a lock, with what its verbs need."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db, require_transaction
from app.purchasing.models import Purchase, PurchaseLine

WHOLE = (
    joinedload(Purchase.supplier),
    joinedload(Purchase.place),
    joinedload(Purchase.file),
    selectinload(Purchase.lines).joinedload(PurchaseLine.article),
)


def locked(purchase_id: int) -> Purchase:
    """The order, nobody else changing it meanwhile."""
    require_transaction()
    query = select(Purchase).where(Purchase.id == purchase_id).with_for_update(of=Purchase)
    return db.session.scalars(query.options(*WHOLE).execution_options(populate_existing=True)).one()


def total(purchase: Purchase) -> int:
    """What its lines amount to, in cents without tax."""
    return sum(line.net for line in purchase.lines)
