"""The days: open or closed, and why; school holidays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from app.accounts.queries import organisation
from app.core.db import db
from app.core.holidays import public_holidays, school_holidays
from app.core.i18n import _
from app.core.revisions import kept_until
from app.core.settings import setting
from app.planning.models import Closure

FAR = 400  # days looked at for the next open one


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the calendar. `why`: the reason it is closed, empty when it is only not a day of opening."""

    day: date
    closed: bool
    why: str = ""
    school: str = ""


@kept_until("closures")
def closures() -> Sequence[tuple[date, date, str, int | None]]:
    """(first day, last day, reason, site) of every closure, both days included."""
    query = select(Closure.first_day, Closure.last_day, Closure.label, Closure.site_id).order_by(Closure.first_day)
    return [(row[0], row[1], row[2], row[3]) for row in db.session.execute(query)]


def calendar(first: date, count: int, site_id: int | None = None) -> list[Day]:
    """`count` days from `first`: what closes the whole organisation, and the site when one is named."""
    ours = organisation()
    hours = ours.opening if ours else {}
    zone = setting("planning.school_zone")
    shut = [row for row in closures() if row[3] is None or row[3] == site_id]
    return [_day(first + timedelta(days=rank), hours, zone, shut) for rank in range(count)]


def _day(day: date, hours: dict[str, object], zone: str, shut: Sequence[tuple[date, date, str, int | None]]) -> Day:
    school = school_holidays(day.year, zone).get(day, "") if zone else ""
    why = next((label for start, end, label, _site in shut if start <= day <= end), "")
    if not why and setting("planning.public_holidays_off"):
        why = public_holidays(day.year).get(day, "")
    usual = bool(hours.get(str(day.weekday()))) if hours else day.weekday() < 5
    return Day(day, bool(why) or not usual, _(why) if why else "", school)


def is_open_day(day: date, site_id: int | None = None) -> bool:
    """True when somebody is there that day."""
    return not calendar(day, 1, site_id)[0].closed


def next_open_day(day: date, site_id: int | None = None) -> date:
    """`day` when open, else the next open one (`day` itself when none is within a year)."""
    return next((found.day for found in calendar(day, FAR, site_id) if not found.closed), day)
