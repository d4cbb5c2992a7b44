"""Reads of the ledger."""

from app.ledger.queries.accounts import balance, lines_of
from app.ledger.queries.entries import entry, entry_lines, entry_of, journal_rows, listing, period_bounds, years
from app.ledger.queries.filters import Filters

__all__ = [
    "Filters", "balance", "entry", "entry_lines", "entry_of", "journal_rows", "lines_of", "listing",
    "period_bounds", "years",
]  # fmt: skip
