"""One search index for the box at the top: accent- and case-blind, prefixes of words, newest first among equals.

Features register a source per model; rows follow every flush. SQLite answers by FTS5, PostgreSQL by tsvector; both
are kept by the database itself (triggers and an expression index of migration 0002).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Index, UniqueConstraint, bindparam, delete, event, inspect, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import UTC, Base, Identified, db, is_sqlite


class SearchEntry(Identified, Base):
    """What the box finds of one record. `words` is folded: lower case, no accent, words apart."""

    __tablename__ = "search_entry"
    __table_args__ = (UniqueConstraint("kind", "subject_id"), Index(None, "kind", "label"))

    kind: Mapped[str]
    subject_id: Mapped[int]
    reference: Mapped[str] = mapped_column(default="")
    label: Mapped[str]
    detail: Mapped[str] = mapped_column(default="")
    words: Mapped[str]
    at: Mapped[datetime] = mapped_column(UTC, default=clock.now)


class Document(NamedTuple):
    """What a source says of one record; None from the source removes it from the index.

    `reference` is what addresses the record's page (its number or id as text).
    """

    reference: str
    label: str
    detail: str
    words: Iterable[str | None]


@dataclass(frozen=True, slots=True)
class Source:
    """A model that can be found. `endpoint` opens the record, given `argument`=reference; `permission` may see it.
    `watch` names the attributes whose change is worth writing the row again; all of them when empty."""

    kind: str
    model: type[Any]
    document: Callable[[Any], Document | None]
    icon: str
    heading: str
    endpoint: str
    argument: str
    permission: str
    watch: tuple[str, ...] = ()


SOURCES: dict[str, Source] = {}
_by_model: dict[type[Any], Source] = {}


def declare_source(source: Source) -> None:
    """Start-up: make a model findable."""
    SOURCES[source.kind] = source
    _by_model[source.model] = source


def fold(value: str) -> str:
    """« Éric O'Neil-Dûr » → « eric o neil dur »; digits kept, marks dropped."""
    plain = unicodedata.normalize("NFKD", value.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
    plain = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _fold_words(values: Iterable[str | None]) -> str:
    words: dict[str, None] = {}
    for value in values:
        if not value:
            continue
        folded = fold(value)
        words.update(dict.fromkeys(folded.split()))
        joined = folded.replace(" ", "")
        if any(char.isdigit() for char in joined) and joined != folded and len(joined) <= 40:
            words[joined] = None  # serials and numbers are found however they are spaced
    return " ".join(words)


def _row(source: Source, item: Any) -> dict[str, Any] | None:
    document = source.document(item)
    if document is None:
        return None
    return {
        "kind": source.kind,
        "subject_id": item.id,
        "reference": document.reference,
        "label": document.label[:200],
        "detail": document.detail[:200],
        "words": _fold_words([document.label, document.detail, *document.words])[:2000],
        "at": getattr(item, "updated_at", None) or clock.now(),
    }


def index(source: Source, items: Sequence[Any]) -> None:
    """Write the index rows of these records, replacing what was there."""
    if not items:
        return
    table = SearchEntry.__table__
    connection = db.session.connection()
    ids = [item.id for item in items]
    connection.execute(delete(SearchEntry).where(SearchEntry.kind == source.kind, SearchEntry.subject_id.in_(ids)))
    rows = [row for row in (_row(source, item) for item in items) if row]
    if rows:
        connection.execute(table.insert(), rows)  # type: ignore[attr-defined]


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    pending: dict[str, dict[int, Any]] = session.info.setdefault("etabli_search", {})
    for item in (*session.new, *session.dirty):
        source = _by_model.get(type(item))
        if source and (item in session.new or _changed(item, source.watch)):
            pending.setdefault(source.kind, {})[id(item)] = item


def _changed(item: Any, watch: tuple[str, ...]) -> bool:
    attributes = inspect(item).attrs
    return not watch or any(attributes[name].history.has_changes() for name in watch)


@event.listens_for(Session, "before_commit")
def _write_index(session: Session) -> None:
    session.flush()
    pending: dict[str, dict[int, Any]] = session.info.pop("etabli_search", {})
    for kind, items in pending.items():
        index(SOURCES[kind], [item for item in items.values() if not inspect(item).deleted])


@event.listens_for(Session, "after_rollback")
def _drop_pending(session: Session) -> None:
    session.info.pop("etabli_search", None)


class Hit(NamedTuple):
    """One result."""

    kind: str
    subject_id: int
    reference: str
    label: str
    detail: str


_SQLITE = """
select e.kind, e.subject_id, e.reference, e.label, e.detail
from search_fts f join search_entry e on e.id = f.rowid
where search_fts match :query and e.kind in :kinds
order by f.rowid desc limit :limit
"""
_POSTGRES = """
select e.kind, e.subject_id, e.reference, e.label, e.detail from search_entry e
where to_tsvector('simple', e.words) @@ to_tsquery('simple', :query) and e.kind in :kinds
order by e.id desc limit :limit
"""


def _query(folded: Sequence[str]) -> str:
    if is_sqlite():
        return " ".join(f'"{word}"*' for word in folded)
    return " & ".join(f"{word}:*" for word in folded)


def find(what: str, kinds: Sequence[str], limit: int = 10) -> list[Hit]:
    """Records of these kinds that hold every word (or its beginning) of `what`; the most recently written first."""
    words = fold(what).split()[:8]
    if not words or not kinds:
        return []
    statement = text(_SQLITE if is_sqlite() else _POSTGRES).bindparams(bindparam("kinds", expanding=True))
    rows = db.session.execute(statement, {"query": _query(words), "kinds": list(kinds), "limit": limit})
    return [Hit(*row) for row in rows]
