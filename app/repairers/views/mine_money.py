"""His invoices: the file he sends, what it closes, what we owe him, what was paid and when."""

from flask import Response, request, url_for
from flask_login import current_user

from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.documents import services as files
from app.documents.queries import stored_file
from app.documents.services import MAX_BYTES
from app.purchasing.services import prepare_file
from app.repairers import services
from app.repairers.forms import BillForm
from app.repairers.models import Repairer
from app.repairers.queries import money
from app.repairers.queries.jobs import unbilled
from app.repairers.services import BillDraft, Told
from app.repairers.services.billing import own_file
from app.repairers.views.blueprint import OWN, bp
from app.repairers.views.mine import me, nobody


@bp.get("/mes-reparations/factures")
@requires(OWN)
def my_bills() -> Response:
    """What we owe him, what was paid."""
    mine = me()
    if mine is None:
        return nobody()
    bills = money.bills_of(mine.contact_id)
    return page(
        "repairers/my_bills.html", me=mine, bills=bills, payments=money.payments_of(mine.contact_id),
        account=money.account_of(mine.contact_id), repairs=money.repairs_of_bills([bill.id for bill in bills]), today_is=clock.today(),
    )  # fmt: skip


@bp.route("/mes-reparations/factures/nouvelle", methods=["GET", "POST"])
@requires(OWN)
def my_new_bill() -> Response:
    """He sends its file, checks what it says, ticks the repairs."""
    mine = me()
    if mine is None:
        return nobody()
    form, dropped = BillForm(), request.files.get("file")
    if dropped is not None and dropped.filename:
        return _dropped(mine, dropped.stream.read(MAX_BYTES + 1), dropped.filename)
    if form.validate_on_submit():
        try:
            with transaction():
                bill = services.bill_repairs(or_404(me()), _draft(form))
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Facture %(number)s envoyée", number=bill.number))
            return go(url_for("repairers.my_bills"))
    return _form(mine, form)


def _draft(form: BillForm) -> BillDraft:
    return BillDraft(
        form.number.data or "", form.issued_on.data or clock.today(), form.net.data or 0, form.vat.data or 0, form.gross.data or 0,
        form.repairs.data or [], form.file_id.data,
    )  # fmt: skip


def _dropped(mine: Repairer, content: bytes, name: str) -> Response:
    """The file is kept among his own; what it says fills the form."""
    waiting = [row.number for row in unbilled(mine.id)]
    form = BillForm(formdata=None)
    try:
        ready = prepare_file(content, name)
        told = services.told_by(mine, content, waiting)
        with transaction():
            stored = services.keep_file(mine, ready, current_user.name)
    except DomainError as error:
        put_error(form, error)
        return _form(mine, form)
    asked = [request.form["reparation"]] if request.form.get("reparation") in waiting else []
    repairs = told.repairs or asked or (waiting if len(waiting) == 1 else [])
    return _form(mine, BillForm(formdata=None, data={**told.values, "file_id": stored.id, "repairs": repairs}), told)


def _form(mine: Repairer, form: BillForm, told: Told | None = None) -> Response:
    return page(
        "repairers/my_bill.html", me=mine, form=form, told=told, rows=unbilled(mine.id), asked=request.values.get("reparation", ""),
        file=own_file(mine, form.file_id.data), status=422 if form.errors or form.form_errors else 200,
    )  # fmt: skip


@bp.get("/mes-reparations/factures/<int:bill_id>/fichier")
@requires(OWN)
def my_bill_file(bill_id: int) -> Response:
    """The file of one of his invoices."""
    mine = or_404(me())
    bill = or_404(money.bill_of(mine.contact_id, bill_id))
    return files.file_response(or_404(stored_file(bill.file_id)))
