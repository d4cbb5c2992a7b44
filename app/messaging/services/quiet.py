"""When an SMS may ring at somebody's: between two hours, and not on Sundays and public holidays, by the local clock."""

from datetime import date, datetime, timedelta

from app.core import clock
from app.core.holidays import is_public_holiday
from app.core.settings import setting


def is_rest_day(day: date) -> bool:
    """True on Sundays and on French public holidays."""
    return day.weekday() == 6 or is_public_holiday(day)


def next_allowed(moment: datetime) -> datetime:
    """`moment` when an SMS may leave then, else the next opening of the allowed hours."""
    first, last = setting("messaging.sms_from"), setting("messaging.sms_to")
    rest = setting("messaging.sms_rest")
    day = clock.local(moment).date()
    while True:
        if not (rest and is_rest_day(day)):
            opening, closing = (
                clock.at(day, first),
                clock.at(day, last) if last < 24 else clock.start_of(day + timedelta(days=1)),
            )
            if moment < closing:
                return max(moment, opening)
        day += timedelta(days=1)
