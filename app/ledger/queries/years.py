"""Accounting years: named by the calendar year in which they end; the closing month is a setting."""

import calendar
from datetime import date
from typing import NamedTuple

from app.core.settings import setting

CLOSING_MONTH = "ledger.closing_month"


class Year(NamedTuple):
    """An accounting year."""

    year: int
    start: date
    end: date

    @property
    def label(self) -> str:
        """« 2026 », or « 2025-2026 » when it is not the calendar's."""
        return str(self.year) if self.start.year == self.year else f"{self.start.year}-{self.year}"

    def holds(self, day: date) -> bool:
        """True for a day of it."""
        return self.start <= day <= self.end


def year_of(day: date) -> int:
    """The year that a day belongs to."""
    return day.year if day.month <= int(setting(CLOSING_MONTH)) else day.year + 1


def year_named(year: int) -> Year:
    """Its bounds."""
    month = int(setting(CLOSING_MONTH))
    end = date(year, month, calendar.monthrange(year, month)[1])
    start = date(year, 1, 1) if month == 12 else date(year - 1, month + 1, 1)
    return Year(year, start, end)
