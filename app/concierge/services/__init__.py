"""What one does with lodgings, mandates, stays and months."""

from app.concierge.services.lodgings import add_lodging, change_lodging
from app.concierge.services.mandates import MandateInput, OwnerInput, add_mandate, end_mandate
from app.concierge.services.versions import add_version
from app.concierge.services.words import words

__all__ = [
    "MandateInput",
    "OwnerInput",
    "add_lodging",
    "add_mandate",
    "add_version",
    "change_lodging",
    "end_mandate",
    "words",
]  # fmt: skip
