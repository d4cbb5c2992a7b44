"""Many documents at once: drafts issued, orders and deliveries billed, with what is done, what is left, and how to stop or go on."""

from typing import Any

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.jobs import JobRun
from app.core.permissions import requires
from app.core.web import go, local_url, or_404, page, say
from app.sales.queries.batches import batch_for, batches
from app.sales.services.batches import BATCH, CANCELLED, cancel_batch, resume_batch, start_batch
from app.sales.services.documents.grouped import bill_many
from app.sales.views.blueprint import invoices as bp


@bp.get("/factures/lots")
@requires("invoice.issue")
def batches_page() -> Response:
    """The last batches."""
    return page("sales/documents/batches.html", rows=batches())


@bp.post("/factures/lots/<any(emettre, facturer):what>")
@requires("invoice.issue")
def start(what: str) -> Response:
    """Issue the chosen drafts, or bill the chosen orders and deliveries."""
    ids = [found for value in request.form.getlist("ids") if (found := chosen_id(value))]
    try:
        with transaction():
            run = start_batch(ids) if what == "emettre" else bill_many(ids)
    except DomainError as error:
        say(error.message, "error")
        return go(local_url(request.referrer, url_for("invoices.index" if what == "emettre" else "invoices.orders")))
    return go(url_for("invoices.batch", run_id=run.id))


def _the_batch(run_id: int) -> JobRun:
    return or_404(batch_for(run_id))


@bp.get("/factures/lots/<int:run_id>")
@requires("invoice.issue")
def batch(run_id: int) -> Response:
    """How far it is; asked again by itself while it runs."""
    run = _the_batch(run_id)
    result: dict[str, Any] = run.result or {}
    return page(
        "sales/documents/batch.html", block="avancement", run=run, result=result, issuing=run.function == BATCH,
        stopping=bool(result.get(CANCELLED)) and not run.finished, next_id=result.get("batch"),
    )  # fmt: skip


@bp.post("/factures/lots/<int:run_id>/<any(arret, reprise):verb>")
@requires("invoice.issue")
def batch_verb(run_id: int, verb: str) -> Response:
    """Stop after the document being made, or take up what is left."""
    _the_batch(run_id)
    with transaction():
        run = db.session.get_one(JobRun, run_id, with_for_update=True)
        if verb == "arret":
            cancel_batch(run)
            say(_("Le lot s'arrête après le document en cours"))
        else:
            run = resume_batch(run)
            say(_("Le lot reprend où il s'était arrêté"))
    return go(url_for("invoices.batch", run_id=run.id))
