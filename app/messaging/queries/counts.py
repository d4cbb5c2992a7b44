"""What the menu and the tabs count, in one query."""

from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, or_, select

from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxMessage
from app.messaging.models import Task, ThreadMessage
from app.messaging.queries.threads import unread
from app.messaging.states import LOST, TaskState


class Counts(NamedTuple):
    """`unread` conversations; `tasks` open, of which `late` (overdue, or about a message that did not arrive); `lost` messages."""

    unread: int
    tasks: int
    late: int
    lost: int


@cache
def _figures() -> Select[*tuple[Any, ...]]:
    """The menu asks for it on every page: built once."""
    conversations = select(ThreadMessage.subject_kind, ThreadMessage.subject_id).where(*unread()).distinct().subquery()
    opened = Task.state == TaskState.OPEN
    late = or_(Task.due_on < bindparam("today"), Task.subject_kind == "message")
    return select(
        select(func.count()).select_from(conversations).scalar_subquery(),
        select(func.count()).select_from(Task).where(opened).scalar_subquery(),
        select(func.count()).select_from(Task).where(opened, late).scalar_subquery(),
        select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state.in_(LOST)).scalar_subquery(),
    )


def counts() -> Counts:
    """For the menu and the tabs."""
    return Counts(*db.session.execute(_figures(), {"today": clock.today()}).one())
