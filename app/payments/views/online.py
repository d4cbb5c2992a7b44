"""« Payer en ligne », and what the partners tell us: verified, at most once, read again before anything is believed."""

import hmac
import json
import time
from typing import Any, NamedTuple

from flask import Response, abort, make_response, request, url_for

from app.connectors.errors import PartnerError
from app.connectors.helloasso import signature
from app.connectors.stripe import SignatureError, verify
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.partners import PartnerAccount
from app.core.permissions import public
from app.core.urls import absolute
from app.core.web import go, say
from app.payments.models import Checkout
from app.payments.services import online, refunds
from app.payments.states import CheckoutState
from app.payments.views.blueprint import bp
from app.payments.views.pay import linked


@bp.post("/payer/<token>/en-ligne/<int:account_id>")
@public
def pay_online(token: str, account_id: int) -> Response:
    """Open the partner's page; the client's page then leads to it. After a refusal the partner is asked first: perhaps it is paid."""
    document = linked(token)
    refused = request.form.get("refused", "")[:40]
    if refused:
        online.asked_of(online.live_checkout(document.id))
    try:
        online.open_checkout(
            document.id,
            account_id,
            absolute("payments.pay", token=token),
            refused=refused,
            whole=request.form.get("part") == "all",
        )
    except DomainError as error:
        say(error.message, "error")
    return go(url_for("payments.pay", token=token))


@bp.post("/payer/<token>/verification")
@public
def check_online(token: str) -> Response:
    """The client says that he has paid: the partner is asked."""
    if online.asked_of(online.live_checkout(linked(token).id)) == CheckoutState.OPEN:
        say(_("Le paiement n'est pas encore confirmé. Cette page le dira dès qu'il le sera."))
    return go(url_for("payments.pay", token=token))


@bp.post("/notifications/<any(stripe, helloasso):kind>/<int:account_id>")
@public
def webhook(kind: str, account_id: int) -> Response:
    """A partner's event. 400 when it is not theirs; 503 when they do not answer, so that they send it again."""
    account = db.session.get(PartnerAccount, account_id)
    if account is None or account.kind != kind or account.archived_at is not None:
        abort(404)
    body = request.get_data(cache=False)
    said = _stripe(account, body) if kind == "stripe" else _helloasso(account, body)
    if online.known_event(kind, said.event_id):
        return make_response("", 200)
    try:
        right = _read_again(account, said)
    except PartnerError:
        right = False
    return make_response("", 200 if right else 503)


class _Said(NamedTuple):
    """An event: its id, the page or our reference that it names, whether it is about a refund, of which payment (Stripe)."""

    event_id: str
    page_ref: str = ""
    reference: str = ""
    refund: bool = False
    payment_ref: str = ""


def _read_again(account: PartnerAccount, said: _Said) -> bool:
    """Believe nothing of an event but what to read again. False when it was told before there is anything to read."""
    event = (account.kind, said.event_id)
    if said.payment_ref:
        checkout = refunds.payment_of(account.id, account.kind, said.payment_ref)
    elif said.page_ref or said.reference:
        checkout = online.checkout_of(account.id, said.page_ref, said.reference)
    else:
        checkout = None
    if checkout is None:
        return True
    checkout_id = checkout.id
    if checkout.payment_id is None or not said.refund:
        online.confirm(checkout_id, None if said.refund else event)
    if not said.refund:
        return True
    payment_id = db.session.get_one(Checkout, checkout_id, populate_existing=True).payment_id
    return payment_id is None or refunds.look(payment_id, event)


def _stripe(account: PartnerAccount, body: bytes) -> _Said:
    """A session is always named by its own events; a refund, or its charge, names the payment."""
    try:
        event = verify(
            account.secrets["webhook_secret"], request.headers.get("Stripe-Signature", ""), body, time.time()
        )
    except SignatureError:
        abort(400)
    found: Any = event.get("data")
    thing = found.get("object") if isinstance(found, dict) else None
    named = thing if isinstance(thing, dict) else {}
    event_id, word = str(event.get("id", "")), str(event.get("type", ""))
    if word == "charge.refunded" or word.startswith(("refund.", "charge.refund.")):
        return _Said(event_id, refund=True, payment_ref=str(named.get("payment_intent") or ""))
    return _Said(event_id, str(named.get("id", "")))


def _helloasso(account: PartnerAccount, body: bytes) -> _Said:
    """Unsigned for most accounts, so believed in nothing but the intent to read again."""
    key, sent = account.secrets.get("signature_key", ""), request.headers.get("x-ha-signature", "")
    if key and not hmac.compare_digest(signature(key, body).encode(), sent.encode()):
        abort(400)
    try:
        event = json.loads(body)
    except ValueError:
        abort(400)
    data, ours = (event.get("data"), event.get("metadata")) if isinstance(event, dict) else (None, None)
    told, given = data if isinstance(data, dict) else {}, ours if isinstance(ours, dict) else {}
    refund = bool(told.get("refundOperations")) or told.get("state") in ("Refunded", "Refunding")
    return _Said(
        online.digest(body), str(told.get("checkoutIntentId") or ""), str(given.get("reference") or ""), refund
    )
