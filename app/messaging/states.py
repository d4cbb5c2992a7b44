"""Directions of a thread's message, states of a task, and the legal moves of tasks and of messages sent."""

from app.core.labels import LabelEnum
from app.core.outbox import MessageState
from app.core.state import Machine


class Direction(LabelEnum):
    INCOMING = "in", "Reçu", "arrow-down-left", "sarc"
    OUTGOING = "out", "Envoyé", "arrow-up-right", "bleu"
    INTERNAL = "note", "Note interne", "note", "ambre"


class TaskState(LabelEnum):
    OPEN = "open", "À faire", "circle", "gris"
    DONE = "done", "Fait", "circle-check", "vert"


TASKS = Machine[TaskState](
    "task.moved",
    {TaskState.OPEN: (TaskState.DONE,), TaskState.DONE: (TaskState.OPEN,)},
)

_S = MessageState

MESSAGES = Machine[MessageState](
    "message.moved",
    {
        _S.HELD: (_S.QUEUED, _S.CANCELLED),
        _S.QUEUED: (_S.SENDING, _S.HELD, _S.CANCELLED),
        _S.SENDING: (_S.SENT, _S.QUEUED, _S.UNCERTAIN, _S.FAILED),
        _S.SENT: (_S.DELIVERED, _S.BOUNCED, _S.FAILED),
        _S.UNCERTAIN: (_S.SENT, _S.QUEUED, _S.BOUNCED, _S.FAILED, _S.CANCELLED),
        _S.FAILED: (_S.QUEUED, _S.CANCELLED),
        _S.BOUNCED: (_S.QUEUED, _S.CANCELLED),
    },
)

# What a person must look at, and what still waits to leave.
LOST = (_S.FAILED, _S.BOUNCED, _S.UNCERTAIN)
NOT_LEFT = (_S.HELD, _S.QUEUED)
WAITING = (*NOT_LEFT, _S.SENDING)
