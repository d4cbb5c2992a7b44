"""Loans and repairs of the past, written as rows: what reports count."""

from datetime import datetime

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.lending.models import Loan, LoanCharge, LoanItem
from app.lending.states import ChargeKind, LoanState
from app.planning.models import Booking
from app.planning.states import BookingState
from app.sales.models import SalesDocument
from tests.factories.base import serial


def a_stay(unit: Asset, out: datetime, back: datetime | None, due: datetime, contact: Contact) -> LoanItem:
    """A thing that left, and came back when `back` is known."""
    state = BookingState.RETURNED if back else BookingState.OUT
    with transaction():
        booking = Booking(
            kind="loan", resource=f"asset:{unit.id}", asset_id=unit.id, starts_at=out, ends_at=back or max(due, out), state=state,
            contact_id=contact.id,
        )  # fmt: skip
        loan = Loan(
            number=f"P-{serial()}", contact_id=contact.id, starts_at=out, due_at=due, returned_at=back,
            state=LoanState.RETURNED if back else LoanState.OUT,
        )  # fmt: skip
        db.session.add_all([booking, loan])
        db.session.flush()
        item = LoanItem(loan_id=loan.id, booking_id=booking.id, asset_id=unit.id, out_at=out, back_at=back)
        db.session.add(item)
        db.session.flush()
    return item


def a_past_repair(unit: Asset, start: datetime, end: datetime) -> None:
    """Its days under repair, over."""
    with transaction():
        db.session.add(
            Booking(
                kind="maintenance", resource=f"asset:{unit.id}", asset_id=unit.id, starts_at=start, ends_at=end,
                state=BookingState.RETURNED,
            )
        )  # fmt: skip


def a_charge(item: LoanItem, kind: ChargeKind, amount: int, document: SalesDocument) -> None:
    """What a document asks for a thing lent; cents with tax."""
    with transaction():
        db.session.add(
            LoanCharge(loan_id=item.loan_id, item_id=item.id, kind=kind, amount=amount, document_id=document.id)
        )
