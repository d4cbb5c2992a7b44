"""What a client must know before he refuses a repair: the family's notice, and the documents about it (D7)."""

from typing import NamedTuple

from app.assets.queries import family, family_line
from app.documents.queries import AttachedFile, attachments_of_all
from app.documents.states import Topic
from app.tickets.models import Ticket
from app.tickets.queries.checks import document_subjects


class Risks(NamedTuple):
    """The words, and the documents that the client may read."""

    notice: str
    files: list[AttachedFile]

    def __bool__(self) -> bool:
        """True when there is something to say."""
        return bool(self.notice or self.files)


def risks_of(ticket: Ticket | None) -> Risks:
    """The risks of leaving this ticket's thing unrepaired: the notice of its family, or of the nearest above. None without a ticket."""
    if ticket is None:
        return Risks("", [])
    found = attachments_of_all(document_subjects(ticket), for_client=True)
    files = [file for group in found.values() for file in group if file.topic == Topic.REFUSAL]
    kin = (family(member) for member in family_line(ticket.family_id))
    notices = (found.refusal_notice.strip() for found in kin if found)
    return Risks(next((notice for notice in notices if notice), ""), files)
