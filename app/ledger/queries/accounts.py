"""The balance of accounts and the general ledger."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select

from app.core.db import db
from app.ledger.models import Entry, EntryLine, Lettering
from app.ledger.queries.entries import in_period
from app.ledger.queries.filters import Filters


def balance(filters: Filters, *, by_person: bool = False) -> list[Row[*tuple[Any, ...]]]:
    """(account, label, third_party, third_party_label, debit, credit) of the period, by account, and by person when asked."""
    person = (EntryLine.third_party, func.max(EntryLine.third_party_label).label("third_party_label"))
    columns = (EntryLine.account, func.max(EntryLine.account_label).label("label"), *(person if by_person else ()),
               func.sum(EntryLine.debit).label("debit"), func.sum(EntryLine.credit).label("credit"))  # fmt: skip
    keys = (EntryLine.account, EntryLine.third_party) if by_person else (EntryLine.account,)
    query: Select[*tuple[Any, ...]] = select(*columns).join(Entry, Entry.id == EntryLine.entry_id)
    return list(db.session.execute(query.where(in_period(filters)).group_by(*keys).order_by(*keys)))


def lines_of(filters: Filters, account: str, third: str = "") -> Select[Any]:
    """(entry, day, journal, piece, label, person, debit, credit, letters, running balance) of an account, the oldest first."""
    asked: list[ColumnElement[bool]] = [in_period(filters), EntryLine.account == account]
    if third:
        asked.append(EntryLine.third_party == third)
    running = func.sum(EntryLine.debit - EntryLine.credit).over(order_by=(Entry.booked_on, Entry.id, EntryLine.id))
    query: Select[*tuple[Any, ...]] = (
        select(Entry.id, Entry.rank, Entry.booked_on, Entry.journal, Entry.piece, Entry.label, EntryLine.third_party,
               EntryLine.third_party_label, EntryLine.debit, EntryLine.credit, Lettering.letters, running.label("running"))
        .join(Entry, Entry.id == EntryLine.entry_id)
        .outerjoin(Lettering, Lettering.line_id == EntryLine.id)
        .where(*asked)
        .order_by(Entry.booked_on, Entry.id, EntryLine.id)
    )  # fmt: skip
    return query
