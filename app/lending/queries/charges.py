"""What was billed of a loan, and the incidents of its things."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core.db import db
from app.lending.models import Incident, LoanCharge
from app.lending.states import ChargeKind
from app.sales.models import SalesDocument
from app.sales.states import DocumentState


def charged(loan_id: int) -> dict[tuple[int, ChargeKind], list[LoanCharge]]:
    """{(line, kind): what was billed of it, in order, with its document}; a draft given up asks nothing."""
    query = (
        select(LoanCharge)
        .join(SalesDocument, SalesDocument.id == LoanCharge.document_id)
        .where(LoanCharge.loan_id == loan_id, SalesDocument.state != DocumentState.CANCELLED)
        .order_by(LoanCharge.part)
        .options(joinedload(LoanCharge.document))
    )
    found: dict[tuple[int, ChargeKind], list[LoanCharge]] = {}
    for row in db.session.scalars(query):
        found.setdefault((row.item_id, row.kind), []).append(row)
    return found


def incidents_by_item(loan_id: int) -> dict[int, list[Incident]]:
    """The incidents of a loan, by line."""
    found: dict[int, list[Incident]] = {}
    for incident in db.session.scalars(select(Incident).where(Incident.loan_id == loan_id).order_by(Incident.id)):
        if incident.item_id is not None:
            found.setdefault(incident.item_id, []).append(incident)
    return found
