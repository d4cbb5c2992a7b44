"""The ledger agrees with what it is made from: entries balance, numbers follow, every sealed source has its entry."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.money import euros
from app.ledger.models import Entry, EntryLine
from app.ledger.services.sources import missing

#: The periodic job writes what is missing each hour; what waits for longer than a day was forgotten.
_PATIENCE = timedelta(days=1)


def unbalanced() -> Iterator[str]:
    """Entries whose debits are not their credits, and years whose numbers have a hole."""
    gap = func.coalesce(func.sum(EntryLine.debit - EntryLine.credit), 0)
    query = (
        select(Entry.year, Entry.rank, gap, func.count(EntryLine.id))
        .outerjoin(EntryLine, EntryLine.entry_id == Entry.id)
        .group_by(Entry.id, Entry.year, Entry.rank)
        .having((gap != 0) | (func.count(EntryLine.id) < 2))
        .order_by(Entry.year, Entry.rank)
    )
    for year, rank, amount, _lines in db.session.execute(query):
        yield _("l'écriture %(rank)s de %(year)s a %(gap)s d'écart", rank=rank, year=year, gap=euros(int(amount)))
    numbers = select(Entry.year, func.count(), func.max(Entry.rank)).group_by(Entry.year).order_by(Entry.year)
    for year, count, last in db.session.execute(numbers):
        if count != last:
            yield _(
                "exercice %(year)s : %(count)s écritures, mais le dernier n° est %(last)s",
                year=year,
                count=count,
                last=last,
            )


def forgotten() -> Iterator[str]:
    """Sealed sources, payments and closings that have no entry since a day."""
    limit = clock.today() - _PATIENCE
    for key in missing():
        if key.day < limit:
            yield _("%(kind)s n° %(id)s du %(day)s n'a pas d'écriture", kind=key.kind, id=key.id, day=key.day)
