"""What the dashboard shows of the ledger: a threshold of the VAT franchise that is near, or passed."""

from typing import Any

from app.ledger.services.franchise import near_thresholds


def franchise_panel(_user: Any) -> dict[str, Any] | None:
    """The thresholds reached at 80 % or more; absent without any."""
    near = near_thresholds()
    return {"near": near} if near else None
