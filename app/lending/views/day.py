"""The sheet of a day, to print: pick-ups and returns with their shelf, and « préparé »."""

from datetime import timedelta

from flask import Response, request, url_for

from app.core import clock
from app.core.db import db, transaction
from app.core.permissions import requires
from app.core.web import go, or_404, page
from app.lending import services
from app.lending.forms import day_of
from app.lending.models import LoanItem
from app.lending.queries.day import day_sheet
from app.lending.views.blueprint import EDIT, VIEW, bp


@bp.get("/prets/feuille")
@requires(VIEW)
def day() -> Response:
    """What leaves and comes back a day, `?jour=`; today by default."""
    asked = day_of(request.args.get("jour", "")) or clock.today()
    leaving, returning = day_sheet(asked)
    around = (asked - timedelta(days=1), asked + timedelta(days=1))
    return page("lending/day.html", day=asked, leaving=leaving, returning=returning, around=around)


@bp.post("/prets/feuille/<int:item_id>")
@requires(EDIT)
def day_ready(item_id: int) -> Response:
    """« Préparé », or no more, from the sheet."""
    asked = day_of(request.form.get("jour", "")) or clock.today()
    with transaction():
        services.prepare(or_404(db.session.get(LoanItem, item_id)), ready=request.form.get("ready") == "1")
    return go(url_for("lending.day", jour=asked.isoformat()))
