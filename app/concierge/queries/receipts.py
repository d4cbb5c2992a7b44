"""The receipts of what was paid for an owner in a month."""

from sqlalchemy import or_, select

from app.concierge.models import MonthEntry, OwnerStatement
from app.core.db import db
from app.statements.states import LineKind

MOST = 10


def receipts_of(statement: OwnerStatement) -> list[int]:
    """Ids of the files that prove his disbursements, ten at most. Lines are loaded."""
    mandates = {line.mandate_id for line in statement.lines if line.mandate_id}
    mine = or_(
        MonthEntry.owner_id == statement.contact_id,
        MonthEntry.owner_id.is_(None) & MonthEntry.mandate_id.in_(mandates),
    )
    query = select(MonthEntry.file_id).where(
        MonthEntry.month_id == statement.month_id, MonthEntry.kind == LineKind.DISBURSED,
        MonthEntry.file_id.is_not(None), mine,
    )  # fmt: skip
    return [file_id for file_id in db.session.scalars(query.order_by(MonthEntry.id).limit(MOST)) if file_id]
