"""Reads of tasks."""

from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, case, or_, select

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.subject import Subject
from app.messaging.models import Task
from app.messaging.states import TaskState


@dataclass(frozen=True, slots=True)
class TaskFilters:
    """What the query string asks for."""

    mine: bool = False
    calls: bool = False
    late: bool = False
    done: bool = False


class TaskRow(NamedTuple):
    """What the list shows of a task."""

    id: int
    label: str
    call: bool
    due_on: date | None
    state: TaskState
    subject_kind: str | None
    subject_id: int | None
    notes: str
    contact_id: int | None
    contact: str | None
    phone: str | None
    assignee: str | None

    @property
    def about(self) -> Subject | None:
        """The record it is about."""
        return Subject(self.subject_kind, self.subject_id) if self.subject_kind and self.subject_id else None

    @property
    def late(self) -> bool:
        """True when its day has passed and it is still to do."""
        return self.state == TaskState.OPEN and self.due_on is not None and self.due_on < clock.today()


def tasks_listing(user: User, filters: TaskFilters) -> Select[*tuple[Any, ...]]:
    """The query of the list: what is due first at the top, what has no day last; what is done by its newest."""
    query: Select[*tuple[Any, ...]] = (
        select(
            Task.id, Task.label, Task.call, Task.due_on, Task.state, Task.subject_kind, Task.subject_id, Task.notes,
            Contact.id, Contact.name, Contact.phone, User.name,
        )
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .outerjoin(User, User.id == Task.assignee_id)
        .where(Task.state == (TaskState.DONE if filters.done else TaskState.OPEN))
    )  # fmt: skip
    if filters.mine:
        query = query.where(or_(Task.assignee_id == user.id, Task.assignee_id.is_(None)))
    if filters.calls:
        query = query.where(Task.call)
    if filters.late:
        query = query.where(or_(Task.due_on < clock.today(), Task.subject_kind == "message"))
    if filters.done:
        return query.order_by(Task.done_at.desc(), Task.id.desc())
    return query.order_by(case((Task.due_on.is_(None), 1), else_=0), Task.due_on, Task.id)


def task_for(user: User, task_id: int) -> Task | None:
    """The task, when this person may see the team's list."""
    return db.session.get(Task, task_id) if allowed(user, "message.view") else None
