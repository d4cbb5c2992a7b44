"""What the menu and the tabs count, kept until a conversation or a task changes."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select

from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.core.revisions import kept_until
from app.messaging.models import Task, ThreadMessage
from app.messaging.queries.threads import unread
from app.messaging.states import LOST, TaskState


class Counts(NamedTuple):
    """`unread` conversations; `tasks` open, of which `late`: overdue, or about a message that did not arrive."""

    unread: int
    tasks: int
    late: int


@kept_until("messages")
def _counted(today: date) -> Counts:
    conversations = select(ThreadMessage.subject_kind, ThreadMessage.subject_id).where(*unread()).distinct().subquery()
    opened = Task.state == TaskState.OPEN
    late = or_(Task.due_on < today, Task.subject_kind == "message")
    figures = select(
        select(func.count()).select_from(conversations).scalar_subquery(),
        select(func.count()).select_from(Task).where(opened).scalar_subquery(),
        select(func.count()).select_from(Task).where(opened, late).scalar_subquery(),
    )
    return Counts(*db.session.execute(figures).one())


def counts() -> Counts:
    """For the menu and the tabs."""
    return _counted(clock.today())


def lost_count() -> int:
    """Messages that did not arrive and that nobody has dealt with."""
    return db.session.scalar(select(func.count()).where(OutboxMessage.state.in_(LOST))) or 0
