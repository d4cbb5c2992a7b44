"""Periods of e-reporting and the last day of each: décret 2022-1299, CGI ann. II art. 242 nonies O and P."""

from calendar import monthrange
from datetime import date, timedelta
from typing import NamedTuple

from app.core import clock
from app.core.settings import setting
from app.einvoicing.queries.duties import FRANCHISE, SIMPLIFIED, TENDAYS

DEADLINES = "einvoicing.deadlines"


class Period(NamedTuple):
    """From its first to its last day, both in; `due`: sales are told by then, `payments_due`: payments (None: with a later period)."""

    first: date
    last: date
    due: date
    payments_due: date | None

    @property
    def key(self) -> str:
        """How an address names it."""
        return self.first.isoformat()


def periods(rhythm: str, count: int = 12) -> list[Period]:
    """The running period and those before it, the newest first."""
    found, day = [], clock.today()
    for _rank in range(count):
        period = period_of(rhythm, day)
        found.append(period)
        day = period.first - timedelta(days=1)
    return found


def period_of(rhythm: str, day: date) -> Period:
    """The period of that day."""
    if rhythm == TENDAYS:
        return _tendays(day)
    if rhythm == FRANCHISE:
        first = date(day.year, day.month - (day.month - 1) % 2, 1)
        last = end_of_month(end_of_month(first) + timedelta(days=1))
    else:
        first = day.replace(day=1)
        last = end_of_month(day)
    due = _day_after(last, FRANCHISE if rhythm == FRANCHISE else SIMPLIFIED if rhythm == SIMPLIFIED else "month")
    return Period(first, last, due, due)


def _tendays(day: date) -> Period:
    start = min(1 + 10 * ((day.day - 1) // 10), 21)
    first = day.replace(day=start)
    last = end_of_month(day) if start == 21 else first + timedelta(days=9)
    days = int(setting(DEADLINES)["tendays"])
    return Period(first, last, last + timedelta(days=days), _day_after(last, "month") if start == 21 else None)


def end_of_month(day: date) -> date:
    """Its last day."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def _day_after(last: date, key: str) -> date:
    """That day of the following month, or its end when it is shorter."""
    following = last + timedelta(days=1)
    return following.replace(day=min(int(setting(DEADLINES)[key]), monthrange(following.year, following.month)[1]))
