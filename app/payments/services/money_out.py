"""What undoes or moves money: credits spent, credit notes set against invoices, refunds, rejections. Rows are only added."""

from collections.abc import Sequence
from datetime import date
from typing import Unpack

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.payments.models import Allocation, Payment
from app.payments.queries import credit_of, left_of_intake, payments_with_credit
from app.payments.queries.refunds import LIVE, refunds_of
from app.payments.services import deposits, vouchers
from app.payments.services.money_in import NO_MONEY, Particulars, already, written
from app.payments.services.parts import (
    Part,
    credit_left,
    keep_paid,
    locked_contact,
    locked_documents,
    locked_shares,
    spread,
    tell_ticket,
    unallocated,
    write,
)
from app.payments.states import ONLINE, PAYMENTS, Method, PaymentState
from app.sales.models import SalesDocument
from app.sales.states import DocumentKind, DocumentState


def use_credit(contact_id: int, parts: Sequence[Part]) -> None:
    """Settle documents with what the payer has paid too much, the oldest payment first. Raises Conflict beyond his credit."""
    require_transaction()
    locked_contact(contact_id)
    left = credit_of(contact_id)
    for part in parts:
        if part.amount > left:
            raise Conflict(
                _("Il ne reste que %(left)s de crédit. Corrigez le montant.", left=euros(left)), field="amount"
            )
        left -= part.amount
        _use(contact_id, part)


def _use(contact_id: int, part: Part) -> None:
    wanted = part.amount
    for payment_id in payments_with_credit(contact_id):
        payment = locked_payment(payment_id)
        share = min(wanted, unallocated(payment))
        if share > 0:
            spread(payment, [Part(part.document_id, share, part.share_id)])
            wanted -= share
        if not wanted:
            return


def settle_with_credit(credit: SalesDocument, document: SalesDocument, amount: int | None = None) -> Allocation:
    """Set a credit note against an invoice of the same payer; without an amount, as much as both allow.

    Raises Conflict when either has not so much left.
    """
    require_transaction()
    rows = locked_documents([credit.id, document.id])
    credit, document = rows[credit.id], rows[document.id]
    if credit.kind != DocumentKind.CREDIT or credit.state != DocumentState.ISSUED:
        raise DomainError(_("Seul un avoir émis se déduit d'une facture."))
    if (credit.payer_id or credit.contact_id) != (document.payer_id or document.contact_id):
        raise DomainError(_("Cet avoir est d'un autre client : il ne peut pas régler cette facture."))
    most = min(credit_left(credit), document.left)
    wanted = most if amount is None else amount
    if not 0 < wanted <= most or document.kind == DocumentKind.CREDIT:
        raise Conflict(
            _("On peut déduire %(most)s au plus. Corrigez le montant.", most=euros(max(0, most))), field="amount"
        )
    return write(None, wanted, document=document, credit=credit)


def refund(
    contact_id: int,
    method: Method,
    amount: int,
    on: date,
    *,
    credit: SalesDocument | None = None,
    **particulars: Unpack[Particulars],
) -> Payment:
    """Give money back: from a credit note, or from what the payer paid too much. `amount` above zero, in cents.

    Raises Conflict when there is not so much to give back.
    """
    require_transaction()
    check_way_back(method)
    locked_contact(contact_id)
    rows = locked_documents([credit.id] if credit else [])
    done = already(method, particulars)
    if done is not None:
        return done
    credit = rows[credit.id] if credit else None
    if credit is not None and (credit.kind != DocumentKind.CREDIT or credit.state != DocumentState.ISSUED):
        raise DomainError(_("Seul un avoir émis se rembourse."))
    most = credit_left(credit) if credit else credit_of(contact_id)
    if not 0 < amount <= most:
        raise Conflict(
            _("On peut rendre %(most)s au plus. Corrigez le montant.", most=euros(max(0, most))), field="amount"
        )
    payment = written(contact_id, method, -amount, on, particulars)
    record(payment, "payment.refunded", amount=amount, method=method.value)
    if credit is not None:
        write(payment, -amount, document=credit)
    return payment


def check_way_back(method: Method) -> None:
    """Raises DomainError for a means by which no money goes back."""
    if method in ONLINE | NO_MONEY | {Method.VOUCHER}:
        raise DomainError(
            _("Choisissez comment l'argent est rendu : espèces, carte, chèque ou virement."), field="method"
        )


def reverse(payment: Payment, reason: str, *, wrong: bool = False, on: date | None = None) -> Payment:
    """Undo a payment by its opposite: a cheque or a debit that came back unpaid, or (`wrong`) an entry that was a mistake.

    What it settled is owed again. Raises Conflict when it was undone already, or its credit was spent since.
    """
    require_transaction()
    if not reason.strip():
        raise DomainError(_("Dites pourquoi ce règlement est annulé."), field="reason")
    payment = locked_payment(payment.id)
    if payment.contact_id is not None:
        locked_contact(payment.contact_id)
    _check_reversible(payment)
    rows = list(
        db.session.scalars(select(Allocation).where(Allocation.payment_id == payment.id).order_by(Allocation.id))
    )
    documents = locked_documents(row.document_id for row in rows if row.document_id)
    shares = locked_shares(row.share_id for row in rows if row.share_id)
    for row in rows:
        if row.voucher_id is not None:
            vouchers.cancel(row.voucher_id)
        if row.deposit_id is not None:
            deposits.check_undoable(row.deposit_id)
    said = Particulars(reference=payment.reference, note=reason, ticket_id=payment.ticket_id)
    back = written(payment.contact_id, payment.method, -payment.amount, on or clock.today(), said, payment.id)
    for row in rows:
        write(
            back, -row.amount, document=documents.get(row.document_id or 0), share=shares.get(row.share_id or 0),
            voucher_id=row.voucher_id, till_sale_id=row.till_sale_id, deposit_id=row.deposit_id,
        )  # fmt: skip
        if row.deposit_id is not None:
            deposits.undone(row.deposit_id)
    if payment.method == Method.VOUCHER:
        vouchers.give_back(payment.reference, payment.amount)
    PAYMENTS.move(payment, PaymentState.CANCELLED if wrong else PaymentState.REJECTED, reason=reason.strip())
    db.session.flush()
    if payment.ticket_id is not None:
        tell_ticket(payment.ticket_id)
    return back


def _check_reversible(payment: Payment) -> None:
    if payment.amount < 0 or payment.reverses_id is not None:
        raise DomainError(_("Ce mouvement est déjà un remboursement ou une annulation : il ne s'annule pas."))
    if payment.state != PaymentState.RECEIVED:
        raise Conflict(_("Ce règlement a déjà été annulé. Rien n'a changé."))
    if any(row.state in LIVE for row in refunds_of(payment.id)):
        raise Conflict(_("Ce règlement est remboursé en ligne, en tout ou en partie : il ne s'annule plus."))
    spare = unallocated(payment)
    kept = left_of_intake(payment.ticket_id) if payment.ticket_id is not None else None
    if kept is None and payment.contact_id is not None:
        kept = credit_of(payment.contact_id)
    if kept is not None and spare > kept:
        raise Conflict(_("Le trop-perçu de ce règlement a été remboursé depuis : il ne peut plus être annulé."))


def locked_payment(payment_id: int) -> Payment:
    """The payment, locked, as it now is. Raises DomainError when there is none."""
    query = select(Payment).where(Payment.id == payment_id).execution_options(populate_existing=True)
    found = db.session.scalar(query.with_for_update(key_share=True))
    if found is None:
        raise DomainError(_("Ce règlement n'existe pas."))
    return found


def settle_nothing_due(document: SalesDocument) -> None:
    """An invoice issued with nothing to pay (a deposit covers it) is settled at once: called by whoever issued it."""
    require_transaction()
    keep_paid(document)
