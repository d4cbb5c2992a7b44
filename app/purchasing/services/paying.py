"""Supplier invoices paid, each whole and once; a payment noted by mistake is undone by its opposite."""

from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.purchasing.states import BILLS, BillState


def pay(bill: SupplierInvoice, on: date, how: str, *, bank_line_id: int | None = None) -> SupplierPayment:
    """Paid that day, by that means. Raises DomainError for a day to come, while it is disputed, IllegalMove once it is paid.

    Also for a day before the invoice, unless a line of the bank proves it: what is ordered online is paid first.
    """
    require_transaction()
    db.session.refresh(bill, ["state"], with_for_update=True)
    if bill.state == BillState.DISPUTED:
        raise DomainError(
            _("Cette facture est en litige : elle ne se paie pas. Réglez le litige avec le fournisseur, notez-le par « Lever le litige », puis payez.")
        )  # fmt: skip
    if on > clock.today():
        raise DomainError(_("Cette date est à venir. Notez le paiement une fois fait."), field="paid_on")
    if on < bill.issued_on and bank_line_id is None:
        raise DomainError(_("Le paiement vient avant la facture. Vérifiez la date."), field="paid_on")
    BILLS.move(bill, BillState.PAID, how=how, on=on.isoformat())
    bill.paid_on, bill.paid_how = on, how[:40]
    return _written(
        SupplierPayment(bill_id=bill.id, amount=bill.gross, paid_on=on, how=bill.paid_how, bank_line_id=bank_line_id)
    )


def unpay(payment: SupplierPayment, reason: str) -> SupplierPayment:
    """It was not: the invoice is to be paid again. Both movements stay. Raises Conflict when it was undone already."""
    require_transaction()
    bill = db.session.get_one(SupplierInvoice, payment.bill_id, with_for_update=True, populate_existing=True)
    undone = select(SupplierPayment.id).where(SupplierPayment.reverses_id == payment.id)
    if bill.state != BillState.PAID or payment.reverses_id or db.session.scalar(undone) is not None:
        raise Conflict(_("Ce paiement est déjà annulé. Rien n'a changé."))
    BILLS.move(bill, BillState.MATCHED, reason=reason)
    bill.paid_on, bill.paid_how, payment.bank_line_id = None, "", None
    back = SupplierPayment(
        bill_id=bill.id, amount=-payment.amount, paid_on=clock.today(), how=payment.how, reverses_id=payment.id
    )
    return _written(back)


def _written(payment: SupplierPayment) -> SupplierPayment:
    payment.by = current_actor().name
    db.session.add(payment)
    db.session.flush()
    return payment
