"""Quotes, and the documents that follow them."""

from app.sales.models.documents import (
    DocumentLine,
    DocumentStatus,
    Instalment,
    Recurrence,
    SalesDocument,
    ThirdPartyShare,
    borne_by,
)
from app.sales.models.lines import PricedLine
from app.sales.models.parts import Dated, Part
from app.sales.models.quotes import Quote, QuoteLine

__all__ = [
    "Dated", "DocumentLine", "DocumentStatus", "Instalment", "Part", "PricedLine", "Quote", "QuoteLine", "Recurrence", "SalesDocument",
    "ThirdPartyShare", "borne_by",
]  # fmt: skip
