"""Direct debits: what can be collected, the batches, the file for the bank, what came back."""

import secrets

from flask import Response, request, url_for

from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _, _n
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.payments.forms.bank import BatchForm, RejectForm
from app.payments.queries import debits as queries
from app.payments.services import debits, rejections
from app.payments.states import BatchState, DebitState
from app.payments.views.blueprint import bp, tabs

RIGHT = "payment.bank"


@bp.route("/reglements/prelevements", methods=["GET", "POST"])
@requires(RIGHT)
def debits_page() -> Response:
    """Invoices that mandates can collect, ticked when they are due by the day; below, the batches."""
    form = BatchForm()
    if not form.is_submitted():
        form.form_key.data, form.collected_on.data = secrets.token_urlsafe(12), debits.earliest()
    if form.validate_on_submit() and form.collected_on.data is not None:
        try:
            with transaction():
                batch = debits.prepare(_ticked(), form.collected_on.data, form.form_key.data)
            say(_n("%(num)s prélèvement préparé", "%(num)s prélèvements préparés", batch.count))
            return go(url_for("payments.debit_batch", batch_id=batch.id))
        except DomainError as error:
            put_error(form, error)
    return _page(form)


def _ticked() -> list[str]:
    return [key for key in request.form.getlist("documents") if all(map(chosen_id, key.split("-", 1)))]


def _page(form: BatchForm) -> Response:
    rows, day = queries.collectable(), form.collected_on.data
    ticked = set(_ticked()) if form.is_submitted() else {row.key for row in rows if day and (row.due_on or day) <= day}
    return page(
        "payments/debits.html", form=form, rows=rows, ticked=ticked, page=paged(queries.batches(), *asked_page()),
        address=page_address, missing=_missing(), tabs=tabs("debits_page"), today_is=clock.today(),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _missing() -> str:
    """What keeps us from collecting at all."""
    try:
        debits.creditor()
    except DomainError as error:
        return error.message
    return ""


@bp.get("/reglements/prelevements/<int:batch_id>")
@requires(RIGHT)
def debit_batch(batch_id: int) -> Response:
    """A batch: its debits, and what is to be done next."""
    batch = or_404(queries.batch_by_id(batch_id))
    return page(
        "payments/debit_batch.html", batch=batch, rows=queries.debits_of(batch.id), today_is=clock.today(), states=BatchState,
        debit_states=DebitState, reasons=rejections.CODES, events=events_of(subject_of(batch)),
    )  # fmt: skip


@bp.get("/reglements/prelevements/<int:batch_id>/fichier")
@requires(RIGHT)
def debit_file(batch_id: int) -> Response:
    """The pain.008 file of a batch."""
    batch = or_404(queries.batch_by_id(batch_id))
    response = Response(debits.file_of(batch), mimetype="application/xml")
    response.headers["Content-Disposition"] = f'attachment; filename="{batch.message_id}.xml"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/reglements/prelevements/<int:batch_id>/envoi")
@requires(RIGHT)
def send_batch(batch_id: int) -> Response:
    """The file is at the bank."""
    or_404(queries.batch_by_id(batch_id))
    with transaction():
        debits.mark_sent(batch_id)
    say(_("Remise notée comme envoyée : elle s'encaissera d'elle-même à sa date"))
    return go(url_for("payments.debit_batch", batch_id=batch_id))


@bp.post("/reglements/prelevements/<int:batch_id>/abandon")
@requires(RIGHT)
def cancel_batch(batch_id: int) -> Response:
    """Give up a batch that is not at the bank."""
    or_404(queries.batch_by_id(batch_id))
    with transaction():
        debits.cancel(batch_id)
    say(_("Remise abandonnée : ses factures peuvent être prélevées de nouveau"))
    return go(url_for("payments.debits_page"))


@bp.post("/reglements/prelevements/<int:batch_id>/encaissement")
@requires(RIGHT)
def settle_batch(batch_id: int) -> Response:
    """The bank paid: what the job of the morning does by itself."""
    or_404(queries.batch_by_id(batch_id))
    with transaction():
        count = debits.settle(batch_id)
    say(_n("%(num)s prélèvement encaissé", "%(num)s prélèvements encaissés", count))
    return go(url_for("payments.debit_batch", batch_id=batch_id))


@bp.post("/reglements/prelevements/lignes/<int:debit_id>/retrait")
@requires(RIGHT)
def remove_debit(debit_id: int) -> Response:
    """Take an invoice out of a batch."""
    batch_id = or_404(queries.debit_by_id(debit_id)).batch_id
    with transaction():
        debits.remove(debit_id)
    say(_("Facture retirée de la remise. Si vous aviez téléchargé le fichier, téléchargez-le de nouveau."))
    return go(url_for("payments.debit_batch", batch_id=batch_id))


@bp.route("/reglements/prelevements/lignes/<int:debit_id>/rejet", methods=["GET", "POST"])
@requires(RIGHT)
def reject_debit(debit_id: int) -> Response:
    """The bank gave a debit back: its invoice is owed again."""
    debit = or_404(queries.debit_by_id(debit_id))
    form = RejectForm()
    if not form.is_submitted():
        form.on.data = clock.today()
    if form.validate_on_submit():
        try:
            with transaction():
                rejections.reject(debit_id, form.code.data, form.on.data)
            say(_("Rejet noté : la facture est de nouveau à régler, et une tâche le rappelle"))
            return go(url_for("payments.debit_batch", batch_id=debit.batch_id))
        except DomainError as error:
            debit = or_404(queries.debit_by_id(debit_id))
            put_error(form, error)
    return page("payments/debit_reject.html", form=form, debit=debit, status=422 if form.errors else 200)
