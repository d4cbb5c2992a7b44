"""The signed-in client's front page: what waits for him, what is under way, what is past."""

from flask import Response, url_for
from flask_login import current_user

from app.core.permissions import signed_in
from app.core.web import go, page
from app.portal.queries import my_tickets, opening_words
from app.portal.queries.loans import shelves
from app.portal.queries.membership import unpaid_of
from app.portal.queries.owner import owner_of
from app.portal.queries.people import circle_of
from app.portal.views.blueprint import bp
from app.sales.queries import waiting_for_client


@bp.get("/portail")
@signed_in
def home() -> Response:
    """My tickets. The team has its own front page."""
    if not current_user.is_client:
        return go(url_for("accounts.home"))
    rows, circle = my_tickets(current_user), circle_of(current_user)
    return page(
        "portal/home.html", circle=circle, shelves=shelves(circle.names) if circle else [],
        unpaid=unpaid_of(circle) if circle else [], quotes=waiting_for_client(current_user), running=[row for row in rows if not row.finished],
        past=[row for row in rows if row.finished], opening=opening_words(), owner=owner_of(current_user),
    )  # fmt: skip
