"""« Attendre »: when somebody can have the thing he was promised, once it is back."""

from datetime import date, datetime, timedelta

from app.assets.states import AssetState
from app.core import clock
from app.core.db import db
from app.lending.models import Displacement, Loan, LoanItem
from app.lending.services.reserving import touch
from app.lending.states import MACHINE, TO_HAND_OVER, LoanState
from app.planning import services as planning
from app.planning.queries import clash, next_open_day
from app.planning.services.changes import in_the_way
from app.planning.states import BEGUN, BookingState

TRIES = 60
Period = tuple[datetime, datetime]


def wait_plan(loan: Loan, found: Displacement) -> Period | None:
    """(start, due) in UTC, buffers apart, of the loan once its thing is there: the same return when half of the loan or more is
    left, else the same length later. None while nobody knows when it will be there."""
    since = None if gone(found) else _there_from(found)
    if since is None:
        return None
    start, due = _not_before(found.starts_at, since), found.due_at
    if due - start >= (found.due_at - found.starts_at) / 2 and not _taken(loan, found, start, due):
        return start, due
    return _later(loan, found, since) if loan.state in TO_HAND_OVER else None


def gone(found: Displacement) -> bool:
    """True when the thing will not be lent again: nobody waits for it."""
    return found.unit.state != AssetState.IN_USE or found.unit.archived_at is not None


def _there_from(found: Displacement) -> datetime | None:
    """When what holds the thing is to be over (now when nothing does); None when it is late, or has no date."""
    now, booking = clock.now(), found.item.booking
    resource = f"asset:{found.unit_id}"
    for other in in_the_way(resource, min(found.starts_at, now), max(found.due_at, booking.ends_at, now), booking.id):
        if other.state not in BEGUN:
            continue
        if other.state != BookingState.MAINTENANCE or other.expected_at is None or planning.is_late(other):
            return None
        now = max(now, other.ends_at)
    return now


def _later(loan: Loan, found: Displacement, since: datetime) -> Period | None:
    for _try in range(TRIES):
        start = _not_before(found.starts_at, since)
        due = _same_hour(found.due_at, next_open_day(_day(start) + (_day(found.due_at) - _day(found.starts_at))))
        until = _taken(loan, found, start, due)
        if until is None:
            return start, due
        since = until
    return None


def moving(loan: Loan, found: Displacement) -> list[LoanItem]:
    """What waits with it: the whole set, or the thing alone once the rest has left."""
    return [item for item in loan.items if item.out_at is None] if loan.state in TO_HAND_OVER else [found.item]


def _taken(loan: Loan, found: Displacement, start: datetime, due: datetime) -> datetime | None:
    """Until when somebody else has one of the things of the loan during that period; None when all are free."""
    busy = []
    for item in moving(loan, found):
        booking = item.booking
        first, last = start - timedelta(minutes=booking.buffer_before), due + timedelta(minutes=booking.buffer_after)
        other = clash(booking.resource, first, last, booking.id)
        if other is not None:
            busy.append(other.ends_at)
    return max(busy, default=None)


def put(loan: Loan, found: Displacement, period: Period) -> None:
    """The whole loan has these dates. Raises Conflict that names who has one of its things."""
    start, due = period
    for item in moving(loan, found):
        planning.settle(item.booking, start, due)
    if loan.state in TO_HAND_OVER:
        loan.starts_at, loan.due_at = start, due
    firm(loan)


def firm(loan: Loan) -> None:
    """Whoever answers wants his loan: an option becomes a reservation."""
    if loan.state == LoanState.OPTION:
        MACHINE.move(loan, LoanState.RESERVED)
        loan.expires_at = None
        for item in loan.items:
            if item.booking.state == BookingState.OPTION:
                planning.confirm(item.booking)
    touch(loan)
    db.session.flush()


def _day(moment: datetime) -> date:
    return clock.local(moment).date()


def _same_hour(model: datetime, day: date) -> datetime:
    here = clock.local(model)
    return clock.at(day, here.hour, here.minute)


def _not_before(wanted: datetime, since: datetime) -> datetime:
    """The moment wanted, or its hour on the first open day that it can be from `since` on."""
    if wanted >= since:
        return wanted
    day = next_open_day(_day(since))
    start = _same_hour(wanted, day)
    return start if start >= since else _same_hour(wanted, next_open_day(day + timedelta(days=1)))
