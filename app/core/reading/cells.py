"""Cells of tables that people and banks write."""

import re
from datetime import date, timedelta

from app.core import clock
from app.core.search import fold

_EXCEL_EPOCH = date(1899, 12, 30)
_ISO_DAY = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})(?:[T ].*)?")
_FRENCH_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2}|\d{4})(?: .*)?")
_WRITTEN_DAY = re.compile(r"(?:[a-zéû]+\.? )?(\d{1,2})(?:er)? ([a-zéû]+)\.? (\d{4})")


def day_of(cell: str) -> date | None:
    """« 24/11/2026 », « 2026-11-24 », « 24 novembre 2026 », a spreadsheet's number of days; None when it is no day."""
    if re.fullmatch(r"[2-5]\d{4}(?:\.0)?", cell):
        return _EXCEL_EPOCH + timedelta(days=int(float(cell)))
    parts: tuple[int, int, int] | None = None
    if found := _ISO_DAY.fullmatch(cell):
        parts = (int(found[1]), int(found[2]), int(found[3]))
    elif found := _FRENCH_DAY.fullmatch(cell):
        year = int(found[3])
        parts = (year + (2000 if year < 70 else 1900) if year < 100 else year, int(found[2]), int(found[1]))
    elif found := _WRITTEN_DAY.fullmatch(cell.lower()):
        months = [n for n, name in enumerate(clock.MONTHS, 1) if fold(name).startswith(fold(found[2]))]
        parts = (int(found[3]), months[0], int(found[1])) if len(months) == 1 else None
    try:
        return date(*parts) if parts else None
    except ValueError:
        return None
