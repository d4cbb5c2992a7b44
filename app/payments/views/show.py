"""The page of a payment, and what is done with it: undone, its rest set on invoices, money given back."""

import secrets

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.models import Contact
from app.contacts.queries import contact_for
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.money import euros
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.payments import queries, services
from app.payments.forms import RefundForm, ReverseForm
from app.payments.models import Payment
from app.payments.queries import refunds as refund_reads
from app.payments.services import intake
from app.payments.services.money_in import Particulars
from app.payments.states import ONLINE, Method, PaymentState
from app.payments.views.blueprint import bp
from app.sales.models import SalesDocument
from app.tickets.models import Ticket


@bp.get("/reglements/<int:payment_id>")
@requires("payment.view")
def show(payment_id: int) -> Response:
    """What came, from whom, and what it settled."""
    return _show(or_404(queries.payment_by_id(payment_id)), ReverseForm(formdata=None))


def _show(payment: Payment, form: ReverseForm, status: int = 200) -> Response:
    spare = services.unallocated(payment)
    reversible = payment.amount > 0 and payment.state == PaymentState.RECEIVED and payment.reverses_id is None
    free = payment.contact_id and payment.ticket_id is None and spare > 0 and reversible
    online = payment.method in ONLINE
    owed = queries.open_documents(payment.contact_id) if free and payment.contact_id else []
    return page(
        "payments/show.html", block="rendus", online=online, payment=payment, settled=queries.settled_by(payment.id), spare=spare, owed=owed, form=form,
        opposite=queries.opposite_of(payment.id), reversible=reversible, events=events_of(subject_of(payment)),
        refunds=refund_reads.refunds_of(payment.id) if online else [], status=status,
        refundable=refund_reads.refundable(payment) if online and reversible else 0,
        original_id=refund_reads.original_of(payment.id) if online and payment.amount < 0 else None,
    )  # fmt: skip


@bp.post("/reglements/<int:payment_id>/annulation")
@requires("payment.refund")
def reverse(payment_id: int) -> Response:
    """A cheque or a debit came back, or it was a mistake: both movements stay."""
    payment = or_404(queries.payment_by_id(payment_id))
    form = ReverseForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.reverse(payment, form.reason.data or "", wrong=form.wrong.data == "1")
            say(_("Règlement annulé : ce qu'il payait est de nouveau dû"))
            return go(url_for("payments.show", payment_id=payment_id))
        except DomainError as error:
            put_error(form, error)
    return _show(or_404(queries.payment_by_id(payment_id)), form, 422)


@bp.post("/reglements/<int:payment_id>/affectation")
@requires("payment.receive")
def allocate(payment_id: int) -> Response:
    """What this payer paid too much settles what he owes, the oldest first."""
    payment = or_404(queries.payment_by_id(payment_id))
    contact_id = payment.contact_id
    if contact_id is None:
        raise DomainError(_("Ce règlement n'a pas de payeur : rien ne peut lui être affecté."))
    with transaction():
        most = min(services.unallocated(payment), queries.credit_of(contact_id))
        services.use_credit(contact_id, services.oldest_first(contact_id, most))
    say(_("Trop-perçu affecté aux factures les plus anciennes"))
    return go(url_for("payments.show", payment_id=payment_id))


@bp.route("/reglements/remboursements/<int:contact_id>", methods=["GET", "POST"])
@requires("payment.refund")
def refund(contact_id: int) -> Response:
    """Give back what was paid too much, at an intake, or a credit note."""
    payer = or_404(contact_for(current_user, contact_id))
    form, held = RefundForm(), queries.held_for(payer.id)
    if not form.is_submitted():
        form.form_key.data, form.on.data = secrets.token_urlsafe(12), clock.today()
        form.amount.data = next((row.left for row in held if f"r{row.ticket_id}" == request.args.get("sur")), None)
    if form.validate_on_submit():
        try:
            with transaction():
                payment = _give_back(form, payer)
            say(_("%(amount)s rendus", amount=euros(-payment.amount)))
            return go(url_for("payments.show", payment_id=payment.id))
        except DomainError as error:
            payer = or_404(contact_for(current_user, contact_id))
            put_error(form, error)
    return page(
        "payments/refund.html", form=form, payer=payer, credit=queries.credit_of(payer.id),
        held=held, notes=queries.open_credits(payer.id), chosen=form.source.data or request.args.get("sur", ""),
        status=422 if form.errors else 200,
    )  # fmt: skip


def _give_back(form: RefundForm, payer: Contact) -> Payment:
    assert form.on.data is not None  # noqa: S101  required by the form
    method, amount, on = Method(form.method.data), form.amount.data or 0, form.on.data
    said = Particulars(reference=form.reference.data or "", note=form.note.data or "", form_key=form.form_key.data)
    held = next((row for row in queries.held_for(payer.id) if f"r{row.ticket_id}" == form.source.data), None)
    if held is not None:
        return intake.give_back(db.session.get_one(Ticket, held.ticket_id), method, amount, on, **said)
    if (form.source.data or "").startswith("r"):
        raise DomainError(_("Ce versement est déjà déduit ou rendu. Rechargez la page."), field="source")
    credit_id = chosen_id(form.source.data)
    credit = db.session.get(SalesDocument, credit_id) if credit_id else None
    mine = credit is not None and (credit.payer_id or credit.contact_id) == payer.id
    if credit_id and not mine:
        raise DomainError(_("Cet avoir est d'un autre client. Rechargez la page."), field="source")
    return services.refund(payer.id, method, amount, on, credit=credit, **said)


@bp.post("/reglements/avoirs/<int:credit_id>/compensation")
@requires("payment.receive")
def compensate(credit_id: int) -> Response:
    """Set a credit note against the oldest invoice that its client owes."""
    credit = or_404(db.session.get(SalesDocument, credit_id))
    payer_id = credit.payer_id or credit.contact_id
    with transaction():
        owed = next((row for row in queries.open_documents(payer_id) if row.share_id is None), None)
        document = db.session.get(SalesDocument, owed.document_id) if owed else None
        if document is None:
            raise DomainError(_("Ce client ne doit aucune facture : remboursez l'avoir, ou gardez-le."))
        done = services.settle_with_credit(credit, document)
    say(_("%(amount)s déduits de %(number)s", amount=euros(done.amount), number=document.number))
    return go(url_for("contacts.show", contact_id=payer_id) + "#reglements")
