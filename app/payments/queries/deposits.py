"""Security deposits whose money is a payment: those paid online. Cents."""

from sqlalchemy import ColumnElement, func, select

from app.core.db import db
from app.payments.models import Allocation, Payment, SecurityDeposit
from app.payments.states import ONLINE, PaymentState


def paid_online() -> ColumnElement[bool]:
    """Deposits whose money came as a payment: its own entry holds it, theirs would count it twice."""
    brought = select(Allocation.id).where(Allocation.deposit_id == SecurityDeposit.id)
    return SecurityDeposit.method.in_(ONLINE) & brought.exists()


def brought_for(deposit_id: int) -> int:
    """What payments brought for a deposit, what was given back taken off; 0 for one that was given at the desk."""
    query = select(func.coalesce(func.sum(Allocation.amount), 0)).where(Allocation.deposit_id == deposit_id)
    return int(db.session.scalar(query) or 0)


def available(deposit: SecurityDeposit) -> int:
    """What of a held deposit may be kept: less than its amount once the partner has given a part back."""
    return min(deposit.amount, brought_for(deposit.id)) if deposit.method in ONLINE else deposit.amount


def to_give_back(deposit: SecurityDeposit) -> int:
    """What of a deposit paid online is still with us and not kept."""
    return max(0, brought_for(deposit.id) - deposit.kept_amount)


def payment_of(deposit_id: int) -> Payment | None:
    """The payment that brought the money of a deposit, when it stands."""
    query = (
        select(Payment)
        .join(Allocation, Allocation.payment_id == Payment.id)
        .where(
            Allocation.deposit_id == deposit_id, Payment.amount > 0, Payment.reverses_id.is_(None),
            Payment.state == PaymentState.RECEIVED,
        )
        .order_by(Payment.id.desc())
    )  # fmt: skip
    return db.session.scalar(query.limit(1))
