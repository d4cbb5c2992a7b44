"""A gift voucher sold: the payment buys it, so it is neither income nor the client's credit."""

from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.payments.models import Allocation, Voucher
from app.payments.services.money_in import receive
from app.payments.services.parts import write
from app.payments.services.vouchers import make
from app.payments.states import Method


def sell_voucher(
    contact_id: int | None, amount: int, method: Method, *, valid_until: date | None = None, form_key: str | None = None
) -> Voucher:
    """A voucher, and the payment that buys it; the same form twice gives the same voucher. Raises DomainError."""
    require_transaction()
    if method == Method.VOUCHER:
        raise DomainError(
            _("Un bon d'achat ne s'achète pas avec un bon d'achat. Choisissez un autre moyen."), field="method"
        )
    payment = receive(contact_id, method, amount, clock.today(), form_key=form_key)
    known = db.session.scalar(
        select(Voucher).join(Allocation, Allocation.voucher_id == Voucher.id).where(Allocation.payment_id == payment.id)
    )
    if known is not None:
        return known
    voucher = make(amount, clock.today(), valid_until)
    write(payment, amount, voucher_id=voucher.id)
    record(voucher, "voucher.sold", amount=amount)
    return voucher
