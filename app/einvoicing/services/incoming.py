"""What the platform has for us: acknowledgements, statuses, suppliers' invoices; read by a cursor, each once."""

from datetime import datetime, timedelta

from sqlalchemy import select

from app.connectors.afnor import Flow, parse_moment, stamp
from app.connectors.afnor.client import LIMIT
from app.connectors.errors import PartnerError
from app.core import clock
from app.core.db import db, require_transaction, transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.partners import PartnerAccount
from app.core.subject import Subject
from app.documents import services as files
from app.documents.services import Ready
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.services import lifecycle, words
from app.einvoicing.services.account import Call, call_to, platform, sentence
from app.einvoicing.services.outgoing import DUPLICATE, accept, refuse
from app.einvoicing.services.statuses import note_status
from app.einvoicing.states import STATUS_OF, Direction, FlowKind, FlowState
from app.purchasing import services as purchasing
from app.purchasing.models import SupplierInvoice
from app.sales.models import SalesDocument

#: A platform may date two flows alike, or file one a moment late: this much is read twice.
OVERLAP = timedelta(seconds=2)
#: How far back a new account reads.
FIRST = timedelta(days=30)
PAGES_MOST = 50
WANTED = ("CustomerInvoice", "CustomerInvoiceLC", "SupplierInvoice", "SupplierInvoiceLC")
SOURCE = "platform"


def look() -> dict[str, int]:
    """Read what is new. Opens its own transactions; what was read stays read when the platform fails in the middle.

    Returns how many {acknowledgements, statuses, bills}. Raises PartnerError when the platform does not answer.
    """
    account = platform()
    if account is None:
        return {}
    call, after = call_to(account), _cursor(account)
    db.session.rollback()
    done = {"acknowledgements": 0, "statuses": 0, "bills": 0}
    try:
        for _page in range(PAGES_MOST):
            flows = call.client.search(after=after, types=WANTED)
            for flow in flows:
                _one(call, flow, done)
            _keep_cursor(call, flows)
            if len(flows) < LIMIT:
                break
            last = flows[-1].updated_at
            # A moment shared by two flows may be cut by the end of a page: it is read again, unless it fills the page alone.
            after = last - timedelta(milliseconds=1) if last - timedelta(milliseconds=1) > after else last
    except PartnerError as error:
        call.note(sentence(error))
        raise
    call.note()
    return done


def _cursor(account: PartnerAccount) -> datetime:
    kept = account.cursor.get("after")
    return parse_moment(kept) - OVERLAP if kept else max(account.created_at - FIRST, clock.now() - 12 * FIRST)


def _keep_cursor(call: Call, flows: list[Flow]) -> None:
    if flows:
        with transaction():
            account = db.session.get_one(PartnerAccount, call.account_id)
            account.cursor = {**account.cursor, "after": stamp(flows[-1].updated_at)}


def _one(call: Call, flow: Flow, done: dict[str, int]) -> None:
    known = db.session.scalar(
        select(EinvoiceFlow).where(EinvoiceFlow.account_id == call.account_id, EinvoiceFlow.flow_id == flow.flow_id)
    )
    if known is not None:
        if known.direction == Direction.OUT and known.state == FlowState.WAITING:
            done["acknowledgements"] += _acknowledge(call, known.id, flow)
        db.session.rollback()
        return
    db.session.rollback()
    if flow.tracking_id and _is_ours(flow.tracking_id):
        return  # handed over by a worker that died before it could note it: the look-up of the next try finds it
    if flow.flow_type.endswith("LC"):
        done["statuses"] += _read_status(call, flow)
    elif flow.flow_type == "SupplierInvoice":
        done["bills"] += _read_bill(call, flow)


def _is_ours(tracking_id: str) -> bool:
    found = db.session.scalar(select(EinvoiceFlow.id).where(EinvoiceFlow.tracking_id == tracking_id))
    db.session.rollback()
    return found is not None


# --- acknowledgements --------------------------------------------------------------------------------------------


def _acknowledge(call: Call, flow_id: int, flow: Flow) -> int:
    """Whether the platform took what we handed over. One that it has twice is the first of the two."""
    if flow.ack == "Pending":
        return 0
    first = ""
    if flow.ack == "Error" and DUPLICATE in dict(flow.details):
        db.session.rollback()
        twins = call.client.search(tracking_id=flow.tracking_id)
        first = next((twin.flow_id for twin in twins if twin.ack == "Ok" and twin.tracking_id == flow.tracking_id), "")
    with transaction():
        ours = db.session.get_one(EinvoiceFlow, flow_id, with_for_update=True, populate_existing=True)
        if ours.state != FlowState.WAITING:
            return 0
        if flow.ack == "Ok" or first:
            ours.flow_id = first or ours.flow_id
            accept(ours)
        else:
            code, text = flow.details[0] if flow.details else ("", "")
            refuse(ours, words.reason_of(code, text) or _("La plateforme n'a pas dit pourquoi."), code)
    return 1


# --- statuses ----------------------------------------------------------------------------------------------------


def _read_status(call: Call, flow: Flow) -> int:
    try:
        content = call.client.content(flow.flow_id)
        said = lifecycle.read(content)
    except DomainError as error:
        _set_aside(call, flow, FlowKind.STATUS, error.message)
        return 0
    except PartnerError as error:
        if not error.final:
            raise
        _set_aside(call, flow, FlowKind.STATUS, sentence(error))
        return 0
    with transaction():
        for rank, one in enumerate(said):
            _apply(call, flow, one, rank)
    return len(said)


def _apply(call: Call, flow: Flow, said: lifecycle.Said, rank: int) -> None:
    reason = words.reason_of(said.reason_code, said.reason)
    about = _document(said.number) if flow.flow_type == "CustomerInvoiceLC" else _bill(said.number)
    state = STATUS_OF.get(said.code)
    label = _("%(number)s : %(status)s", number=said.number, status=state.label if state else said.code)
    row = EinvoiceFlow(
        account_id=call.account_id, direction=Direction.IN, kind=FlowKind.STATUS, state=FlowState.READ, label=label, error=reason,
        flow_id=flow.flow_id if rank == 0 else f"{flow.flow_id}#{rank}", answered_at=said.at,
        about_kind=about.kind if about else None, about_id=about.id if about else None,
        told={"code": said.code, "reason_code": said.reason_code, "reason": said.reason, "number": said.number, "by": said.by},
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    if about is not None and about.kind == SalesDocument.__kind__:
        note_status(about.id, said.code, reason, str(row.flow_id), said.at)
    elif about is not None:
        record(
            about,
            "einvoice.status",
            state=state.value if state else said.code,
            **({"reason": reason} if reason else {}),
        )


def _document(number: str) -> Subject | None:
    found = db.session.scalar(select(SalesDocument.id).where(SalesDocument.number == number))
    return Subject(SalesDocument.__kind__, found) if found else None


def _bill(number: str) -> Subject | None:
    query = select(EinvoiceFlow.about_id).join(SupplierInvoice, SupplierInvoice.id == EinvoiceFlow.about_id)
    ours = (EinvoiceFlow.kind == FlowKind.BILL, SupplierInvoice.number == number)
    found = db.session.scalar(query.where(*ours).order_by(EinvoiceFlow.id.desc()).limit(1))
    return Subject(SupplierInvoice.__kind__, found) if found else None


def _set_aside(call: Call, flow: Flow, kind: FlowKind, reason: str, file_id: int | None = None) -> None:
    """Something that cannot be read does not keep what follows it from being read: somebody looks at it."""

    def write() -> None:
        db.session.add(
            EinvoiceFlow(
                account_id=call.account_id, direction=Direction.IN, kind=kind, state=FlowState.UNREADABLE, label=flow.name[:200],
                flow_id=flow.flow_id, error=reason, answered_at=flow.updated_at, file_id=file_id,
            )
        )  # fmt: skip
        db.session.flush()

    if file_id is None:
        with transaction():
            write()
    else:
        write()


# --- suppliers' invoices -----------------------------------------------------------------------------------------


def _read_bill(call: Call, flow: Flow) -> int:
    try:
        content = call.client.content(flow.flow_id)
    except PartnerError as error:
        if not error.final:
            raise
        _set_aside(call, flow, FlowKind.BILL, sentence(error))
        return 0
    name = flow.name or "facture.pdf"
    try:
        ready = purchasing.prepare_file(content, name)
    except DomainError:  # nothing that we know: kept as it is, for a person to open
        ready = files.prepare_as_is(content, name, "application/octet-stream")
    reason = take_bill(content, ready, call.account_id, flow)
    if reason:
        with transaction():
            stored = files.keep(ready, by=_("Plateforme agréée"))
            _set_aside(call, flow, FlowKind.BILL, reason, stored.id)
    return 0 if reason else 1


def take_bill(content: bytes, ready: Ready, account_id: int | None, flow: Flow | None) -> str:
    """A supplier's invoice among the others; "" or why it is to be typed by hand. Opens its own transaction."""
    read = purchasing.read_or_none(content)
    if read is None:
        return _("Ce fichier ne contient pas de données lisibles par une machine.")
    try:
        with transaction():
            stored = files.keep(ready, by=_("Plateforme agréée"))
            bill = purchasing.take_in(read, stored, SOURCE)
            add_row(bill, account_id, flow, read.seller_siren, read.kind, stored.id)
    except DomainError as error:
        return error.message
    return ""


def add_row(
    bill: SupplierInvoice, account_id: int | None, flow: Flow | None, siren: str, type_code: str, file_id: int | None
) -> None:
    """The row that says where a bill came from, and to whom our statuses of it go."""
    require_transaction()
    db.session.add(
        EinvoiceFlow(
            account_id=account_id, direction=Direction.IN, kind=FlowKind.BILL, state=FlowState.READ, file_id=file_id,
            about_kind=SupplierInvoice.__kind__, about_id=bill.id, flow_id=flow.flow_id if flow else None,
            label=_("Facture fournisseur %(number)s", number=bill.number), answered_at=flow.updated_at if flow else clock.now(),
            told={"siren": siren, "type_code": type_code},
        )
    )  # fmt: skip
    db.session.flush()
