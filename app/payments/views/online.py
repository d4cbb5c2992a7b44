"""« Payer en ligne », and what the partners tell us: verified, at most once, read again before anything is believed."""

import hmac
import json
import time
from typing import Any

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
from app.payments.services import online
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
        _asked(document.id)
    try:
        online.open_checkout(document.id, account_id, absolute("payments.pay", token=token), refused=refused)
    except DomainError as error:
        say(error.message, "error")
    return go(url_for("payments.pay", token=token))


@bp.post("/payer/<token>/verification")
@public
def check_online(token: str) -> Response:
    """The client says that he has paid: the partner is asked."""
    if _asked(linked(token).id) == CheckoutState.OPEN:
        say(_("Le paiement n'est pas encore confirmé. Cette page le dira dès qu'il le sera."))
    return go(url_for("payments.pay", token=token))


def _asked(document_id: int) -> CheckoutState:
    """What the partner says of the page opened lately."""
    checkout = online.live_checkout(document_id)
    try:
        return online.confirm(checkout.id) if checkout else CheckoutState.EXPIRED
    except PartnerError:
        return CheckoutState.OPEN


@bp.post("/notifications/<any(stripe, helloasso):kind>/<int:account_id>")
@public
def webhook(kind: str, account_id: int) -> Response:
    """A partner's event. 400 when it is not theirs; 503 when they do not answer, so that they send it again."""
    account = db.session.get(PartnerAccount, account_id)
    if account is None or account.kind != kind or account.archived_at is not None:
        abort(404)
    body = request.get_data(cache=False)
    event_id, ref, ours = _stripe(account, body) if kind == "stripe" else _helloasso(account, body)
    if online.known_event(kind, event_id):
        return make_response("", 200)
    checkout = online.checkout_of(account_id, ref, ours) if ref or ours else None
    if checkout is not None:
        try:
            online.confirm(checkout.id, (kind, event_id))
        except PartnerError:
            return make_response("", 503)
    return make_response("", 200)


def _stripe(account: PartnerAccount, body: bytes) -> tuple[str, str, str]:
    """(event id, session id, ""): a session is always named."""
    try:
        event = verify(
            account.secrets["webhook_secret"], request.headers.get("Stripe-Signature", ""), body, time.time()
        )
    except SignatureError:
        abort(400)
    found: Any = event.get("data")
    thing = found.get("object") if isinstance(found, dict) else None
    return str(event.get("id", "")), str(thing.get("id", "")) if isinstance(thing, dict) else "", ""


def _helloasso(account: PartnerAccount, body: bytes) -> tuple[str, str, str]:
    """(digest, intent id, our reference): unsigned for most accounts, so believed in nothing but the intent to read again."""
    key, sent = account.secrets.get("signature_key", ""), request.headers.get("x-ha-signature", "")
    if key and not hmac.compare_digest(signature(key, body).encode(), sent.encode()):
        abort(400)
    try:
        event = json.loads(body)
    except ValueError:
        abort(400)
    data, ours = (event.get("data"), event.get("metadata")) if isinstance(event, dict) else (None, None)
    ref = str(data.get("checkoutIntentId") or "") if isinstance(data, dict) else ""
    return online.digest(body), ref, str(ours.get("reference") or "") if isinstance(ours, dict) else ""
