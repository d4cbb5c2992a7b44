"""The money of a payment page is written: it pays what was asked for, as far as it is owed; the rest is the payer's credit."""

from typing import Unpack

from app.core import clock
from app.core.i18n import _
from app.core.money import euros
from app.core.subject import subject_of
from app.messaging.services import add_task
from app.payments.models import Checkout, Payment, SecurityDeposit
from app.payments.services import deposits
from app.payments.services.money_in import Particulars, oldest_first, take
from app.payments.services.parts import Part, locked_contact, locked_documents
from app.payments.states import DepositState


def come_in(checkout: Checkout, amount: int, **said: Unpack[Particulars]) -> Payment:
    """So many cents came by this page, which is locked. A deposit that was asked for is held from now on; given meanwhile, or of
    another amount, the money is the payer's credit and somebody looks."""
    if checkout.deposit_id is None:
        return take(
            checkout.contact_id, checkout.method, amount, clock.today(), allocations=_parts(checkout, amount), **said
        )
    locked_contact(checkout.contact_id)
    deposit = deposits.locked(checkout.deposit_id)
    wanted = deposit.state == DepositState.ASKED and deposit.amount == amount
    parts = [Part(None, amount, deposit_id=deposit.id)] if wanted else []
    payment = take(checkout.contact_id, checkout.method, amount, clock.today(), allocations=parts, **said)
    if wanted:
        deposits.hold(deposit, clock.today(), by=checkout.method)
    else:
        _too_late(deposit, payment)
    return payment


def _parts(checkout: Checkout, amount: int) -> list[Part]:
    if checkout.document_id is None:
        return oldest_first(checkout.contact_id, amount)
    document = locked_documents([checkout.document_id])[checkout.document_id]
    return [Part(document.id, min(amount, max(0, document.left)))]


def _too_late(deposit: SecurityDeposit, payment: Payment) -> None:
    """Nothing asks for this money: it is given back, or used, by somebody who looks."""
    add_task(
        _("Caution payée en ligne, mais plus attendue : %(amount)s à rendre", amount=euros(payment.amount)),
        due_on=clock.today(), about=subject_of(payment), contact_id=payment.contact_id,
        notes=_("La caution de %(amount)s est « %(state)s ». Ce qui vient d'être payé est au crédit du client.",
                amount=euros(deposit.amount), state=deposit.state.label.lower()),
    )  # fmt: skip
