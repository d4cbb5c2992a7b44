"""Our own things under repair: out of the planning until the end that was announced, and longer while it is not over."""

from datetime import datetime, timedelta

from app.assets.models import Asset
from app.core import clock
from app.core.i18n import _
from app.core.subject import Subject
from app.planning.models import Booking
from app.planning.queries import bookings_about
from app.planning.services.bookings import book_asset, take_back
from app.planning.services.changes import in_the_way, lock_asset, push_aside, stretch, tell
from app.planning.states import BEGUN, BookingState

KIND = "maintenance"
EVER = timedelta(days=36500)
MOMENT = timedelta(seconds=1)


def start_maintenance(
    asset: Asset, about: Subject, label: str, until: datetime, *, expected: bool = True
) -> Booking | None:
    """Our thing leaves the planning from now to `until` (UTC), a guess unless `expected`; the bookings in between become « at
    risk » and their owners are told. None when a borrower, or another repair, still has it."""
    lock_asset(asset.id)
    now = clock.now()
    others = in_the_way(f"asset:{asset.id}", now, until)
    if any(other.state in BEGUN for other in others):
        return None
    push_aside(others)
    booking = book_asset(asset, now, until, kind=KIND, label=label, about=about, state=BookingState.MAINTENANCE)
    booking.expected_at = until if expected else None
    tell(others, asset.id)
    return booking


def maintenance_of(subject: Subject) -> Booking | None:
    """The repair under way of a record; None when it holds nothing on the planning."""
    return next(iter(bookings_about(subject, BookingState.MAINTENANCE)), None)


def expect(booking: Booking, until: datetime) -> list[Booking]:
    """The repair is to be over at that moment (UTC), later or earlier than said before. Returns the bookings it displaced.

    Raises Conflict when somebody already has the thing then.
    """
    booking.expected_at = until
    return stretch(booking, until)


def is_late(booking: Booking) -> bool:
    """True while a repair goes on after the end that was announced."""
    return booking.expected_at is not None and booking.ends_at > booking.expected_at


def end_maintenance(subject: Subject) -> None:
    """The repair is over: the thing is free again, and those it had displaced may have it back."""
    for booking in bookings_about(subject, BookingState.MAINTENANCE):
        take_back(booking)


def withdraw(asset: Asset) -> None:
    """The thing will not be lent again: who had it reserved is told."""
    lock_asset(asset.id)
    lost = [
        other for other in in_the_way(f"asset:{asset.id}", clock.now(), clock.now() + EVER) if other.state not in BEGUN
    ]
    push_aside(lost)
    tell(lost, asset.id)


def end_words(booking: Booking) -> str:
    """« fin prévue vendredi 27 novembre », « sans date de fin », « en retard, prévue vendredi »."""
    if booking.expected_at is None:
        return _("sans date de fin, bloqué jusqu'au %(day)s", day=_day(booking.ends_at))
    if is_late(booking):
        return _("en retard, fin prévue %(day)s", day=_day(booking.expected_at))
    return _("fin prévue %(day)s", day=_day(booking.expected_at))


def _day(end: datetime) -> str:
    """The day that an end at midnight belongs to."""
    return clock.long_date(clock.local(end - MOMENT).date())
