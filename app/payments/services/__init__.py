"""Verbs of payments."""

from app.payments.services.money_in import NO_MONEY, RECEIVABLE, oldest_first, receive, take
from app.payments.services.money_out import refund, reverse, settle_nothing_due, settle_with_credit, use_credit
from app.payments.services.parts import Part, after_paid, credit_left, unallocated, write
from app.payments.states import ONLINE

__all__ = [
    "NO_MONEY", "ONLINE", "RECEIVABLE", "Part", "after_paid", "credit_left", "oldest_first", "receive", "refund", "reverse",
    "settle_nothing_due", "settle_with_credit", "take", "unallocated", "use_credit", "write",
]  # fmt: skip
