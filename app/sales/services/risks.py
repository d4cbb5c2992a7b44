"""What a client must know before he refuses a repair: the family's notice, and the documents about it (D7)."""

from typing import NamedTuple

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


def risks_of(ticket: Ticket) -> Risks:
    """The risks of leaving this ticket's thing unrepaired."""
    found = attachments_of_all(document_subjects(ticket), for_client=True)
    files = [file for group in found.values() for file in group if file.topic == Topic.REFUSAL]
    return Risks(ticket.family.refusal_notice.strip() if ticket.family else "", files)
