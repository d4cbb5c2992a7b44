"""Supplier invoices: the list, the file that is dropped, one invoice."""

from flask import Response, render_template, request, url_for
from flask_login import current_user

from app.accounts.queries import our_organisation, rights_of
from app.accounts.states import VatRegime
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.money import euros
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
from app.purchasing.forms import BillForm, ExpenseForm, MatchForm, PayForm, pointed
from app.purchasing.models import SupplierInvoice
from app.purchasing.services import BillInput, Proposal
from app.purchasing.states import BillState, ExpenseKind
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
        try:
            return _dropped(dropped.stream.read(MAX_BYTES + 1), dropped.filename)
        except DomainError as error:
            empty = BillForm(formdata=None)
            put_error(empty, error)
            return _form(empty)
    if form.validate_on_submit():
        try:
            return _keep(form)
        except DomainError as error:
            put_error(form, error)
    if form.is_submitted() and form.source.data == "text":
        return _form(form, proposed=_proposal(form.file_id.data))
    waiting = request.args.get("fichier", type=int) if request.method == "GET" else None
    if waiting is not None:
        return _prefilled(waiting, files.open_file(or_404(queries.loose_file(waiting))))
    return _form(form)


def _form(form: BillForm, read: ReadInvoice | None = None, proposed: Proposal | None = None) -> Response:
    """The form; beside each value that was only proposed, where it was read."""
    seen = proposed.seen if proposed else {}
    hints = {
        name: _("Proposé : « %(words)s »", words=words) if words else _("Proposé d'après le PDF")
        for name, words in seen.items()
    }
    return page(
        "purchasing/bill_new.html", form=form, read=read, proposed=proposed, hints=hints, sectors=_sectors(),
        status=422 if form.errors or form.form_errors else 200,
    )  # fmt: skip


def _proposal(file_id: int | None) -> Proposal | None:
    stored = queries.loose_file(file_id) if file_id else None
    return services.propose(files.open_file(stored)) if stored is not None else None


@bp.get("/factures-fournisseurs/fichiers/<int:file_id>")
@requires("bill.edit")
def loose_file(file_id: int) -> Response:
    """The file of an invoice being typed, to hold it against what was read."""
    return files.file_response(or_404(queries.loose_file(file_id)))


def _dropped(data: bytes, name: str) -> Response:
    """The file is kept, what it says fills the form."""
    ready = services.prepare_file(data, name)
    with transaction():
        stored = files.keep(ready, by=current_user.name)
    return _prefilled(stored.id, data)


def _prefilled(file_id: int, data: bytes) -> Response:
    read = services.read_or_none(data)
    proposed = None if read else services.propose(data)
    values: dict[str, object] = {"file_id": file_id, "source": "facturx" if read else "text"}
    told = services.values_of(read) if read else proposed.values if proposed else {}
    values |= told
    if told.get("supplier_id"):
        values["expense"] = services.last_expense(chosen_id(told["supplier_id"])) or ""
    return _form(BillForm(formdata=None, data=values), read, proposed)


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
                iban="".join(read.iban.split()) if read else "", expense=_expense(form.expense.data), taxed_use=form.taxed_use.data,
            )
        )  # fmt: skip
        if stored is not None:
            files.attach(stored, subject_of(bill), _("Facture %(number)s", number=bill.number))
    say(_("Facture %(number)s enregistrée", number=bill.number))
    return go(url_for("purchasing.bill", bill_id=bill.id))


def _sectors() -> bool:
    """Whether the organisation has taxed activities beside exempt ones: each expense then says for which it is."""
    return our_organisation().vat_regime == VatRegime.SECTORS


def _expense(typed: str | None) -> ExpenseKind | None:
    return ExpenseKind(typed) if typed else None


def _bill(bill_id: int) -> SupplierInvoice:
    return or_404(queries.bill_by_id(bill_id))


@bp.get("/factures-fournisseurs/<int:bill_id>")
@requires("bill.view")
def bill(bill_id: int) -> Response:
    """One invoice, what differs from its order, its payment."""
    found = _bill(bill_id)
    return _bill_page(found, PayForm(formdata=None, paid_on=clock.today(), amount=found.left))


def _bill_page(found: SupplierInvoice, pay: PayForm) -> Response:
    shown = panels("bill", found, rights_of(current_user.role))
    return page(
        "purchasing/bill.html", bill=found, pay=pay, match=MatchForm(formdata=None, purchase_id=found.purchase_id),
        booked=services.is_booked(found), nature=ExpenseForm(formdata=None, expense=found.expense or "", taxed_use=found.taxed_use), sectors=_sectors(),
        source=_(SOURCES.get(found.source, SOURCES["typed"])), beside=queries.beside(found), events=events_of(subject_of(found)), today_is=clock.today(),
        panels=[render_template(template, **values) for template, values in shown],
        paid=found.state == BillState.PAID, disputed=found.state == BillState.DISPUTED, payments=queries.payments_of(found.id),
        credits=queries.open_credits(found.supplier_id) if found.left > 0 else [],
        status=422 if pay.errors else 200,
    )  # fmt: skip


@bp.post("/factures-fournisseurs/<int:bill_id>/nature")
@requires("bill.edit")
def classify(bill_id: int) -> Response:
    """What it is for."""
    found, form = _bill(bill_id), ExpenseForm()
    if not form.validate_on_submit():
        raise DomainError(_("Choisissez la nature de la dépense dans la liste."))
    with transaction():
        services.classify(_bill(bill_id), _expense(form.expense.data), taxed_use=form.taxed_use.data)
    say(_("Nature de la dépense enregistrée"))
    return go(url_for("purchasing.bill", bill_id=found.id))


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
            services.pay(_bill(bill_id), form.paid_on.data or clock.today(), form.paid_how.data, form.amount.data)
    except DomainError as error:
        put_error(form, error)
        return _bill_page(_bill(bill_id), form)
    left = _bill(bill_id).left
    say(
        _("Paiement noté : il reste %(left)s à payer", left=euros(left)) if left
        else _("Facture %(number)s payée", number=found.number)
    )  # fmt: skip
    return go(url_for("purchasing.bill", bill_id=bill_id))


@bp.post("/factures-fournisseurs/<int:bill_id>/avoirs")
@requires("bill.edit")
def deduct(bill_id: int) -> Response:
    """A credit note of the same supplier is deducted."""
    _bill(bill_id)
    with transaction():
        services.deduct(bill_id, chosen_id(request.form.get("credit")) or 0)
    say(_("Avoir déduit"))
    return go(url_for("purchasing.bill", bill_id=bill_id))


@bp.post("/factures-fournisseurs/<int:bill_id>/paiement/annulation")
@requires("bill.edit")
def unpay(bill_id: int) -> Response:
    """It was not paid after all, in whole or in part; what a line of the bank paid is undone from that line."""
    found, asked = _bill(bill_id), chosen_id(request.form.get("payment"))
    standing = [row.id for row in queries.payments_of(bill_id)]
    payment = queries.payment_by_id(bill_id, asked or (standing[-1] if standing else 0))
    if payment is None:
        raise Conflict(_("Cette facture n'est pas payée. Rien n'a changé."))
    if payment.bank_line_id is not None:
        raise Conflict(_("Une ligne de banque montre ce paiement : défaites d'abord son rapprochement."))
    with transaction():
        services.unpay(payment, _("Paiement annulé"))
    say(_("Paiement annulé : la facture %(number)s est de nouveau à payer", number=found.number))
    return go(url_for("purchasing.bill", bill_id=bill_id))
