"""Invoices that come again: the list, and the pause, the end or the return of one."""

from flask import Response, url_for

from app.core.db import db, transaction
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.sales.models import Recurrence
from app.sales.queries.repeats import repeats
from app.sales.services.documents import recurring
from app.sales.views.blueprint import invoices as bp

DONE = {"pause": "Mise en pause", "reprise": "Elle reprend", "arret": "Arrêtée"}


@bp.get("/factures/recurrentes")
@requires("invoice.view")
def repeats_page() -> Response:
    """Those in service, paused, and over."""
    return page("sales/documents/repeats.html", rows=repeats())


@bp.post("/factures/recurrentes/<int:repeat_id>/<any(pause, reprise, arret):verb>")
@requires("invoice.edit")
def repeat_verb(repeat_id: int, verb: str) -> Response:
    """Make none for a while, make them again, or make no more."""
    verbs = {"pause": recurring.pause, "reprise": recurring.resume, "arret": recurring.stop}
    with transaction():
        row = or_404(db.session.get(Recurrence, repeat_id, with_for_update=True))
        verbs[verb](row)
    say(_(DONE[verb]))
    return go(url_for("invoices.repeats_page"))
