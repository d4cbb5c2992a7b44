"""Opening balances: what the accounts of the balance sheet (classes 1 to 5) were worth at the end of the year before.

Written with the first entry of a year, then again for what late entries of the year before changed: only the difference, so
the sum of a year's openings is always the closing balance of the year before. Income and charges become the result (12).
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select

from app.core.db import db
from app.core.i18n import _
from app.ledger.models import Entry, EntryLine
from app.ledger.queries.years import year_named
from app.ledger.services.chart import Chart
from app.ledger.services.drafts import Draft, Key, Movement, Third
from app.ledger.states import Journal

KIND = "fiscal_year"
Place = tuple[str, str]


def opening_of(year: int) -> Iterator[Draft]:
    """The entry that brings the openings of a year up to date; nothing when they are, or when there was no year before."""
    wanted, names = _closing(year - 1)
    for account, label, third, third_label, amount in _sums(year, openings=True):
        wanted[account, third] = wanted.get((account, third), 0) - amount
        names.setdefault((account, third), (label, third_label))
    moves = [
        Movement("", amount, Third(third, names[code, third][1]), None, code, names[code, third][0])
        for (code, third), amount in sorted(wanted.items())
        if amount
    ]
    if moves:
        day = year_named(year).start
        yield Draft(_key(year, day), Journal.OPENING, f"AN-{year}", _("À-nouveaux %(year)s", year=year), day, moves)


def _key(year: int, day: date) -> Key:
    query = select(func.count()).select_from(Entry).where(Entry.source_kind == KIND, Entry.source_id == year)
    return Key(day, 0, KIND, year, f"opening-{(db.session.scalar(query) or 0) + 1}")


def _sums(year: int, *, openings: bool = False) -> Iterator[tuple[str, str, str, str, int]]:
    query = (
        select(EntryLine.account, func.max(EntryLine.account_label), EntryLine.third_party,
               func.max(EntryLine.third_party_label), func.sum(EntryLine.debit - EntryLine.credit))
        .join(Entry, Entry.id == EntryLine.entry_id)
        .where(Entry.year == year)
        .group_by(EntryLine.account, EntryLine.third_party)
    )  # fmt: skip
    if openings:
        query = query.where(Entry.journal == Journal.OPENING)
    for account, label, third, third_label, amount in db.session.execute(query):
        yield account, label, third, third_label, int(amount)


def _closing(year: int) -> tuple[dict[Place, int], dict[Place, tuple[str, str]]]:
    """Balances of classes 1 to 5 with the result of classes 6 and 7, and the names of their accounts."""
    sums: dict[Place, int] = defaultdict(int)
    names: dict[Place, tuple[str, str]] = {}
    result = 0
    for account, label, third, third_label, amount in _sums(year):
        if account[0] in "67":
            result += amount
        else:
            sums[account, third] += amount
            names[account, third] = (label, third_label)
    if result:
        code, label = Chart()["deficit" if result > 0 else "profit"]
        sums[code, ""] += result
        names[code, ""] = (label, "")
    return sums, names
