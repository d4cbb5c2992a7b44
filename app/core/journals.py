"""Rows that are only ever added, sealed by batches: a link of a chain holds the sum of each row since the last one.

History, moves of stock, allocations, entries of the ledger…: too many for a link each. `seal_new` is called by whoever
writes many at once, and every hour by a job; `faults` reads the rows again and names those that changed, went or slipped in.
A row is proven from its link on: what came since the last one is not yet.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import func, select

from app.core import chain
from app.core.db import Base, db, is_sqlite, require_transaction
from app.core.i18n import _
from app.core.subject import Subject

#: Rows of a link.
BATCH = 500
#: On PostgreSQL a number may be committed after a higher one: so many are looked at again.
_LATE = 1000
_SUM = 12


@dataclass(frozen=True, slots=True)
class Journal:
    """A table whose rows, or these columns of them, are written once and for all."""

    model: type[Base]
    columns: tuple[str, ...]

    @property
    def table(self) -> str:
        """Its name."""
        return str(self.model.__tablename__)

    @property
    def chain(self) -> str:
        """The chain of its links."""
        return f"journal-{self.table}"


@dataclass(frozen=True, slots=True)
class Fault:
    """A row that is not what was sealed: its table, its number, a French sentence."""

    table: str
    row_id: int
    sentence: str


JOURNALS: dict[str, Journal] = {}


def declare_journal(model: type[Base], columns: Sequence[str] = ()) -> None:
    """Start-up: have the rows of a table sealed by batches; all their columns, or those named."""
    names = tuple(columns) or tuple(column.key for column in model.__table__.columns if column.key != "id")
    JOURNALS[str(model.__tablename__)] = Journal(model, names)


def seal_new(table: str) -> int:
    """Seal the rows of a table that are not yet, in the present transaction; how many. Two callers wait for each other."""
    require_transaction()
    journal = JOURNALS[table]
    chain.lock(journal.chain)
    last, known = _sealed_lately(journal)
    ids = _ids(journal, last - _slack())
    fresh = [row_id for row_id in ids if row_id not in known]
    for start in range(0, len(fresh), BATCH):
        _seal(journal, fresh[start : start + BATCH])
    return len(fresh)


def seal_all() -> int:
    """Seal the rows of every journal that are not yet, in the present transaction; how many."""
    return sum(seal_new(table) for table in JOURNALS)


def _slack() -> int:
    return 0 if is_sqlite() else _LATE


def _sealed_lately(journal: Journal) -> tuple[int, set[int]]:
    """The highest number sealed, and those sealed since the last that may still be late."""
    query = select(chain.Seal.payload).where(chain.Seal.chain == journal.chain).order_by(chain.Seal.rank.desc())
    known: set[int] = set()
    highest = 0
    for payload in db.session.scalars(query.execution_options(yield_per=1)):
        link = json.loads(payload)
        if link.get("struck"):
            continue
        ids = [row[0] for row in link["rows"]]
        highest = max(highest, *ids)
        known.update(ids)
        if max(ids) < highest - _slack() or is_sqlite():
            break
    return highest, known


def _ids(journal: Journal, after: int) -> Sequence[int]:
    column = journal.model.__table__.c.id
    return db.session.scalars(select(column).where(column > after).order_by(column)).all()


def seal_struck(table: str, ids: Sequence[int]) -> None:
    """Seal rows again whose words were struck out by right (a person erased), in the present transaction: from this link on it is
    their new text that is proven, and the older links no longer answer for them."""
    require_transaction()
    journal = JOURNALS[table]
    for start in range(0, len(ids), BATCH):
        _seal(journal, ids[start : start + BATCH], struck=True)


def _seal(journal: Journal, ids: Sequence[int], *, struck: bool = False) -> None:
    sums = dict(_sums(journal, journal.columns, ids))
    rows = [[row_id, str(sums[row_id])[:_SUM]] for row_id in ids]
    payload = {
        "table": journal.table,
        "columns": list(journal.columns),
        "rows": rows,
        "sha256": _all(sums[row_id] for row_id in ids),
    } | ({"struck": True} if struck else {})
    chain.seal(journal.chain, Subject(f"journal:{journal.table}", ids[0]), payload)


def _all(sums: Iterable[str | None]) -> str:
    return hashlib.sha256("\n".join(str(one) for one in sums).encode()).hexdigest()


def _sums(journal: Journal, columns: Sequence[str], ids: Sequence[int]) -> Iterator[tuple[int, str | None]]:
    """(number, SHA-256 of what the row says) of the rows that are there; None for one that cannot be read."""
    table = journal.model.__table__
    wanted = [table.c.id, *(table.c[name] for name in columns)]
    query = select(*wanted).where(table.c.id.in_(ids)).order_by(table.c.id)
    try:
        found: Sequence[Any] = db.session.execute(query).all()
    except chain.UNREADABLE:
        for row_id in ids:
            yield from _sum_alone(select(*wanted).where(table.c.id == row_id), row_id)
        return
    yield from ((row[0], _sum(row)) for row in found)


def _sum_alone(query: Any, row_id: int) -> Iterator[tuple[int, str | None]]:
    try:
        found = db.session.execute(query).one_or_none()
    except chain.UNREADABLE:
        yield row_id, None
    else:
        if found is not None:
            yield row_id, _sum(found)


def _sum(row: Sequence[Any]) -> str:
    text = chain.canonical({"row": [_plain(value) for value in row]})
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return value.value if hasattr(value, "value") else value


# --- proof ------------------------------------------------------------------------------------------------------------


def faults(table: str) -> Iterator[Fault]:
    """Rows of a journal that are not what was sealed. That the chain itself is whole is for `chain.faults`."""
    journal = JOURNALS[table]
    sealed: set[int] = set()
    struck = _struck(journal)
    for rank, link in chain.links(journal.chain):
        payload = _payload(link)
        if payload is None:
            continue  # the chain's own faults name it
        sealed.update(row[0] for row in payload["rows"])
        yield from _changed(journal, payload, {row_id for row_id, since in struck.items() if since > rank})
    yield from _slipped_in(journal, sealed)


def _struck(journal: Journal) -> dict[int, int]:
    """The rank of the last link that sealed each struck row again."""
    links = ((rank, _payload(link)) for rank, link in chain.links(journal.chain))
    return {row[0]: rank for rank, payload in links if payload and payload.get("struck") for row in payload["rows"]}


def _payload(link: chain.Seal | None) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = json.loads(link.payload) if link else {}
        return found if found["rows"] and found["columns"] and found["sha256"] else None
    except (ValueError, LookupError, TypeError):
        return None


def _changed(journal: Journal, payload: dict[str, Any], struck: set[int]) -> Iterator[Fault]:
    """Its rows that are not what it says, but for those that a later link sealed again."""
    columns = [name for name in payload["columns"] if name in journal.model.__table__.c]
    ids = [row[0] for row in payload["rows"]]
    present = dict(_sums(journal, columns, ids))
    if _all(present.get(row_id) for row_id in ids) == payload["sha256"]:
        return
    for row_id, wanted in payload["rows"]:
        if row_id not in present:
            yield Fault(journal.table, row_id, _("la ligne a disparu"))
        elif row_id not in struck and (present[row_id] or "")[:_SUM] != wanted:
            yield Fault(journal.table, row_id, _("la ligne a été changée"))


def _slipped_in(journal: Journal, sealed: set[int]) -> Iterator[Fault]:
    """Rows older than the last sealed one that no link knows."""
    if not sealed:
        return
    column = journal.model.__table__.c.id
    horizon = max(sealed) - _slack()
    count = db.session.scalar(select(func.count()).select_from(journal.model).where(column <= horizon)) or 0
    if count <= sum(row_id <= horizon for row_id in sealed):
        return
    for row_id in db.session.scalars(select(column).where(column <= horizon).order_by(column)).all():
        if row_id not in sealed:
            yield Fault(journal.table, row_id, _("la ligne a été ajoutée après coup"))
