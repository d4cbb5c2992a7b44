"""« Rembourser » an online payment: asked of the partner here, or noted when a person did it on the partner's own site."""

import secrets

from flask import Response, request, url_for

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.payments import queries
from app.payments.forms import OnlineRefundForm
from app.payments.models import OnlineRefund, Payment
from app.payments.queries import refunds as reads
from app.payments.services import refunds
from app.payments.states import ONLINE, RefundState
from app.payments.views.blueprint import bp


@bp.route("/reglements/<int:payment_id>/remboursement", methods=["GET", "POST"])
@requires("payment.refund")
def refund_online(payment_id: int) -> Response:
    """Give back all of an online payment, or a part: what it takes from, how much."""
    payment, form = _online(payment_id), OnlineRefundForm()
    found = reads.sources(payment)
    form.source.choices = [(row.key, reads.words_of(row)) for row in found]
    if request.method == "GET" and found:
        form.form_key.data, form.source.data, form.amount.data = secrets.token_urlsafe(12), found[0].key, found[0].most
    if form.validate_on_submit():
        try:
            with transaction():
                refunds.ask(
                    payment_id, form.amount.data or 0, form.source.data, form.note.data or "", form.form_key.data or ""
                )
            say(_("Remboursement demandé à %(partner)s", partner=payment.method.label))
            return go(url_for("payments.show", payment_id=payment_id))
        except DomainError as error:
            payment = _online(payment_id)
            put_error(form, error)
    return page(
        "payments/refund_online.html", form=form, payment=payment, sources=found, left=reads.refundable(payment),
        waiting=any(row.state in reads.WAITING for row in reads.refunds_of(payment_id)), status=422 if form.errors else 200,
    )  # fmt: skip


def _online(payment_id: int) -> Payment:
    """The payment, made online; 404 else."""
    payment = or_404(queries.payment_by_id(payment_id))
    return or_404(payment if payment.method in ONLINE and payment.amount > 0 else None)


@bp.post("/reglements/remboursements-en-ligne/<int:refund_id>/fait")
@requires("payment.refund")
def refund_done(refund_id: int) -> Response:
    """Somebody did it on the partner's own site."""
    or_404(db.session.get(OnlineRefund, refund_id))
    row = refunds.done_by_hand(refund_id)
    say(
        _("Remboursement noté")
        if row.state == RefundState.DONE
        else _("Remboursement trouvé chez le prestataire, en cours")
    )
    return go(url_for("payments.show", payment_id=row.payment_id))


@bp.post("/reglements/remboursements-en-ligne/<int:refund_id>/abandon")
@requires("payment.refund")
def refund_given_up(refund_id: int) -> Response:
    """It will not be done."""
    or_404(db.session.get(OnlineRefund, refund_id))
    with transaction():
        row = refunds.give_up(refund_id)
    say(_("Remboursement abandonné : rien n'a été rendu"))
    return go(url_for("payments.show", payment_id=row.payment_id))
