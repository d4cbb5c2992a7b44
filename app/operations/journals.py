"""The tables whose rows are sealed by batches: the database refuses their change, and a changed one is named."""

from app.catalog.models import PriceChange
from app.core.db import Base
from app.core.history import HistoryEntry
from app.core.journals import declare_journal
from app.payments.models import Allocation, Payment, WebhookEvent
from app.purchasing.models import SupplierPayment
from app.sales.models import DocumentStatus
from app.stock.models import StockMove

#: The ledger declares its own, which it seals as it writes.
ADDED_ONLY: tuple[type[Base], ...] = (HistoryEntry, PriceChange, StockMove, Allocation, DocumentStatus, WebhookEvent)
#: What migration 0004 freezes of a payment; its state and its note live on.
OF_PAYMENT = ("contact_id", "method", "amount", "received_on", "reverses_id", "till_sale_id")
OF_SUPPLIER_PAYMENT = ("bill_id", "credit_id", "amount", "paid_on", "how", "reverses_id")


def declare() -> None:
    """Start-up."""
    for model in ADDED_ONLY:
        declare_journal(model)
    declare_journal(Payment, OF_PAYMENT)
    declare_journal(SupplierPayment, OF_SUPPLIER_PAYMENT)
