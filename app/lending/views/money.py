"""What a loan costs: the deposit taken, and the draft invoice of rent, lateness, damage and loss."""

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import euros, parse_cents
from app.core.permissions import requires
from app.core.web import go, page, say
from app.lending import services
from app.lending.forms import TakeDepositForm
from app.lending.models import Loan
from app.lending.services import charges, deposits
from app.lending.views.blueprint import EDIT, bp
from app.lending.views.show import shown, the_loan
from app.payments.queries.deposits import available
from app.payments.states import DepositState, Method


@bp.route("/prets/<number>/facturation", methods=["GET", "POST"])
@requires("invoice.edit")
def bill(number: str) -> Response:
    """What is owed, thing by thing; what is ticked becomes a draft invoice."""
    loan = the_loan(number)
    if request.method == "GET":
        return _bill_page(loan)
    try:
        amounts = {key: parse_cents(text) for key, text in request.form.items() if "-" in key and text.strip()}
        with transaction():
            document = charges.bill(services.locked(loan), request.form.getlist("key"), amounts,
                                    deposit_first=request.form.get("deposit_first") == "1")  # fmt: skip
    except DomainError as error:
        db.session.rollback()
        return _bill_page(the_loan(number), error)
    say(_("Brouillon prêt : relisez-le, puis émettez-le"))
    return go(url_for("invoices.show", ref=document.number or document.id))


def _bill_page(loan: Loan, error: DomainError | None = None) -> Response:
    held = sum(available(row) for row in charges.held_for(loan) if row.state == DepositState.HELD)
    return page(
        "lending/bill.html", status=error.status if error else 200, loan=loan, rows=charges.owed_for(loan), held=held,
        refusal=error.message if error else "", typed=request.form if error else {}, keys=request.form.getlist("key"),
    )  # fmt: skip


@bp.post("/prets/<number>/caution")
@requires("payment.receive")
def take_deposit(number: str) -> Response:
    """A deposit given for this loan: held with the others, until it is given back."""
    loan, form = the_loan(number), TakeDepositForm()
    if not form.validate():
        return shown(loan, 422, next(iter(form.errors.values()))[0], deposit_form=form)
    with transaction():
        deposits.take(services.locked(loan), form.amount.data or 0, Method(form.method.data), form.reference.data or "")
    say(_("Caution de %(amount)s notée", amount=euros(form.amount.data or 0)))
    return go(url_for("lending.show", number=number))


@bp.post("/prets/<number>/caution/lien")
@requires(EDIT)
def send_deposit_link(number: str) -> Response:
    """« Envoyer le lien de paiement »: who pays for the borrower pays the deposit online."""
    loan = the_loan(number)
    try:
        with transaction():
            name = deposits.send_link(services.locked(loan))
    except DomainError as error:
        db.session.rollback()
        return shown(the_loan(number), error.status, error.message)
    say(_("Lien de paiement de la caution envoyé à %(client)s", client=name))
    return go(url_for("lending.show", number=number))
