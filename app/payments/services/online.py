"""Online payments: our intent is written before the partner is called, and the partner is read again before we believe it."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, NamedTuple, Protocol

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.connectors.calls import CallRecord, Observer
from app.connectors.checkout import Opened, Order, Outcome, Refunded, RefundOrder
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
from app.payments.services import deposits
from app.payments.services.money_in import check_may_be_taken
from app.payments.services.paid_online import come_in
from app.payments.services.parts import locked_documents
from app.payments.states import CHECKOUTS, CheckoutState, DepositState, Method

#: Setting: by whom clients pay online when both partners are connected.
CHOICE = "payments.online"
KINDS = {"stripe": Method.STRIPE, "helloasso": Method.HELLOASSO}
#: A page opened less than this ago is offered again instead of another (HelloAsso's is valid a quarter of an hour).
FRESH = timedelta(minutes=10)
#: Past this, a page that was not paid is no longer looked at.
GIVEN_UP = timedelta(days=2)


class Provider(Protocol):
    """What both partners' clients do. `keyed`: the same refund asked twice is made once."""

    keyed: ClassVar[bool]

    def create(self, order: Order) -> Opened: ...

    def read(self, ref: str) -> Outcome: ...

    def refund(self, order: RefundOrder) -> Refunded: ...

    def refunds(self, payment_ref: str, page_ref: str) -> list[Refunded]: ...

    def page_of(self, payment_ref: str) -> str: ...


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
class Call:
    """A call made outside any transaction; what was observed is written after it."""

    account_id: int
    kind: str
    client: Provider
    seen: list[CallRecord]

    @property
    def label(self) -> str:
        """The partner's name."""
        return {"stripe": "Stripe", "helloasso": "HelloAsso"}[self.kind]


def call_to(account: PartnerAccount) -> Call:
    """A call about to be made to an account."""
    seen: list[CallRecord] = []
    return Call(account.id, account.kind, client_of(account.kind, account.settings, account.secrets, seen.append), seen)


def note_call(call: Call, error: str = "") -> None:
    """Write what was observed of a call, and how the account fares."""
    account = db.session.get_one(PartnerAccount, call.account_id)
    record_calls(account, call.kind, call.seen)
    account.fares(error)


class Wanted(NamedTuple):
    """What a page asks for: so many cents of a payer, for a document or for a deposit. `name` begins its reference."""

    contact_id: int
    cents: int
    name: str
    label: str
    document_id: int | None = None
    deposit_id: int | None = None


def live_checkout(document_id: int | None, deposit_id: int | None = None) -> Checkout | None:
    """The page opened lately for what is left of a document, or for a deposit."""
    about = Checkout.document_id == document_id if deposit_id is None else Checkout.deposit_id == deposit_id
    query = select(Checkout).where(
        about, Checkout.state == CheckoutState.OPEN, Checkout.url != "",
        Checkout.created_at > clock.now() - FRESH,
    )  # fmt: skip
    return db.session.scalar(query.order_by(Checkout.id.desc()).limit(1))


def open_checkout(document_id: int, account_id: int, back_url: str, *, refused: str = "", whole: bool = False) -> str:
    """The address of the partner's page for what an invoice asks for now, or for all that is left of it (`whole`): they differ
    when it is paid in several times. Writes by itself, before and after the call.

    `refused`: the partner's reference of a page where the payer failed: it is not offered again.
    Raises Conflict when nothing is left to pay, DomainError when the partner does not answer.
    """
    with transaction():
        document = locked_documents([document_id])[document_id]
        if document.left <= 0 or payable(document_id) is None:
            raise Conflict(_("Cette facture est déjà réglée. Il n'y a rien à payer."))
        check_may_be_taken([document_id])
        wanted = Wanted(
            document.payer_id or document.contact_id, document.left if whole else document.asked, document.number or "",
            _("Facture %(number)s", number=document.number), document_id=document.id,
        )  # fmt: skip
        begun = _begin(wanted, account_id, back_url, refused)
    return _opened(begun)


def open_deposit(deposit_id: int, account_id: int, back_url: str, *, refused: str = "") -> str:
    """The address of the partner's page for a deposit that is asked for. Writes and raises as `open_checkout`."""
    with transaction():
        deposit = deposits.locked(deposit_id)
        if deposit.state != DepositState.ASKED:
            raise Conflict(_("Cette caution n'est plus à verser. Il n'y a rien à payer."))
        wanted = Wanted(
            deposit.contact_id, deposit.amount, f"CAUTION-{deposit.id}", _("Caution"), deposit_id=deposit.id
        )
        begun = _begin(wanted, account_id, back_url, refused)
    return _opened(begun)


class Begun(NamedTuple):
    """A page about to be asked of the partner; `known`: the address of one that was opened lately, offered again."""

    known: str
    checkout_id: int = 0
    call: Call | None = None
    order: Order | None = None


def _begin(wanted: Wanted, account_id: int, back_url: str, refused: str) -> Begun:
    account = next((found for found in offers() if found.id == account_id), None)
    if account is None:
        raise DomainError(_("Ce moyen de paiement n'est plus proposé. Choisissez-en un autre."))
    known = live_checkout(wanted.document_id, wanted.deposit_id)
    still = known is not None and (known.account_id, known.amount) == (account.id, wanted.cents)
    if known is not None and still and known.provider_ref != refused:
        return Begun(known.url)
    checkout, order = _intend(wanted, account, back_url)
    return Begun("", checkout.id, call_to(account), order)


def _opened(begun: Begun) -> str:
    """The page that was begun, opened at the partner's: outside any transaction."""
    checkout_id, call = begun.checkout_id, begun.call
    if call is None or begun.order is None:
        return begun.known
    try:
        opened = call.client.create(begun.order)
    except PartnerError as error:
        with transaction():
            note_call(call, error.message_fr)
            db.session.get_one(Checkout, checkout_id).error = error.message_fr
        raise DomainError(
            _("Le paiement en ligne ne répond pas pour l'instant. Rien n'a été débité : réessayez dans un moment.")
        ) from error
    with transaction():
        note_call(call)
        checkout = db.session.get_one(Checkout, checkout_id)
        checkout.provider_ref, checkout.url = opened.ref, opened.url
    return opened.url


def _intend(wanted: Wanted, account: PartnerAccount, back_url: str) -> tuple[Checkout, Order]:
    checkout = Checkout(
        document_id=wanted.document_id, deposit_id=wanted.deposit_id, contact_id=wanted.contact_id, account_id=account.id,
        method=KINDS[account.kind], amount=wanted.cents, reference=f"{wanted.name}-{secrets.token_hex(5)}",
    )  # fmt: skip
    db.session.add(checkout)
    db.session.flush()
    return checkout, Order(checkout.reference, checkout.amount, wanted.label, back_url)


def confirm(checkout_id: int, event: tuple[str, str] | None = None) -> CheckoutState:
    """Read a page again at the partner and write what came of it; `event` (partner, id) is written with it, so that its
    replay does nothing. Raises PartnerError when the partner does not answer: ask again later."""
    checkout = db.session.get_one(Checkout, checkout_id)
    if checkout.state in (CheckoutState.PAID, CheckoutState.DISPUTED) or not checkout.provider_ref:
        return checkout.state
    call, ref = call_to(db.session.get_one(PartnerAccount, checkout.account_id)), checkout.provider_ref
    db.session.rollback()
    try:
        outcome = call.client.read(ref)
    except PartnerError as error:
        with transaction():
            note_call(call, error.message_fr)
        raise
    try:
        with transaction():
            note_call(call)
            state = _apply(checkout_id, outcome)
            if event is not None and state != CheckoutState.OPEN:  # told too early, it is to be told again
                db.session.add(WebhookEvent(provider=event[0], event_id=event[1]))
                db.session.flush()
            return state
    except IntegrityError:  # the same event, at the same moment: the other one wrote it
        return db.session.get_one(Checkout, checkout_id).state


def asked_of(checkout: Checkout | None) -> CheckoutState:
    """What the partner says of the page opened lately, asked now because the payer says that he has paid."""
    try:
        return confirm(checkout.id) if checkout else CheckoutState.EXPIRED
    except PartnerError:
        return CheckoutState.OPEN


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
    payment = come_in(
        checkout,
        checkout.amount,
        reference=checkout.provider_ref,
        reference_key=outcome.payment_ref,
        by=checkout.method.label,
    )
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
