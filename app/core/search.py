"""One search index for the box at the top: accent- and case-blind, prefixes of words, newest first among equals.

Features register a source per model; rows follow every flush. SQLite answers by FTS5, PostgreSQL by tsvector; both
are kept by the database itself (triggers and an expression index of migration 0002, prefixes of 0005).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, NamedTuple

from sqlalchemy import (
    CompoundSelect,
    Index,
    Select,
    String,
    UniqueConstraint,
    bindparam,
    column,
    delete,
    event,
    func,
    inspect,
    literal_column,
    select,
    table,
    union_all,
    update,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core import clock
from app.core.db import UTC, Base, Identified, db, is_sqlite


class SearchEntry(Identified, Base):
    """What the box finds of one record. `words` is folded (lower case, no accent, words apart) and begins with the mark
    of its kind, so that the records of one kind are found without reading the others."""

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
class Quoted:
    """A model whose words stand in the rows of others: when one of `watch` changes, the records of `ids(changed)` are
    written again."""

    model: type[Any]
    watch: tuple[str, ...]
    ids: Callable[[Sequence[int]], Select[int]]


@dataclass(frozen=True, slots=True)
class Source:
    """A model that can be found. `endpoint` opens the record, given `argument`=reference; `permission` may see it.
    `watch` names the attributes whose change is worth writing the row again; all of them when empty. `scope(user)` is the
    query of the ids that this person may see, None when he sees them all. `documents(ids)` says in one query what is found
    of many records, for those written in bulk. `quotes` names the other models whose words its rows repeat; it needs
    `documents`."""

    kind: str
    model: type[Any]
    document: Callable[[Any], Document | None]
    icon: str
    heading: str
    endpoint: str
    argument: str
    permission: str
    watch: tuple[str, ...] = ()
    scope: Callable[[Any], Select[int] | None] = lambda _user: None
    documents: Callable[[Sequence[int]], Iterable[tuple[int, Document]]] | None = None
    quotes: tuple[Quoted, ...] = ()


SOURCES: dict[str, Source] = {}
_by_model: dict[type[Any], Source] = {}
_quoting: dict[type[Any], dict[str, Quoted]] = {}


def declare_source(source: Source) -> None:
    """Start-up: make a model findable."""
    SOURCES[source.kind] = source
    _by_model[source.model] = source
    for quoted in source.quotes:
        _quoting.setdefault(quoted.model, {})[source.kind] = quoted


_WORD = re.compile(r"[a-z0-9]+")
_MARKS = re.compile("[\u0300-\u036f]")
_DIGIT = re.compile("[0-9]")


def fold(value: str) -> str:
    """« Éric O'Neil-Dûr » → « eric o neil dur »; digits kept, marks dropped."""
    if not value.isascii():
        value = unicodedata.normalize("NFKD", value.replace("œ", "oe").replace("Œ", "oe").replace("æ", "ae"))
        value = _MARKS.sub("", value)
    return " ".join(_WORD.findall(value.lower()))


def _fold_words(values: Iterable[str | None]) -> str:
    words: dict[str, None] = {}
    for value in values:
        if not value:
            continue
        folded = fold(value)
        words.update(dict.fromkeys(folded.split()))
        joined = folded.replace(" ", "")
        if joined != folded and _DIGIT.search(joined):  # found however it is spaced
            words.update(dict.fromkeys(_join_codes(value).split()))
            if len(joined) <= 40:
                words[joined] = None
    return " ".join(words)


_CODE = re.compile(r"(?=\S*\d)[^\W_]+(?:[-./][^\W_]+)+")


def _join_codes(value: str) -> str:
    """Folded; a number with its separators is one word: « R-2026-0001 » → « r20260001 »."""
    return fold(_CODE.sub(lambda code: re.sub(r"[-./]", "", code.group()), value))


def _row(kind: str, subject_id: int, document: Document, at: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "subject_id": subject_id,
        "reference": document.reference,
        "label": document.label[:200],
        "detail": document.detail[:200],
        "words": f"{_mark(kind)} {_fold_words([document.label, document.detail, *document.words])[:2000]}",
        "at": at,
    }


@lru_cache
def _mark(kind: str) -> str:
    """A word that nobody types."""
    return f"zq0{fold(kind).replace(' ', '')}"


def index(source: Source, items: Sequence[Any]) -> None:
    """Write the index rows of these records, replacing what was there."""
    _forget(source, [item.id for item in items])
    _insert(_documents(source, items))


def _forget(source: Source, ids: Sequence[int]) -> None:
    if ids:
        old = SearchEntry.kind == source.kind, SearchEntry.subject_id.in_(ids)
        db.session.connection().execute(delete(SearchEntry).where(*old))


def _documents(source: Source, items: Sequence[Any]) -> list[dict[str, Any]]:
    documents = ((item, source.document(item)) for item in items)
    return [
        _row(source.kind, item.id, document, getattr(item, "updated_at", None) or clock.now())
        for item, document in documents
        if document is not None
    ]


def index_new(kind: str, ids: Sequence[int]) -> None:
    """Write the rows of records that were just inserted in bulk. Their source must give `documents`."""
    _insert(_rows(kind, ids))


def _rows(kind: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    documents = SOURCES[kind].documents
    assert documents is not None  # noqa: S101
    moment = clock.now()
    return [_row(kind, subject_id, document, moment) for subject_id, document in documents(ids)]


def _rewrite(kind: str, quoted: Quoted, changed: Sequence[int]) -> None:
    """The words of a record that others repeat have changed: their rows say it too, in their place."""
    ids = list(db.session.scalars(quoted.ids(changed)))
    for start in range(0, len(ids), 500):
        rows = [
            {"of": row["subject_id"], **{name: row[name] for name in ("label", "detail", "words")}}
            for row in _rows(kind, ids[start : start + 500])
        ]
        if rows:
            query = update(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.subject_id == bindparam("of"))
            db.session.connection().execute(query, rows)


def _insert(rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.connection().execute(SearchEntry.__table__.insert(), rows)  # type: ignore[attr-defined]


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: object) -> None:
    pending: dict[str, dict[int, Any]] = session.info.setdefault("etabli_search", {})
    for item in (*session.new, *session.dirty):
        source = _by_model.get(type(item))
        if source is None:
            continue
        if item in session.new:
            session.info.setdefault("etabli_search_new", set()).add(id(item))
        elif not _changed(item, source.watch):
            continue
        pending.setdefault(source.kind, {})[id(item)] = item
    quoted: dict[tuple[str, type[Any]], set[int]] = session.info.setdefault("etabli_search_quoted", {})
    for item in session.dirty:
        for kind, quote in _quoting.get(type(item), {}).items():
            if _changed(item, quote.watch):
                quoted.setdefault((kind, quote.model), set()).add(item.id)


def _changed(item: Any, watch: tuple[str, ...]) -> bool:
    attributes = inspect(item).attrs
    return not watch or any(attributes[name].history.has_changes() for name in watch)


@event.listens_for(Session, "before_commit")
def _write_index(session: Session) -> None:
    session.flush()
    pending: dict[str, dict[int, Any]] = session.info.pop("etabli_search", {})
    new: set[int] = session.info.pop("etabli_search_new", set())
    rows: list[dict[str, Any]] = []
    for kind, items in pending.items():
        kept = [item for item in items.values() if inspect(item).persistent]
        _forget(SOURCES[kind], [item.id for item in kept if id(item) not in new])
        rows += _documents(SOURCES[kind], kept)
    _insert(rows)
    quoted: dict[tuple[str, type[Any]], set[int]] = session.info.pop("etabli_search_quoted", {})
    for (kind, model), changed in quoted.items():
        _rewrite(kind, _quoting[model][kind], sorted(changed))


@event.listens_for(Session, "after_rollback")
def _drop_pending(session: Session) -> None:
    session.info.pop("etabli_search", None)
    session.info.pop("etabli_search_new", None)
    session.info.pop("etabli_search_quoted", None)


class Hit(NamedTuple):
    """One result."""

    kind: str
    subject_id: int
    reference: str
    label: str
    detail: str


def find(what: str, kinds: Sequence[str], limit: int = 10) -> list[Hit]:
    """Records of these kinds that hold every word (or its beginning) of `what`; the most recently written first."""
    wanted = _wanted(what)
    if not wanted or not kinds:
        return []
    statement = _kept(tuple(kinds), limit, is_sqlite())
    return [Hit(*row) for row in db.session.execute(statement, {"typed": _match(wanted, kinds)})]


def find_each(what: str, scopes: Mapping[str, Select[int] | None], limit: int = 10) -> dict[str, list[Hit]]:
    """The `limit` most recently written records of each kind, in one query; a number or serial typed whole comes first.

    `scopes` gives the kinds, each with the query of the ids that may be seen (None: all of them).
    """
    wanted = _wanted(what)
    if not wanted or not scopes:
        return {}
    looked = {f"typed_{kind}": _match(wanted, [kind]) for kind in scopes}
    joined = fold(what).replace(" ", "")
    whole = any(char.isdigit() for char in joined)
    if whole:
        looked |= {f"whole_{kind}": _match(joined, [kind], whole=True) for kind in scopes}
    seen_whole = all(scope is None for scope in scopes.values())
    statement = _kept_each(tuple(scopes), limit, whole, is_sqlite()) if seen_whole else _each(scopes, limit, whole)
    found: dict[str, dict[int, Hit]] = {kind: {} for kind in scopes}
    for row in db.session.execute(statement, looked):
        hit = Hit(*row)
        if len(found[hit.kind]) < limit:
            found[hit.kind].setdefault(hit.subject_id, hit)
    return {kind: list(hits.values()) for kind, hits in found.items() if hits}


_ROW = (SearchEntry.kind, SearchEntry.subject_id, SearchEntry.reference, SearchEntry.label, SearchEntry.detail)
_FTS = table("search_fts", column("rowid"))


@cache
def _kept(kinds: tuple[str, ...], limit: int, _sqlite: bool) -> Select[*tuple[Any, ...]]:
    """Building a statement costs more than running it: those of everybody are kept, for each database."""
    return _branch(kinds, "typed", limit)


@cache
def _kept_each(kinds: tuple[str, ...], limit: int, whole: bool, _sqlite: bool) -> CompoundSelect[*tuple[Any, ...]]:
    return _each(dict.fromkeys(kinds), limit, whole)


def _each(scopes: Mapping[str, Select[int] | None], limit: int, whole: bool) -> CompoundSelect[*tuple[Any, ...]]:
    """What each kind gives, with parameters `typed_<kind>` and, first, `whole_<kind>`."""
    asked = ("whole", "typed") if whole else ("typed",)
    branches = [_branch((kind,), f"{how}_{kind}", limit, scope) for how in asked for kind, scope in scopes.items()]
    return union_all(*(select(branch.subquery()) for branch in branches))


def _branch(
    kinds: tuple[str, ...], looked: str, limit: int, scope: Select[int] | None = None
) -> Select[*tuple[Any, ...]]:
    """The newest of these kinds that answer the parameter named `looked`, made by `_match`."""
    query = select(*_ROW).where(SearchEntry.kind.in_(kinds)).limit(limit)
    if scope is not None:
        query = query.where(SearchEntry.subject_id.in_(scope))
    wanted = bindparam(looked, type_=String)
    if is_sqlite():
        matches = literal_column("search_fts").op("MATCH")(wanted)
        return query.join(_FTS, _FTS.c.rowid == SearchEntry.id).where(matches).order_by(_FTS.c.rowid.desc())
    vector = func.to_tsvector(literal_column("'simple'"), SearchEntry.words)
    matches = vector.op("@@")(func.to_tsquery(literal_column("'simple'"), wanted))
    return query.where(matches).order_by(SearchEntry.id.desc())


def _match(wanted: str, kinds: Sequence[str], *, whole: bool = False) -> str:
    """What the database's index is asked, in its language."""
    words = [wanted] if whole else wanted.split()
    marks = [_mark(kind) for kind in kinds]
    if is_sqlite():
        of_kinds = " OR ".join(f'"{mark}"' for mark in marks)
        typed = " ".join(f'"{word}"' if whole else f'"{word}"*' for word in words)
        return f"({of_kinds}) AND ({typed})"
    typed = " & ".join(word if whole else f"{word}:*" for word in words)
    return f"({' | '.join(marks)}) & ({typed})"


def _wanted(what: str) -> str:
    return " ".join(_join_codes(what[:200]).split()[:8])
