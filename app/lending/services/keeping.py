"""What time does to loans: options lapse, late ones keep their thing, hour by hour, and who waits for it is told."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.history import record
from app.lending.models import Loan, LoanItem
from app.lending.services.reserving import cancel
from app.lending.states import LoanState
from app.planning import services as planning
from app.planning.models import Booking
from app.planning.states import BEGUN

AHEAD = timedelta(hours=1)


def ended_options() -> Sequence[int]:
    """Ids of the loans whose option lapsed."""
    return db.session.scalars(
        select(Loan.id).where(Loan.state == LoanState.OPTION, Loan.expires_at <= clock.now()).order_by(Loan.id)
    ).all()


def end_options(loan: Loan) -> None:
    """The option lapses: the slot is free. Does nothing when it was confirmed meanwhile."""
    if loan.state == LoanState.OPTION and loan.expires_at is not None and loan.expires_at <= clock.now():
        cancel(loan, "expired")


def newly_late() -> Sequence[int]:
    """Ids of the loans that hold a thing longer than its booking says."""
    query = (
        select(Loan.id)
        .join(LoanItem, LoanItem.loan_id == Loan.id)
        .join(Booking, Booking.id == LoanItem.booking_id)
        .where(
            Loan.state == LoanState.OUT,
            LoanItem.back_at.is_(None),
            Booking.state.in_(BEGUN),
            Booking.ends_at <= clock.now(),
        )
        .distinct()
    )
    return db.session.scalars(query.order_by(Loan.id)).all()


def mark_late(loan: Loan) -> None:
    """What is not back stays taken for one more hour; the bookings it touches become « at risk »."""
    now, first = clock.now(), False
    for item in loan.items:
        if item.out_at is not None and item.back_at is None and item.booking.ends_at <= now:
            first = planning.keep_late(item.booking, now + AHEAD) or first
    if first:
        record(loan, "loan.late", due=str(clock.local(loan.due_at).date()))
