"""Lodgings in figures, for the concierge: each section with its chart, its table and its CSV. /rapports/logements."""

from dataclasses import replace
from typing import Any

from flask import Response, request, url_for

from app.core import clock
from app.core.permissions import requires
from app.core.web import or_404, page
from app.insights.queries.filters import Filters
from app.insights.queries.rentals import Rentals
from app.insights.states import Span
from app.insights.views.blueprint import bp
from app.insights.views.rental_sections import KINDS
from app.insights.views.reports import as_csv

SEE = "concierge.view"


@bp.get("/rapports/logements")
@requires(SEE)
def rentals() -> Response:
    """Every section, for the period of the address."""
    filters = _filters()
    found = Rentals(filters)
    return page(
        "insights/rentals.html", block="rapports", filters=filters, sections=[kind.make(found, False) for kind in KINDS] if found.places else [],
        spans=Span, export=lambda key: url_for("insights.rentals_csv", rentals_key=key, **_query(filters)),
    )  # fmt: skip


@bp.get("/rapports/logements/<rentals_key>.csv")
@requires(SEE)
def rentals_csv(rentals_key: str) -> Response:
    """The whole table of one section, as a spreadsheet opens it."""
    filters = _filters()
    kind = or_404(next((one for one in KINDS if one.key == rentals_key), None))
    return as_csv(kind.make(Rentals(filters), True), filters)


def _filters() -> Filters:
    return replace(Filters.read(request.args, clock.today()), assignee=None, family=None, site=None)


def _query(filters: Filters) -> dict[str, Any]:
    return dict(filters.query())
