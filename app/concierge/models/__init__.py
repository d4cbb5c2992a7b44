"""Lodgings, mandates, stays, months."""

from app.concierge.models.lodgings import Lodging, MandateOwner, MandateTerms, RentalMandate
from app.concierge.models.months import MonthEntry, OwnerStatement, RentalMonth, StatementLine
from app.concierge.models.stays import Stay, StayNote, StaySourceLodging

__all__ = [
    "Lodging",
    "MandateOwner",
    "MandateTerms",
    "MonthEntry",
    "OwnerStatement",
    "RentalMandate",
    "RentalMonth",
    "StatementLine",
    "Stay",
    "StayNote",
    "StaySourceLodging",
]  # fmt: skip
