"""The list of quotes: /devis."""

from flask import Response, request
from flask_login import current_user

from app.core import clock
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.web import page
from app.sales import queries
from app.sales.queries import Filters
from app.sales.states import QuoteState
from app.sales.views.blueprint import bp


@bp.get("/devis")
@requires("quote.view")
def index() -> Response:
    """Every quote, with what waits for an answer."""
    filters = Filters.read(request.args)
    number, size = asked_page()
    found = paged(queries.listing(current_user, filters), number, size)
    return page(
        "sales/list.html", block="liste", page=found, address=page_address, filters=filters, states=QuoteState,
        waiting=queries.waiting(current_user), today_is=clock.today(),
    )  # fmt: skip
