"""Calendars of platforms at secret addresses, as their clients meet them."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from .faults import partner_blueprint, store

bp = partner_blueprint("calendars", {"500": {"message": "error"}})
control = Blueprint("calendars_control", __name__, url_prefix="/__sandbox__/calendars")


@bp.get("/<name>.ics")
def calendar(name: str) -> Response:
    """A calendar, as it was put here."""
    row = store().row("SELECT content FROM calendar WHERE name = ?", name)
    if row is None:
        abort(404)
    return Response(row["content"], mimetype="text/calendar")


@control.post("/<name>")
def put_calendar(name: str) -> tuple[str, int]:
    """The body is what that calendar says from now on."""
    store().run("INSERT OR REPLACE INTO calendar (name, content) VALUES (?, ?)", name, request.get_data(as_text=True))
    return "", 204
