"""Reads of quotes, scoped for a person."""

from app.sales.queries.listing import Filters, Waiting, listing, waiting, waiting_for_client
from app.sales.queries.one import (
    draft_for_id,
    draft_of,
    latest_of,
    lines_total,
    newest_version,
    overdue,
    quote_by_id,
    quote_for,
    quote_for_id,
    quote_numbered,
    quotes_of,
    reachable,
    versions_of,
)

__all__ = [
    "Filters", "Waiting", "draft_for_id", "draft_of", "latest_of", "lines_total", "listing", "newest_version", "overdue", "quote_by_id", "quote_for",
    "quote_for_id", "quote_numbered", "quotes_of", "reachable", "versions_of", "waiting", "waiting_for_client",
]  # fmt: skip
