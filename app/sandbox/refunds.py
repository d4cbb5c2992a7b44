"""Refunds of Stripe and HelloAsso as their clients meet them, and those that somebody makes on the partner's own site."""

from __future__ import annotations

import hmac
import json
import sqlite3
import time
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, request

from . import credentials
from .faults import store
from .payments import OPERATIONS, bearer, helloasso, operations, stop, stripe

control = Blueprint("refund_control", __name__, url_prefix="/__sandbox__")


def _page(partner: str, ref: str) -> sqlite3.Row | None:
    return store().row("SELECT * FROM checkout WHERE partner = ? AND ref = ? AND state = 'paid'", partner, ref)


def of_page(ref: str) -> list[sqlite3.Row]:
    """The refunds of a page, the latest first as both partners list them."""
    return store().rows("SELECT * FROM refund WHERE page = ? ORDER BY id DESC", ref)


def _left(page: sqlite3.Row) -> int:
    return int(page["paid"]) - sum(row["cents"] for row in of_page(page["ref"]) if row["state"] != "failed")


def _add(page: sqlite3.Row, cents: int, reference: str = "", key: str = "") -> sqlite3.Row:
    """A refund; the fault « pending » leaves it on its way."""
    state = "pending" if g.get("fault") and g.fault.kind == "pending" else "succeeded"
    number = 1 + store().rows("SELECT count(*) AS n FROM refund")[0]["n"]
    ref = f"re_bac{number:06d}" if page["partner"] == "stripe" else str(700000 + number)
    store().run(
        "INSERT INTO refund (ref, partner, page, cents, reference, state, reason, key, at) VALUES (?, ?, ?, ?, ?, ?, '', ?, ?)",
        ref, page["partner"], page["ref"], cents, reference, state, key, time.time(),
    )  # fmt: skip
    return _one(ref)


def _one(ref: str) -> sqlite3.Row:
    row = store().row("SELECT * FROM refund WHERE ref = ?", ref)
    if row is None:
        abort(404)
    return row


# --- Stripe -----------------------------------------------------------------------------------------------------


def _refuse(status: int, code: str, message: str) -> None:
    stop(status, {"error": {"type": "invalid_request_error", "code": code, "message": message}})


@stripe.post("/v1/refunds")
def _stripe_refund() -> Response:
    """Form-encoded; the same Idempotency-Key with the same form gives the same refund."""
    key, form = request.headers.get("Idempotency-Key", ""), request.form
    page = _page("stripe", "cs_test_" + form.get("payment_intent", "").removeprefix("pi_"))
    if page is None:
        stop(404, {"error": {"type": "invalid_request_error", "code": "resource_missing", "param": "payment_intent"}})
    known = store().row("SELECT * FROM refund WHERE partner = 'stripe' AND key = ? AND key <> ''", key)
    cents = int(form.get("amount", page["paid"]))
    if known is not None:
        if (known["cents"], known["page"]) != (cents, page["ref"]):
            _refuse(
                400, "idempotency_key_in_use", "Keys for idempotent requests can only be used with the same parameters"
            )
        return jsonify(_of_stripe(known))
    if not _left(page):
        _refuse(400, "charge_already_refunded", "Charge has already been refunded.")
    if not 0 < cents <= _left(page):
        _refuse(400, "amount_too_large", f"Refund amount is greater than unrefunded amount on charge ({_left(page)})")
    return jsonify(_of_stripe(_add(page, cents, form.get("metadata[reference]", ""), key)))


@stripe.get("/v1/refunds")
def _stripe_refunds() -> Response:
    page = "cs_test_" + request.args.get("payment_intent", "").removeprefix("pi_")
    return jsonify(object="list", data=[_of_stripe(row) for row in of_page(page)], has_more=False)


def _of_stripe(row: sqlite3.Row) -> dict[str, Any]:
    told = {"failure_reason": row["reason"]} if row["reason"] else {}
    return {
        "id": row["ref"], "object": "refund", "amount": row["cents"], "currency": "eur", "status": row["state"],
        "payment_intent": "pi_" + row["page"][8:], "charge": "ch_" + row["page"][8:], "created": int(row["at"]),
        "metadata": {"reference": row["reference"]} if row["reference"] else {}, **told,
    }  # fmt: skip


# --- HelloAsso --------------------------------------------------------------------------------------------------


@helloasso.post("/v5/payments/<int:payment>/refund")
def _helloasso_refund(payment: int) -> Response:
    """No key: asked twice, it gives back twice, as long as there is something left."""
    bearer()
    page = _page("helloasso", str(payment - 900000))
    if page is None:
        stop(404, {"errors": [{"code": "NotFound", "message": "payment"}]})
    cents = int(request.args.get("amount", page["paid"]))
    if not 0 < cents <= _left(page):
        stop(400, {"errors": [{"code": "InvalidAmount", "message": "amount"}]})
    row = _add(page, cents)
    return jsonify(id=int(row["ref"]), amount=cents, state=OPERATIONS[row["state"]], paymentId=payment)


# --- control plane ----------------------------------------------------------------------------------------------


@control.get("/refunds")
def _all() -> Response:
    return Response(store().as_json("refund"), mimetype="application/json")


@control.post("/checkouts/<ref>/refund")
def _on_their_site(ref: str) -> Response:
    """Somebody gives money back on the partner's own site: {"cents": …}. Answers the signed event."""
    page = _page("stripe", ref) or _page("helloasso", ref)
    cents = int(request.get_json().get("cents", 0))
    if page is None or not 0 < cents <= _left(page):
        abort(400)
    row = _add(page, cents)
    return jsonify(_stripe_told(row, "charge.refunded") if page["partner"] == "stripe" else _helloasso_told(page))


@control.post("/refunds/<ref>")
def _end(ref: str) -> Response:
    """A refund ends: {"state": "succeeded" | "failed" | "pending", "reason": why it failed}. Answers the signed event."""
    body = request.get_json()
    if body.get("state") not in OPERATIONS:
        abort(400)
    store().run("UPDATE refund SET state = ?, reason = ? WHERE ref = ?", body["state"], body.get("reason", ""), ref)
    row = _one(ref)
    page = _page(row["partner"], row["page"])
    assert page is not None  # noqa: S101 - it was refunded
    return jsonify(_stripe_told(row, "refund.updated") if row["partner"] == "stripe" else _helloasso_told(page))


def _stripe_told(row: sqlite3.Row, kind: str) -> dict[str, Any]:
    thing = _of_stripe(row)
    if kind == "charge.refunded":
        told = sum(one["cents"] for one in of_page(row["page"]) if one["state"] != "failed")
        thing = {
            "id": thing["charge"],
            "object": "charge",
            "payment_intent": thing["payment_intent"],
            "amount_refunded": told,
        }
    event = {"id": f"evt_{row['ref']}_{row['state']}", "object": "event", "type": kind, "data": {"object": thing}}
    text, moment = json.dumps(event), int(time.time())
    mark = hmac.new(credentials.STRIPE_WEBHOOK_SECRET.encode(), f"{moment}.{text}".encode(), "sha256").hexdigest()
    return {"body": text, "headers": {"Stripe-Signature": f"t={moment},v1={mark}"}}


def _helloasso_told(page: sqlite3.Row) -> dict[str, Any]:
    data = {
        "id": int(page["ref"]) + 900000, "amount": page["paid"], "state": "Authorized" if _left(page) else "Refunded",
        "refundOperations": operations(of_page(page["ref"])),
    }  # fmt: skip
    text = json.dumps({"eventType": "Payment", "data": data, "metadata": {"reference": page["reference"]}})
    mark = hmac.new(credentials.HELLOASSO_SIGNATURE_KEY.encode(), text.encode(), "sha256").hexdigest()
    return {"body": text, "headers": {"x-ha-signature": mark}}
