"""An online payment given back by the partner that took it: asked once, done once, whoever asked and whatever was lost.

Our intent is a row written first, with the reference that the partner will know it by, the same at each try. A call begun is
counted before it is made, so that a worker killed in it, or an answer that was lost, leaves a doubt: what the partner already
gave back is then read first. Our movement is written when the partner took the refund, in the transaction that says so; should it
fail later, the opposite movement is. What is done on the partner's own site is found the same way, and becomes a refund here once.
"""

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.connectors.checkout import Refunded, RefundOrder
from app.connectors.errors import PartnerError
from app.connectors.http import HttpRefusal
from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, require_transaction, transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import later
from app.core.money import euros
from app.core.partners import PartnerAccount
from app.core.subject import subject_of
from app.messaging.services import add_task, finish_tasks_about
from app.payments.models import Checkout, OnlineRefund, Payment, WebhookEvent
from app.payments.queries import opposite_of
from app.payments.queries.refunds import WAITING, checkout_of_payment, refunds_of, sources
from app.payments.services.giving_back import came_back, give_back
from app.payments.services.money_in import Particulars
from app.payments.services.money_out import locked_payment
from app.payments.services.online import Call, call_to, note_call
from app.payments.services.parts import locked_contact
from app.payments.services.refusals import by_hand_only, reason_of, words_of_failure
from app.payments.states import ONLINE_REFUNDS, Method, PaymentState, RefundState

JOB = "app.payments.jobs.give_back_online"


# --- asked -------------------------------------------------------------------------------------------------------


def ask(payment_id: int, amount: int, source: str, note: str, form_key: str) -> OnlineRefund:
    """Have the partner give back so many cents of an online payment; once per `form_key`.

    Raises Conflict when there is not so much to give back or another refund waits for its answer, DomainError when it was not paid
    online.
    """
    require_transaction()
    payment = _locked(payment_id)
    done = db.session.scalar(select(OnlineRefund).where(OnlineRefund.form_key == form_key)) if form_key else None
    if done is not None:
        return done
    checkout = checkout_of_payment(payment.id)
    if checkout is None:
        raise DomainError(_("Ce règlement n'a pas été fait en ligne : remboursez-le depuis la fiche du client."))
    if any(row.state in WAITING for row in refunds_of(payment.id)):
        raise Conflict(
            _("Un remboursement de ce règlement attend encore sa réponse. Rechargez la page dans un moment.")
        )
    chosen = next((row for row in sources(payment) if row.key == source), None)
    if chosen is None:
        raise Conflict(_("Ce choix n'est plus possible. Choisissez de nouveau."), field="source")
    if not 0 < amount <= chosen.most:
        raise Conflict(
            _("On peut rendre %(most)s au plus. Corrigez le montant.", most=euros(chosen.most)), field="amount"
        )
    row = OnlineRefund(
        payment_id=payment.id, account_id=checkout.account_id, amount=amount, source=source, note=note.strip(),
        reference=f"{checkout.reference}-R-{secrets.token_hex(4)}", by=current_actor().name, form_key=form_key or None,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(payment, "refund.asked", amount=amount, method=payment.method.value)
    later(JOB, row.id, label=_("Rembourser %(amount)s", amount=euros(amount)))
    return row


def _locked(payment_id: int) -> Payment:
    """The payment and its payer, locked in the order that the rest of the money takes."""
    payer = db.session.scalar(select(Payment.contact_id).where(Payment.id == payment_id))
    if payer is not None:
        locked_contact(payer)
    return locked_payment(payment_id)


# --- sent --------------------------------------------------------------------------------------------------------


class Claim(NamedTuple):
    """A refund about to be sent, as plain data. `doubt`: the partner may have done it already."""

    call: Call
    order: RefundOrder
    payment_id: int
    doubt: bool


def send(refund_id: int) -> RefundState:
    """Have the partner make one refund. Opens its own transactions, before and after the call. Raises PartnerError when it is to
    be tried again."""
    claimed = claim(refund_id)
    if claimed is None:
        return db.session.get_one(OnlineRefund, refund_id).state
    call, order = claimed.call, claimed.order
    try:
        order = _with_payment(call, order)
        if claimed.doubt:
            _look(call, order, claimed.payment_id)
            state = db.session.get_one(OnlineRefund, refund_id, populate_existing=True).state
            db.session.rollback()
            if state != RefundState.ASKED:
                return state
            if not call.client.keyed:
                return _put_aside(
                    refund_id,
                    call,
                    _("On ne sait pas si %(partner)s l'a fait : regardez sur son site.", partner=call.label),
                )
    except PartnerError as error:
        _tell(refund_id, call, error, sent=claimed.doubt)
        raise
    try:
        found = call.client.refund(order)
    except PartnerError as error:
        return _failed(refund_id, call, order, claimed.payment_id, error)
    with transaction():
        note_call(call)
        payment = _locked(claimed.payment_id)
        row = db.session.get_one(OnlineRefund, refund_id, with_for_update=True, populate_existing=True)
        _told(payment, row, found)
        return row.state


def claim(refund_id: int) -> Claim | None:
    """Count a call about to be made; None when there is none to make. Opens its own transaction."""
    with transaction():
        row = db.session.get_one(OnlineRefund, refund_id, with_for_update=True, populate_existing=True)
        if row.state != RefundState.ASKED:
            return None
        doubt, row.tries = row.tries > 0, row.tries + 1
        payment = db.session.get_one(Payment, row.payment_id)
        checkout = checkout_of_payment(payment.id)
        assert checkout is not None  # noqa: S101 - it was asked with one
        order = RefundOrder(
            row.reference,
            row.amount,
            payment.reference_key or "",
            checkout.provider_ref,
            whole=row.amount == payment.amount,
        )
        return Claim(call_to(db.session.get_one(PartnerAccount, row.account_id)), order, payment.id, doubt)


def _with_payment(call: Call, order: RefundOrder) -> RefundOrder:
    """A payment that a person settled by hand does not bear the partner's reference: its page does."""
    if order.payment_ref and not order.payment_ref.startswith("checkout-"):
        return order
    return RefundOrder(
        order.reference, order.cents, call.client.read(order.page_ref).payment_ref, order.page_ref, order.whole
    )


def _tell(refund_id: int, call: Call, error: PartnerError, *, sent: bool) -> None:
    """It failed for now: why, and whether it may be done all the same."""
    with transaction():
        note_call(call, error.message_fr)
        row = db.session.get_one(OnlineRefund, refund_id, with_for_update=True, populate_existing=True)
        row.error, row.tries = error.message_fr, max(1, row.tries) if sent else 0


def _failed(refund_id: int, call: Call, order: RefundOrder, payment_id: int, error: PartnerError) -> RefundState:
    """What comes of a call that failed: tried again, done by a person, or refused with its reason."""
    status = error.status if isinstance(error, HttpRefusal) else 0
    if error.uncertain or not error.final or status == 409:
        _tell(refund_id, call, error, sent=error.uncertain or status == 409)
        raise error
    if by_hand_only(call.kind, status):
        why = _("%(partner)s ne permet pas à Établi de rembourser : faites-le sur son site.", partner=call.label)
        return _put_aside(refund_id, call, why)
    if status == 400:  # perhaps because somebody did it on their site
        _look(call, order, payment_id)
    with transaction():
        note_call(call, error.message_fr)
        row = db.session.get_one(OnlineRefund, refund_id, with_for_update=True, populate_existing=True)
        if row.state == RefundState.ASKED:
            row.error = reason_of(error)
            ONLINE_REFUNDS.move(row, RefundState.REFUSED, reason=row.error)
            _have_seen(row, _("Remboursement refusé par %(partner)s", partner=call.label))
        return row.state


def _put_aside(refund_id: int, call: Call, why: str) -> RefundState:
    """Only a person can do it, on the partner's own site."""
    with transaction():
        note_call(call, why)
        row = db.session.get_one(OnlineRefund, refund_id, with_for_update=True, populate_existing=True)
        if row.state == RefundState.ASKED:
            row.error = why
            ONLINE_REFUNDS.move(row, RefundState.BY_HAND, reason=why)
            _have_seen(row, _("À rembourser sur le site de %(partner)s", partner=call.label))
        return row.state


def _have_seen(row: OnlineRefund, label: str) -> None:
    """A task about the payment, for somebody to look."""
    payment = db.session.get_one(Payment, row.payment_id)
    add_task(
        f"{label} : {euros(row.amount)}", due_on=clock.today(), about=subject_of(payment), contact_id=payment.contact_id,
        notes=row.error,
    )  # fmt: skip


# --- read again --------------------------------------------------------------------------------------------------


def look(payment_id: int, event: tuple[str, str] | None = None) -> bool:
    """Read again all that the partner gave back of a payment, and write what we did not know; `event` (partner, id) is written
    with it, so that its replay does nothing. True when something was given back. Raises PartnerError."""
    checkout = checkout_of_payment(payment_id)
    payment = db.session.get_one(Payment, payment_id)
    if checkout is None:
        return False
    call = call_to(db.session.get_one(PartnerAccount, checkout.account_id))
    order = RefundOrder("", 0, payment.reference_key or "", checkout.provider_ref, whole=False)
    db.session.rollback()
    try:
        return _look(call, _with_payment(call, order), payment_id, event)
    except PartnerError as error:
        with transaction():
            note_call(call, error.message_fr)
        raise
    except IntegrityError:  # the same event, at the same moment: the other one wrote it
        return True


def _look(call: Call, order: RefundOrder, payment_id: int, event: tuple[str, str] | None = None) -> bool:
    found = call.client.refunds(order.payment_ref, order.page_ref)
    with transaction():
        note_call(call)
        payment = _locked(payment_id)
        rows = refunds_of(payment.id)
        for one in sorted(found, key=lambda one: one.at or 0):
            row = _row_of(one, rows)
            if row is None and one.state != "failed":
                row = _outside(payment, call.account_id, one)
                rows.append(row)
            if row is not None:
                _told(payment, row, one)
        if event is not None and found:  # told too early, it is to be told again
            db.session.add(WebhookEvent(provider=event[0], event_id=event[1]))
            db.session.flush()
    return bool(found)


def _row_of(found: Refunded, rows: Sequence[OnlineRefund]) -> OnlineRefund | None:
    """The refund of ours that a partner's is: by its reference, by ours, else (HelloAsso names none) by its amount."""
    for row in rows:
        if row.provider_ref == found.ref or (found.reference and row.reference == found.reference):
            return row
    if found.reference:
        return None
    mine = (row for row in rows if row.provider_ref is None and row.amount == found.cents and _may_be_done(row))
    return next(mine, None)


def _may_be_done(row: OnlineRefund) -> bool:
    return row.state in (RefundState.BY_HAND, RefundState.DONE) or (row.state == RefundState.ASKED and row.tries > 0)


def _outside(payment: Payment, account_id: int, found: Refunded) -> OnlineRefund:
    """Done on the partner's own site: here it becomes a refund, and somebody is told."""
    row = OnlineRefund(
        payment_id=payment.id, account_id=account_id, amount=found.cents, reference=f"ext-{account_id}-{found.ref}", outside=True,
        by=payment.method.label,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    _have_seen(row, _("Remboursé sur le site de %(partner)s, à vérifier", partner=payment.method.label))
    return row


def _told(payment: Payment, row: OnlineRefund, found: Refunded) -> None:
    """What the partner says of a refund, written once. The payment is locked."""
    row.provider_ref = found.ref
    if found.state == "failed":
        _undo(row, words_of_failure(found.reason))
        return
    if row.state == RefundState.FAILED:
        return
    if row.back_id is None:
        row.back_id = _movement(payment, row, _day(found)).id
        if row.state == RefundState.BY_HAND:
            finish_tasks_about(subject_of(payment))
    state = RefundState.DONE if found.state == "done" else RefundState.PENDING
    row.error = ""
    if ONLINE_REFUNDS.allows(row.state, state):
        ONLINE_REFUNDS.move(row, state, amount=row.amount)
    db.session.flush()


def _movement(payment: Payment, row: OnlineRefund, on: date) -> Payment:
    """The movement of a refund: that which undid the payment by hand, when somebody wrote it first; else its own."""
    undone = opposite_of(payment.id) if payment.state != PaymentState.RECEIVED else None
    if undone is not None:
        return undone
    said = Particulars(
        reference=row.provider_ref or payment.reference, reference_key=f"refund-{row.id}", note=row.note, by=row.by
    )
    return give_back(payment, row.amount, on, row.source, said)


def _day(found: Refunded) -> date:
    if found.at is None:
        return clock.today()
    return min(clock.today(), clock.local(datetime.fromtimestamp(found.at, UTC)).date())


def _undo(row: OnlineRefund, reason: str) -> None:
    """It failed: at once, nothing moved; later, the money is with us again."""
    if row.state in (RefundState.FAILED, RefundState.REFUSED):
        return
    row.error = reason
    if row.back_id is None:
        ONLINE_REFUNDS.move(row, RefundState.REFUSED, reason=reason)
    else:
        back = locked_payment(row.back_id)
        if back.reverses_id is None:
            came_back(back, reason)
        ONLINE_REFUNDS.move(row, RefundState.FAILED, reason=reason)
    _have_seen(row, _("Remboursement en ligne échoué, le client n'a rien reçu"))
    db.session.flush()


# --- by hand -----------------------------------------------------------------------------------------------------


def done_by_hand(refund_id: int) -> OnlineRefund:
    """Somebody gave the money back on the partner's own site; what that site says already is read first. Raises Conflict."""
    row = db.session.get_one(OnlineRefund, refund_id)
    try:
        look(row.payment_id)
    except PartnerError:
        db.session.rollback()  # what he says is written, and read again later
    with transaction():
        row = _waiting_by_hand(refund_id, done=True)
        payment = _locked(row.payment_id)
        if row.state == RefundState.BY_HAND:
            row.back_id = _movement(payment, row, clock.today()).id
            row.error = ""
            ONLINE_REFUNDS.move(row, RefundState.DONE, amount=row.amount)
            finish_tasks_about(subject_of(payment))
        return row


def give_up(refund_id: int) -> OnlineRefund:
    """It will not be done. Raises Conflict once it was."""
    require_transaction()
    row = _waiting_by_hand(refund_id)
    row.error = _("Abandonné par %(name)s", name=current_actor().name)
    ONLINE_REFUNDS.move(row, RefundState.REFUSED, reason=row.error)
    finish_tasks_about(subject_of(db.session.get_one(Payment, row.payment_id)))
    return row


def _waiting_by_hand(refund_id: int, *, done: bool = False) -> OnlineRefund:
    row = db.session.get_one(OnlineRefund, refund_id, with_for_update=True, populate_existing=True)
    if row.state != RefundState.BY_HAND and not (done and row.state in (RefundState.PENDING, RefundState.DONE)):
        raise Conflict(_("Ce remboursement n'attend plus personne. Rechargez la page."))
    return row


def payment_of(account_id: int, kind: str, payment_ref: str) -> Checkout | None:
    """The page whose payment a partner's refund is about: by its reference, else by asking the partner. Raises PartnerError."""
    query = (
        select(Checkout)
        .join(Payment, Payment.id == Checkout.payment_id)
        .where(Checkout.account_id == account_id, Payment.method == Method(kind), Payment.reference_key == payment_ref)
    )
    found = db.session.scalar(query.limit(1))
    if found is not None:
        return found
    ref = call_to(db.session.get_one(PartnerAccount, account_id)).client.page_of(payment_ref)
    mine = select(Checkout).where(Checkout.account_id == account_id, Checkout.provider_ref == ref)
    return db.session.scalar(mine.limit(1)) if ref else None
