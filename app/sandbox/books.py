"""The customers and invoices of an invoicing system, whatever its words."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from flask import Blueprint, Response, jsonify, request

from .faults import store

control = Blueprint("books_control", __name__, url_prefix="/__sandbox__/invoices")


def add_party(partner: str, email: str, said: dict[str, Any]) -> int:
    """A customer; its id."""
    return store().run(
        "INSERT INTO book_party (partner, email, said) VALUES (?, ?, ?)", partner, email, json.dumps(said)
    )


def parties(partner: str, email: str) -> list[sqlite3.Row]:
    """The customers of an e-mail."""
    return store().rows("SELECT * FROM book_party WHERE partner = ? AND email = ? ORDER BY id", partner, email)


def add_invoice(partner: str, reference: str, cents: int, said: dict[str, Any], *, final: bool) -> sqlite3.Row:
    """An invoice, numbered at once when it is final."""
    key = store().run(
        "INSERT INTO book_invoice (partner, reference, number, state, cents, paid, sent, said) VALUES (?, ?, '', 'draft', ?, 0, 0, ?)",
        partner, reference, cents, json.dumps(said),
    )  # fmt: skip
    return finalize(partner, key) if final else find(partner, key)


def finalize(partner: str, key: int) -> sqlite3.Row:
    """Its number is given, once."""
    store().run(
        "UPDATE book_invoice SET state = 'unpaid', number = 'FA-' || id WHERE partner = ? AND id = ? AND state = 'draft'",
        partner, key,
    )  # fmt: skip
    return find(partner, key)


def find(partner: str, key: int) -> sqlite3.Row:
    """An invoice. Raises KeyError when there is none."""
    row = store().row("SELECT * FROM book_invoice WHERE partner = ? AND id = ?", partner, key)
    if row is None:
        raise KeyError(key)
    return row


def of_reference(partner: str, reference: str) -> list[sqlite3.Row]:
    """Every invoice of a reference, the newest first."""
    return store().rows(
        "SELECT * FROM book_invoice WHERE partner = ? AND reference = ? ORDER BY id DESC", partner, reference
    )


@control.get("")
def invoices() -> Response:
    """Every invoice: partner, reference, number, state, cents, paid, sent."""
    return Response(store().as_json("book_invoice"), mimetype="application/json")


@control.post("/<int:key>")
def pay(key: int) -> Response:
    """Somebody pays `cents` of it there, or its `state` is changed."""
    body = request.get_json()
    changed = store().run("UPDATE book_invoice SET paid = paid + ? WHERE id = ?", int(body.get("cents", 0)), key)
    store().run("UPDATE book_invoice SET state = 'paid' WHERE id = ? AND paid >= cents AND state = 'unpaid'", key)
    if body.get("state"):
        store().run("UPDATE book_invoice SET state = ? WHERE id = ?", body["state"], key)
    return jsonify(changed=changed)
