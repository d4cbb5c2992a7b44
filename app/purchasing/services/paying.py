"""Supplier invoices paid, at once or by parts, or by a credit note deducted; what was noted by mistake is undone by its opposite."""

from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.purchasing.states import BILLS, BillState

DEDUCTED = "avoir"


def pay(
    bill: SupplierInvoice, on: date, how: str, amount: int | None = None, *, bank_line_id: int | None = None
) -> SupplierPayment:
    """So many cents (all that is left without `amount`) were paid that day, by that means.

    Raises DomainError for a day to come, more than what is left, while it is disputed; Conflict once all is paid. Also for a day
    before the invoice, unless a line of the bank proves it: what is ordered online is paid first.
    """
    require_transaction()
    db.session.refresh(bill, ["state", "paid"], with_for_update=True)
    _payable(bill)
    if on > clock.today():
        raise DomainError(_("Cette date est à venir. Notez le paiement une fois fait."), field="paid_on")
    if on < bill.issued_on and bank_line_id is None:
        raise DomainError(_("Le paiement vient avant la facture. Vérifiez la date."), field="paid_on")
    part = bill.left if amount is None else amount
    _within(bill, part)
    _settled(bill, part, on, how[:40])
    return _written(SupplierPayment(bill_id=bill.id, amount=part, paid_on=on, how=how[:40], bank_line_id=bank_line_id))


def deduct(bill_id: int, credit_id: int) -> SupplierPayment:
    """Deduct what is left of a credit note of the same supplier from what is left of an invoice: no money moves.

    Raises DomainError when the credit note is not one of his, is spent, or one of the two is disputed.
    """
    require_transaction()
    query = select(SupplierInvoice).where(SupplierInvoice.id.in_((bill_id, credit_id))).order_by(SupplierInvoice.id)
    rows = db.session.scalars(query.with_for_update().execution_options(populate_existing=True))
    found = {row.id: row for row in rows}
    bill, credit = found[bill_id], found.get(credit_id)
    if credit is None or credit.supplier_id != bill.supplier_id or credit.gross >= 0:
        raise DomainError(_("Choisissez un avoir de ce fournisseur dans la liste."), field="credit")
    for row in (bill, credit):
        _payable(row)
    amount, today = min(bill.left, -credit.left), clock.today()
    if amount <= 0:
        raise Conflict(_("Cet avoir vient d'être déduit, ou la facture d'être payée. Rechargez la page."))
    _settled(bill, amount, today, DEDUCTED)
    _settled(credit, -amount, today, DEDUCTED)
    return _written(SupplierPayment(bill_id=bill.id, credit_id=credit.id, amount=amount, paid_on=today, how=DEDUCTED))


def unpay(payment: SupplierPayment, reason: str) -> SupplierPayment:
    """It was not: so much of the invoice is to be paid again. Both movements stay. Raises Conflict when it was undone already."""
    require_transaction()
    bill = db.session.get_one(SupplierInvoice, payment.bill_id, with_for_update=True, populate_existing=True)
    undone = select(SupplierPayment.id).where(SupplierPayment.reverses_id == payment.id)
    if payment.reverses_id or db.session.scalar(undone) is not None:
        raise Conflict(_("Ce paiement est déjà annulé. Rien n'a changé."))
    _reopened(bill, payment.amount, reason)
    if payment.credit_id is not None:
        credit = db.session.get_one(SupplierInvoice, payment.credit_id, with_for_update=True, populate_existing=True)
        _reopened(credit, -payment.amount, reason)
    payment.bank_line_id = None
    back = SupplierPayment(
        bill_id=bill.id, credit_id=payment.credit_id, amount=-payment.amount, paid_on=clock.today(), how=payment.how,
        reverses_id=payment.id,
    )  # fmt: skip
    return _written(back)


def _payable(bill: SupplierInvoice) -> None:
    if bill.state == BillState.DISPUTED:
        raise DomainError(
            _("Cette facture est en litige : elle ne se paie pas. Réglez le litige avec le fournisseur, notez-le par « Lever le litige », puis payez.")
        )  # fmt: skip
    if bill.state == BillState.PAID:
        raise Conflict(_("Cette facture est déjà payée. Rien n'a changé."))


def _within(bill: SupplierInvoice, part: int) -> None:
    """A part is of the invoice's side, and no more than what is left of it."""
    if (part == 0 and bill.left) or part * bill.left < 0:
        raise DomainError(_("Saisissez le montant payé, par exemple %(left)s.", left=euros(bill.left)), field="amount")
    if abs(part) > abs(bill.left):
        raise DomainError(
            _("Il ne reste que %(left)s à payer. Baissez le montant.", left=euros(bill.left)), field="amount"
        )


def _settled(bill: SupplierInvoice, part: int, on: date, how: str) -> None:
    bill.paid += part
    facts = {"how": how, "on": on.isoformat(), "amount": part}
    if bill.left == 0:
        BILLS.move(bill, BillState.PAID, **facts)
        bill.paid_on, bill.paid_how = on, how
    elif bill.state == BillState.PARTIAL:
        record(bill, "bill.part_paid", **facts)
    else:
        BILLS.move(bill, BillState.PARTIAL, **facts)


def _reopened(bill: SupplierInvoice, part: int, reason: str) -> None:
    bill.paid -= part
    bill.paid_on, bill.paid_how = None, ""
    to = BillState.PARTIAL if bill.paid else BillState.MATCHED
    if bill.state in (to, BillState.DISPUTED):
        record(bill, "bill.unpaid", reason=reason, amount=part)
    else:
        BILLS.move(bill, to, reason=reason, amount=part)


def _written(payment: SupplierPayment) -> SupplierPayment:
    payment.by = current_actor().name
    db.session.add(payment)
    db.session.flush()
    return payment
