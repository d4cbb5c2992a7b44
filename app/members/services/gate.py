"""The gate of a booking: refused with its reasons, unless somebody who may says why it is let through."""

from collections.abc import Iterable
from datetime import datetime

from app.contacts.models import Contact
from app.core import clock
from app.core.errors import DomainError
from app.members.queries.blocks import Block, blocks


class Blocked(DomainError):
    """Somebody may not book. `blocks`: why, each with its way out."""

    def __init__(self, found: list[Block]) -> None:
        super().__init__(" ".join(block.reason for block in found), field="contact_id")
        self.blocks = found


def check_free(contact: Contact, start: datetime, *, despite: str = "", but: Iterable[str] = ()) -> list[str]:
    """Raises Blocked when something keeps this person from booking from `start` (UTC) on. With `despite`, a reason given by
    somebody who may: the reasons that were gone over, to be recorded; nothing when there were none. `but`: keys not looked at."""
    found = blocks(contact, clock.local(start).date(), but=but)
    if found and not despite.strip():
        raise Blocked(found)
    return [block.reason for block in found]
