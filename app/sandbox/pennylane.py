"""Pennylane's Company API v2 as its clients meet it: texts in euros, cursors, the same reference let in twice."""

from __future__ import annotations

import json
import sqlite3
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NoReturn

from flask import Response, abort, jsonify, request

from . import books, credentials
from .faults import partner_blueprint, store

RATES: dict[str, Decimal] = {
    "FR_200": Decimal(20),
    "FR_100": Decimal(10),
    "FR_055": Decimal("5.5"),
    "FR_021": Decimal("2.1"),
    "exempt": Decimal(0),
}
NAME = "pennylane"

bp = partner_blueprint(
    NAME,
    {
        "409": {"error": "conflict", "message": "The PDF is not ready yet", "details": {}},
        "429": {"error": "too_many_requests", "message": "Rate limit exceeded", "details": {}},
        "500": {"error": "internal_server_error", "message": "Internal error", "details": {}},
    },
)


def refuse(status: int, code: str, message: str) -> NoReturn:
    """Stop with Pennylane's error body."""
    body = jsonify(error=code, message=message, details={})
    body.status_code = status
    abort(body)


@bp.before_request
def verify() -> None:
    """The company's token."""
    if request.headers.get("Authorization") != f"Bearer {credentials.PENNYLANE_TOKEN}":
        refuse(401, "unauthorized", "Access token is missing or invalid")


@bp.get("/me")
def me() -> Response:
    return jsonify(user={"email": "compta@demo.example"}, company={"name": "Conciergerie du Bac à sable"})


@bp.get("/customers")
def customers() -> Response:
    wanted = _filter("emails", "in")
    return _page([{"id": row["id"], **json.loads(row["said"])} for row in books.parties(NAME, wanted)])


@bp.post("/company_customers")
@bp.post("/individual_customers")
def add_customer() -> tuple[Response, int]:
    said = request.get_json()
    if not said.get("name") and not said.get("last_name"):
        refuse(422, "unprocessable_entity", "name can't be blank")
    key = books.add_party(NAME, (said.get("emails") or [""])[0], said)
    return jsonify(id=key, **said), 201


@bp.get("/customer_invoices")
def invoices() -> Response:
    return _page([_shown(row) for row in books.of_reference(NAME, _filter("external_reference", "eq"))])


@bp.post("/customer_invoices")
def add_invoice() -> tuple[Response, int]:
    said = request.get_json()
    for name in ("customer_id", "date", "deadline", "invoice_lines"):
        if not said.get(name):
            refuse(422, "unprocessable_entity", f"{name} can't be blank")
    row = books.add_invoice(
        NAME, said.get("external_reference", ""), _total(said["invoice_lines"]), said, final=not said.get("draft", True)
    )
    return jsonify(_shown(row)), 201


@bp.get("/customer_invoices/<int:key>")
def invoice(key: int) -> Response:
    return jsonify(_shown(_found(key)))


@bp.put("/customer_invoices/<int:key>/finalize")
def finalize(key: int) -> Response:
    _found(key)
    return jsonify(_shown(books.finalize(NAME, key)))


@bp.post("/customer_invoices/<int:key>/send_by_email")
def send(key: int) -> tuple[str, int]:
    """The PDF of the first asking is never ready."""
    row = _found(key)
    store().run("UPDATE book_invoice SET sent = sent + 1 WHERE id = ?", key)
    if row["sent"] == 0:
        refuse(409, "conflict", "The PDF is not ready yet")
    return "", 204


def _found(key: int) -> sqlite3.Row:
    try:
        return books.find(NAME, key)
    except KeyError:
        refuse(404, "not_found", "Customer invoice not found")


def _filter(name: str, operator: str) -> str:
    """The value of the one filter that this simulator knows, else everything is refused as they do."""
    asked = json.loads(request.args.get("filter", "[]"))
    if not (len(asked) == 1 and asked[0].get("field") == name and asked[0].get("operator") == operator):
        refuse(400, "bad_request", "filter is invalid")
    return str(asked[0]["value"])


def _page(rows: list[dict[str, Any]]) -> Response:
    """One row a page: so that a client that forgets the cursor is seen."""
    at = int(request.args.get("cursor") or 0)
    more = at + 1 < len(rows)
    return jsonify(items=rows[at : at + 1], has_more=more, next_cursor=str(at + 1) if more else None)


def _total(lines: list[dict[str, Any]]) -> int:
    cents = Decimal(0)
    for line in lines:
        price, rate = line.get("raw_currency_unit_price"), RATES.get(line.get("vat_rate", ""))
        if not isinstance(price, str) or rate is None:
            refuse(422, "unprocessable_entity", "invoice_lines are invalid")
        cents += Decimal(str(line["quantity"])) * Decimal(price) * (100 + rate)
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _shown(row: sqlite3.Row) -> dict[str, Any]:
    left = row["cents"] - row["paid"]
    status = {"draft": "draft", "unpaid": "upcoming"}.get(row["state"], row["state"])
    return {
        "id": row["id"], "invoice_number": row["number"], "currency": "EUR", "amount": f"{Decimal(row['cents']) / 100:.2f}",
        "currency_amount": f"{Decimal(row['cents']) / 100:.2f}", "paid": row["state"] == "paid",
        "status": "partially_paid" if row["state"] == "unpaid" and row["paid"] else status,
        "draft": row["state"] == "draft", "public_file_url": f"https://sandbox.example/{row['id']}.pdf",
        "remaining_amount_with_tax": f"{Decimal(left) / 100:.2f}", "external_reference": row["reference"],
    }  # fmt: skip
