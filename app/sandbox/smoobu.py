"""Smoobu's API as its clients meet it: signed calls, used nonces, pages, cancellations hidden unless asked for."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import sqlite3
import time
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import parse_qsl, quote

from flask import Blueprint, Response, abort, jsonify, request

from . import credentials
from .faults import partner_blueprint, store

TOLERANCE = 300  # seconds a signed call stays fresh
MOST = 100  # bookings a page
DEFAULT = 25

bp = partner_blueprint(
    "smoobu",
    {
        "401": {"title": "Error occurred", "detail": "verification error"},
        "429": {"status": 429, "title": "Too Many Requests", "detail": "Rate limit exceeded"},
        "500": {"status": 500, "title": "Error occurred", "detail": "Internal error"},
    },
)
control = Blueprint("smoobu_control", __name__, url_prefix="/__sandbox__/smoobu")


def refuse(status: int, detail: str) -> NoReturn:
    """Stop with Smoobu's error body."""
    body = jsonify(status=status, title="Error occurred", detail=detail)
    body.status_code = status
    abort(body)


@bp.before_request
def verify() -> None:
    """Signed, recently, with this key; a nonce serves once. The legacy header alone opens nothing."""
    header = request.headers.get
    stamp, nonce = header("X-Timestamp", ""), header("X-Nonce", "")
    known = header("X-API-Key") == credentials.SMOOBU_KEY
    if not (
        known and _fresh(stamp) and hmac.compare_digest(header("X-Signature", ""), expected_signature(stamp, nonce))
    ):
        refuse(401, "verification error")
    try:
        store().run("INSERT INTO nonce (value) VALUES (?)", nonce)
    except sqlite3.IntegrityError:
        refuse(401, "verification error")


@bp.after_request
def moment_to_retry(response: Response) -> Response:
    """Too many calls: a moment, where others give a number of seconds."""
    if response.status_code == 429:
        response.headers.pop("Retry-After", None)
        response.headers["X-RateLimit-Retry-After"] = str(int(time.time()) + 7)
    return response


def expected_signature(stamp: str, nonce: str) -> str:
    """What the caller should have sent, from what arrived."""
    pairs = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in _query())
    query = "&".join(f"{name}={value}" for name, value in pairs)
    digest = hashlib.sha256(request.get_data()).hexdigest()
    text = f"{request.method}\n{request.path}\n{query}\n{stamp}\n{nonce}\n{digest}\n{credentials.SMOOBU_KEY}"
    code = hmac.new(credentials.SMOOBU_SECRET.encode(), text.encode(), hashlib.sha256).digest()
    return base64.b64encode(code).decode()


@bp.get("/api/me")
def me() -> Response:
    return jsonify(id=7, firstName="Conciergerie", lastName="du Bac à sable", email="conciergerie@demo.example")


@bp.get("/api/apartments")
def apartments() -> Response:
    rows = store().rows("SELECT id, name FROM apartment ORDER BY id")
    return jsonify(apartments=[{"id": row["id"], "name": row["name"]} for row in rows])


@bp.get("/api/reservations")
def reservations() -> Response:
    """Arrivals, or what changed, page by page in the order of their ids."""
    wanted = request.args
    size = min(wanted.get("pageSize", DEFAULT, type=int), MOST)
    page = max(wanted.get("page", 1, type=int), 1)
    clauses, values = ["1 = 1"], []
    for name, clause in (
        ("arrivalFrom", "arrival >= ?"), ("arrivalTo", "arrival <= ?"),
        ("modifiedFrom", "substr(modified, 1, 10) >= ?"), ("modifiedTo", "substr(modified, 1, 10) <= ?"),
    ):  # fmt: skip
        if wanted.get(name):
            clauses.append(clause)
            values.append(wanted[name])
    clauses += [] if _asked("showCancellation") else ["cancelled = 0"]
    clauses += ["blocked = 0"] if _asked("excludeBlocked") else []
    where = " AND ".join(clauses)
    rows = store().rows(f"SELECT said FROM stay WHERE {where} ORDER BY id", *values)  # noqa: S608 - clauses of the code above
    shown = [_booking(row["said"]) for row in rows[(page - 1) * size : page * size]]
    return jsonify(
        page_count=max(-(-len(rows) // size), 1), page_size=size, total_items=len(rows), page=page, bookings=shown
    )


@bp.get("/api/reservations/<int:key>")
def reservation(key: int) -> Response:
    row = store().row("SELECT said FROM stay WHERE id = ?", key)
    if row is None:
        refuse(404, "Reservation not found")
    return jsonify(_booking(row["said"]))


@control.post("/apartments")
def put_apartments() -> tuple[str, int]:
    """[{id, name}]: made, or renamed."""
    for one in request.get_json():
        store().run(
            "INSERT INTO apartment (id, name) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET name = excluded.name",
            one["id"],
            one["name"],
        )
    return "", 204


@control.post("/bookings")
def put_bookings() -> tuple[str, int]:
    """Bookings in Smoobu's own words, whole or changed in part: each becomes modified now, unless it says when."""
    for one in request.get_json():
        row = store().row("SELECT said FROM stay WHERE id = ?", one["id"])
        said = {**(json.loads(row["said"]) if row else {}), "modifiedAt": _now(), **one}
        store().run(
            "INSERT OR REPLACE INTO stay (id, arrival, modified, cancelled, blocked, said) VALUES (?, ?, ?, ?, ?, ?)",
            said["id"], said["arrival"], said["modifiedAt"], said.get("type") == "cancellation",
            bool(said.get("is-blocked-booking")), json.dumps(said),
        )  # fmt: skip
    return "", 204


def _booking(text: str) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(text)
    if not _asked("includePriceElements"):
        said.pop("priceElements", None)
    return said


def _asked(name: str) -> bool:
    return request.args.get(name, "").lower() in ("1", "true")


def _query() -> list[tuple[str, str]]:
    return parse_qsl(request.query_string.decode(), keep_blank_values=True)


def _fresh(stamp: str) -> bool:
    try:
        at = datetime.strptime(stamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(time.time() - at.timestamp()) <= TOLERANCE


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
