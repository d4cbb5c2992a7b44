"""An approved platform as its clients meet it: the AFNOR flow service, its acknowledgements, the life cycle of invoices."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import sqlite3
from datetime import UTC, datetime
from typing import Any, NoReturn
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, abort, current_app, jsonify, request

from . import credentials
from .cdar import CDAR_ROOT, cdar, read_status
from .faults import partner_blueprint, store

SYNTAXES = ("CII", "UBL", "Factur-X", "CDAR", "FRR")
RULES = ("B2B", "B2BInt", "B2C", "B2G", "B2GInt", "OutOfScope", "B2GOutOfScope", "ArchiveOnly", "NotApplicable")
TYPES = (
    "CustomerInvoice", "SupplierInvoice", "CustomerInvoiceLC", "SupplierInvoiceLC", "AggregatedCustomerTransactionReport",
    "UnitaryCustomerTransactionReport", "AggregatedCustomerPaymentReport", "UnitaryCustomerPaymentReport",
)  # fmt: skip


def _error(code: str, message: str) -> dict[str, Any]:
    return {"errorCode": code, "errorMessage": message, "type": "about:blank", "details": "", "instance": ""}


afnor = partner_blueprint(
    "afnor",
    {"429": _error("TooManyRequests", "slow down"), "500": _error("InternalError", ""), "401": _error("Unauthorized", "token")},
)  # fmt: skip
control = Blueprint("afnor_control", __name__, url_prefix="/__sandbox__/afnor")


def _stop(status: int, code: str, message: str) -> NoReturn:
    answer = jsonify(_error(code, message))
    answer.status_code = status
    abort(answer)


def _now() -> str:
    """Never twice the same: a search is strict about it."""
    last = store().row("SELECT max(updated_at) AS last FROM flow")
    moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if last is None or last["last"] is None or last["last"] < moment:
        return moment
    before = datetime.fromisoformat(last["last"]).timestamp()
    return datetime.fromtimestamp(before + 0.001, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


# --- the contract ------------------------------------------------------------------------------------------------


def _access() -> str:
    return hashlib.sha256(f"afnor:{credentials.AFNOR_CLIENT_SECRET}".encode()).hexdigest()


@afnor.post("/oauth/token")
def _token() -> Response:
    form = request.form
    known = form.get("client_id") == credentials.AFNOR_CLIENT_ID
    if not known or form.get("client_secret") != credentials.AFNOR_CLIENT_SECRET:
        _stop(401, "InvalidClient", "client_id, client_secret")
    if form.get("grant_type") != "client_credentials":
        _stop(400, "UnsupportedGrantType", "grant_type")
    return jsonify(access_token=_access(), token_type="Bearer", expires_in=3600)  # noqa: S106 - the word of the standard


@afnor.before_request
def _bearer() -> None:
    if not request.path.endswith(("/oauth/token", "/v1/healthcheck")) and not hmac.compare_digest(
        request.headers.get("Authorization", ""), f"Bearer {_access()}"
    ):
        _stop(401, "Unauthorized", "token")


@afnor.get("/v1/healthcheck")
def _health() -> Response:
    return Response("", 200)


@afnor.post("/v1/flows")
def _submit() -> tuple[Response, int]:
    """Multipart: the file and its flowInfo. Accepted first, judged later."""
    file, info = request.files.get("file"), _info()
    content = file.stream.read() if file else b""
    for name, values in (("flowSyntax", SYNTAXES), ("processingRule", RULES), ("flowType", TYPES)):
        if (name == "flowSyntax" or name in info) and info.get(name) not in values:
            _stop(400, "BadRequest", name)
    if file is None or not info.get("name") or len(info["name"]) > 255 or len(info.get("trackingId", "")) > 64:
        _stop(400, "BadRequest", "file, name, trackingId")
    flow_id, moment = f"fl-{secrets.token_hex(8)}", _now()
    store().run(
        "INSERT INTO flow (flow_id, tracking_id, name, flow_type, syntax, profile, rule, direction, ack, details, sha256, given,"
        " submitted_at, updated_at, raw) VALUES (?, ?, ?, ?, ?, ?, ?, 'In', 'Pending', '[]', ?, ?, ?, ?, ?)",
        flow_id, info.get("trackingId", ""), info["name"], info.get("flowType", "CustomerInvoice"), info["flowSyntax"],
        info.get("flowProfile", ""), info.get("processingRule", "B2B"), hashlib.sha256(content).hexdigest(), info.get("sha256", ""),
        moment, moment, content,
    )  # fmt: skip
    return jsonify({"flowId": flow_id, "submittedAt": moment, **info}), 202


def _info() -> dict[str, Any]:
    part = request.form.get("flowInfo") or (
        request.files["flowInfo"].stream.read().decode() if "flowInfo" in request.files else ""
    )
    try:
        found = json.loads(part)
    except ValueError:
        _stop(400, "BadRequest", "flowInfo")
    if not isinstance(found, dict):
        _stop(400, "BadRequest", "flowInfo")
    return found


@afnor.post("/v1/flows/search")
def _search() -> Response:
    """Strictly after `updatedAfter`, the oldest first."""
    judge()
    body = request.get_json(silent=True) or {}
    limit, where = int(body.get("limit", 25)), body.get("where") or {}
    if not 0 < limit <= 100:
        _stop(400, "BadRequest", "limit")
    wanted, values = ["1"], []
    for name, sql in (("updatedAfter", "updated_at > ?"), ("updatedBefore", "updated_at < ?"), ("trackingId", "tracking_id = ?"), ("ackStatus", "ack = ?")):  # fmt: skip
        if where.get(name):
            wanted.append(sql)
            values.append(where[name])
    for name, column in (("flowType", "flow_type"), ("flowDirection", "direction"), ("processingRule", "rule")):
        if where.get(name):
            wanted.append(f"{column} IN ({', '.join('?' for _ in where[name])})")
            values += where[name]
    rows = store().rows(f"SELECT * FROM flow WHERE {' AND '.join(wanted)} ORDER BY updated_at LIMIT ?", *values, limit)  # noqa: S608
    return jsonify(limit=limit, filters=where, results=[_told(row) for row in rows])


@afnor.get("/v1/flows/<flow_id>")
def _one(flow_id: str) -> Response:
    """Metadata as JSON, anything else as bytes."""
    judge()
    row = _flow(flow_id)
    if request.args.get("docType", "Metadata") == "Metadata":
        return jsonify(_told(row))
    return Response(row["raw"], mimetype="application/pdf" if row["raw"][:5] == b"%PDF-" else "application/xml")


def _flow(flow_id: str) -> sqlite3.Row:
    row = store().row("SELECT * FROM flow WHERE flow_id = ?", flow_id)
    if row is None:
        _stop(404, "NotFound", flow_id)
    return row


def _told(row: sqlite3.Row) -> dict[str, Any]:
    return {
        "flowId": row["flow_id"], "submittedAt": row["submitted_at"], "updatedAt": row["updated_at"], "trackingId": row["tracking_id"],
        "name": row["name"], "flowType": row["flow_type"], "flowSyntax": row["syntax"], "flowProfile": row["profile"] or None,
        "flowDirection": row["direction"], "processingRule": row["rule"], "processingRuleSource": "Input",
        "acknowledgement": {"status": row["ack"], "details": json.loads(row["details"])},
    }  # fmt: skip


# --- what the platform does by itself ----------------------------------------------------------------------------


def judge() -> None:
    """Acknowledge what waits, in order; a good invoice is then « déposée » and « émise », a bad one « rejetée »."""
    for row in store().rows("SELECT * FROM flow WHERE direction = 'In' AND ack = 'Pending' ORDER BY id"):
        code, message = _fault(row)
        details = [{"level": "Error", "item": "flow", "reasonCode": code, "reasonMessage": message}] if code else []
        changed = store().run(
            "UPDATE flow SET ack = ?, details = ?, updated_at = ? WHERE id = ? AND ack = 'Pending'",
            "Error" if code else "Ok", json.dumps(details), _now(), row["id"],
        )  # fmt: skip
        if changed and not code and row["flow_type"] == "CustomerInvoice":
            moves = ("202", "203") if current_app.config["PLATFORM_MOVES"] else ()
            for status in ("200", "201", *moves):
                emit(row, status)


def _fault(row: sqlite3.Row) -> tuple[str, str]:
    if not row["raw"]:
        return "EmptyFlow", "the file is empty"
    if row["given"] and row["given"] != row["sha256"]:
        return "ChecksumMismatch", "sha256"
    twin = store().row(
        "SELECT 1 AS found FROM flow WHERE id < ? AND direction = 'In' AND ack = 'Ok' AND (tracking_id = ? AND tracking_id <> '' OR sha256 = ?)",
        row["id"], row["tracking_id"], row["sha256"],
    )  # fmt: skip
    rejected = store().row("SELECT 1 AS found FROM flow WHERE name = ?", f"{row['name'].rpartition('.')[0]}-213.xml")
    if twin is not None and rejected is None:
        return "AlreadyExistingFlow", row["tracking_id"]
    if row["syntax"] == "Factur-X" and row["raw"][:5] != b"%PDF-":
        return "AttachmentTypeError", "a Factur-X is a PDF"
    if row["syntax"] == "CDAR" and not _is_cdar(row["raw"]):
        return "InvalidSchema", "CDAR"
    return "", ""


def _is_cdar(raw: bytes) -> bool:
    try:
        return ET.fromstring(raw).tag == CDAR_ROOT and bool(read_status(raw)["number"])  # noqa: S314 - our own client
    except (ET.ParseError, KeyError):
        return False


def emit(row: sqlite3.Row, code: str, reason_code: str = "", reason: str = "") -> str:
    """A status of a deposited invoice, as a flow for its sender; the flow's id."""
    number = row["name"].rpartition(".")[0] or row["name"]
    raw = cdar(number, code, reason_code, reason)
    kind = "CustomerInvoiceLC" if row["direction"] == "In" else "SupplierInvoiceLC"
    return add(kind, "CDAR", f"{number}-{code}.xml", raw)


def add(kind: str, syntax: str, name: str, raw: bytes) -> str:
    """A flow that the platform has for us."""
    flow_id, moment = f"fl-{secrets.token_hex(8)}", _now()
    store().run(
        "INSERT INTO flow (flow_id, tracking_id, name, flow_type, syntax, profile, rule, direction, ack, details, sha256, given,"
        " submitted_at, updated_at, raw) VALUES (?, '', ?, ?, ?, '', 'B2B', 'Out', 'Ok', '[]', ?, '', ?, ?, ?)",
        flow_id, name, kind, syntax, hashlib.sha256(raw).hexdigest(), moment, moment, raw,
    )  # fmt: skip
    return flow_id


# --- control plane -----------------------------------------------------------------------------------------------


@control.post("/statuses")
def _status() -> Response:
    """The client, or his platform, speaks of an invoice: {"number", "code", "reason_code", "reason"}."""
    body = request.get_json()
    row = store().row(
        "SELECT * FROM flow WHERE flow_type = 'CustomerInvoice' AND name LIKE ? ORDER BY id DESC", f"{body['number']}.%"
    )
    if row is None:
        abort(404)
    return jsonify(flowId=emit(row, str(body["code"]), body.get("reason_code", ""), body.get("reason", "")))


@control.post("/incoming")
def _incoming() -> Response:
    """A supplier's invoice arrives: {"name", "syntax", "content": base64}."""
    body = request.get_json()
    raw = base64.b64decode(body["content"])
    return jsonify(flowId=add("SupplierInvoice", body.get("syntax", "Factur-X"), body.get("name", "facture.pdf"), raw))


@control.get("/flows")
def _flows() -> Response:
    """Every flow; a life-cycle message with what it says."""
    judge()
    rows = store().rows("SELECT * FROM flow ORDER BY id")
    return jsonify([{**_told(row), **(_said(row["raw"]) if row["syntax"] == "CDAR" else {})} for row in rows])


def _said(raw: bytes) -> dict[str, Any]:
    return {"cdar": read_status(raw)} if _is_cdar(raw) else {}
