"""Supplier invoices: the list, the file that is dropped, one invoice."""

from flask import Response, render_template, request, url_for
from flask_login import current_user

from app.accounts.queries import rights_of
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.pages import asked_page, page_address, paged
from app.core.panels import panels
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents import services as files
from app.documents.einvoices import ReadInvoice
from app.documents.models import StoredFile
from app.documents.services import MAX_BYTES
from app.purchasing import queries, services
from app.purchasing.forms import BillForm, MatchForm, PayForm, pointed
from app.purchasing.models import SupplierInvoice
from app.purchasing.services import BillInput
from app.purchasing.states import BillState
from app.purchasing.views.blueprint import bp

SOURCES = {
    "typed": "Saisie à la main",
    "facturx": "Lue dans le fichier (Factur-X)",
    "platform": "Reçue par la plateforme",
}


@bp.get("/factures-fournisseurs")
@requires("bill.view")
def bills() -> Response:
    """The invoices received, those to check and to pay."""
    number, size = asked_page()
    state, late = request.args.get("etat", ""), request.args.get("retard") == "1"
    return page(
        "purchasing/bills.html", block="liste", page=paged(queries.bills_listing(state, late=late), number, size),
        address=page_address, unpaid=queries.unpaid(), states=BillState, state=state, late=late, today_is=clock.today(),
    )  # fmt: skip


@bp.route("/factures-fournisseurs/nouvelle", methods=["GET", "POST"])
@requires("bill.edit")
def new_bill() -> Response:
    """Drop the file, check what it says, keep it; or type it."""
    form = BillForm()
    dropped = request.files.get("file")
    if request.method == "POST" and dropped is not None and dropped.filename:
        return _dropped(dropped.stream.read(MAX_BYTES + 1), dropped.filename)
    if form.validate_on_submit():
        try:
            return _keep(form)
        except DomainError as error:
            put_error(form, error)
    waiting = request.args.get("fichier", type=int) if request.method == "GET" else None
    if waiting is not None:
        return _prefilled(waiting, files.open_file(or_404(queries.loose_file(waiting))))
    return _form(form)


def _form(form: BillForm, read: ReadInvoice | None = None) -> Response:
    return page(
        "purchasing/bill_new.html", form=form, read=read, status=422 if form.errors or form.form_errors else 200
    )


def _dropped(data: bytes, name: str) -> Response:
    """The file is kept, what it says fills the form."""
    ready = services.prepare_file(data, name)
    with transaction():
        stored = files.keep(ready, by=current_user.name)
    return _prefilled(stored.id, data)


def _prefilled(file_id: int, data: bytes) -> Response:
    read = services.read_or_none(data)
    values: dict[str, object] = {"file_id": file_id, "source": "facturx" if read else "typed"}
    if read is None:
        say(
            _(
                "Ce fichier ne contient pas de données lisibles par une machine : recopiez la facture, le fichier est gardé."
            ),
            "info",
        )
    else:
        values |= services.values_of(read)
    return _form(BillForm(formdata=None, data=values), read)


def _keep(form: BillForm) -> Response:
    read = None
    with transaction():
        stored = db.session.get(StoredFile, form.file_id.data) if form.file_id.data else None
        if stored is not None and form.source.data == "facturx":
            read = services.read_or_none(files.open_file(stored))
        bill = services.add_bill(
            BillInput(
                form.supplier_id.data or 0, form.number.data or "", form.issued_on.data or clock.today(), form.net.data or 0, form.vat.data or 0,
                form.gross.data or 0, due_on=form.due_on.data, purchase_id=form.purchase_id.data,
                file_id=stored.id if stored else None, source="facturx" if read else "typed",
                shares=services.shares_of(read) if read else [], lines=services.lines_in(read) if read else [],
                iban="".join(read.iban.split()) if read else "",
            )
        )  # fmt: skip
        if stored is not None:
            files.attach(stored, subject_of(bill), _("Facture %(number)s", number=bill.number))
    say(_("Facture %(number)s enregistrée", number=bill.number))
    return go(url_for("purchasing.bill", bill_id=bill.id))


def _bill(bill_id: int) -> SupplierInvoice:
    return or_404(queries.bill_by_id(bill_id))


@bp.get("/factures-fournisseurs/<int:bill_id>")
@requires("bill.view")
def bill(bill_id: int) -> Response:
    """One invoice, what differs from its order, its payment."""
    return _bill_page(_bill(bill_id), PayForm(formdata=None, paid_on=clock.today()))


def _bill_page(found: SupplierInvoice, pay: PayForm) -> Response:
    shown = panels("bill", found, rights_of(current_user.role))
    return page(
        "purchasing/bill.html", bill=found, pay=pay, match=MatchForm(formdata=None, purchase_id=found.purchase_id),
        source=_(SOURCES.get(found.source, SOURCES["typed"])), beside=queries.beside(found), events=events_of(subject_of(found)), today_is=clock.today(),
        panels=[render_template(template, **values) for template, values in shown],
        paid=found.state == BillState.PAID, disputed=found.state == BillState.DISPUTED, payment=queries.payment_of(found.id),
        status=422 if pay.errors else 200,
    )  # fmt: skip


@bp.post("/factures-fournisseurs/<int:bill_id>/rapprochement")
@requires("bill.edit")
def match(bill_id: int) -> Response:
    """Compare with its order."""
    found, form = _bill(bill_id), MatchForm()
    if not form.purchase_id.data or queries.purchase_by_id(form.purchase_id.data) is None:
        raise DomainError(_("Choisissez la commande de cette facture."))
    with transaction():
        differences = services.match(_bill(bill_id), form.purchase_id.data)
    _said(differences)
    return go(url_for("purchasing.bill", bill_id=found.id))


def _said(differences: list[str]) -> None:
    say(
        _("Des écarts sont à vérifier") if differences else _("Facture rapprochée : rien ne diffère"),
        "info" if differences else "success",
    )


@bp.post("/factures-fournisseurs/<int:bill_id>/lignes")
@requires("bill.edit")
def point(bill_id: int) -> Response:
    """What an invoice on paper charges, line by line."""
    found = _bill(bill_id)
    typed = pointed(request.form, [row.line_id for row in queries.beside(found) if row.line_id])
    with transaction():
        differences = services.point(_bill(bill_id), typed)
    _said(differences)
    return go(url_for("purchasing.bill", bill_id=bill_id))


@bp.post("/factures-fournisseurs/<int:bill_id>/accord")
@requires("bill.edit")
def accept(bill_id: int) -> Response:
    """Its differences are right."""
    _bill(bill_id)
    with transaction():
        services.accept(_bill(bill_id))
    say(_("Écarts acceptés : la facture peut être payée"))
    return go(url_for("purchasing.bill", bill_id=bill_id))


@bp.post("/factures-fournisseurs/<int:bill_id>/litige")
@requires("bill.edit")
def dispute(bill_id: int) -> Response:
    """Something is wrong with it."""
    _bill(bill_id)
    with transaction():
        services.dispute(_bill(bill_id), request.form.get("reason", ""))
    say(_("Facture en litige"))
    return go(url_for("purchasing.bill", bill_id=bill_id))


@bp.post("/factures-fournisseurs/<int:bill_id>/litige/levee")
@requires("bill.edit")
def settle_dispute(bill_id: int) -> Response:
    """The dispute is over."""
    _bill(bill_id)
    with transaction():
        services.settle_dispute(_bill(bill_id), request.form.get("reason", ""))
    say(_("Litige levé : la facture peut être payée"))
    return go(url_for("purchasing.bill", bill_id=bill_id))


@bp.post("/factures-fournisseurs/<int:bill_id>/paiement")
@requires("bill.edit")
def pay(bill_id: int) -> Response:
    """Paid."""
    found, form = _bill(bill_id), PayForm()
    if not form.validate_on_submit():
        return _bill_page(found, form)
    try:
        with transaction():
            services.pay(_bill(bill_id), form.paid_on.data or clock.today(), form.paid_how.data)
    except DomainError as error:
        put_error(form, error)
        return _bill_page(_bill(bill_id), form)
    say(_("Facture %(number)s payée", number=found.number))
    return go(url_for("purchasing.bill", bill_id=bill_id))


@bp.post("/factures-fournisseurs/<int:bill_id>/paiement/annulation")
@requires("bill.edit")
def unpay(bill_id: int) -> Response:
    """It was not paid after all; what a line of the bank paid is undone from that line."""
    found, payment = _bill(bill_id), queries.payment_of(bill_id)
    if payment is None:
        raise Conflict(_("Cette facture n'est pas payée. Rien n'a changé."))
    if payment.bank_line_id is not None:
        raise Conflict(_("Une ligne de banque montre ce paiement : défaites d'abord son rapprochement."))
    with transaction():
        services.unpay(payment, _("Paiement annulé"))
    say(_("Paiement annulé : la facture %(number)s est de nouveau à payer", number=found.number))
    return go(url_for("purchasing.bill", bill_id=bill_id))
