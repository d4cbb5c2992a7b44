"""When an invoice is to be paid and what lateness costs between businesses, by the settings and the law of its day."""

import calendar
from datetime import date, timedelta

from app.core.law import legal
from app.core.money import euros, percent
from app.core.settings import setting

#: What the law sets, by the key under which `wiring` declares it.
RECOVERY, REFINANCING, POINTS, LEGAL_RATE = (
    "sales.recovery",
    "sales.refinancing",
    "sales.late_points",
    "sales.legal_rate",
)
DAYS_MOST, DAYS_MOST_MONTH = "sales.days_most", "sales.days_most_month"
FLOOR = 3  # times the legal interest: no agreed rate of lateness is under it


def due_date(issued_on: date, *, business: bool) -> date:
    """When an invoice of that day is to be paid: what is set for private persons or for businesses (C. com. art. L441-10)."""
    if not business:
        return issued_on + timedelta(days=setting("sales.invoice_days"))
    by_month = bool(setting("sales.invoice_end_of_month"))
    most = legal(DAYS_MOST_MONTH if by_month else DAYS_MOST, issued_on)
    due = issued_on + timedelta(days=min(setting("sales.invoice_days_business"), most))
    return due.replace(day=calendar.monthrange(due.year, due.month)[1]) if by_month else due


def latest_due(issued_on: date) -> date:
    """The last day that businesses may agree on: 60 days from the invoice, or 45 then the end of the month (C. com. L441-10, I)."""
    by_days = issued_on + timedelta(days=legal(DAYS_MOST, issued_on))
    month = issued_on + timedelta(days=legal(DAYS_MOST_MONTH, issued_on))
    return max(by_days, month.replace(day=calendar.monthrange(month.year, month.month)[1]))


def with_amounts(text: str, day: date) -> str:
    """A legal text with the amounts in force that day in place of {indemnite}, {taux}, {points}, {plancher} (L441-10, D441-5)."""
    words = {
        "{indemnite}": euros(legal(RECOVERY, day)),
        "{taux}": percent(legal(REFINANCING, day) + legal(POINTS, day)),
        "{points}": percent(legal(POINTS, day)).replace("%", "points"),
        "{plancher}": percent(FLOOR * legal(LEGAL_RATE, day)),
    }
    for name, value in words.items():
        text = text.replace(name, value)
    return text
