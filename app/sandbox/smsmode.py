"""smsmode's SMS API as its clients meet it: 201 on acceptance, lists by page, bare digits as numbers."""

from __future__ import annotations

import hmac
import sqlite3
import uuid
from datetime import UTC, datetime
from typing import Any, NoReturn

from flask import Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from . import credentials
from .faults import partner_blueprint, store
from .segments import count_parts

STATES = {"sent": "ENROUTE", "delivered": "DELIVERED", "failed": "UNDELIVERABLE"}
PRICE = 0.061  # euros a part
CHANNEL = "0f4c1c1e-7f0b-4c9e-9f0a-5b1d2e3f4a5b"

bp = partner_blueprint(
    "smsmode",
    {
        "429": {"errorCode": "TOO_MANY_REQUESTS", "detail": "Too many requests"},
        "500": {"errorCode": "INTERNAL_ERROR", "detail": "Internal error"},
    },
)


def refuse(status: int, code: str, detail: str) -> NoReturn:
    """Stop with smsmode's error body."""
    body = jsonify(errorCode=code, message=code.replace("_", " ").capitalize(), detail=detail)
    body.status_code = status
    abort(body)


@bp.before_request
def verify() -> None:
    """Every call carries the key of the channel."""
    if not hmac.compare_digest(request.headers.get("X-Api-Key", ""), credentials.SMSMODE_API_KEY):
        refuse(401, "UNAUTHORIZED", "Invalid API key")


@bp.post("/sms/v1/messages")
def create_message() -> tuple[Response, int]:
    body = request.get_json(silent=True) or {}
    to, text = _field(body, "recipient", "to"), _field(body, "body", "text")
    if not to.isdigit() or not 8 <= len(to) <= 15:
        refuse(400, "BAD_REQUEST", "recipient.to: must be a phone number in international format")
    encoding, parts = count_parts(text)
    if not text or parts > 10:
        refuse(400, "BAD_REQUEST", "body.text: size must be between 1 and 1530")
    row = store().add_sms(
        "smsmode",
        str(uuid.uuid4()),
        {
            "recipient": f"+{to}",
            "sender": body.get("from") or "smsmode",
            "text": text,
            "reference": body.get("refClient", ""),
            "parts": parts,
            "encoding": encoding,
        },
    )
    return jsonify(_message(row)), 201


@bp.get("/sms/v1/messages/<key>")
def message_details(key: str) -> Response:
    row = store().row("SELECT * FROM sms WHERE partner = 'smsmode' AND ref = ?", key)
    if row is None:
        refuse(404, "NOT_FOUND", "Message not found")
    return jsonify(_message(row))


@bp.get("/sms/v1/messages")
def messages() -> Response:
    page, size = request.args.get("page", 1, int), request.args.get("pageSize", 10, int)
    if page < 1 or not 1 <= size <= 100:
        refuse(400, "BAD_REQUEST", "page, pageSize: out of range")
    rows = store().rows("SELECT * FROM sms WHERE partner = 'smsmode' ORDER BY id DESC")
    rows = [row for row in rows if request.args.get("refClient") in (None, row["reference"])]
    return jsonify(items=[_message(row) for row in rows[(page - 1) * size : page * size]], page=page, pageSize=size)


@bp.get("/commons/v1/organisations")
def organisations() -> Response:
    spent = store().rows("SELECT COALESCE(SUM(parts), 0) AS parts FROM sms WHERE partner = 'smsmode'")[0]["parts"]
    balance = {"amount": round(50 - spent * PRICE, 3), "currency": "EUR", "paymentType": "PRE_PAY"}
    return jsonify(items=[{"organisationId": CHANNEL, "name": "Atelier (bac à sable)", "balance": balance}])


@bp.errorhandler(HTTPException)
def unknown(error: HTTPException) -> Response | HTTPException:
    if error.response is not None:
        return error
    response = jsonify(errorCode=error.name.upper().replace(" ", "_"), detail=str(error.description))
    response.status_code = error.code or 500
    return response


def _field(body: Any, group: str, name: str) -> str:
    inner = body.get(group) if isinstance(body, dict) else None
    value = inner.get(name) if isinstance(inner, dict) else None
    if not isinstance(value, str):
        refuse(400, "BAD_REQUEST", f"{group}.{name}: must not be null")
    return value


def _message(row: sqlite3.Row) -> dict[str, Any]:
    at = datetime.fromtimestamp(row["at"], UTC).isoformat(timespec="milliseconds")
    status = {"deliveryDate": at, "value": STATES[row["state"]]} | ({"detail": row["detail"]} if row["detail"] else {})
    return {
        "messageId": row["ref"],
        "acceptedAt": at,
        "channel": {"channelId": CHANNEL, "name": "Transactionnel", "type": "SMS", "flow": "TRANSACTIONAL"},
        "type": "SMS",
        "direction": "MT",
        "recipient": {"to": row["recipient"].lstrip("+")},
        "from": row["sender"],
        "body": {
            "text": row["text"],
            "encoding": row["encoding"],
            "messagePartCount": row["parts"],
            "length": len(row["text"]),
        },
        "refClient": row["reference"],
        "status": status,
        "price": {"amount": round(row["parts"] * PRICE, 3), "currency": "EUR"},
        "href": f"{request.host_url}smsmode/sms/v1/messages/{row['ref']}",
    }
