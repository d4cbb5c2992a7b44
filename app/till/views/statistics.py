"""Statistics by hour, family and means."""

from datetime import date, timedelta
from typing import Any

from flask import Response, request

from app.core import clock
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.money import euros
from app.core.permissions import requires
from app.core.web import page
from app.till import queries
from app.till.queries.statistics import Statistics, statistics
from app.till.views.blueprint import bp

DAYS = 30
LONGEST = 366


@bp.get("/caisse/statistiques", endpoint="statistics")
@requires("till.view")
def statistics_page() -> Response:
    """What was sold, of one till or all."""
    ends = _day("au", clock.today())
    begins = max(min(_day("du", ends - timedelta(days=DAYS - 1)), ends), ends - timedelta(days=LONGEST))
    till_id = chosen_id(request.args.get("caisse"))
    found = statistics(begins, ends, till_id)
    return page(
        "till/statistics.html", found=found, begins=begins, ends=ends, tills=queries.tills(), till_id=till_id,
        charts=_charts(found), articles=sorted(found.articles.items(), key=lambda item: -item[1][1])[:15],
    )  # fmt: skip


def _day(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def _charts(found: Statistics) -> list[tuple[str, dict[str, Any]]]:
    hours = range(min(found.hours, default=9), max(found.hours, default=18) + 1)
    families = sorted(found.families.items(), key=lambda item: -item[1])
    means = sorted(found.means.items(), key=lambda item: -item[1])
    return [
        (_("Par heure"), _chart([f"{hour} h" for hour in hours], [found.hours.get(hour, 0) for hour in hours])),
        (_("Par famille"), _chart([name or _("Sans famille") for name, _sum in families], [total for _name, total in families], horizontal=True)),
        (_("Par moyen de paiement"), _chart([name for name, _sum in means], [total for _name, total in means], horizontal=True)),
    ]  # fmt: skip


def _chart(labels: list[str], cents: list[int], **more: Any) -> dict[str, Any]:
    words = [euros(amount) for amount in cents]
    series = [{"label": _("TTC"), "data": [amount / 100 for amount in cents], "words": words, "colour": "bleu"}]
    return {"type": "bar", "labels": labels, "series": series, "unit": "€", **more}
