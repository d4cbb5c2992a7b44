"""Tasks and calls: what somebody must do by a day, so that everything promised is on somebody's list."""

import re
from collections.abc import Callable
from datetime import date

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import Subject
from app.messaging.models import Task
from app.messaging.states import TASKS, TaskState

LABEL_LENGTH = 200
_WHEN_DONE: dict[str, Callable[[Task], None]] = {}


def declare_when_done(kind: str, act: Callable[[Task], None]) -> None:
    """At start-up: what else happens, in the same transaction, when a task about a record of that kind is done."""
    _WHEN_DONE[kind] = act


def add_task(
    label: str,
    *,
    call: bool = False,
    due_on: date | None = None,
    about: Subject | None = None,
    contact_id: int | None = None,
    assignee_id: int | None = None,
    notes: str = "",
) -> Task:
    """Put something on the list; `call` when it is done by telephone. Raises DomainError without words."""
    require_transaction()
    words = _worded(label)
    task = Task(
        label=words,
        call=call,
        due_on=due_on,
        subject_kind=about.kind if about else None,
        subject_id=about.id if about else None,
        contact_id=contact_id,
        assignee_id=assignee_id,
        notes=notes.strip(),
    )
    db.session.add(task)
    db.session.flush()
    record(task, "task.added", label=words)
    return task


def change_task(
    task: Task,
    *,
    label: str,
    call: bool,
    due_on: date | None,
    assignee_id: int | None,
    contact_id: int | None,
    notes: str,
) -> None:
    """Correct a task. Raises DomainError without words."""
    require_transaction()
    words = _worded(label)
    task.label, task.call, task.due_on, task.notes = words, call, due_on, notes.strip()
    task.assignee_id, task.contact_id = assignee_id, contact_id
    record(task, "task.changed", label=words)


def _worded(label: str) -> str:
    words = re.sub(r"[ \t\r\n]+", " ", label).strip()[:LABEL_LENGTH]
    if not words:
        raise DomainError(_("Dites ce qu'il y a à faire."), field="label")
    return words


def finish_task(task: Task) -> None:
    """Done. Finishing twice is no fault."""
    require_transaction()
    if task.state == TaskState.OPEN:
        TASKS.move(task, TaskState.DONE, label=task.label)
        task.done_at = clock.now()
        if task.subject_kind in _WHEN_DONE:
            _WHEN_DONE[task.subject_kind](task)


def reopen_task(task: Task) -> None:
    """Not done after all."""
    require_transaction()
    if task.state == TaskState.DONE:
        TASKS.move(task, TaskState.OPEN, label=task.label)
        task.done_at = None


def open_task_about(subject: Subject, *, calls: bool = False) -> Task | None:
    """An open task about this record; `calls`: a call to make."""
    query = select(Task).where(
        Task.subject_kind == subject.kind, Task.subject_id == subject.id, Task.state == TaskState.OPEN
    )
    return db.session.scalar((query.where(Task.call) if calls else query).limit(1))


def finish_tasks_about(subject: Subject, *, calls: bool = False) -> None:
    """What they asked for has been settled; `calls`: the calls to make alone."""
    require_transaction()
    while (task := open_task_about(subject, calls=calls)) is not None:
        finish_task(task)
        db.session.flush()
