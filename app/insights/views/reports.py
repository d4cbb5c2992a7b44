"""The reports: figures of a period with their charts and tables, each exported as CSV. /rapports."""

import csv
import io
from collections.abc import Callable
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, sites, workers
from app.assets.queries import families
from app.core import clock
from app.core.permissions import requires
from app.core.web import or_404, page
from app.insights.queries.filters import Filters
from app.insights.states import Span
from app.insights.views.blueprint import bp
from app.insights.views.sections import KINDS, MONEY, TEAM, Section

VIEW = "report.view"
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@bp.get("/rapports")
@requires(VIEW)
def reports() -> Response:
    """Every section that this person may see, for the period and filters of the address."""
    filters = Filters.read(request.args, clock.today())
    money = allowed(current_user, MONEY)
    sections = [kind.make(filters, money, False) for kind in KINDS if allowed(current_user, kind.right)]
    return page(
        "insights/reports.html",
        block="rapports",
        filters=filters,
        sections=sections,
        spans=Span,
        options=_options(),
        export=_export(filters),
    )


@bp.get("/rapports/<key>.csv")
@requires(VIEW)
def report_csv(key: str) -> Response:
    """The whole table of one section, as a spreadsheet opens it."""
    filters = Filters.read(request.args, clock.today())
    kind = or_404(next((one for one in KINDS if one.key == key and allowed(current_user, one.right)), None))
    return as_csv(kind.make(filters, allowed(current_user, MONEY), True), filters)


def _export(filters: Filters) -> Callable[[str], str]:
    query: dict[str, Any] = dict(filters.query())
    return lambda key: url_for("insights.report_csv", key=key, **query)


def _options() -> dict[str, Any]:
    team = allowed(current_user, TEAM)
    return {
        "workers": workers() if team else [],
        "families": families() if team else [],
        "sites": sites() if team else [],
    }


def as_csv(section: Section, filters: Filters) -> Response:
    """The whole table of a section, as a spreadsheet opens it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(section.columns)
    writer.writerows([_cell(text) for text in row] for row in section.rows)
    response = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    name = f"{section.key}-{filters.start}-{filters.end}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _cell(text: str) -> str:
    """The text; a quote before what a spreadsheet would compute."""
    plain = text.replace("\u00a0", " ").replace("\u202f", " ")
    return f"'{plain}" if plain.startswith(FORMULA) else plain
