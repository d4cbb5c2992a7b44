"""Statuses that we give: to a supplier's invoice (taken, approved, disputed, refused), and « encaissée » of our own.

« Encaissée » is due when the VAT is, on payment: services without the option for debits (CGI art. 269, 2 c; 290 A). It tells the
amounts received by VAT rate (BR-FR-CDV-14).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import Subject, subject_of
from app.einvoicing.models import EinvoiceFlow
from app.einvoicing.queries.collected import due_on_payment, uncollected
from app.einvoicing.services import lifecycle
from app.einvoicing.services.account import platform
from app.einvoicing.services.lifecycle import BUYER, SELLER, Party, Status
from app.einvoicing.states import DISPUTES, REASONS, STATUS_OF, Answer, Direction, FlowKind, FlowState
from app.purchasing import services as purchasing
from app.purchasing.models import SupplierInvoice
from app.purchasing.states import BILLS, BillState
from app.sales.models import SalesDocument
from app.sales.states.documents import TYPE_CODES

COLLECTED = "212"
NEEDS_REASON = (Answer.DISPUTED, Answer.REFUSED)


def siren_of(siret: str) -> str:
    """The nine digits of the company; "" when they are not there."""
    digits = "".join(siret.split())[:9]
    return digits if len(digits) == 9 and digits.isdigit() else ""


def origin_of(bill_id: int) -> EinvoiceFlow | None:
    """How a supplier's invoice came; None for one that was dropped or typed."""
    of_bill = (EinvoiceFlow.about_kind == SupplierInvoice.__kind__, EinvoiceFlow.about_id == bill_id)
    query = select(EinvoiceFlow).where(*of_bill, EinvoiceFlow.kind == FlowKind.BILL, EinvoiceFlow.flow_id.is_not(None))
    return db.session.scalar(query.limit(1))


def answer_bill(bill: SupplierInvoice, answer: Answer, reason_code: str = "", comment: str = "") -> EinvoiceFlow:
    """Say something of a supplier's invoice; a refusal and a dispute keep it from being paid. Raises DomainError, Conflict."""
    require_transaction()
    origin = origin_of(bill.id)
    if origin is None:
        raise DomainError(
            _("Cette facture n'est pas venue par la plateforme : répondez à votre fournisseur directement.")
        )
    reasons = REASONS if answer == Answer.REFUSED else {**REASONS, **DISPUTES}
    if answer in NEEDS_REASON and reason_code not in reasons:
        raise DomainError(_("Choisissez la raison dans la liste : votre fournisseur en a besoin."), field="reason_code")
    reason_code = reason_code if answer in NEEDS_REASON else ""
    told = ". ".join(filter(None, (_(reasons.get(reason_code, "")) if reason_code else "", comment.strip()[:300])))
    if answer in NEEDS_REASON and BILLS.allows(bill.state, BillState.DISPUTED):
        purchasing.dispute(bill, told)
    supplier = Party(
        str(origin.told.get("siren") or siren_of(bill.supplier.siret)),
        bill.supplier.name,
        SELLER,
        bill.supplier.einvoice_address,
    )
    if not supplier.siren:
        raise DomainError(
            _("Il manque le SIRET de %(name)s. Complétez sa fiche, puis recommencez.", name=supplier.name)
        )
    status = Status(
        answer.value, STATUS_OF[answer.value].label, bill.number, str(origin.told.get("type_code") or "380"), bill.issued_on, reason_code, told
    )  # fmt: skip
    flow = _queue(subject_of(bill), status, _us(BUYER), supplier)
    record(bill, "einvoice.answered", state=STATUS_OF[answer.value].value, **({"reason": told} if told else {}))
    return flow


def _us(role: str) -> Party:
    ours = our_organisation()
    found = siren_of(ours.siret)
    if not found:
        raise DomainError(_("Il manque votre SIRET. Complétez les coordonnées de l'organisation, puis recommencez."))
    return Party(found, ours.name, role)


def _queue(about: Subject, status: Status, sender: Party, recipient: Party, amount: int = 0) -> EinvoiceFlow:
    account = platform()
    if account is None:
        raise Conflict(_("Aucune plateforme n'est réglée. Entrez son compte dans les réglages."))
    of_it = (
        EinvoiceFlow.about_kind == about.kind,
        EinvoiceFlow.about_id == about.id,
        EinvoiceFlow.kind == FlowKind.STATUS,
    )
    count = select(func.count()).select_from(EinvoiceFlow).where(*of_it, EinvoiceFlow.direction == Direction.OUT)
    rank = (db.session.scalar(count) or 0) + 1
    tracking_id = f"{'F' if about.kind == SalesDocument.__kind__ else 'R'}{about.id}-{status.code}-{rank}-{account.id}"
    content = lifecycle.write(status, sender, recipient, tracking_id).decode()
    flow = EinvoiceFlow(
        account_id=account.id, direction=Direction.OUT, kind=FlowKind.STATUS, about_kind=about.kind, about_id=about.id, content=content,
        sha256=hashlib.sha256(content.encode()).hexdigest(), tracking_id=tracking_id, amount=amount, next_at=clock.now(),
        label=_("%(number)s : %(status)s", number=status.number, status=status.label),
        told={"code": status.code, "reason_code": status.reason_code, "reason": status.reason, "number": status.number},
    )  # fmt: skip
    db.session.add(flow)
    db.session.flush()
    return flow


# --- « encaissée » -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Collected:
    """What was received of an invoice and is still to be told, in cents; below zero when a payment was undone."""

    document_id: int
    number: str
    amount: int


def plan_collected() -> int:
    """Write the statuses « encaissée » that are due. Returns how many. A payment undone after it was told is left to a person."""
    require_transaction()
    done = 0
    for row in uncollected():
        document = db.session.get_one(SalesDocument, row.document_id, with_for_update=True, populate_existing=True)
        if row.amount > 0 and due_on_payment(document):
            _tell_collected(document, row.amount)
            done += 1
    return done


def _tell_collected(document: SalesDocument, amount: int) -> None:
    buyer = document.content.get("buyer") or {}
    client = Party(
        siren_of(str(buyer.get("siret") or "")),
        str(buyer.get("name") or ""),
        BUYER,
        str(buyer.get("einvoice_address") or ""),
    )
    if not client.siren or document.issued_on is None:
        return
    status = Status(
        COLLECTED, STATUS_OF[COLLECTED].label, str(document.number), TYPE_CODES[document.kind], document.issued_on,
        amounts=split(document.shares, amount),
    )  # fmt: skip
    _queue(subject_of(document), status, _us(SELLER), client, amount)


def split(shares: Sequence[dict[str, object]], amount: int) -> list[tuple[int, int]]:
    """`amount` over the rates, in proportion of what each weighs with its tax; the cents add up."""
    weights: dict[int, int] = {}
    for share in shares:
        rate = int(str(share["rate"]))
        weights[rate] = weights.get(rate, 0) + int(str(share["base"])) + int(str(share["vat"]))
    total = sum(weights.values())
    if not total:
        return [(0, amount)]
    given, found = 0, []
    for rank, (rate, weight) in enumerate(sorted(weights.items(), reverse=True)):
        part = amount - given if rank == len(weights) - 1 else amount * weight // total
        given += part
        found.append((rate, part))
    return [(rate, part) for rate, part in found if part]


def waiting_answers(bill_id: int) -> bool:
    """Whether an answer of ours is still on its way."""
    mine = (EinvoiceFlow.about_kind == SupplierInvoice.__kind__, EinvoiceFlow.about_id == bill_id)
    going = EinvoiceFlow.state.in_((FlowState.TO_SEND, FlowState.SENDING, FlowState.WAITING))
    return db.session.scalar(select(EinvoiceFlow.id).where(*mine, going).limit(1)) is not None
