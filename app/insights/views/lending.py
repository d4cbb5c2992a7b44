"""Loans in figures, for those who decide: use, requests, profit, age, delays, debts, repairers. /rapports/prets."""

from dataclasses import replace
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, sites
from app.assets.queries import families
from app.core import clock
from app.core.permissions import requires
from app.core.web import or_404, page
from app.insights.queries.filters import Filters
from app.insights.states import Span
from app.insights.views.blueprint import bp
from app.insights.views.lending_figures import Figures, Kind
from app.insights.views.lending_money import KINDS
from app.insights.views.reports import VIEW, as_csv


def _kinds() -> list[Kind]:
    """Those this person may see: the page is that of who keeps loans, and of who reads margins and debts."""
    return or_404([kind for kind in KINDS if allowed(current_user, kind.right) and kind.shown()] or None)


@bp.get("/rapports/prets")
@requires(VIEW)
def lending() -> Response:
    """Every section that this person may see, for the period, family and site of the address."""
    filters = _filters()
    found = Figures(filters, clock.now())
    return page(
        "insights/lending.html", block="rapports", filters=filters, sections=[kind.make(found) for kind in _kinds()], spans=Span,
        families=families(), sites=sites(),
        export=lambda key: url_for("insights.lending_csv", lending_key=key, **_query(filters)),
    )  # fmt: skip


@bp.get("/rapports/prets/<lending_key>.csv")
@requires(VIEW)
def lending_csv(lending_key: str) -> Response:
    """The whole table of one section, as a spreadsheet opens it."""
    filters = _filters()
    kind = or_404(next((one for one in _kinds() if one.key == lending_key), None))
    return as_csv(kind.make(Figures(filters, clock.now(), whole=True)), filters)


def _filters() -> Filters:
    return replace(Filters.read(request.args, clock.today()), assignee=None)


def _query(filters: Filters) -> dict[str, Any]:
    return dict(filters.query())
