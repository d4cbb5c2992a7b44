"""Reads of purchasing."""

from app.purchasing.queries.bills import Beside, Billing, beside, bill_by_id, bill_for, bills_listing, bills_of, unpaid
from app.purchasing.queries.needs import Need, needs, without_supplier
from app.purchasing.queries.orders import (
    OPEN,
    Waiting,
    awaited,
    baskets,
    listing,
    numbers_of,
    order_by_number,
    orders_to_match,
    purchase_by_id,
    purchase_for,
    receipts_of,
    suppliers,
    waiting,
)

__all__ = [
    "OPEN",
    "Beside",
    "Billing",
    "Need",
    "Waiting",
    "awaited",
    "baskets",
    "beside",
    "bill_by_id",
    "bill_for",
    "bills_listing",
    "bills_of",
    "listing",
    "needs",
    "numbers_of",
    "order_by_number",
    "orders_to_match",
    "purchase_by_id",
    "purchase_for",
    "receipts_of",
    "suppliers",
    "unpaid",
    "waiting",
    "without_supplier",
]  # fmt: skip
