"""The loans: today's hand-overs and returns first, then those to come, out, late, ended."""

from flask import Response, request

from app.core import clock
from app.core.pages import asked_page, page_address
from app.core.permissions import requires
from app.core.web import page
from app.lending import queries
from app.lending.queries.offers import threatened_count
from app.lending.states import LoanState, Tab
from app.lending.views.blueprint import VIEW, bp


@bp.get("/prets")
@requires(VIEW)
def index() -> Response:
    """One part of the loans, `?vue=`; with `?q=` those that answer."""
    asked, text = request.args.get("vue", ""), request.args.get("q", "").strip()[:100]
    tab = next((found for found in Tab if found == asked), Tab.DAY)
    found = queries.listing(tab, text, *asked_page())
    return page(
        "lending/list.html", block="liste", tab=tab, tabs=Tab, counts=queries.counts(), page=found, text=text,
        address=page_address, now=clock.now(), Out=LoanState.OUT, threatened=threatened_count(),
    )  # fmt: skip
