"""Pages of payments. One blueprint, one file per page."""

from app.payments.views import (
    bank,
    debits,
    doubts,
    held,
    index,
    mandates,
    online,
    pay,
    pay_deposit,
    receive,
    refunds,
    reminders,
    remittances,
    show,
    statements,
)
from app.payments.views.blueprint import bp

__all__ = [
    "bank",
    "bp",
    "debits",
    "doubts",
    "held",
    "index",
    "mandates",
    "online",
    "pay",
    "pay_deposit",
    "receive",
    "refunds",
    "reminders",
    "remittances",
    "show",
    "statements",
]
