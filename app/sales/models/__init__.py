"""Quotes, and the documents that follow them."""

from app.sales.models.documents import (
    DocumentLine,
    DocumentStatus,
    Instalment,
    Recurrence,
    SalesDocument,
    ThirdPartyShare,
)
from app.sales.models.lines import PricedLine
from app.sales.models.quotes import Quote, QuoteLine

__all__ = [
    "DocumentLine", "DocumentStatus", "Instalment", "PricedLine", "Quote", "QuoteLine", "Recurrence", "SalesDocument", "ThirdPartyShare",
]  # fmt: skip
