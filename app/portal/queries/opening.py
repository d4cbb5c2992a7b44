"""« ouvert jusqu'à 18 h 30 »: today's hours in words."""

from datetime import date, datetime, timedelta

from app.accounts.queries import our_organisation
from app.core import clock
from app.core.i18n import _
from app.planning.queries import is_open_day


def _slots(day: date) -> list[tuple[datetime, datetime]]:
    if not is_open_day(day):
        return []
    rows = our_organisation().opening.get(str(day.weekday()), [])
    return [(_moment(day, start), _moment(day, end)) for start, end in rows]


def _moment(day: date, text: str) -> datetime:
    hour, minute = (int(part) for part in text.split(":"))
    return clock.at(day, hour, minute)


def opening_words(moment: datetime | None = None) -> str:
    """Whether the doors are open, and until or from when; "" when the hours are not known."""
    now = moment or clock.now()
    today = clock.local(now).date()
    if not any(our_organisation().opening.values()):
        return ""
    for start, end in _slots(today):
        if start <= now < end:
            return _("ouvert jusqu'à %(hour)s", hour=short_hour(end))
        if now < start:
            return _("fermé, ouvre à %(hour)s", hour=short_hour(start))
    return _next_opening(today)


def _next_opening(today: date) -> str:
    for ahead in range(1, 15):
        day = today + timedelta(days=ahead)
        slots = _slots(day)
        if slots:
            name = _("demain") if ahead == 1 else clock.DAYS[day.weekday()] if ahead < 7 else clock.long_date(day)
            return _("fermé, ouvre %(day)s à %(hour)s", day=name, hour=short_hour(slots[0][0]))
    return _("fermé")


def short_hour(moment: datetime) -> str:
    """« 18 h 30 », « 9 h »."""
    return clock.hour(moment).removesuffix("\u00a000")
