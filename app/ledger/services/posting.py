"""Writing entries: each source once, numbered without a hole in its year, balanced to the cent, never changed."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db, insert_many, require_transaction, transaction
from app.core.i18n import _
from app.core.journals import seal_new
from app.core.money import euros
from app.ledger.models import Account, Entry, EntryLine
from app.ledger.queries.years import year_of
from app.ledger.services.chart import Chart, load_chart
from app.ledger.services.drafts import Draft, Key
from app.ledger.services.lettering import settle_lines
from app.ledger.services.opening import opening_of
from app.ledger.services.sources import BY_KIND, missing

BATCH = 200
LABEL_LENGTH = 120
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Caught:
    """What a catch-up did: entries written, lines lettered, sources that do not add up (French sentences)."""

    entries: int = 0
    lettered: int = 0
    faults: list[str] = field(default_factory=list)


def catch_up() -> Caught:
    """Write the entries that are missing, by batches of one transaction each; then letter what is settled.

    Called outside a transaction. Idempotent: two at once wait for each other, and a source that has its entry is left out.
    """
    done = Caught()
    for year, keys in groupby(missing(), key=lambda key: year_of(key.day)):
        for rank, batch in enumerate(_batches(keys)):
            with transaction():
                _lock()
                if rank == 0:
                    done.entries += write_all(opening_of(year), done.faults)
                done.entries += write_all(_drafts(_still_missing(batch)), done.faults)
    with transaction():
        _lock()
        for year in _years():
            done.entries += write_all(opening_of(year), done.faults)
        done.lettered = settle_lines()
        for model in (Entry, EntryLine):
            seal_new(model.__tablename__)
    return done


def _years() -> list[int]:
    return sorted({*db.session.scalars(select(Entry.year).distinct()), year_of(clock.today())})


def _batches(keys: Iterable[Key]) -> Iterator[list[Key]]:
    found = list(keys)
    for start in range(0, len(found), BATCH):
        yield found[start : start + BATCH]


def _lock() -> None:
    """One writer at a time: on PostgreSQL the first account's row says so, SQLite has one writer anyway."""
    load_chart()
    query = select(Account.id).where(Account.role == "client").with_for_update()
    db.session.execute(query)


def _still_missing(keys: Sequence[Key]) -> list[Key]:
    """Those that nobody wrote while we waited."""
    query = select(Entry.source_kind, Entry.source_id, Entry.step).where(
        Entry.source_kind.in_({key.kind for key in keys}), Entry.source_id.in_({key.id for key in keys})
    )
    there = {(kind, number, step) for kind, number, step in db.session.execute(query)}
    return [key for key in keys if (key.kind, key.id, key.step) not in there]


def _drafts(keys: Sequence[Key]) -> list[Draft]:
    found: list[Draft] = []
    for kind in sorted({key.kind for key in keys}):
        found += BY_KIND[kind].drafts([key for key in keys if key.kind == kind])
    return sorted(found, key=lambda draft: draft.key)


def write_all(drafts: Iterable[Draft], faults: list[str]) -> int:
    """Write entries in order; how many. One that does not balance is left out, and said."""
    require_transaction()
    chart, ranks, written = Chart(), _Ranks(), 0
    rows: list[dict[str, object]] = []
    for draft in drafts:
        if draft.gap:
            faults.append(
                _("%(piece)s : débit et crédit diffèrent de %(gap)s", piece=draft.piece, gap=euros(abs(draft.gap)))
            )
            log.error("the entry of %s %s does not balance: %s cents", draft.key.kind, draft.key.id, draft.gap)
            continue
        entry = _entry(draft, ranks)
        db.session.add(entry)
        db.session.flush()
        rows += _lines(entry.id, draft, chart)
        written += 1
    insert_many(EntryLine, rows)
    return written


class _Ranks:
    """The next number of each year, under the lock."""

    def __init__(self) -> None:
        query = select(Entry.year, func.max(Entry.rank)).group_by(Entry.year)
        self._last: dict[int, int] = {row[0]: row[1] for row in db.session.execute(query)}

    def next(self, year: int) -> int:
        self._last[year] = self._last.get(year, 0) + 1
        return self._last[year]


def _entry(draft: Draft, ranks: _Ranks) -> Entry:
    year = year_of(draft.key.day)
    return Entry(
        year=year, rank=ranks.next(year), journal=draft.journal, booked_on=draft.key.day, piece=_clean(draft.piece, 40) or "-",
        piece_on=draft.piece_on, label=_clean(draft.label, LABEL_LENGTH), source_kind=draft.key.kind, source_id=draft.key.id,
        step=draft.key.step,
    )  # fmt: skip


def _clean(text: str, length: int) -> str:
    """On one line, with nothing that a file of fields could take for a separator."""
    return " ".join(text.replace("|", "/").split())[:length]


def _lines(entry_id: int, draft: Draft, chart: Chart) -> list[dict[str, object]]:
    return [
        {
            "entry_id": entry_id, "account": line.code, "account_label": _clean(line.label, 80),
            "third_party": line.third.code, "third_party_label": _clean(line.third.label, 80),
            "debit": max(0, line.amount), "credit": max(0, -line.amount), "allocation_id": line.allocation_id,
        }
        for line in draft.merged(chart.of)
    ]  # fmt: skip


def pending() -> int:
    """How many sources wait for their entry."""
    return len(missing())


def oldest_pending() -> date | None:
    """The day of the oldest of them."""
    found = missing()
    return found[0].day if found else None
