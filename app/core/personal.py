"""What the house holds on people: each feature declares its tables, why it keeps them, how long, and what erasing them leaves.

One declaration feeds three things: the access export (GDPR article 15), the erasure (article 17) and the register of
processing (article 30). The feature `privacy` does them; this file only knows tables and columns.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, false, or_, select

from app.core import clock
from app.core.db import Base, db, require_transaction
from app.core.law import legal

#: Records of the person's own, what was written about them, then files and events about all of these.
OWN, ABOUT, AROUND = 0, 1, 2
#: Months that things are kept, dated amounts of the law which the feature `privacy` declares with their sources.
PROSPECTS, CONTRACTS, ACCOUNTING = "privacy.prospect_months", "privacy.contract_months", "privacy.accounting_months"
CONNECTIONS, LEFTOVERS = "privacy.connection_months", "privacy.leftover_months"
LAW_OF_BOOKS = "Pièce comptable, conservée 10 ans (code de commerce, art. L123-22)."


@dataclass(slots=True)
class Person:
    """Somebody, and the records found to be his: ids by table and by kind of subject."""

    contact_id: int
    user_id: int | None = None
    found: dict[str, list[int]] = field(default_factory=dict)
    subjects: dict[str, list[int]] = field(default_factory=dict)

    @property
    def no_name(self) -> str:
        """What he is called once erased."""
        return f"Personne effacée n° {self.contact_id}"

    def of(self, model: type[Base]) -> list[int]:
        """The ids of that table's rows found so far."""
        return self.found.get(model.__tablename__, [])

    def about(self, kind: Any, record_id: Any) -> ColumnElement[bool]:
        """Rows about one of his records."""
        named = [and_(kind == name, record_id.in_(ids)) for name, ids in sorted(self.subjects.items()) if ids]
        return or_(false(), *named)


@dataclass(frozen=True, slots=True)
class Holding:
    """One table that speaks of people. `rows(person)`: those of somebody. When he is erased they are deleted, or the columns
    `blank` are emptied and `put` written (from the row and the person), but for those that `unless` says the law keeps: `kept`
    names that law. `plain`: columns of text that say nothing of a person (numbers, codes). `secret`: never exported. `files`: columns
    that are lists of ids of files."""

    model: type[Any]
    rows: Callable[[Person], ColumnElement[bool]]
    blank: tuple[str, ...] = ()
    put: Mapping[str, Callable[[Any, Person], Any]] = field(default_factory=dict)
    delete: bool = False
    unless: ColumnElement[bool] | None = None
    kept: str = ""
    plain: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    step: int = OWN


@dataclass(frozen=True, slots=True)
class Since:
    """A sign of the person: a relation lasts from its last one. `keep` names the months it holds him for; `where`
    what else the rows satisfy."""

    contact_id: Any
    moment: Any
    keep: str
    where: ColumnElement[bool] | None = None


@dataclass(frozen=True, slots=True)
class Pending:
    """What is under way, which forbids erasing: the contacts concerned, and what is said of it."""

    contacts: Callable[[], Select[Any]]
    sentence: str


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One line of the register. `keep` names its months, or is "" when `kept_for` says it in words."""

    key: str
    label: str
    purpose: str
    basis: str
    keep: str
    holdings: tuple[Holding, ...]
    since: tuple[Since, ...] = ()
    pending: tuple[Pending, ...] = ()
    kept_for: str = ""

    @property
    def months(self) -> int | None:
        """How long it is kept, in months; None when `kept_for` says it."""
        return legal(self.keep, clock.today()) if self.keep else None

    @property
    def categories(self) -> list[str]:
        """Names of what is held, in French, without repeats."""
        columns = (column for one in self.holdings for column in one.model.__table__.columns)
        labels = (column.info.get("label") for column in columns if column.key not in TECHNICAL)
        return list(dict.fromkeys(str(label) for label in labels if label))


@dataclass(frozen=True, slots=True)
class Outdated:
    """Technical rows that no person leads to, dropped by age: `doomed(cutoff)` gives the tables in order, with their rows."""

    key: str
    label: str
    keep: str
    doomed: Callable[[Any], Sequence[tuple[type[Any], ColumnElement[bool]]]]


#: Columns that every record has, which say nothing in a register.
TECHNICAL = ("created_at", "updated_at", "archived_at", "subject_kind", "about_kind")
REGISTER: dict[str, PersonalData] = {}
_erased: list[Callable[[], Collection[int]]] = []
OUTDATED: dict[str, Outdated] = {}


def declare_personal(*declared: PersonalData) -> None:
    """Start-up: say what a feature holds on people."""
    REGISTER.update({one.key: one for one in declared})


def declare_outdated(*declared: Outdated) -> None:
    """Start-up: say what is dropped by age alone."""
    OUTDATED.update({one.key: one for one in declared})


def declare_erased(ids: Callable[[], Collection[int]]) -> None:
    """Start-up: who knows the contacts that were erased."""
    _erased.append(ids)


def is_erased(contact_id: int | None) -> bool:
    """True for somebody who was erased: what the law keeps of him is then found by its number alone."""
    return any(contact_id in ids() for ids in _erased)


def holdings() -> Iterator[tuple[PersonalData, Holding]]:
    """All declared tables, the person's own records first: the others are found through them."""
    for step in (OWN, ABOUT, AROUND):
        yield from ((data, one) for data in REGISTER.values() for one in data.holdings if one.step == step)


def look_up(person: Person) -> Person:
    """Find the ids of all that is held on him."""
    for _data, one in holdings():
        ids = list(db.session.scalars(select(one.model.id).where(one.rows(person)).order_by(one.model.id)))
        known = person.found.setdefault(one.model.__tablename__, [])
        known += sorted(set(ids) - set(known))
        if getattr(one.model, "__kind__", ""):
            person.subjects[one.model.__kind__] = known
    return person


def file_columns(model: type[Any]) -> list[str]:
    """The columns of a table that name a stored file."""
    columns = model.__table__.columns
    return [
        column.key for column in columns if any(key.target_fullname == "stored_file.id" for key in column.foreign_keys)
    ]


def files_in(value: Any) -> Iterator[int]:
    """Ids of files named inside answers: {"file_ids": [4, 5]}, at any depth."""
    if isinstance(value, dict):
        for name, inside in value.items():
            if name == "file_ids" and isinstance(inside, list):
                yield from (one for one in inside if isinstance(one, int))
            else:
                yield from files_in(inside)
    elif isinstance(value, list):
        for inside in value:
            yield from files_in(inside)


def files_of(one: Holding, row: Any, columns: Sequence[str]) -> set[int]:
    """Ids of the files that these columns of a row name: by a foreign key, inside answers, in a list."""
    named = {getattr(row, name) for name in file_columns(one.model) if name in columns} - {None}
    for name in columns:
        value = getattr(row, name)
        named |= set(files_in({"file_ids": value} if name in one.files else value))
    return named


def wipe(person: Person) -> tuple[dict[str, int], set[int]]:
    """Erase what `look_up` found, in the present transaction. Returns how many rows by table, and the ids of the files that
    nothing should name any more."""
    require_transaction()
    counts: dict[str, int] = {}
    files: set[int] = set()
    for _data, one in reversed(list(holdings())):
        ids = person.of(one.model)
        if not ids or not (one.delete or one.blank or one.put):
            continue
        rows = _doomed(one, ids)
        for row in rows:
            files |= files_of(one, row, one.model.__table__.columns.keys() if one.delete else one.blank)
            if not one.delete:
                _empty(one, row, person)
        if one.delete and rows:
            db.session.flush()
            gone = [row.id for row in rows]
            for row in rows:
                db.session.expunge(row)
            db.session.execute(delete(one.model).where(one.model.id.in_(gone)))
        if rows:
            counts[one.model.__tablename__] = counts.get(one.model.__tablename__, 0) + len(rows)
    db.session.flush()
    return counts, files


def _doomed(one: Holding, ids: Sequence[int]) -> list[Any]:
    query = select(one.model).where(one.model.id.in_(ids))
    if one.unless is not None:
        query = query.where(~one.unless)
    return list(db.session.scalars(query.execution_options(populate_existing=True)).unique())


def _empty(one: Holding, row: Any, person: Person) -> None:
    written = {name: make(row, person) for name, make in one.put.items()}
    for name in one.blank:
        setattr(row, name, nothing(one.model.__table__.columns[name]))
    for name, value in written.items():
        setattr(row, name, value)


def nothing(column: Any) -> Any:
    """The empty value of a column: none, else that of its type."""
    if column.nullable:
        return None
    kind = getattr(column.type, "impl", column.type)
    python = getattr(kind, "python_type", str)
    if column.default is not None and column.default.is_callable:
        return [] if column.default.arg(None) == [] else {}
    return python() if python in (str, int, bool) else ""
