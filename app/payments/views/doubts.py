"""« À vérifier »: what somebody should look at, each with the way to settle it."""

from flask import Response, url_for

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.payments.forms.bank import DoubtForm
from app.payments.queries import doubts as queries
from app.payments.services import doubts
from app.payments.services.rejections import CODES
from app.payments.views.blueprint import bp, tabs


@bp.get("/reglements/a-verifier")
@requires("payment.receive")
def doubts_page() -> Response:
    """Online payments in doubt, payments that may be wrong, debits given back, cheques of deposits to renew."""
    return page(
        "payments/doubts.html", doubts=queries.doubts(), reasons=CODES, today_is=clock.today(), tabs=tabs("doubts_page")
    )


@bp.route("/reglements/a-verifier/paiements/<int:checkout_id>", methods=["GET", "POST"])
@requires("payment.refund")
def doubt(checkout_id: int) -> Response:
    """An online payment in doubt: what the partner says, and what we make of it."""
    checkout = or_404(queries.checkout_by_id(checkout_id))
    form = DoubtForm()
    if not form.is_submitted():
        form.amount.data = checkout.amount
    if form.validate_on_submit():
        try:
            with transaction():
                if form.act.data == "paid":
                    doubts.settle_doubt(checkout_id, form.amount.data or 0, form.reason.data or "")
                else:
                    doubts.dismiss_doubt(checkout_id, form.reason.data or "")
            say(_("Paiement en ligne vérifié"))
            return go(url_for("payments.doubts_page"))
        except DomainError as error:
            checkout = or_404(queries.checkout_by_id(checkout_id))
            put_error(form, error)
    payer = db.session.get_one(Contact, checkout.contact_id)
    return page("payments/doubt.html", form=form, checkout=checkout, payer=payer, status=422 if form.errors else 200)
