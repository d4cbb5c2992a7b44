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
from app.sales.states.quotes import QUOTE_MOVES, QUOTES, Means, QuoteState, RefusalReason

__all__ = [
    "CHECKS", "DOCUMENTS", "ISSUED", "QUOTES", "QUOTE_MOVES", "SERIES", "CheckState", "DocumentKind",
    "DocumentState", "EinvoiceState", "LineKind", "Means", "QuoteState", "RefusalReason", "ScheduleEvent",
]  # fmt: skip
