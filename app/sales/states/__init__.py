"""States of quotes, and of the documents that follow them."""

from app.sales.states.documents import (
    CHECKS,
    DOCUMENTS,
    ISSUED,
    SERIES,
    CheckState,
    DocumentKind,
    DocumentState,
    EinvoiceState,
    LineKind,
    ScheduleEvent,
)
from app.sales.states.quotes import ANSWERABLE, QUOTABLE, QUOTE_MOVES, QUOTES, Means, QuoteState, RefusalReason

__all__ = [
    "ANSWERABLE", "CHECKS", "DOCUMENTS", "ISSUED", "QUOTABLE", "QUOTES", "QUOTE_MOVES", "SERIES", "CheckState", "DocumentKind",
    "DocumentState", "EinvoiceState", "LineKind", "Means", "QuoteState", "RefusalReason", "ScheduleEvent",
]  # fmt: skip
