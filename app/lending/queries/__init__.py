"""Reads of loans."""

from app.lending.queries.find import Found, find, item_out
from app.lending.queries.listing import counts, listing
from app.lending.queries.one import has_fleet, has_loan, loan_for, loan_for_id, loans_of, loans_with

__all__ = [
    "Found", "counts", "find", "has_fleet", "has_loan", "item_out", "listing", "loan_for", "loan_for_id", "loans_of", "loans_with",
]  # fmt: skip
