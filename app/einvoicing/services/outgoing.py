"""Invoices and statuses handed over to the platform, each exactly once.

Our intent is a row written first, with the reference (`tracking_id`) that the platform will know it by, the same at each try. The row is
claimed under a lock before the call and its outcome written after it, so that:

- a worker killed before the call leaves a claim that ends: the next one starts again;
- one killed after it, or an answer that was lost, leaves the same claim: the platform is then asked for that reference, and the file is
  handed over again only when it does not know it;
- two workers never hold the same row.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.connectors.afnor import Sending
from app.connectors.errors import PartnerError
from app.connectors.http import HttpRefusal
from app.core import clock
from app.core.db import db, require_transaction, transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.partners import PartnerAccount
from app.core.subject import subject_of
from app.documents.models import StoredFile
from app.documents.services import open_file
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.services import words
from app.einvoicing.services.account import Call, call_to, platform, sentence
from app.einvoicing.services.statuses import last_status_id, note_status, reject, taken
from app.einvoicing.states import FLOWS, Direction, FlowKind, FlowState
from app.sales.models import SalesDocument
from app.sales.services.facturx import sendable
from app.sales.states import ISSUED, CheckState, EinvoiceState

#: A claim older than this was left by a worker that died.
CLAIM = timedelta(minutes=2)
#: After a lost answer, the platform is asked what it has once it had time to file it.
LOOK_AGAIN = timedelta(seconds=15)
#: A wrong code of access is not tried again every minute.
ACCOUNT_WAIT = timedelta(minutes=30)
WAITS = (10, 60, 300, 1800, 7200)
#: Documents are looked for this far back: older ones were planned in their day, or are handed over by hand.
WINDOW = timedelta(days=60)
BATCH = 200
DUPLICATE = "AlreadyExistingFlow"
FLOW_TYPES = {FlowKind.INVOICE: "CustomerInvoice", FlowKind.STATUS: "CustomerInvoiceLC"}


# --- intent ------------------------------------------------------------------------------------------------------


def plan_documents(account: PartnerAccount) -> int:
    """Write the intent of each proven invoice to a French business issued since the account was entered. Returns how many."""
    require_transaction()
    since = max(account.created_at, clock.now() - WINDOW)
    query = (
        select(SalesDocument)
        .where(
            SalesDocument.kind.in_(ISSUED), SalesDocument.issued_on >= clock.local(since).date(), SalesDocument.issued_at >= since,
            SalesDocument.check == CheckState.PASSED, SalesDocument.einvoice == EinvoiceState.NONE,
            SalesDocument.content["business"].as_boolean().is_(True),
        )
        .order_by(SalesDocument.id).limit(BATCH).with_for_update(of=SalesDocument)
    )  # fmt: skip
    documents = [document for document in db.session.scalars(query) if sendable(document)]
    for document in documents:
        _intend(document, account, 1)
    return len(documents)


def hand_over(document: SalesDocument) -> EinvoiceFlow:
    """Have one document handed over, or handed over again after a refusal; by hand. Raises Conflict, DomainError."""
    require_transaction()
    account = platform()
    if account is None:
        raise DomainError(
            _("Aucune plateforme n'est réglée. Entrez son compte dans les réglages, ou exportez la facture.")
        )
    if not sendable(document):
        raise Conflict(_("Ce document n'a pas encore passé son contrôle. Rechargez la page dans un instant."))
    if not document.content.get("business"):
        raise DomainError(
            _("Cette facture n'est pas pour un professionnel français : elle se déclare, elle ne se dépose pas.")
        )
    query = select(EinvoiceFlow).where(
        EinvoiceFlow.about_kind == SalesDocument.__kind__, EinvoiceFlow.about_id == document.id, EinvoiceFlow.kind == FlowKind.INVOICE
    )  # fmt: skip
    rounds = list(db.session.scalars(query.order_by(EinvoiceFlow.round)))
    if any(flow.state != FlowState.REFUSED for flow in rounds) and document.einvoice != EinvoiceState.REJECTED:
        raise Conflict(_("Cette facture est déjà confiée à la plateforme. Rechargez la page."))
    return _intend(document, account, len(rounds) + 1)


def _intend(document: SalesDocument, account: PartnerAccount, round_: int) -> EinvoiceFlow:
    stored = db.session.get(StoredFile, document.file_id) if document.file_id else None
    if stored is None:
        raise Conflict(_("Le fichier de ce document manque. Faites-le contrôler de nouveau."))
    flow = EinvoiceFlow(
        account_id=account.id, direction=Direction.OUT, kind=FlowKind.INVOICE, about_kind=SalesDocument.__kind__, about_id=document.id,
        round=round_, label=f"{document.kind.label} {document.number}", sha256=stored.sha256, file_id=stored.id, next_at=clock.now(),
        told={"after": last_status_id(document.id)},
        tracking_id=f"{document.number}-{stored.sha256[:16]}" + (f"-{round_}" if round_ > 1 else ""),
    )  # fmt: skip
    db.session.add(flow)
    document.einvoice = EinvoiceState.TO_SEND
    db.session.flush()
    record(document, "einvoice.planned", round=round_)
    return flow


# --- claim, call, record -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Claimed:
    """A row that this worker alone holds, as plain data. `doubt`: the platform may already have it."""

    id: int
    sending: Sending
    doubt: bool
    attempts: int


def due_ids() -> list[int]:
    """What is to be handed over now, the oldest first."""
    waits = EinvoiceFlow.state.in_((FlowState.TO_SEND, FlowState.SENDING))
    query = select(EinvoiceFlow.id).where(
        waits, or_(EinvoiceFlow.next_at.is_(None), EinvoiceFlow.next_at <= clock.now())
    )
    return list(db.session.scalars(query.order_by(EinvoiceFlow.id).limit(BATCH)))


def send_one(flow_id: int) -> FlowState | None:
    """Hand one file over. Opens its own transactions, before and after the call; None when another worker holds it."""
    account = platform()
    if account is None:
        return None
    call = call_to(account)
    claimed = claim(flow_id, account.id)
    if claimed is None:
        return None
    try:
        found = _known(call, claimed.sending.tracking_id) if claimed.doubt else ""
        found = found or call.client.submit(claimed.sending)
    except PartnerError as error:
        return _failed(claimed, call, error)
    with transaction():
        call.note_within()
        return _put(claimed.id, FlowState.WAITING, flow_id=found, sent_at=clock.now(), error="", next_at=None)


def claim(flow_id: int, account_id: int) -> Claimed | None:
    """Hold the row, in a transaction of its own; its file is read before the transaction that holds it."""
    flow = db.session.get(EinvoiceFlow, flow_id, populate_existing=True)
    if flow is None:
        return None
    stored = db.session.get(StoredFile, flow.file_id) if flow.file_id else None
    content = open_file(stored) if stored is not None else flow.content.encode()
    if hashlib.sha256(content).hexdigest() != flow.sha256:
        with transaction():
            _refuse(flow_id, _("Le fichier gardé n'a plus son empreinte d'origine : il ne part pas. Prévenez la personne qui gère l'application."))  # fmt: skip
        return None
    sending = _sending(flow, content, stored.name if stored is not None else f"{flow.tracking_id}.xml")
    with transaction():
        query = select(EinvoiceFlow).where(EinvoiceFlow.id == flow_id).with_for_update(skip_locked=True)
        held = db.session.scalars(query, execution_options={"populate_existing": True}).one_or_none()
        moment = clock.now()
        if (
            held is None
            or held.state not in (FlowState.TO_SEND, FlowState.SENDING)
            or (held.next_at and held.next_at > moment)
        ):
            return None
        doubt = held.state == FlowState.SENDING
        if not doubt:
            FLOWS.move(held, FlowState.SENDING, attempt=held.attempts + 1)
        held.attempts, held.claimed_at, held.next_at, held.account_id = (
            held.attempts + 1,
            moment,
            moment + CLAIM,
            account_id,
        )
        return Claimed(flow_id, sending, doubt, held.attempts)


def _sending(flow: EinvoiceFlow, content: bytes, name: str) -> Sending:
    invoice = flow.kind == FlowKind.INVOICE
    of_bill = flow.about_kind != SalesDocument.__kind__
    return Sending(
        tracking_id=str(flow.tracking_id), name=name, content=content,
        mime="application/pdf" if invoice else "application/xml", syntax="Factur-X" if invoice else "CDAR",
        flow_type="SupplierInvoiceLC" if of_bill else FLOW_TYPES[flow.kind], rule="B2B",
    )  # fmt: skip


def _known(call: Call, tracking_id: str) -> str:
    """The platform's id of what it already has under our reference, refused apart; "" when it has nothing."""
    flows = [flow for flow in call.client.search(tracking_id=tracking_id) if flow.tracking_id == tracking_id]
    good = [flow for flow in flows if flow.ack != "Error"] or [
        flow for flow in flows if DUPLICATE not in dict(flow.details)
    ]
    return good[0].flow_id if good else ""


def _failed(claimed: Claimed, call: Call, error: PartnerError) -> FlowState:
    """What comes of a call that failed: looked up, tried again, or refused with its reason."""
    with transaction():
        call.note_within(sentence(error))
        if error.uncertain:
            return _put(claimed.id, FlowState.SENDING, error=sentence(error), next_at=clock.now() + LOOK_AGAIN)
        refused = isinstance(error, HttpRefusal) and error.final and error.status not in (401, 403, 404)
        if refused:
            return _refuse(claimed.id, _told_by(error), _code_of(error))
        state = FlowState.SENDING if claimed.doubt else FlowState.TO_SEND
        return _put(claimed.id, state, error=sentence(error), next_at=_when(claimed.attempts, error))


def _when(attempts: int, error: PartnerError) -> datetime:
    if error.final:
        return clock.now() + ACCOUNT_WAIT
    seconds = WAITS[min(attempts, len(WAITS)) - 1] if error.retry_after is None else min(error.retry_after, WAITS[-1])
    return clock.now() + timedelta(seconds=seconds)


def _code_of(error: PartnerError) -> str:
    document = error.document if isinstance(error, HttpRefusal) else None
    return str(document.get("errorCode") or "") if isinstance(document, dict) else ""


def _told_by(error: PartnerError) -> str:
    document = error.document if isinstance(error, HttpRefusal) else None
    told = str(document.get("errorMessage") or "") if isinstance(document, dict) else ""
    return words.reason_of(_code_of(error), told) or sentence(error)


def _put(row_id: int, state: FlowState, **values: object) -> FlowState:
    flow = db.session.get_one(EinvoiceFlow, row_id, with_for_update=True, populate_existing=True)
    if flow.state != state:
        FLOWS.move(flow, state)
    for name, value in values.items():
        setattr(flow, name, value)
    return state


def _refuse(flow_id: int, reason: str, code: str = "") -> FlowState:
    """Refused for good: the document says why, and what to do."""
    flow = db.session.get_one(EinvoiceFlow, flow_id, with_for_update=True, populate_existing=True)
    refuse(flow, reason, code)
    return FlowState.REFUSED


def refuse(flow: EinvoiceFlow, reason: str, code: str = "") -> None:
    """The platform does not take a flow."""
    require_transaction()
    if flow.state != FlowState.REFUSED:
        FLOWS.move(flow, FlowState.REFUSED, reason=reason)
    flow.error, flow.told, flow.next_at, flow.answered_at = (
        reason,
        {**flow.told, "reason_code": code},
        None,
        clock.now(),
    )
    if flow.kind == FlowKind.INVOICE:
        reject(flow, reason)


def accept(flow: EinvoiceFlow) -> None:
    """The platform took a flow: a status « encaissée » is then said of the invoice."""
    require_transaction()
    if flow.state != FlowState.WAITING:
        return
    FLOWS.move(flow, FlowState.ACCEPTED)
    flow.answered_at, flow.error = clock.now(), ""
    if flow.about_kind != SalesDocument.__kind__:
        return
    if flow.kind == FlowKind.INVOICE:
        taken(flow.about_id or 0)
    else:
        note_status(flow.about_id or 0, str(flow.told["code"]), "", str(flow.flow_id), flow.sent_at or clock.now())


def put_off(flow_id: int, reason: str) -> None:
    """Something of ours is missing (a file, the codes of the account): tried again later. Opens its own transaction."""
    with transaction():
        flow = db.session.get_one(EinvoiceFlow, flow_id, with_for_update=True, populate_existing=True)
        flow.error, flow.next_at = reason, clock.now() + ACCOUNT_WAIT


def send_again(flow: EinvoiceFlow) -> None:
    """Try a refused status once more, or one that waits at once; an invoice is handed over again by `hand_over`. Raises Conflict."""
    require_transaction()
    if flow.state == FlowState.REFUSED and flow.kind == FlowKind.STATUS:
        flow.round += 1
        flow.tracking_id = f"{str(flow.tracking_id).partition('.')[0]}.{flow.round}"
        flow.flow_id = None
        FLOWS.move(flow, FlowState.TO_SEND)
    elif flow.state not in (FlowState.TO_SEND, FlowState.SENDING):
        raise Conflict(_("Il n'y a rien à transmettre de nouveau ici. Rechargez la page."))
    flow.next_at = clock.now() + (LOOK_AGAIN if flow.state == FlowState.SENDING else timedelta(0))
    record(subject_of(flow), "einvoice.again")


def put_away(flow: EinvoiceFlow) -> None:
    """Somebody looked at what could not be read, and nothing is to be done. Raises Conflict."""
    require_transaction()
    if flow.state != FlowState.UNREADABLE:
        raise Conflict(_("Cette ligne est déjà réglée. Rechargez la page."))
    FLOWS.move(flow, FlowState.READ)
