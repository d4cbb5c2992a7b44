"""What messaging holds on a person: what was written to him and by him, and what was to be done for him."""

from sqlalchemy import or_

from app.core.outbox import MessageState, OutboxMessage
from app.core.personal import ABOUT, CONTRACTS, PROSPECTS, Holding, Person, PersonalData, Since
from app.messaging.models import Task, ThreadMessage
from app.messaging.states import Direction, TaskState

UNSENT = (MessageState.HELD, MessageState.QUEUED)


def _state(row: OutboxMessage, _person: Person) -> MessageState:
    """What has not left never will."""
    return MessageState.CANCELLED if row.state in UNSENT else row.state


PERSONAL = PersonalData(
    "messages",
    "Messages, appels et tâches",
    "Répondre aux clients et les tenir au courant",
    "Exécution du contrat",
    CONTRACTS,
    (
        Holding(
            ThreadMessage,
            lambda person: or_(
                ThreadMessage.contact_id == person.contact_id,
                person.about(ThreadMessage.subject_kind, ThreadMessage.subject_id),
            ),
            delete=True,
            plain=("subject_kind",),
            step=ABOUT,
        ),
        Holding(
            OutboxMessage,
            lambda person: or_(
                OutboxMessage.contact_id == person.contact_id,
                person.about(OutboxMessage.about_kind, OutboxMessage.about_id),
            ),
            blank=("recipient", "subject", "text", "html", "attachments", "provider_ref", "error", "facts"),
            put={"state": _state},
            plain=("template", "about_kind", "reference", "provider"),
            files=("attachments",),
            step=ABOUT,
        ),
        Holding(
            Task,
            lambda person: or_(Task.contact_id == person.contact_id, person.about(Task.subject_kind, Task.subject_id)),
            blank=("notes",),
            put={
                "label": lambda _row, _person: "Tâche d'une personne effacée",
                "state": lambda _row, _person: TaskState.DONE,
            },
            plain=("subject_kind",),
            step=ABOUT,
        ),
    ),
    since=(
        Since(ThreadMessage.contact_id, ThreadMessage.at, PROSPECTS, ThreadMessage.direction == Direction.INCOMING),
    ),
)
