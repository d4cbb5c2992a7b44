"""History: append-only rows that say who did what to which record, with the facts of the moment."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Index, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.actor import current_actor
from app.core.db import UTC, Base, Identified, Json, Names, column, db, require_transaction
from app.core.i18n import _
from app.core.subject import Subject, subject_of


class HistoryEntry(Identified, Base):
    """One fact of the past. Never deleted, never updated but by `strike_out`; the actor has no foreign key on purpose."""

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
    """How an event reads in a time-line. `detail` makes its second line from the facts, `look` its icon and colour when they
    say more than those of the verb."""

    code: str
    label: str
    icon: str = "point"
    colour: str = "gris"
    title: Callable[[Mapping[str, Any]], str] | None = None
    detail: Callable[[Mapping[str, Any]], str] | None = None
    for_client: bool = False
    look: Callable[[Mapping[str, Any]], tuple[str, str]] | None = None


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


#: What stays of the facts of an event that was struck out: codes of states, on which figures rest.
CODES = ("from", "to", "state", "waiting", "kind", "outcome", "purpose")
_CODE = re.compile(r"[a-z][a-z_]{0,29}")


def strike_out(ids: Sequence[int], actors: Collection[tuple[str, int | None]], name: str) -> list[int]:
    """Take the words of a person away from these events, which stay with their date and verb: numbers and codes of states are
    kept, every other word goes, and `actors` (kind, id) are called `name`. The one change that the database lets be done (migration
    of `privacy`), and only so: each row then says that it was. Returns the ids of those that changed."""
    require_transaction()
    rows = db.session.execute(
        select(
            HistoryEntry.id, HistoryEntry.actor_kind, HistoryEntry.actor_id, HistoryEntry.actor_name, HistoryEntry.facts
        )
        .where(HistoryEntry.id.in_(ids))
        .order_by(HistoryEntry.id)
    ).all()
    written = [
        {
            "row": row.id,
            "name": name if (row.actor_kind, row.actor_id) in actors else row.actor_name,
            "left": {**{key: value for key, value in row.facts.items() if _is_code(key, value)}, "erased": True},
        }
        for row in rows
    ]
    said = {row.id: (row.actor_name, row.facts) for row in rows}
    written = [one for one in written if (one["name"], one["left"]) != said[one["row"]]]
    if written:
        query = update(HistoryEntry).where(HistoryEntry.id == bindparam("row"))
        db.session.connection().execute(
            query.values(actor_name=bindparam("name"), facts=bindparam("left", type_=Json)), written
        )
        db.session.expire_all()
    return [one["row"] for one in written]


def _is_code(key: str, value: Any) -> bool:
    if isinstance(value, str):
        return key in CODES and bool(_CODE.fullmatch(value))
    return value is None or isinstance(value, int | float)


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


def events_of(subject: Subject, limit: int = 50, *, client_only: bool = False, own: str = "") -> list[Event]:
    """The record's time-line, newest first; `client_only`: what a client is told, and what `own` (his name) did himself."""
    rows = db.session.execute(_EVENTS, {"kind": subject.kind, "id": subject.id, "events": limit})
    shown = (
        _event(at, who, VERBS.get(verb) or Verb(verb, _("Modification"), "pencil"), facts)
        for at, who, verb, facts in rows
        if not client_only or (verb in VERBS and VERBS[verb].for_client) or (own and who == own)
    )
    return list(shown)


def _event(at: datetime, who: str, verb: Verb, facts: Mapping[str, Any]) -> Event:
    if facts.get("erased"):
        return Event(
            at, who, _(verb.label), _("Détails effacés avec les données de la personne."), verb.icon, verb.colour
        )
    title = verb.title(facts) if verb.title else _(verb.label)
    detail = verb.detail(facts) if verb.detail else ""
    icon, colour = verb.look(facts) if verb.look else (verb.icon, verb.colour)
    return Event(at, who, title, detail, icon, colour)
