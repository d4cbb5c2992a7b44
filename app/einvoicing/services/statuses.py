"""What the platform says of our invoices: append-only rows beside the sealed document, and the last word on it."""

from datetime import datetime

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.history import record
from app.core.i18n import _
from app.core.subject import Subject
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.states import CODE_OF, STATUS_OF, TROUBLED, FlowKind
from app.messaging.services import add_task
from app.sales.models import DocumentStatus, SalesDocument
from app.sales.states import EinvoiceState


def note_status(document_id: int, code: str, reason: str, reference: str, at: datetime) -> bool:
    """Write a status of an invoice; False when it is already there, or is none that we know.

    `reference` is the platform's id of the message; the last word is the latest, and of one second the highest code.
    """
    require_transaction()
    state = STATUS_OF.get(code)
    if state is None:
        return False
    known = select(DocumentStatus.id).where(
        DocumentStatus.document_id == document_id, DocumentStatus.reference == reference
    )
    document = db.session.get(SalesDocument, document_id, with_for_update=True, populate_existing=True)
    if document is None or db.session.scalar(known) is not None:
        return False
    db.session.add(DocumentStatus(document_id=document_id, state=state, reason=reason, reference=reference, at=at))
    db.session.flush()
    document.einvoice = _last_word(document_id)
    facts = {"state": state.value, **({"reason": reason} if reason else {})}
    record(document, "einvoice.status", **facts)
    if state in TROUBLED and document.einvoice == state:
        add_task(
            _("%(number)s : %(state)s sur la plateforme", number=document.number, state=state.label.lower()), due_on=clock.today(),
            about=Subject(SalesDocument.__kind__, document_id), contact_id=document.contact_id, notes=reason,
        )  # fmt: skip
    return True


def _last_word(document_id: int) -> EinvoiceState:
    """Of the last time that the invoice was handed over: what was said before belongs to a file that was refused."""
    of_it = (EinvoiceFlow.about_kind == SalesDocument.__kind__, EinvoiceFlow.about_id == document_id)
    rounds = select(EinvoiceFlow.told).where(*of_it, EinvoiceFlow.kind == FlowKind.INVOICE)
    last = db.session.scalar(rounds.order_by(EinvoiceFlow.round.desc()).limit(1)) or {}
    query = select(DocumentStatus.state, DocumentStatus.at).where(DocumentStatus.document_id == document_id)
    rows = db.session.execute(query.where(DocumentStatus.id > int(last.get("after") or 0)))
    words = [(row.at, CODE_OF.get(row.state, "000"), row.state) for row in rows]
    return max(words)[2] if words else EinvoiceState.NONE


def last_status_id(document_id: int) -> int:
    """The newest row said of an invoice; 0 when nothing was."""
    query = select(DocumentStatus.id).where(DocumentStatus.document_id == document_id)
    return db.session.scalar(query.order_by(DocumentStatus.id.desc()).limit(1)) or 0


def taken(document_id: int) -> None:
    """The platform took the file, and may not have said yet that it is deposited."""
    document = db.session.get_one(SalesDocument, document_id, with_for_update=True, populate_existing=True)
    if document.einvoice == EinvoiceState.TO_SEND:
        document.einvoice = EinvoiceState.DEPOSITED


def reject(flow: EinvoiceFlow, reason: str) -> None:
    """The platform did not take the file of an invoice."""
    reference = f"{flow.tracking_id}/{flow.attempts}"
    note_status(flow.about_id or 0, CODE_OF[EinvoiceState.REJECTED], reason, reference, clock.now())


def deposited_by_hand(document: SalesDocument) -> bool:
    """Somebody put the file on the platform himself."""
    return note_status(document.id, CODE_OF[EinvoiceState.DEPOSITED], _("Déposée à la main."), "main", clock.now())
