"""Entries and their lines: lists, sums by journal, years that have some."""

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, func, or_, select

from app.core import clock
from app.core.db import db
from app.ledger.models import Entry, EntryLine, Lettering
from app.ledger.queries.filters import Filters
from app.ledger.queries.years import Year, year_named, year_of

_TOTAL = select(func.sum(EntryLine.debit)).where(EntryLine.entry_id == Entry.id).correlate(Entry).scalar_subquery()


def in_period(filters: Filters) -> ColumnElement[bool]:
    """Entries of the year, the period and the journal asked for."""
    asked = [Entry.year == filters.year.year]
    if filters.start or filters.end:
        asked.append(Entry.booked_on.between(filters.first, filters.last))
    if filters.journal:
        asked.append(Entry.journal == filters.journal)
    return and_(*asked)


def listing(filters: Filters) -> Select[Any]:
    """(id, rank, journal, day, piece, label, total in cents), the newest first."""
    query = (
        select(Entry.id, Entry.rank, Entry.journal, Entry.booked_on, Entry.piece, Entry.label, _TOTAL.label("total"))
        .where(in_period(filters))
        .order_by(Entry.booked_on.desc(), Entry.id.desc())
    )
    if filters.text:
        like = f"%{filters.text.replace('%', '').replace('_', '')}%"
        query = query.where(or_(Entry.piece.ilike(like), Entry.label.ilike(like)))
    return query


def journal_rows(filters: Filters) -> list[Row[*tuple[Any, ...]]]:
    """(journal, entries, debit) of each journal that has entries in the period."""
    query = (
        select(
            Entry.journal, func.count(Entry.id.distinct()).label("entries"), func.sum(EntryLine.debit).label("debit")
        )
        .join(EntryLine, EntryLine.entry_id == Entry.id)
        .where(in_period(filters))
        .group_by(Entry.journal)
        .order_by(Entry.journal)
    )
    return list(db.session.execute(query))


def years() -> list[Year]:
    """The years that have entries and the present one, the newest first."""
    known = set(db.session.scalars(select(Entry.year).distinct()))
    return [year_named(year) for year in sorted({*known, year_of(clock.today())}, reverse=True)]


def period_bounds() -> tuple[date, date] | None:
    """The days of the oldest and the newest entry."""
    first, last = db.session.execute(select(func.min(Entry.booked_on), func.max(Entry.booked_on))).one()
    return (first, last) if first else None


def entry(entry_id: int) -> Entry | None:
    """An entry."""
    return db.session.get(Entry, entry_id)


def entry_of(kind: str, source_id: int, step: str = "") -> int | None:
    """The number of the entry of a source; None when it is not written."""
    query = select(Entry.id).where(Entry.source_kind == kind, Entry.source_id == source_id, Entry.step == step)
    return db.session.scalar(query)


def entry_lines(entry_id: int) -> list[Row[*tuple[Any, ...]]]:
    """(account, account_label, third_party, third_party_label, debit, credit, letters) of an entry."""
    query = (
        select(EntryLine.account, EntryLine.account_label, EntryLine.third_party, EntryLine.third_party_label,
               EntryLine.debit, EntryLine.credit, Lettering.letters)
        .outerjoin(Lettering, Lettering.line_id == EntryLine.id)
        .where(EntryLine.entry_id == entry_id)
        .order_by(EntryLine.id)
    )  # fmt: skip
    return list(db.session.execute(query))
