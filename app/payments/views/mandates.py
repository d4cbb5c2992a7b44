"""Mandates: the list, a new one signed on screen or on paper, its end; and our own bank account."""

from flask import Response, request, url_for
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from app.accounts.queries import our_organisation
from app.accounts.services import change_organisation
from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents.queries import stored_file
from app.documents.services import MAX_BYTES, Ready, file_response, prepare, prepare_signature
from app.documents.states import FileKind
from app.payments.forms.bank import BankAccountForm, EndForm, MandateForm
from app.payments.queries import debits as queries
from app.payments.services import mandates, papers, sepa
from app.payments.services.mandates import MandateInput
from app.payments.states import MandateState, SignedHow
from app.payments.views.blueprint import bp, tabs
from app.payments.views.debits import RIGHT


@bp.get("/reglements/mandats")
@requires(RIGHT)
def mandates_page() -> Response:
    """The mandates, those in force first."""
    text, contact_id = request.args.get("q", "").strip()[:80], chosen_id(request.args.get("contact"))
    return page(
        "payments/mandates.html", page=paged(queries.mandates(text, contact_id), *asked_page()), address=page_address, text=text,
        contact_id=contact_id, tabs=tabs("debits_page"),
    )  # fmt: skip


@bp.route("/reglements/mandats/nouveau", methods=["GET", "POST"])
@requires(RIGHT)
def new_mandate() -> Response:
    """Whose account, then the signature."""
    payer = contact_for(current_user, chosen_id(request.values.get("contact_id") or request.args.get("contact")) or 0)
    form = MandateForm()
    if not form.is_submitted():
        form.signed_on.data, form.holder.data = clock.today(), payer.name if payer else ""
    if form.validate_on_submit():
        try:
            mandate_id = _sign(form, payer)
            say(_("Mandat enregistré : ses factures peuvent être prélevées"))
            return go(url_for("payments.mandate", mandate_id=mandate_id))
        except DomainError as error:
            payer = contact_for(current_user, payer.id) if payer else None
            put_error(form, error)
    return page("payments/mandate_new.html", form=form, payer=payer, house=our_organisation(), status=422 if form.errors else 200)  # fmt: skip


def _sign(form: MandateForm, payer: Contact | None) -> int:
    if payer is None:
        raise DomainError(_("Choisissez le payeur dans la liste."), field="contact_id")
    how = SignedHow(form.how.data)
    proof = prepare_signature(form.signature.data or "") if how == SignedHow.SCREEN else _scan(form.scan.data)
    typed = MandateInput(
        form.holder.data or "", form.iban.data or "", form.bic.data or "", form.signed_on.data, form.recurrent.data == "1",
        form.rum.data or "", form.signature_name.data or "",
    )  # fmt: skip
    with transaction():
        return mandates.add_mandate(payer, typed, how, proof).id


def _scan(sent: FileStorage | None) -> Ready | None:
    if not sent or not sent.filename:
        return None
    return prepare(sent.stream.read(MAX_BYTES + 1), sent.filename, FileKind.DOCUMENT)


@bp.get("/reglements/mandats/<int:mandate_id>")
@requires(RIGHT)
def mandate(mandate_id: int) -> Response:
    """A mandate and what it collected."""
    return _show(mandate_id, EndForm(formdata=None))


def _show(mandate_id: int, form: EndForm, status: int = 200) -> Response:
    row = or_404(queries.mandate_by_id(mandate_id))
    return page(
        "payments/mandate.html", mandate=row, form=form, debits=queries.debits_of_mandate(row.id), live=row.state == MandateState.ACTIVE,
        events=events_of(subject_of(row)), status=status,
    )  # fmt: skip


@bp.get("/reglements/mandats/<int:mandate_id>/pdf")
@requires(RIGHT)
def mandate_pdf(mandate_id: int) -> Response:
    """The mandate to print, with its signature when it was given on screen."""
    return papers.as_file(papers.mandate_paper(or_404(queries.mandate_by_id(mandate_id))), f"mandat-{mandate_id}.pdf")


@bp.get("/reglements/mandats/<int:mandate_id>/preuve")
@requires(RIGHT)
def mandate_proof(mandate_id: int) -> Response:
    """The paper that was signed and scanned, or the signature drawn."""
    row = or_404(queries.mandate_by_id(mandate_id))
    return file_response(or_404(stored_file(row.signature_id)))


@bp.get("/reglements/mandats/a-signer/<int:contact_id>")
@requires(RIGHT)
def blank_mandate(contact_id: int) -> Response:
    """The paper that this payer fills in and signs."""
    payer = or_404(contact_for(current_user, contact_id))
    return papers.as_file(papers.blank_mandate(payer), "mandat-a-signer.pdf")


@bp.post("/reglements/mandats/<int:mandate_id>/revocation")
@requires(RIGHT)
def revoke_mandate(mandate_id: int) -> Response:
    """The payer takes his mandate back."""
    row = or_404(queries.mandate_by_id(mandate_id))
    form = EndForm()
    if form.validate_on_submit():
        with transaction():
            mandates.revoke(row, form.reason.data or "")
        say(_("Mandat révoqué : il ne servira plus"))
        return go(url_for("payments.mandate", mandate_id=mandate_id))
    return _show(mandate_id, form, 422)


@bp.route("/reglements/compte-bancaire", methods=["GET", "POST"])
@requires(RIGHT)
def bank_account() -> Response:
    """Our IBAN, BIC and creditor identifier, their keys checked."""
    form = BankAccountForm()
    if not form.is_submitted():
        ours = our_organisation()
        form.iban.data, form.bic.data, form.creditor_id.data = ours.iban, ours.bic, ours.creditor_id
    if form.validate_on_submit():
        try:
            iban = sepa.checked_iban(form.iban.data) if form.iban.data else ""
            bic, ics = sepa.checked_bic(form.bic.data or ""), sepa.checked_ics(form.creditor_id.data or "")
            with transaction():
                change_organisation(iban=iban, bic=bic, creditor_id=ics)
            say(_("Compte bancaire enregistré"))
            return go(url_for("payments.bank_account"))
        except DomainError as error:
            put_error(form, error)
    return page("payments/bank_account.html", form=form, status=422 if form.errors else 200)
