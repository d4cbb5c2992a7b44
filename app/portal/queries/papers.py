"""What a client may read of his ticket: its files opened to him, those of the family and model, his quotes, his messages'."""

from typing import NamedTuple

from app.core.subject import Subject, subject_of
from app.documents.models import StoredFile
from app.documents.queries import AttachedFile, attachments_of_all, stored_file
from app.messaging.queries import thread_of
from app.sales.queries import quotes_of
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.queries.checks import document_subjects

READABLE = (QuoteState.SENT, QuoteState.ACCEPTED, QuoteState.REFUSED, QuoteState.EXPIRED, QuoteState.WITHDRAWN)


class Papers(NamedTuple):
    """Photos of the workshop, documents of the ticket (its quotes first), documents that follow the thing."""

    photos: list[AttachedFile]
    documents: list[AttachedFile]
    manuals: list[AttachedFile]

    @property
    def readable(self) -> int:
        """How many documents, photos aside."""
        return len(self.documents) + len(self.manuals)


def papers_of(ticket: Ticket) -> Papers:
    """Only what was opened to the client."""
    own = subject_of(ticket)
    quotes = [subject_of(quote) for quote in quotes_of(ticket.id) if quote.state in READABLE]
    followers = document_subjects(ticket)
    found = attachments_of_all([own, *quotes, *followers], for_client=True)
    mine = found.get(own, [])
    return Papers(
        [file for file in mine if file.is_picture],
        _all(found, quotes) + [file for file in mine if not file.is_picture],
        _all(found, followers),
    )


def _all(found: dict[Subject, list[AttachedFile]], subjects: list[Subject]) -> list[AttachedFile]:
    return [file for subject in subjects for file in found.get(subject, [])]


def readable_file(ticket: Ticket, file_id: int) -> StoredFile | None:
    """The file, when this ticket's client may read it; None otherwise."""
    papers = papers_of(ticket)
    sent = [file for row in thread_of(subject_of(ticket), for_client=True) for file in row.files]
    allowed = {file.file_id for file in (*papers.photos, *papers.documents, *papers.manuals, *sent)}
    return stored_file(file_id) if file_id in allowed else None
