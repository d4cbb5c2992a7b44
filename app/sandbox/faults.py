"""Failures on demand: what the next calls to a partner will suffer."""

from __future__ import annotations

import socket
import time
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request

from .store import Fault, Store

HTTP_KINDS = (
    "401",
    "403",
    "409",
    "429",
    "500",
    "502",
    "503",
    "timeout",
    "slow",
    "malformed",
    "cut-after-accept",
    "pending",
)
MAIL_KINDS = ("refuse-recipient", "greylist", "bounce-later", "cut-after-data")
RETRY_AFTER = 7


def store() -> Store:
    """The memory of the running simulator."""
    found: Store = current_app.extensions["sandbox.store"]
    return found


def partner_blueprint(partner: str, errors: dict[str, Any]) -> Blueprint:
    """A blueprint whose calls are logged and may be made to fail; `errors` gives the partner's body by status."""
    blueprint = Blueprint(partner, __name__)

    @blueprint.before_request
    def suffer_before() -> Response | None:
        g.fault = fault = store().take_fault(partner, request.path)
        if fault is None:
            return None
        if fault.kind.isdigit():
            response = jsonify(errors.get(fault.kind, {"message": "error"}))
            response.status_code = int(fault.kind)
            if fault.kind == "429":
                response.headers["Retry-After"] = str(RETRY_AFTER)
            return response
        if fault.kind in ("slow", "timeout"):
            time.sleep(fault.seconds)
        return _cut() if fault.kind == "timeout" else None

    @blueprint.after_request
    def suffer_after(response: Response) -> Response:
        fault: Fault | None = g.get("fault")
        _log(partner, response.status_code, fault)
        if fault and fault.kind == "malformed":
            response.set_data(b'{"ids":[278')
        if fault and fault.kind == "cut-after-accept":
            return _cut()
        return response

    return blueprint


def _log(partner: str, status: int, fault: Fault | None) -> None:
    store().run(
        "INSERT INTO request (at, partner, method, path, query, body, status, fault) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        time.time(),
        partner,
        request.method,
        request.path,
        request.query_string.decode(),
        request.get_data(as_text=True),
        status,
        fault.kind if fault else "",
    )


def _cut() -> Response:
    """Close the connection under the client's feet, without a byte of answer."""
    connection = request.environ.get("werkzeug.socket")
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)
    return Response(status=500)
