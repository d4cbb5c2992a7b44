"""The end of a deposit: given back, or kept in part. What was paid online goes back by the partner that took it, or another way."""

from app.core import clock
from app.core.db import require_transaction
from app.core.errors import Conflict
from app.core.history import record
from app.core.i18n import _
from app.payments.models import Payment, SecurityDeposit
from app.payments.queries.deposits import brought_for, payment_of, to_give_back
from app.payments.queries.refunds import WAITING, refunds_of
from app.payments.services import deposits, refunds
from app.payments.services.money_in import Particulars, written
from app.payments.services.money_out import check_way_back
from app.payments.services.parts import locked_contact, write
from app.payments.states import Method


def give_back(deposit: SecurityDeposit, kept: int = 0, reason: str = "", by: Method | None = None) -> None:
    """End of a deposit: all given back, or `kept` cents of it kept for a reason. `by`: how what was paid online goes back; None:
    the partner gives it back. Raises DomainError, Conflict, IllegalMove."""
    require_transaction()
    locked_contact(deposit.contact_id)
    deposits.close(deposit, kept, reason)
    if brought_for(deposit.id) and to_give_back(deposit):
        send_back(deposit, by)


def send_back(deposit: SecurityDeposit, by: Method | None = None) -> None:
    """Have what is left of a closed deposit that was paid online go back. Raises Conflict when it is on its way already."""
    require_transaction()
    locked_contact(deposit.contact_id)
    deposit = deposits.locked(deposit.id)
    left, payment = to_give_back(deposit), payment_of(deposit.id)
    if left <= 0:
        raise Conflict(_("Il ne reste rien à rendre de cette caution. Rechargez la page."))
    if payment is not None and on_its_way(payment):
        raise Conflict(
            _("Cette caution est déjà en cours de remboursement en ligne. Rechargez la page dans un moment.")
        )
    if by is None and payment is not None:
        refunds.ask(payment.id, left, "deposit", _("Caution rendue"), "")
        return
    _given(deposit, left, by or Method.TRANSFER)


def on_its_way(payment: Payment) -> bool:
    """True while the partner has been asked to give money of a payment back, and has not answered."""
    return any(row.state in WAITING for row in refunds_of(payment.id))


def _given(deposit: SecurityDeposit, left: int, by: Method) -> None:
    check_way_back(by)
    said = Particulars(note=_("Caution rendue"))
    back = written(deposit.contact_id, by, -left, clock.today(), said)
    record(back, "payment.refunded", amount=left, method=by.value)
    write(back, -left, deposit_id=deposit.id)
