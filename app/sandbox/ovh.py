"""OVHcloud's SMS API as its clients meet it: signed calls, tags, jobs that become outgoing messages."""

from __future__ import annotations

import hashlib
import hmac
import re
import sqlite3
import time
from datetime import UTC, datetime
from typing import Any, NoReturn

from flask import Response, abort, jsonify, request
from werkzeug.exceptions import HTTPException

from . import credentials
from .faults import partner_blueprint, store
from .segments import count_parts

TOLERANCE = 30  # seconds a signed call stays fresh
RECEIPTS = {"sent": (8, 1), "delivered": (1, 0), "failed": (2, 3)}
PTTS = {0: "Ok", 1: "Buffered", 3: "Absent subscriber"}

bp = partner_blueprint(
    "ovh",
    {
        "429": {"errorCode": "TOO_MANY_REQUESTS", "httpCode": "429 Too Many Requests", "message": "Slow down"},
        "500": {"errorCode": "INTERNAL_ERROR", "httpCode": "500 Internal Server Error", "message": "Internal error"},
    },
)


def refuse(status: int, code: str, message: str) -> NoReturn:
    """Stop with OVHcloud's error body."""
    names = {400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
    body = jsonify(errorCode=code, httpCode=f"{status} {names[status]}", message=message)
    body.status_code = status
    abort(body)


@bp.before_request
def verify() -> None:
    """Every call but the clock is signed, recently, with the keys of this application."""
    if request.endpoint == "ovh.clock":
        return
    header = request.headers.get
    if not header("X-Ovh-Application"):
        refuse(403, "NOT_CREDENTIAL", "You must login first")
    if header("X-Ovh-Application") != credentials.OVH_APPLICATION_KEY:
        refuse(403, "INVALID_KEY", "This application key is invalid")
    if header("X-Ovh-Consumer") != credentials.OVH_CONSUMER_KEY:
        refuse(403, "INVALID_CREDENTIAL", "This credential is not valid")
    stamp = header("X-Ovh-Timestamp", "")
    if not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE:
        refuse(400, "QUERY_TIME_OUT", "Query out of time")
    if not hmac.compare_digest(header("X-Ovh-Signature", ""), expected_signature(stamp)):
        refuse(400, "INVALID_SIGNATURE", "Invalid signature")


def expected_signature(stamp: str) -> str:
    """What the caller should have sent, from what arrived."""
    digest = hashlib.sha1(usedforsecurity=False)
    for piece in (credentials.OVH_APPLICATION_SECRET, credentials.OVH_CONSUMER_KEY, request.method, request.url):
        digest.update(piece.encode() + b"+")
    digest.update(request.get_data() + b"+" + stamp.encode())
    return f"$1${digest.hexdigest()}"


@bp.get("/1.0/auth/time")
def clock() -> Response:
    return jsonify(int(time.time()))


@bp.get("/1.0/sms")
def services() -> Response:
    return jsonify([credentials.OVH_SERVICE])


@bp.get("/1.0/sms/ptts")
def ptts() -> Response:
    code = request.args.get("ptt", type=int)
    if code not in PTTS:
        refuse(404, "NOT_FOUND", "The requested object (ptt) does not exist")
    return jsonify(comment="", description=PTTS[code or 0], duration="temporary")


@bp.get("/1.0/sms/<service>")
def service_details(service: str) -> Response:
    _known(service)
    spent = store().rows("SELECT COALESCE(SUM(parts), 0) AS parts FROM sms WHERE partner = 'ovh'")[0]["parts"]
    return jsonify(name=service, description="Atelier (bac à sable)", status="enable", creditsLeft=1000 - spent)


@bp.post("/1.0/sms/<service>/jobs")
def create_job(service: str) -> Response:
    _known(service)
    job = request.get_json(silent=True)
    if not isinstance(job, dict) or not isinstance(job.get("message"), str) or not job["message"]:
        refuse(400, "INVALID_ARGUMENT", "[message] must not be empty")
    if not job.get("sender") and not job.get("senderForResponse"):
        refuse(400, "INVALID_ARGUMENT", "[sender] or [senderForResponse] is required")
    encoding, parts = count_parts(job["message"])
    receivers = [str(number) for number in job.get("receivers") or []]
    valid = [number for number in receivers if re.fullmatch(r"\+\d{8,15}", number) and not number.endswith("0404")]
    rows = [
        store().add_sms(
            "ovh",
            "",
            {
                "recipient": number,
                "sender": job.get("sender") or "36105",
                "text": job["message"],
                "reference": job.get("tag", ""),
                "parts": parts,
                "encoding": encoding,
            },
        )
        for number in valid
    ]
    return jsonify(
        totalCreditsRemoved=parts * len(rows),
        invalidReceivers=[number for number in receivers if number not in valid],
        ids=[int(row["ref"]) for row in rows],
        validReceivers=valid,
    )


@bp.get("/1.0/sms/<service>/jobs/<int:key>")
def job_details(service: str, key: int) -> Response:
    _known(service)
    return jsonify(_message(_find(key)))


@bp.get("/1.0/sms/<service>/outgoing")
def outgoing(service: str) -> Response:
    _known(service)
    wanted = request.args
    rows = store().rows("SELECT * FROM sms WHERE partner = 'ovh' ORDER BY id")
    rows = [row for row in rows if wanted.get("tag") in (None, row["reference"])]
    return jsonify([int(row["ref"]) for row in rows if wanted.get("receiver") in (None, row["recipient"])])


@bp.get("/1.0/sms/<service>/outgoing/<int:key>")
def outgoing_details(service: str, key: int) -> Response:
    _known(service)
    return jsonify(_message(_find(key)) | {"tag": _find(key)["reference"], "tariffCode": "SMS"})


@bp.errorhandler(HTTPException)
def unknown(error: HTTPException) -> Response | HTTPException:
    if error.response is not None:
        return error
    response = jsonify(errorCode="INVALID_URL", httpCode=f"{error.code} {error.name}", message=str(error.description))
    response.status_code = error.code or 500
    return response


def _known(service: str) -> None:
    if service != credentials.OVH_SERVICE:
        refuse(404, "NOT_FOUND", f"The requested object (serviceName = {service}) does not exist")


def _find(key: int) -> sqlite3.Row:
    row = store().row("SELECT * FROM sms WHERE partner = 'ovh' AND ref = ?", str(key))
    if row is None:
        refuse(404, "NOT_FOUND", f"The requested object (id = {key}) does not exist")
    return row


def _message(row: sqlite3.Row) -> dict[str, Any]:
    receipt, ptt = RECEIPTS[row["state"]]
    at = datetime.fromtimestamp(row["at"], UTC).isoformat(timespec="seconds")
    return {
        "id": int(row["ref"]),
        "receiver": row["recipient"],
        "sender": row["sender"],
        "message": row["text"],
        "messageLength": len(row["text"]),
        "numberOfSms": row["parts"],
        "credits": row["parts"],
        "deliveryReceipt": receipt,
        "ptt": ptt,
        "differedDelivery": 0,
        "creationDatetime": at,
        "sentAt": at,
        "deliveredAt": at if row["state"] == "delivered" else None,
    }
