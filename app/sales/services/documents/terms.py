"""When an invoice is to be paid, by the settings."""

import calendar
from datetime import date, timedelta

from app.core.settings import setting


def due_date(issued_on: date, *, business: bool) -> date:
    """When an invoice of that day is to be paid: what is set for private persons or for businesses (C. com. art. L441-10)."""
    due = issued_on + timedelta(days=setting("sales.invoice_days_business" if business else "sales.invoice_days"))
    if business and setting("sales.invoice_end_of_month"):
        due = due.replace(day=calendar.monthrange(due.year, due.month)[1])
    return due
