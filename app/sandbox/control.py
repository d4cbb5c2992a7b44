"""The control plane: what no partner has, for tests and for the demonstration."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, jsonify, request

from .faults import HTTP_KINDS, MAIL_KINDS, store

bp = Blueprint("control", __name__, url_prefix="/__sandbox__")
BY_HTTP = ("ovh", "smsmode", "stripe", "helloasso", "afnor", "smoobu", "pennylane", "dolibarr", "calendars")
PARTNERS = {**dict.fromkeys(BY_HTTP, HTTP_KINDS), "smtp": MAIL_KINDS}
STATES = ("sent", "delivered", "failed")


@bp.post("/reset")
def reset() -> tuple[str, int]:
    """Forget everything."""
    store().reset()
    return "", 204


@bp.get("/<any(requests, sms, mail, inbox, fault, checkout):table>")
def rows(table: str) -> Response:
    """The log of requests, the SMS sent, the mails caught, the mailbox, the failures planned."""
    return Response(store().as_json(table.rstrip("s") if table == "requests" else table), mimetype="application/json")


@bp.post("/faults")
def plan_fault() -> tuple[Response, int]:
    """Make the next `count` calls of `partner` fail by `kind`; `path` narrows it to the calls that contain it."""
    plan: dict[str, Any] = request.get_json()
    if plan.get("kind") not in PARTNERS.get(plan.get("partner", ""), ()):
        abort(400, f"partner and kind: {PARTNERS}")
    store().plan_fault(plan)
    return jsonify(plan), 201


@bp.post("/sms/<ref>")
def advance(ref: str) -> Response:
    """Move an SMS to `state`, with the operator's word in `detail`."""
    body = request.get_json()
    if body.get("state") not in STATES:
        abort(400, f"state: {STATES}")
    changed = store().run(
        "UPDATE sms SET state = ?, detail = ? WHERE ref = ?", body["state"], body.get("detail", ""), ref
    )
    return jsonify(changed=changed)
