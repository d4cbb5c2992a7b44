"""History: append-only rows that say who did what to which record, with the facts of the moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.actor import current_actor
from app.core.db import UTC, Base, Identified, Json, Names, column, db, require_transaction
from app.core.i18n import _
from app.core.subject import Subject, subject_of


class HistoryEntry(Identified, Base):
    """One fact of the past. Never updated, never deleted; the actor has no foreign key on purpose."""

    __tablename__ = "history_entry"
    __fr__ = Names("événement", "événements")
    __table_args__ = (
        Index(None, "subject_kind", "subject_id", "id"),
        Index(None, "verb", "at"),
    )

    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
    actor_kind: Mapped[str] = column("Type d'auteur")
    actor_id: Mapped[int | None] = mapped_column(default=None)
    actor_name: Mapped[str] = column("Auteur")
    verb: Mapped[str] = column("Action")
    subject_kind: Mapped[str] = column("Type de fiche")
    subject_id: Mapped[int]
    facts: Mapped[dict[str, Any]] = column("Détails", Json, default=dict)


@dataclass(frozen=True, slots=True)
class Verb:
    """How an event reads in a time-line. `detail` makes its second line from the facts."""

    code: str
    label: str
    icon: str = "point"
    colour: str = "gris"
    title: Callable[[Mapping[str, Any]], str] | None = None
    detail: Callable[[Mapping[str, Any]], str] | None = None
    for_client: bool = False


VERBS: dict[str, Verb] = {}


def declare_verbs(*verbs: Verb) -> None:
    """Start-up: name the events a feature writes."""
    VERBS.update({verb.code: verb for verb in verbs})


def record(subject: Any, verb: str, **facts: Any) -> HistoryEntry:
    """Write one row in the present transaction. `subject` is a saved record or a Subject."""
    require_transaction()
    about = subject if isinstance(subject, Subject) else subject_of(subject)
    actor = current_actor()
    entry = HistoryEntry(
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        verb=verb,
        subject_kind=about.kind,
        subject_id=about.id,
        facts=facts,
    )
    db.session.add(entry)
    return entry


def record_many(kind: str, ids: Sequence[int], verb: str, facts: Sequence[Mapping[str, Any]]) -> None:
    """Write the same verb for many records of a kind, each with its facts."""
    require_transaction()
    actor, moment = current_actor(), clock.now()
    rows = [
        {
            "at": moment, "actor_kind": actor.kind, "actor_id": actor.id, "actor_name": actor.name, "verb": verb,
            "subject_kind": kind, "subject_id": subject_id, "facts": dict(told),
        }
        for subject_id, told in zip(ids, facts, strict=True)
    ]  # fmt: skip
    if rows:
        db.session.execute(insert(HistoryEntry), rows)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a time-line, ready to show."""

    at: datetime
    who: str
    title: str
    detail: str
    icon: str
    colour: str

    @property
    def author(self) -> str:
        """Who did it, for the `frise` macro."""
        return self.who

    @property
    def when(self) -> str:
        """« auj. 10 h 20 »."""
        return clock.since(self.at)

    @property
    def iso(self) -> str:
        """The moment, for `<time datetime>`."""
        return self.at.isoformat(timespec="minutes")

    @property
    def full(self) -> str:
        """« mardi 24 novembre 2026 à 10 h 50 »."""
        return clock.full(self.at)


_EVENTS = (
    select(HistoryEntry.at, HistoryEntry.actor_name, HistoryEntry.verb, HistoryEntry.facts)
    .where(HistoryEntry.subject_kind == bindparam("kind"), HistoryEntry.subject_id == bindparam("id"))
    .order_by(HistoryEntry.id.desc())
    .limit(bindparam("events"))
)


def events_of(subject: Subject, limit: int = 50, *, client_only: bool = False) -> list[Event]:
    """The record's time-line, newest first."""
    rows = db.session.execute(_EVENTS, {"kind": subject.kind, "id": subject.id, "events": limit})
    shown = (
        _event(at, who, VERBS.get(verb) or Verb(verb, _("Modification"), "pencil"), facts)
        for at, who, verb, facts in rows
        if not client_only or (verb in VERBS and VERBS[verb].for_client)
    )
    return list(shown)


def _event(at: datetime, who: str, verb: Verb, facts: Mapping[str, Any]) -> Event:
    title = verb.title(facts) if verb.title else _(verb.label)
    detail = verb.detail(facts) if verb.detail else ""
    return Event(at, who, title, detail, verb.icon, verb.colour)
