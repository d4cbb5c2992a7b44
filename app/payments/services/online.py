"""Online payments: our intent is written before the partner is called, and the partner is read again before we believe it."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.connectors.calls import CallRecord, Observer
from app.connectors.checkout import Opened, Order, Outcome
from app.connectors.errors import PartnerError
from app.connectors.helloasso import HelloAsso, HelloAssoConfig
from app.connectors.stripe import Stripe, StripeConfig
from app.core import clock
from app.core.db import db, require_transaction, transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import euros
from app.core.partners import PartnerAccount, record_calls
from app.core.settings import setting
from app.core.subject import subject_of
from app.messaging.services import add_task
from app.payments.models import Checkout, WebhookEvent
from app.payments.queries import payable
from app.payments.services.money_in import take
from app.payments.services.parts import Part, locked_documents
from app.payments.states import CHECKOUTS, CheckoutState, Method
from app.sales.models import SalesDocument

#: Setting: by whom clients pay online when both partners are connected.
CHOICE = "payments.online"
KINDS = {"stripe": Method.STRIPE, "helloasso": Method.HELLOASSO}
#: A page opened less than this ago is offered again instead of another (HelloAsso's is valid a quarter of an hour).
FRESH = timedelta(minutes=10)
#: Past this, a page that was not paid is no longer looked at.
GIVEN_UP = timedelta(days=2)


class Provider(Protocol):
    """What both partners' clients do."""

    def create(self, order: Order) -> Opened: ...

    def read(self, ref: str) -> Outcome: ...


def client_of(
    kind: str, settings: Mapping[str, Any], codes: Mapping[str, str], on_call: Observer | None = None
) -> Provider:
    """The client of an account."""
    if kind == "stripe":
        return Stripe(StripeConfig(codes["secret_key"], settings["base_url"]), on_call)
    config = HelloAssoConfig(settings["client_id"], codes["client_secret"], settings["slug"], settings["base_url"])
    return HelloAsso(config, on_call)


def offers() -> list[PartnerAccount]:
    """The accounts by which a client may pay online, one of each partner; only that which the organisation chose, when it
    works."""
    query = select(PartnerAccount).where(
        PartnerAccount.kind.in_(KINDS), PartnerAccount.active, PartnerAccount.archived_at.is_(None)
    )
    found: dict[str, PartnerAccount] = {}
    for account in db.session.scalars(query.order_by(PartnerAccount.kind.desc(), PartnerAccount.id)):
        found.setdefault(account.kind, account)
    chosen = found.get(str(setting(CHOICE)))
    return [chosen] if chosen is not None else list(found.values())


@dataclass
class _Call:
    """A call made outside any transaction; what was observed is written after it."""

    account_id: int
    kind: str
    client: Provider
    seen: list[CallRecord]


def _call_to(account: PartnerAccount) -> _Call:
    seen: list[CallRecord] = []
    return _Call(
        account.id, account.kind, client_of(account.kind, account.settings, account.secrets, seen.append), seen
    )


def _note(call: _Call, error: str = "") -> None:
    account = db.session.get_one(PartnerAccount, call.account_id)
    record_calls(account, call.kind, call.seen)
    account.last_error = error
    if not error:
        account.last_ok_at = clock.now()


def live_checkout(document_id: int) -> Checkout | None:
    """The page opened lately for what is left of a document."""
    query = select(Checkout).where(
        Checkout.document_id == document_id, Checkout.state == CheckoutState.OPEN, Checkout.url != "",
        Checkout.created_at > clock.now() - FRESH,
    )  # fmt: skip
    return db.session.scalar(query.order_by(Checkout.id.desc()).limit(1))


def open_checkout(document_id: int, account_id: int, back_url: str, *, refused: str = "") -> str:
    """The address of the partner's page for what is left of an invoice. Writes by itself, before and after the call.

    `refused`: the partner's reference of a page where the payer failed: it is not offered again.
    Raises Conflict when nothing is left to pay, DomainError when the partner does not answer.
    """
    with transaction():
        account = next((found for found in offers() if found.id == account_id), None)
        document = locked_documents([document_id])[document_id]
        if account is None:
            raise DomainError(_("Ce moyen de paiement n'est plus proposé. Choisissez-en un autre."))
        if document.left <= 0 or payable(document_id) is None:
            raise Conflict(_("Cette facture est déjà réglée. Il n'y a rien à payer."))
        known = live_checkout(document_id)
        still = known is not None and (known.account_id, known.amount) == (account.id, document.left)
        if known is not None and still and known.provider_ref != refused:
            return known.url
        checkout, order = _intend(document, account, back_url)
        checkout_id, call = checkout.id, _call_to(account)
    try:
        opened = call.client.create(order)
    except PartnerError as error:
        with transaction():
            _note(call, error.message_fr)
            db.session.get_one(Checkout, checkout_id).error = error.message_fr
        raise DomainError(
            _("Le paiement en ligne ne répond pas pour l'instant. Rien n'a été débité : réessayez dans un moment.")
        ) from error
    with transaction():
        _note(call)
        checkout = db.session.get_one(Checkout, checkout_id)
        checkout.provider_ref, checkout.url = opened.ref, opened.url
    return opened.url


def _intend(document: SalesDocument, account: PartnerAccount, back_url: str) -> tuple[Checkout, Order]:
    payer = document.payer_id or document.contact_id
    checkout = Checkout(
        document_id=document.id, contact_id=payer, account_id=account.id, method=KINDS[account.kind], amount=document.left,
        reference=f"{document.number}-{secrets.token_hex(5)}",
    )  # fmt: skip
    db.session.add(checkout)
    db.session.flush()
    label = _("Facture %(number)s", number=document.number)
    return checkout, Order(checkout.reference, checkout.amount, label, back_url)


def confirm(checkout_id: int, event: tuple[str, str] | None = None) -> CheckoutState:
    """Read a page again at the partner and write what came of it; `event` (partner, id) is written with it, so that its
    replay does nothing. Raises PartnerError when the partner does not answer: ask again later."""
    checkout = db.session.get_one(Checkout, checkout_id)
    if checkout.state in (CheckoutState.PAID, CheckoutState.DISPUTED) or not checkout.provider_ref:
        return checkout.state
    call, ref = _call_to(db.session.get_one(PartnerAccount, checkout.account_id)), checkout.provider_ref
    db.session.rollback()
    try:
        outcome = call.client.read(ref)
    except PartnerError as error:
        with transaction():
            _note(call, error.message_fr)
        raise
    try:
        with transaction():
            _note(call)
            state = _apply(checkout_id, outcome)
            if event is not None and state != CheckoutState.OPEN:  # told too early, it is to be told again
                db.session.add(WebhookEvent(provider=event[0], event_id=event[1]))
                db.session.flush()
            return state
    except IntegrityError:  # the same event, at the same moment: the other one wrote it
        return db.session.get_one(Checkout, checkout_id).state


def known_event(provider: str, event_id: str) -> bool:
    """True when an event was dealt with already."""
    query = select(WebhookEvent.id).where(WebhookEvent.provider == provider, WebhookEvent.event_id == event_id)
    return db.session.scalar(query) is not None


def _apply(checkout_id: int, outcome: Outcome) -> CheckoutState:
    require_transaction()
    checkout = db.session.get_one(Checkout, checkout_id, with_for_update=True, populate_existing=True)
    if checkout.state in (CheckoutState.PAID, CheckoutState.DISPUTED):
        return checkout.state
    if outcome.state == "expired" and checkout.state == CheckoutState.OPEN:
        CHECKOUTS.move(checkout, CheckoutState.EXPIRED)
    elif outcome.state == "paid":
        same = (outcome.cents, outcome.currency.lower(), outcome.reference) == (
            checkout.amount,
            "eur",
            checkout.reference,
        )
        _pay(checkout, outcome) if same else _doubt(checkout, outcome)
    return checkout.state


def _pay(checkout: Checkout, outcome: Outcome) -> None:
    """What exceeds what is left (paid otherwise meanwhile) stays the payer's credit."""
    document_id = checkout.document_id or 0
    document = locked_documents([document_id])[document_id]
    part = min(checkout.amount, max(0, document.left))
    payment = take(
        checkout.contact_id, checkout.method, checkout.amount, clock.today(), allocations=[Part(document_id, part)],
        reference=checkout.provider_ref, reference_key=outcome.payment_ref, by=checkout.method.label,
    )  # fmt: skip
    CHECKOUTS.move(checkout, CheckoutState.PAID, amount=checkout.amount)
    checkout.payment_id, checkout.error = payment.id, ""


def _doubt(checkout: Checkout, outcome: Outcome) -> None:
    """The partner's page does not say what we asked for: nobody's invoice is settled by it, somebody looks."""
    checkout.error = _(
        "Demandé : %(asked)s (%(ref)s). Payé : %(paid)s %(currency)s (%(other)s).",
        asked=euros(checkout.amount), ref=checkout.reference, paid=euros(outcome.cents), currency=outcome.currency,
        other=outcome.reference,
    )  # fmt: skip
    CHECKOUTS.move(checkout, CheckoutState.DISPUTED, reason=checkout.error)
    add_task(
        _("Paiement en ligne à vérifier : %(ref)s", ref=checkout.reference), due_on=clock.today(),
        about=subject_of(checkout), contact_id=checkout.contact_id, notes=checkout.error,
    )  # fmt: skip


def checkout_of(account_id: int, provider_ref: str, reference: str = "") -> Checkout | None:
    """The page that a partner's event is about: by its own reference, else by ours."""
    mine = Checkout.provider_ref == provider_ref if provider_ref else Checkout.reference == reference
    query = select(Checkout).where(Checkout.account_id == account_id, mine)
    return db.session.scalar(query.limit(1))


def open_ids() -> list[int]:
    """Pages that may have been paid without our being told."""
    since = clock.now() - GIVEN_UP
    query = select(Checkout.id).where(
        Checkout.state == CheckoutState.OPEN, Checkout.provider_ref != "", Checkout.created_at > since
    )
    return list(db.session.scalars(query.order_by(Checkout.id)))


def digest(body: bytes) -> str:
    """The id of an event that has none."""
    return hashlib.sha256(body).hexdigest()
