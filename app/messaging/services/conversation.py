"""A thread as a page shows it, with how its client can be written to."""

from dataclasses import dataclass

from app.contacts.models import Contact
from app.core.outbox import Channel
from app.core.subject import Subject
from app.messaging.queries.threads import ThreadRow, thread_of
from app.messaging.services.registry import Template
from app.messaging.services.sending import preferred, reachable_by
from app.messaging.services.suggestions import suggested_for
from app.messaging.states import Direction


@dataclass(frozen=True, slots=True)
class Conversation:
    """What `messaging/thread.html` shows under the name `fil`. `channels`: those that reach the client; `chosen`: those he likes."""

    subject: Subject
    title: str
    contact: Contact | None
    messages: list[ThreadRow]
    channels: list[Channel]
    chosen: list[Channel]

    @property
    def unread(self) -> int:
        """What the client wrote and the team has not read."""
        return sum(1 for row in self.messages if row.direction == Direction.INCOMING and row.read_at is None)

    @property
    def templates(self) -> list[Template]:
        """Those that may be put into an answer."""
        return suggested_for(self.subject.kind) if self.contact else []

    @property
    def url(self) -> str:
        """Where its forms are posted."""
        return f"/fils/{self.subject.kind}/{self.subject.id}"


def conversation(subject: Subject, contact: Contact | None, title: str) -> Conversation:
    """The thread about a record, for the team. `contact` is its client, None when there is nobody to write to."""
    return Conversation(
        subject=subject,
        title=title,
        contact=contact,
        messages=thread_of(subject),
        channels=reachable_by(contact) if contact else [],
        chosen=preferred(contact) if contact else [],
    )
