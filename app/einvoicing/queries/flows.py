"""Reads of what is exchanged with the platform."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import aliased

from app.core.db import db
from app.core.subjects import SUBJECTS
from app.documents.models import StoredFile
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.states import TROUBLED, Direction, FlowKind, FlowState
from app.purchasing.models import SupplierInvoice
from app.sales.models import DocumentStatus, SalesDocument

F = EinvoiceFlow
GOING = (FlowState.TO_SEND, FlowState.SENDING, FlowState.WAITING)
ROW: tuple[Any, ...] = (
    F.id, F.label, F.kind, F.direction, F.state, F.error, F.about_kind, F.about_id, F.round, F.sent_at, F.answered_at, F.next_at,
    F.created_at, F.file_id, F.told, F.attempts,
)  # fmt: skip


class Figures(NamedTuple):
    """What is going, what was refused, what came and must be typed; invoices that somebody must deal with."""

    going: int
    refused: int
    unreadable: int
    troubled: int

    @property
    def wrong(self) -> int:
        """How many things wait for a person."""
        return self.refused + self.unreadable + self.troubled


def figures() -> Figures:
    """In two statements."""
    typed = select(SupplierInvoice.id).where(SupplierInvoice.file_id == F.file_id).exists()
    sums = select(
        func.coalesce(func.sum(case((F.state.in_(GOING), 1), else_=0)), 0),
        func.coalesce(func.sum(case((and_(F.state == FlowState.REFUSED, F.kind == FlowKind.STATUS), 1), else_=0)), 0),
        func.coalesce(func.sum(case((and_(F.state == FlowState.UNREADABLE, ~typed), 1), else_=0)), 0),
    ).where(F.state.in_((*GOING, FlowState.REFUSED, FlowState.UNREADABLE)))
    troubled = select(func.count()).select_from(SalesDocument).where(SalesDocument.einvoice.in_(TROUBLED), ~_credited())
    under_way, refused, unreadable = (int(value) for value in db.session.execute(sums).one())
    return Figures(under_way, refused, unreadable, db.session.scalar(troubled) or 0)


def _credited() -> Any:
    """An invoice that a credit note has since cancelled in whole is dealt with."""
    note = SalesDocument.__table__.alias("note")
    whole = select(func.sum(func.abs(note.c.gross))).where(
        note.c.origin_id == SalesDocument.id, note.c.issued_at.is_not(None)
    )
    return func.coalesce(whole.scalar_subquery(), 0) >= func.abs(SalesDocument.gross)


def listing(state: str = "", direction: str = "") -> Select[Any]:
    """Everything exchanged, the newest first."""
    query = select(*ROW).order_by(F.id.desc())
    if state in FlowState._value2member_map_:
        query = query.where(F.state == FlowState(state))
    if direction in Direction._value2member_map_:
        query = query.where(F.direction == Direction(direction))
    return query


def to_look_at(limit: int = 50) -> Sequence[Any]:
    """Statuses that were refused and what came and cannot be read, the newest first."""
    typed = select(SupplierInvoice.id).where(SupplierInvoice.file_id == F.file_id).exists()
    wanted = or_(
        and_(F.state == FlowState.REFUSED, F.kind == FlowKind.STATUS), and_(F.state == FlowState.UNREADABLE, ~typed)
    )
    return db.session.execute(select(*ROW).where(wanted).order_by(F.id.desc()).limit(limit)).all()


def troubled_documents(limit: int = 50) -> Sequence[Any]:
    """(id, number, einvoice, reason, at, client) of invoices whose last word asks for somebody."""
    said = aliased(DocumentStatus)
    last = (
        select(func.max(said.id)).where(said.document_id == SalesDocument.id).correlate(SalesDocument).scalar_subquery()
    )
    query = (
        select(
            SalesDocument.id,
            SalesDocument.number,
            SalesDocument.einvoice,
            SalesDocument.due,
            DocumentStatus.reason,
            DocumentStatus.at,
        )
        .outerjoin(DocumentStatus, DocumentStatus.id == last)
        .where(SalesDocument.einvoice.in_(TROUBLED), ~_credited())
        .order_by(SalesDocument.id.desc())
        .limit(limit)
    )
    return db.session.execute(query).all()


def going(limit: int = 20) -> Sequence[Any]:
    """What is on its way, the oldest first."""
    return db.session.execute(select(*ROW).where(F.state.in_(GOING)).order_by(F.id).limit(limit)).all()


def statuses_of(document_id: int) -> Sequence[Any]:
    """(state, reason, at) said of an invoice, the newest first."""
    query = select(DocumentStatus.state, DocumentStatus.reason, DocumentStatus.at)
    return db.session.execute(
        query.where(DocumentStatus.document_id == document_id).order_by(
            DocumentStatus.at.desc(), DocumentStatus.id.desc()
        )
    ).all()


def flows_of(kind: str, record_id: int) -> Sequence[Any]:
    """Everything exchanged about a record, the newest first."""
    return db.session.execute(
        select(*ROW).where(F.about_kind == kind, F.about_id == record_id).order_by(F.id.desc())
    ).all()


def flow_by_id(flow_id: int) -> EinvoiceFlow | None:
    """The row."""
    return db.session.get(EinvoiceFlow, flow_id)


def addresses(rows: Sequence[Any]) -> dict[tuple[str, int], str]:
    """The page of each record that these rows are about, in a statement a kind."""
    numbers: dict[int, str] = {}
    documents = {row.about_id for row in rows if row.about_kind == SalesDocument.__kind__}
    if documents:
        query = select(SalesDocument.id, SalesDocument.number).where(SalesDocument.id.in_(documents))
        numbers = {row.id: row.number or str(row.id) for row in db.session.execute(query)}
    found = {(SalesDocument.__kind__, key): f"/ventes/{number}" for key, number in numbers.items()}
    bill = SUBJECTS[SupplierInvoice.__kind__]
    bills = {row.about_id for row in rows if row.about_kind == bill.kind}
    return found | {(bill.kind, key): f"/factures-fournisseurs/{key}" for key in bills}


def file_of(flow: EinvoiceFlow) -> StoredFile | None:
    """The file that came."""
    return db.session.get(StoredFile, flow.file_id) if flow.file_id else None
