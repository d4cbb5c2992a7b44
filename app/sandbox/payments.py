"""Stripe Checkout and HelloAsso Checkout as their clients meet them: forms or JSON, signed events, an order only once paid."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import sqlite3
import time
from typing import Any, NoReturn
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, request

from . import credentials
from .faults import partner_blueprint, store

stripe = partner_blueprint(
    "stripe",
    {
        "409": {"error": {"type": "idempotency_error", "code": "idempotency_key_in_use"}},
        "429": {"error": {"type": "rate_limit_error"}},
        "500": {"error": {"type": "api_error"}},
    },
)
helloasso = partner_blueprint("helloasso", {"429": {"errors": [{"code": "TooManyRequests"}]}, "500": {"errors": []}})
control = Blueprint("checkout_control", __name__, url_prefix="/__sandbox__/checkouts")
TOKEN_SECONDS = 1800
#: What a refund is for HelloAsso.
OPERATIONS = {"pending": "Processing", "succeeded": "Processed", "failed": "Error"}


def stop(status: int, body: dict[str, Any]) -> NoReturn:
    """Answer so, and no further."""
    answer = jsonify(body)
    answer.status_code = status
    abort(answer)


def _add(partner: str, ref: str, reference: str, cents: int, key: str) -> sqlite3.Row:
    store().run(
        "INSERT INTO checkout (ref, partner, reference, cents, paid, state, key, at) VALUES (?, ?, ?, ?, 0, 'open', ?, ?)",
        ref, partner, reference, cents, key, time.time(),
    )  # fmt: skip
    return _row(partner, ref)


def _row(partner: str, ref: str) -> sqlite3.Row:
    row = store().row("SELECT * FROM checkout WHERE partner = ? AND ref = ?", partner, ref)
    if row is None:
        stop(404, {"error": {"type": "invalid_request_error", "message": f"No such checkout: {ref}"}})
    return row


# --- Stripe -----------------------------------------------------------------------------------------------------


@stripe.before_request
def _stripe_key() -> None:
    sent = request.headers.get("Authorization", "")
    if sent.startswith("Bearer sk_live"):
        stop(401, {"error": {"type": "authentication_error", "message": "a live key has no place here"}})
    if not hmac.compare_digest(sent, f"Bearer {credentials.STRIPE_SECRET_KEY}"):
        stop(401, {"error": {"type": "authentication_error", "message": "Invalid API Key provided"}})


@stripe.post("/v1/checkout/sessions")
def _create_session() -> Response:
    """Form-encoded; the same Idempotency-Key gives the same session."""
    key, form = request.headers.get("Idempotency-Key", ""), request.form
    known = store().row("SELECT * FROM checkout WHERE partner = 'stripe' AND key = ? AND key <> ''", key)
    if known is not None:
        return jsonify(_session(known))
    cents = form.get("line_items[0][price_data][unit_amount]", "")
    if form.get("mode") != "payment" or not cents.isdigit() or not form.get("success_url"):
        stop(400, {"error": {"type": "invalid_request_error", "code": "parameter_missing", "param": "line_items"}})
    reference = form.get("client_reference_id", "")
    return jsonify(_session(_add("stripe", f"cs_test_{secrets.token_hex(12)}", reference, int(cents), key)))


@stripe.get("/v1/checkout/sessions")
def _sessions() -> Response:
    paid_by = "cs_test_" + request.args.get("payment_intent", "").removeprefix("pi_")
    rows = store().rows(
        "SELECT * FROM checkout WHERE partner = 'stripe' AND (? = 'cs_test_' OR (ref = ? AND state = 'paid')) ORDER BY id DESC LIMIT ?",
        paid_by, paid_by, request.args.get("limit", 10, int),
    )  # fmt: skip
    return jsonify(object="list", data=[_session(row) for row in rows], has_more=False)


@stripe.get("/v1/checkout/sessions/<ref>")
def _one_session(ref: str) -> Response:
    return jsonify(_session(_row("stripe", ref)))


def _session(row: sqlite3.Row) -> dict[str, Any]:
    paid = row["state"] == "paid"
    return {
        "id": row["ref"], "object": "checkout.session", "url": f"https://checkout.stripe.example/{row['ref']}",
        "status": {"paid": "complete", "expired": "expired"}.get(row["state"], "open"),
        "payment_status": "paid" if paid else "unpaid", "mode": "payment", "currency": "eur",
        "amount_total": row["paid"] if paid else row["cents"], "client_reference_id": row["reference"],
        "metadata": {"reference": row["reference"]}, "payment_intent": f"pi_{row['ref'][8:]}" if paid else None, "livemode": False,
    }  # fmt: skip


# --- HelloAsso --------------------------------------------------------------------------------------------------


@helloasso.post("/oauth2/token")
def _token() -> Response:
    """A token by the client's secret, or by the refresh token of another."""
    form = request.form
    known = form.get("client_id") == credentials.HELLOASSO_CLIENT_ID
    right = form.get("client_secret") == credentials.HELLOASSO_CLIENT_SECRET
    if form.get("grant_type") == "refresh_token":
        right = _signed(form.get("refresh_token", ""))
    if not known or not right:
        stop(401, {"error": "invalid_client"})
    names = ("access_token", "refresh_token", "token_type", "expires_in")
    return jsonify(
        dict(zip(names, (_signature_of("access"), _signature_of("refresh"), "bearer", TOKEN_SECONDS), strict=True))
    )


def _signature_of(name: str) -> str:
    return hashlib.sha256(f"{name}:{credentials.HELLOASSO_CLIENT_SECRET}".encode()).hexdigest()


def _signed(token: str) -> bool:
    return hmac.compare_digest(token, _signature_of("refresh"))


def bearer() -> None:
    """Refuse a call without the token."""
    if not hmac.compare_digest(request.headers.get("Authorization", ""), f"Bearer {_signature_of('access')}"):
        stop(401, {"errors": [{"code": "Unauthorized", "message": "token"}]})


@helloasso.post("/v5/organizations/<slug>/checkout-intents")
def _create_intent(slug: str) -> Response:
    """Cents; every address in https, but for this machine's own."""
    bearer()
    body = request.get_json(silent=True) or {}
    total, first = body.get("totalAmount"), body.get("initialAmount")
    if slug != credentials.HELLOASSO_SLUG:
        stop(404, {"errors": [{"code": "NotFound", "message": slug}]})
    if not isinstance(total, int) or total != first or not body.get("itemName") or "containsDonation" not in body:
        stop(
            400,
            {
                "errors": [
                    {"code": "ArgumentInvalid", "message": "totalAmount, initialAmount, itemName, containsDonation"}
                ]
            },
        )
    for name in ("backUrl", "errorUrl", "returnUrl"):
        where = urlsplit(str(body.get(name, "")))
        if where.scheme != "https" and where.hostname not in ("127.0.0.1", "localhost"):
            stop(400, {"errors": [{"code": "ArgumentInvalid", "message": f"{name} must be https"}]})
    ref = str(60000 + store().rows("SELECT count(*) AS n FROM checkout")[0]["n"])
    reference = str((body.get("metadata") or {}).get("reference", ""))
    store().run("INSERT INTO way_back (ref, done, error) VALUES (?, ?, ?)", ref, body["returnUrl"], body["errorUrl"])
    return jsonify(_intent(_add("helloasso", ref, reference, total, "")))


@helloasso.get("/v5/organizations/<slug>/checkout-intents/<ref>")
def _one_intent(slug: str, ref: str) -> Response:
    bearer()
    return jsonify(_intent(_row("helloasso", ref)) if slug == credentials.HELLOASSO_SLUG else {})


def _intent(row: sqlite3.Row) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": int(row["ref"]), "redirectUrl": f"https://helloasso.example/checkout/{row['ref']}",
        "metadata": {"reference": row["reference"]},
    }  # fmt: skip
    if row["state"] == "paid":
        back = store().rows("SELECT * FROM refund WHERE page = ? ORDER BY id DESC", row["ref"])
        given = sum(one["cents"] for one in back if one["state"] != "failed")
        paid = {
            "id": int(row["ref"]) + 900000, "amount": row["paid"], "type": "Payment",
            "state": "Refunded" if given == row["paid"] else "AuthorizedPreprod", "refundOperations": operations(back),
        }  # fmt: skip
        found["order"] = {
            "id": int(row["ref"]) + 500000,
            "amount": {"total": row["paid"]},
            "payments": [paid],
            "checkoutIntentId": found["id"],
        }
    return found


def operations(back: list[sqlite3.Row]) -> list[dict[str, Any]]:
    """What was given back of a payment, as its order shows it."""
    return [{"id": int(row["ref"]), "amount": row["cents"], "status": OPERATIONS[row["state"]]} for row in back]


# --- control plane ----------------------------------------------------------------------------------------------


@control.post("/<ref>")
def _end(ref: str) -> Response:
    """End a page: {"state": "paid" | "refused" | "expired", "cents": what was paid (the price when absent)}.

    Answers the signed event, and the address where the payer is sent back (HelloAsso).
    """
    body = request.get_json()
    row = store().row("SELECT * FROM checkout WHERE ref = ?", ref)
    if row is None or body.get("state") not in ("paid", "refused", "expired"):
        abort(400)
    cents = int(body.get("cents", row["cents"]))
    store().run("UPDATE checkout SET state = ?, paid = ? WHERE ref = ?", body["state"], cents, ref)
    again = store().row("SELECT * FROM checkout WHERE ref = ?", ref)
    assert again is not None  # noqa: S101 - just read
    if again["partner"] == "stripe":
        return jsonify(_stripe_event(again))
    return jsonify(**_helloasso_event(again), back=_way_back(again))


def _way_back(row: sqlite3.Row) -> str:
    """As the payer's browser is sent: what was refused comes back by the same address as what was paid, and says so."""
    ways = store().row("SELECT * FROM way_back WHERE ref = ?", row["ref"])
    assert ways is not None  # noqa: S101 - written with the intent
    if row["state"] == "expired":
        return f"{ways['error']}?checkoutIntentId={row['ref']}&error=expired"
    if row["state"] == "refused":
        return f"{ways['done']}?checkoutIntentId={row['ref']}&code=refused"
    return f"{ways['done']}?checkoutIntentId={row['ref']}&code=succeeded&orderId={int(row['ref']) + 500000}"


def _stripe_event(row: sqlite3.Row) -> dict[str, Any]:
    kind = "checkout.session.completed" if row["state"] == "paid" else "checkout.session.expired"
    event = {
        "id": f"evt_{row['ref'][8:]}_{row['state']}",
        "object": "event",
        "type": kind,
        "data": {"object": _session(row)},
    }
    text, moment = json.dumps(event), int(time.time())
    mark = hmac.new(credentials.STRIPE_WEBHOOK_SECRET.encode(), f"{moment}.{text}".encode(), "sha256").hexdigest()
    return {"body": text, "headers": {"Stripe-Signature": f"t={moment},v1={mark}"}}


def _helloasso_event(row: sqlite3.Row) -> dict[str, Any]:
    """An order once paid; a payment that was refused does not name its intent, but carries our metadata."""
    intent = _intent(row)
    kind, data = "Order", {"checkoutIntentId": intent["id"], **intent.get("order", {})}
    if row["state"] == "refused":
        kind, data = "Payment", {"id": intent["id"] + 900000, "amount": row["cents"], "state": "Refused"}
    text = json.dumps({"eventType": kind, "data": data, "metadata": intent["metadata"]})
    mark = hmac.new(credentials.HELLOASSO_SIGNATURE_KEY.encode(), text.encode(), "sha256").hexdigest()
    return {"body": text, "headers": {"x-ha-signature": mark}}
