"""What somebody should look at: each read is short, since each is meant to be empty."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.payments.models import Allocation, BankLine, Checkout, Debit, Payment, SecurityDeposit
from app.payments.states import BankLineState, CheckoutState, DebitState, DepositState, PaymentState
from app.sales.models import SalesDocument

SHOWN = 50
#: Two like payments of one payer so close are perhaps one, written twice.
TWICE = timedelta(days=3)
#: Of what is past, how far back one looks.
LATELY = timedelta(days=60)


class Doubts(NamedTuple):
    """`nobodys`: without a payer, settling nothing; `twins`: (first, second) perhaps the same; `lines`: of the bank, to match."""

    checkouts: Sequence[Any]
    pending: Sequence[Any]
    nobodys: Sequence[Any]
    twins: Sequence[Any]
    rejected: Sequence[Any]
    deposits: Sequence[Any]
    lines: int

    @property
    def many(self) -> int:
        """How many things to look at, bank lines aside."""
        return sum(len(part) for part in self[:6])


def doubts() -> Doubts:
    """All of it, in seven queries."""
    lines = select(func.count()).where(BankLine.state == BankLineState.TO_MATCH)
    return Doubts(
        _checkouts(),
        _payments(PaymentState.PENDING),
        _nobodys(),
        _twins(),
        _rejected(),
        _deposits(),
        db.session.scalar(lines) or 0,
    )


def checkout_by_id(checkout_id: int) -> Checkout | None:
    """An online payment in doubt."""
    found = db.session.get(Checkout, checkout_id)
    return found if found is not None and found.state == CheckoutState.DISPUTED else None


def _checkouts() -> Sequence[Any]:
    query = (
        select(
            Checkout.id, Checkout.method, Checkout.amount, Checkout.error, Checkout.created_at, Contact.name.label("payer"),
            SalesDocument.number,
        )
        .join(Contact, Contact.id == Checkout.contact_id)
        .outerjoin(SalesDocument, SalesDocument.id == Checkout.document_id)
        .where(Checkout.state == CheckoutState.DISPUTED)
        .order_by(Checkout.id)
        .limit(SHOWN)
    )  # fmt: skip
    return db.session.execute(query).all()


def _payments(state: PaymentState) -> Sequence[Any]:
    query = (
        select(Payment.id, Payment.amount, Payment.method, Payment.received_on, Contact.name.label("payer"))
        .outerjoin(Contact, Contact.id == Payment.contact_id)
        .where(Payment.state == state)
        .order_by(Payment.id)
        .limit(SHOWN)
    )
    return db.session.execute(query).all()


def _nobodys() -> Sequence[Any]:
    """Money of nobody that settles nothing: that of the till has its ticket."""
    settled = (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .where(Allocation.payment_id == Payment.id)
        .scalar_subquery()
    )
    query = (
        select(Payment.id, Payment.amount, Payment.method, Payment.received_on, Payment.reference)
        .where(
            Payment.contact_id.is_(None), Payment.till_sale_id.is_(None), Payment.state == PaymentState.RECEIVED,
            Payment.reverses_id.is_(None), Payment.amount > settled,
        )
        .order_by(Payment.id)
        .limit(SHOWN)
    )  # fmt: skip
    return db.session.execute(query).all()


def _twins() -> Sequence[Any]:
    """The same payer, amount and means within three days, neither undone, and one of them settles nothing."""
    first, second = aliased(Payment), aliased(Payment)
    settled = (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .where(Allocation.payment_id == second.id)
        .scalar_subquery()
    )
    query = (
        select(
            first.id.label("first_id"), second.id.label("second_id"), first.received_on.label("first_on"),
            second.received_on.label("second_on"), second.amount, second.method, Contact.name.label("payer"),
        )
        .join(second, (second.contact_id == first.contact_id) & (second.amount == first.amount) & (second.method == first.method))
        .join(Contact, Contact.id == first.contact_id)
        .where(
            first.id < second.id, first.amount > 0, first.state == PaymentState.RECEIVED, second.state == PaymentState.RECEIVED,
            second.received_on >= clock.today() - LATELY, settled == 0,
        )
        .order_by(second.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    rows = db.session.execute(query).all()
    return [row for row in rows if abs(row.second_on - row.first_on) <= TWICE]


def _rejected() -> Sequence[Any]:
    """Debits given back whose invoice is still owed."""
    payer = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    query = (
        select(
            Debit.id, Debit.amount, Debit.code, Debit.rejected_on, Debit.batch_id, SalesDocument.id.label("document_id"),
            SalesDocument.number, Contact.name.label("payer"), Contact.id.label("payer_id"), Contact.phone,
        )
        .join(SalesDocument, SalesDocument.id == Debit.document_id)
        .join(Contact, Contact.id == payer)
        .where(
            Debit.state == DebitState.REJECTED, SalesDocument.settled.is_(False), Debit.rejected_on >= clock.today() - LATELY,
        )
        .order_by(Debit.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    return db.session.execute(query).all()


def _deposits() -> Sequence[Any]:
    """Cheques held whose day to renew has come, or comes within the month."""
    query = (
        select(
            SecurityDeposit.id, SecurityDeposit.amount, SecurityDeposit.reference, SecurityDeposit.renew_on,
            Contact.name.label("payer"), Contact.phone,
        )
        .join(Contact, Contact.id == SecurityDeposit.contact_id)
        .where(SecurityDeposit.state == DepositState.HELD, SecurityDeposit.renew_on <= clock.today() + timedelta(days=30))
        .order_by(SecurityDeposit.renew_on)
        .limit(SHOWN)
    )  # fmt: skip
    return db.session.execute(query).all()
