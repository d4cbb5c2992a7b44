"""Tables of payments."""

from app.payments.models.bank import BankLine, BankStatement, Debit, DebitBatch, Mandate, Remittance
from app.payments.models.money import (
    Allocation,
    Checkout,
    OnlineRefund,
    Payment,
    ReminderStop,
    SecurityDeposit,
    Voucher,
    WebhookEvent,
)

__all__ = [
    "Allocation", "BankLine", "BankStatement", "Checkout", "Debit", "DebitBatch", "Mandate", "OnlineRefund", "Payment", "ReminderStop",
    "Remittance", "SecurityDeposit", "Voucher", "WebhookEvent",
]  # fmt: skip
