"""The planning: /planning?vue=semaine&jour=2026-11-24."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed, sites
from app.core import clock
from app.core.agents import is_handheld
from app.core.permissions import requires
from app.core.revisions import revision
from app.core.web import page
from app.planning.queries.calendar import calendar
from app.planning.queries.filters import Filters
from app.planning.queries.grid import grid, group_counts
from app.planning.queries.month import small_month
from app.planning.queries.spans import Span
from app.planning.queries.words import Words
from app.planning.states import Look, View
from app.planning.views.blueprint import EDIT, VIEW, bp

LEGEND = (Look.LOAN, Look.REPAIR, Look.VISIT, Look.USE, Look.OPTION, Look.CONFLICT)


@bp.get("/planning")
@requires(VIEW)
def index() -> Response:
    """Rows and bars of a day, a week or a month; `morceau=` one group alone; 204 when a poll finds nothing new."""
    current = revision("planning")
    if request.args.get("rev", type=int) == current:
        return Response("", 204)
    usual = View.DAY if is_handheld(request.user_agent.string) else View.WEEK
    span, filters = Span.read({"vue": usual.value, **request.args.to_dict()}), Filters.read(request.args)
    words = Words(clock.now(), brief=span.view == View.MONTH, shift=allowed(current_user, EDIT))
    only = request.args.get("morceau", "")
    groups = grid(span, filters, words, only)
    days = calendar(span.first, span.days, filters.site)
    block = "groupes" if only else "grille"
    return page(
        "planning/index.html", block=block, span=span, filters=filters, groups=groups, days=days, rev=current,
        legend=LEGEND, lien=_links(filters), today=clock.today(), day_names=clock.DAYS, **_around(span, filters, only),
    )  # fmt: skip


def _links(filters: Filters) -> Callable[[str, date], str]:
    """The address of another view (`mois`…) or period, with the same filters."""
    start, kept = url_for("planning.index"), filters.address()
    end = f"&{kept}" if kept else ""
    return lambda view, day: f"{start}?vue={view}&jour={day.isoformat()}{end}"


def _around(span: Span, filters: Filters, only: str) -> dict[str, Any]:
    """What stands beside the grid; nothing when one group alone is asked."""
    if only:
        return {}
    first = span.asked.replace(day=1)
    return {
        "weeks": small_month(span), "choices": group_counts(filters.site), "sites": sites(),
        "month": f"{clock.MONTHS[first.month - 1]} {first.year}".capitalize(),
        "month_before": first - timedelta(days=1), "month_after": (first + timedelta(days=31)).replace(day=1),
    }  # fmt: skip
