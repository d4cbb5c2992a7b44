"""Online payments in doubt: a person has looked at the partner's, and says what came."""

from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.subject import subject_of
from app.messaging.services import finish_tasks_about
from app.payments.models import Checkout, Payment
from app.payments.services.paid_online import come_in
from app.payments.states import CHECKOUTS, CheckoutState


def _locked(checkout_id: int, reason: str) -> Checkout:
    require_transaction()
    if not reason.strip():
        raise DomainError(_("Écrivez ce que vous avez vérifié."), field="reason")
    checkout = db.session.get_one(Checkout, checkout_id, with_for_update=True, populate_existing=True)
    if checkout.state != CheckoutState.DISPUTED:
        raise Conflict(_("Ce paiement vient d'être vérifié. Rien n'a changé."))
    return checkout


def settle_doubt(checkout_id: int, amount: int, reason: str) -> Payment:
    """So many cents did come: they pay what was asked for, as far as it is owed; the rest is the payer's credit.

    Raises DomainError without an amount or a reason, Conflict when somebody else decided.
    """
    checkout = _locked(checkout_id, reason)
    if amount <= 0:
        raise DomainError(_("Écrivez le montant qui est arrivé, par exemple 120,00."), field="amount")
    payment = come_in(
        checkout, amount, reference=checkout.provider_ref, reference_key=f"checkout-{checkout.id}", note=reason.strip()
    )
    CHECKOUTS.move(checkout, CheckoutState.PAID, amount=amount, reason=reason.strip())
    checkout.payment_id = payment.id
    finish_tasks_about(subject_of(checkout))
    return payment


def dismiss_doubt(checkout_id: int, reason: str) -> None:
    """Nothing came, or all of it went back. Raises as `settle_doubt`."""
    checkout = _locked(checkout_id, reason)
    CHECKOUTS.move(checkout, CheckoutState.EXPIRED, reason=reason.strip())
    finish_tasks_about(subject_of(checkout))
