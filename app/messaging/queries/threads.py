"""Reads of threads."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, tuple_

from app.contacts.models import Contact
from app.core.db import db
from app.core.outbox import Channel, MessageState, OutboxMessage
from app.core.search import SearchEntry
from app.core.subject import Subject
from app.documents.queries import AttachedFile, attachments_of_all
from app.messaging.models import ThreadMessage
from app.messaging.states import Direction

SHOWN = 200


class ThreadRow(NamedTuple):
    """One message of a thread. `channel` and `state` are of the mail or SMS that carries it, None when nothing does."""

    id: int
    direction: Direction
    author: str
    body: str
    at: datetime
    read_at: datetime | None
    outbox_id: int | None
    channel: Channel | None
    state: MessageState | None
    files: tuple[AttachedFile, ...] = ()


def thread_of(subject: Subject, *, for_client: bool = False) -> list[ThreadRow]:
    """The conversation, the oldest first, at most the last 200; without the team's notes for the client."""
    query = (
        select(
            ThreadMessage.id, ThreadMessage.direction, ThreadMessage.author, ThreadMessage.body, ThreadMessage.at,
            ThreadMessage.read_at, ThreadMessage.outbox_id, OutboxMessage.channel, OutboxMessage.state,
        )
        .outerjoin(OutboxMessage, OutboxMessage.id == ThreadMessage.outbox_id)
        .where(ThreadMessage.subject_kind == subject.kind, ThreadMessage.subject_id == subject.id)
        .order_by(ThreadMessage.id.desc())
        .limit(SHOWN)
    )  # fmt: skip
    if for_client:
        query = query.where(ThreadMessage.direction != Direction.INTERNAL)
    rows = list(reversed(db.session.execute(query).all()))
    files = attachments_of_all([Subject("thread_message", row[0]) for row in rows], for_client=for_client)
    return [ThreadRow(*row, tuple(files.get(Subject("thread_message", row[0]), ()))) for row in rows]


def unread() -> tuple[ColumnElement[bool], ...]:
    """What « à lire » means for the team."""
    return ThreadMessage.direction == Direction.INCOMING, ThreadMessage.read_at.is_(None)


def unread_count(subject: Subject, *, for_client: bool = False) -> int:
    """Messages of this thread that the team, or the client, has not read."""
    waiting = (
        (ThreadMessage.direction == Direction.OUTGOING, ThreadMessage.read_at.is_(None)) if for_client else unread()
    )
    return (
        db.session.scalar(
            select(func.count())
            .select_from(ThreadMessage)
            .where(ThreadMessage.subject_kind == subject.kind, ThreadMessage.subject_id == subject.id, *waiting)
        )
        or 0
    )


def unread_threads() -> Select[*tuple[Any, ...]]:
    """The query of conversations to read, the newest first: kind, id, how many, author, body, at, contact's id, name and phone."""
    newest = (
        select(func.max(ThreadMessage.id).label("id"), func.count().label("count"))
        .where(*unread())
        .group_by(ThreadMessage.subject_kind, ThreadMessage.subject_id)
        .subquery()
    )
    return (
        select(
            ThreadMessage.subject_kind, ThreadMessage.subject_id, newest.c.count, ThreadMessage.author, ThreadMessage.body,
            ThreadMessage.at, Contact.id.label("contact_id"), Contact.name, Contact.phone,
        )
        .join(newest, newest.c.id == ThreadMessage.id)
        .outerjoin(Contact, Contact.id == ThreadMessage.contact_id)
        .order_by(ThreadMessage.id.desc())
    )  # fmt: skip


def labels_of(subjects: Iterable[Subject]) -> dict[Subject, str]:
    """How records are called, in two queries whatever their number: from the search index, and contacts by their name."""
    wanted: Sequence[Subject] = list(dict.fromkeys(subjects))
    if not wanted:
        return {}
    rows = db.session.execute(
        select(SearchEntry.kind, SearchEntry.subject_id, SearchEntry.reference, SearchEntry.label).where(
            tuple_(SearchEntry.kind, SearchEntry.subject_id).in_([tuple(subject) for subject in wanted])
        )
    )
    found = {Subject(kind, id_): _called(kind, reference, label) for kind, id_, reference, label in rows}
    missing: dict[str, list[int]] = defaultdict(list)
    for subject in wanted:
        if subject not in found:
            missing[subject.kind].append(subject.id)
    if missing["contact"]:
        names = db.session.execute(select(Contact.id, Contact.name).where(Contact.id.in_(missing["contact"])))
        found |= {Subject("contact", id_): name for id_, name in names}
    return found


def _called(kind: str, reference: str, label: str) -> str:
    """« R-2026-0001, Machine à café »: the number is said when the label does not hold it, and is not a bare id."""
    if kind == "contact" or reference.isdigit() or reference in label:
        return label
    return f"{reference}, {label}"
