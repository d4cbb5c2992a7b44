"""Dolibarr's REST API as its clients meet it: bare ids, numbers, drafts to be validated, empty lists that are 404."""

from __future__ import annotations

import json
import re
import sqlite3
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NoReturn

from flask import Response, abort, jsonify, request

from . import books, credentials
from .faults import partner_blueprint

STATUS = {"draft": 0, "unpaid": 1, "paid": 2, "cancelled": 3}
NAME = "dolibarr"

bp = partner_blueprint(NAME, {"500": {"error": {"code": 500, "message": "Internal Server Error"}}})


def refuse(status: int, message: str) -> NoReturn:
    """Stop with Dolibarr's error body."""
    body = jsonify(error={"code": status, "message": message})
    body.status_code = status
    abort(body)


@bp.before_request
def verify() -> None:
    """The user's key."""
    if request.headers.get("DOLAPIKEY") != credentials.DOLIBARR_KEY:
        refuse(401, "Unauthorized: Failed to login to API. No parameter 'HTTP_DOLAPIKEY' on HTTP header")


@bp.get("/status")
def status() -> Response:
    return jsonify(success={"code": 200, "dolibarr_version": "20.0.2"})


@bp.get("/thirdparties")
def thirdparties() -> Response:
    asked = re.fullmatch(r"\(t\.email:=:'([^']*)'\)", request.args.get("sqlfilters", ""))
    rows = books.parties(NAME, asked[1]) if asked else []
    if not rows:
        refuse(404, "Not Found: No third parties found")
    return jsonify([{"id": str(row["id"]), **json.loads(row["said"])} for row in rows])


@bp.post("/thirdparties")
def add_thirdparty() -> Response:
    said = request.get_json()
    if not said.get("name"):
        refuse(400, "Bad Request: name field missing")
    return jsonify(books.add_party(NAME, said.get("email", ""), said))


@bp.post("/invoices")
def add_invoice() -> Response:
    said = request.get_json()
    if not said.get("socid"):
        refuse(400, "Bad Request: socid field missing")
    if books.of_reference(NAME, said.get("ref_ext", "")):
        refuse(500, "Internal Server Error: ErrorRefAlreadyExists")
    row = books.add_invoice(NAME, said.get("ref_ext", ""), _total(said.get("lines") or []), said, final=False)
    return jsonify(row["id"])


@bp.get("/invoices/ref_ext/<reference>")
def of_reference(reference: str) -> Response:
    rows = books.of_reference(NAME, reference)
    if not rows:
        refuse(404, "Not Found: Invoice not found")
    return jsonify(_shown(rows[0]))


@bp.get("/invoices/<int:key>")
def invoice(key: int) -> Response:
    return jsonify(_shown(_found(key)))


@bp.post("/invoices/<int:key>/validate")
def validate(key: int) -> Response:
    if _found(key)["state"] != "draft":
        refuse(304, "Error nothing done. May be object is already validated")
    return jsonify(_shown(books.finalize(NAME, key)))


def _found(key: int) -> sqlite3.Row:
    try:
        return books.find(NAME, key)
    except KeyError:
        refuse(404, "Not Found: Invoice not found")


def _total(lines: list[dict[str, Any]]) -> int:
    """Cents with VAT, rounded line by line as Dolibarr does."""
    cents = 0
    for line in lines:
        net = Decimal(str(line["qty"])) * Decimal(str(line["subprice"]))
        gross = net * (100 + Decimal(str(line["tva_tx"])))
        cents += int(gross.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return cents


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    """Amounts as texts of eight decimals, ids as texts: what Dolibarr really answers."""
    return {
        "id": str(row["id"]), "ref": row["number"] or f"(PROV{row['id']})", "ref_ext": row["reference"],
        "fk_statut": str(STATUS[row["state"]]), "total_ttc": f"{Decimal(row['cents']) / 100:.8f}",
        "totalpaid": f"{Decimal(row['paid']) / 100:.2f}",
        "remaintopay": f"{Decimal(row['cents'] - row['paid']) / 100:.2f}", "online_payment_url": None,
    }  # fmt: skip
