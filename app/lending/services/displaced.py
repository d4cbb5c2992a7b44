"""A loan whose thing a delay took: what is open about it, the unit held meanwhile, its end."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, require_transaction
from app.core.subject import subject_of
from app.lending.models import Displacement, LoanItem
from app.lending.states import OFFER_OPEN, OFFERS, OfferState
from app.messaging.services import finish_tasks_about
from app.planning.models import Booking
from app.planning.states import MACHINE, BookingState, look_again

LOADED = (
    joinedload(Displacement.unit),
    joinedload(Displacement.held).joinedload(Booking.asset),
    joinedload(Displacement.item).options(joinedload(LoanItem.asset), joinedload(LoanItem.booking)),
)


def open_about(items: Iterable[LoanItem]) -> Sequence[Displacement]:
    """What is not settled about these things of a loan."""
    ids = [item.id for item in items]
    query = select(Displacement).where(Displacement.item_id.in_(ids), Displacement.state.in_(OFFER_OPEN))
    return db.session.scalars(query.options(*LOADED)).all()


def held_for(found: Displacement) -> Booking | None:
    """The slot of another unit that still waits for the answer."""
    held = found.held
    live = (
        held is not None and held.state == BookingState.HELD and (not held.expires_at or held.expires_at > clock.now())
    )
    return held if live else None


def release(found: Displacement) -> int | None:
    """The other unit is free again; which one it was."""
    held = held_for(found)
    if held is not None:
        MACHINE.move(held, BookingState.CANCELLED)
    found.held_id, found.held = None, None
    db.session.flush()
    return held.asset_id if held is not None else None


def close(found: Displacement, to: OfferState) -> None:
    """It has become that: the other unit is let go, the call is no longer to be made."""
    require_transaction()
    OFFERS.move(found, to)
    answered(found)


def answered(found: Displacement) -> None:
    """Who decided, and when; what was kept for him meanwhile is for the others."""
    freed = release(found)
    found.answered_at, found.answered_by = clock.now(), current_actor().name
    finish_tasks_about(subject_of(found))
    db.session.flush()
    look_again(freed)


def close_all(items: Iterable[LoanItem], to: OfferState) -> None:
    """The same for all that is open about these things."""
    for found in open_about(items):
        close(found, to)
