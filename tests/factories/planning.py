"""Bookings, closures, rules of booking."""

from datetime import date, datetime
from typing import Any

from app.accounts.models import User
from app.assets.models import Asset
from app.core import clock
from app.core.db import transaction
from app.planning import services
from app.planning.models import Booking, Closure
from app.planning.services.days import close_days
from app.planning.states import BookingState


def at(text: str) -> datetime:
    """« 2026-11-24 14:00 » by the organisation's clock, as UTC."""
    typed = datetime.fromisoformat(text)
    return clock.at(typed.date(), typed.hour, typed.minute)


def a_booking(
    what: Asset | User, start: str, end: str, state: BookingState = BookingState.CONFIRMED, **values: Any
) -> Booking:
    """Something of ours, or one of us, taken from one local moment to another."""
    known = {"kind": "use", "label": "Concert"} | values
    with transaction():
        if isinstance(what, User):
            return services.book_user(what, at(start), at(end), **known)
        return services.book_asset(what, at(start), at(end), state=state, **known)


def a_closure(label: str, first: str, last: str) -> Closure:
    """Days when nobody is there."""
    with transaction():
        return close_days(label, date.fromisoformat(first), date.fromisoformat(last))
