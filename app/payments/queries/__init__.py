"""Reads of payments."""

from app.payments.queries.balances import (
    INVOICES,
    Balance,
    Owed,
    balance_of,
    credit_of,
    open_credits,
    open_documents,
    payer_is,
    payments_with_credit,
    unpaid,
)

__all__ = [
    "INVOICES", "Balance", "Owed", "balance_of", "credit_of", "open_credits", "open_documents", "payer_is",
    "payments_with_credit", "unpaid",
]  # fmt: skip
