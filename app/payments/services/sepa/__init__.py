"""SEPA direct debits as banks want them: identifiers, days, the file. Pure: no table is read or written here."""

from app.payments.services.sepa.days import is_target_day, next_target_day
from app.payments.services.sepa.identifiers import checked_bic, checked_iban, checked_ics, sepa_text
from app.payments.services.sepa.pain008 import Collected, Creditor, pain008

__all__ = [
    "Collected", "Creditor", "checked_bic", "checked_iban", "checked_ics", "is_target_day", "next_target_day", "pain008",
    "sepa_text",
]  # fmt: skip
