"""Reads of threatened loans: the desk's list, its count, one."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased, joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db
from app.core.revisions import kept_until
from app.lending.models import Displacement, Loan, LoanItem
from app.lending.queries.one import VIEW
from app.lending.states import OFFER_OPEN, OfferState
from app.planning.models import Booking
from app.planning.states import BookingState

_OTHER, _HELD = aliased(Asset), aliased(Booking)
SHOWN = 100


def displacement_for(user: User, displacement_id: int) -> Displacement | None:
    """It, with its thing, when this person sees the loans."""
    if not allowed(user, VIEW):
        return None
    query = select(Displacement).where(Displacement.id == displacement_id)
    return db.session.scalar(query.options(joinedload(Displacement.unit)))


def threatened() -> Sequence[Any]:
    """Rows of the loans that wait for an answer (first, by what is left of their time), or for their thing."""
    query = (
        select(
            Displacement.id, Displacement.state, Displacement.starts_at.label("was_start"), Displacement.due_at.label("was_due"),
            Displacement.answer_by, Displacement.called_at, Loan.number, Loan.starts_at, Loan.due_at, Booking.state.label("slot"),
            Contact.id.label("contact_id"), Contact.name.label("client"), Contact.phone, Asset.label.label("unit"),
            _OTHER.label.label("other"), _HELD.expires_at.label("held_until"),
        )
        .join(LoanItem, LoanItem.id == Displacement.item_id)
        .join(Booking, Booking.id == LoanItem.booking_id)
        .join(Loan, Loan.id == LoanItem.loan_id)
        .join(Contact, Contact.id == Loan.contact_id)
        .join(Asset, Asset.id == Displacement.unit_id)
        .outerjoin(_HELD, (_HELD.id == Displacement.held_id) & (_HELD.state == BookingState.HELD))
        .outerjoin(_OTHER, _OTHER.id == _HELD.asset_id)
        .where(Displacement.state.in_(OFFER_OPEN))
        .order_by(Displacement.state != OfferState.ASKED, Displacement.answer_by, Displacement.id)
        .limit(SHOWN)
    )  # fmt: skip
    return db.session.execute(query).all()


@kept_until("displacements")
def threatened_count() -> int:
    """How many wait for an answer, or for their thing."""
    return db.session.scalar(select(func.count()).where(Displacement.state.in_(OFFER_OPEN))) or 0
