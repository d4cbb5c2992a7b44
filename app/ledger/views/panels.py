"""What other pages show of the ledger: a threshold of the VAT franchise, the accounts of a supplier's invoice."""

from typing import Any

from app.ledger import queries
from app.ledger.services.franchise import near_thresholds
from app.ledger.services.sources.supplier_invoices import KIND, preview
from app.purchasing.models import SupplierInvoice


def franchise_panel(_user: Any) -> dict[str, Any] | None:
    """The thresholds reached at 80 % or more; absent without any."""
    near = near_thresholds()
    return {"near": near} if near else None


def bill_panel(bill: SupplierInvoice) -> dict[str, Any]:
    """The accounts that a supplier's invoice is on, or will be once it is checked."""
    written = queries.entry_of(KIND, bill.id)
    if written is None:
        return {"entry": None, "accounts": preview(bill)}
    return {
        "entry": written,
        "accounts": [
            (line.account, line.account_label, line.debit - line.credit) for line in queries.entry_lines(written)
        ],
    }
