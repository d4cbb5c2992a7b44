"""Addresses of « Comptes de messagerie », which became « Connexions »: bookmarks go on."""

from flask import Response, url_for

from app.core.permissions import requires
from app.core.web import go
from app.partners.views.blueprint import MANAGE, bp


@bp.get("/reglages/comptes")
@requires(MANAGE)
def former_index() -> Response:
    """The list."""
    return go(url_for("partners.index"))


@bp.get("/reglages/comptes/nouveau/<kind>")
@requires(MANAGE)
def former_new(kind: str) -> Response:
    """A form."""
    return go(url_for("partners.new", kind=kind))


@bp.get("/reglages/comptes/<int:account_id>")
@requires(MANAGE)
def former_account(account_id: int) -> Response:
    """An account."""
    return go(url_for("partners.show", account_id=account_id))
