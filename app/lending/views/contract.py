"""The contract: printed, signed on the screen; the certificate of insurance."""

from flask import Response, request, url_for
from flask_login import current_user

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, page, say
from app.documents import services as files
from app.documents.states import FileKind
from app.lending import services
from app.lending.forms import ContractForm, InsuranceForm
from app.lending.services.contract import Signed, contract_paper, keep_signed
from app.lending.services.insurance import give_certificate
from app.lending.views.blueprint import EDIT, VIEW, bp
from app.lending.views.show import shown, the_loan


@bp.get("/prets/<number>/contrat.pdf")
@requires(VIEW)
def contract_pdf(number: str) -> Response:
    """The contract as PDF: as it was signed, else of the present state."""
    response = Response(contract_paper(the_loan(number)), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="contrat-{number}.pdf"'
    response.headers["Content-Security-Policy"] = "default-src 'self'; frame-ancestors 'self'"
    return response


@bp.route("/prets/<number>/contrat", methods=["GET", "POST"])
@requires(EDIT)
def contract(number: str) -> Response:
    """What is lent and on what terms; the borrower signs."""
    loan, form = the_loan(number), ContractForm()
    if not form.validate_on_submit():
        return page("lending/contract.html", status=422 if form.errors else 200, loan=loan, form=form)
    drawn = files.prepare_signature(form.signature.data)
    signed = Signed(form.signature_name.data or loan.contact.name, drawn.judged.content if drawn else b"", clock.now())
    paper = files.prepare(contract_paper(loan, signed), f"contrat-{number}.pdf", FileKind.DOCUMENT)
    try:
        with transaction():
            fresh = services.locked(loan)
            kept = files.keep(drawn, by=signed.name) if drawn else None
            keep_signed(fresh, signed, files.keep(paper, by=current_user.name), kept)
    except DomainError as error:
        db.session.rollback()
        return shown(the_loan(number), error.status, error.message)
    say(_("Contrat signé par %(name)s", name=signed.name))
    return go(url_for("lending.show", number=number))


@bp.post("/prets/<number>/assurance")
@requires(EDIT)
def insurance(number: str) -> Response:
    """The borrower's certificate, good until a day."""
    loan, form = the_loan(number), InsuranceForm()
    if not form.validate() or form.valid_until.data is None:
        return shown(loan, 422, next(iter(form.errors.values()))[0])
    try:
        ready = files.prepare_uploads(request.files.getlist("files"), FileKind.DOCUMENT)
        if not ready:
            raise DomainError(_("Choisissez le fichier de l'attestation : une photo ou un PDF."))
        with transaction():
            give_certificate(services.locked(loan), files.keep(ready[0], by=current_user.name), form.valid_until.data)
    except DomainError as error:
        db.session.rollback()
        return shown(the_loan(number), error.status, error.message)
    say(_("Attestation gardée, valable jusqu'au %(day)s", day=clock.long_date(form.valid_until.data)))
    return go(url_for("lending.show", number=number))
