"""Amounts as partners write them: numbers or texts, in euros."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any


def cents(amount: Any) -> int | None:
    """Cents of an amount in euros, a number or its text; None when nothing is said. Raises ValueError when senseless."""
    if amount is None or amount == "":
        return None
    try:
        return int((Decimal(str(amount)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except InvalidOperation as error:
        raise ValueError(f"amount {amount!r}") from error
