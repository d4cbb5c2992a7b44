"""Numbers follow each other without a hole, series by series and year by year, up to the counter's."""

import re
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import select, union_all

from app.concierge.models import OwnerStatement, RentalMandate
from app.core.db import db
from app.core.i18n import _
from app.core.numbers import Counter
from app.lending.models import Loan
from app.payments.models import DebitBatch, Mandate, Remittance
from app.purchasing.models import Purchase
from app.sales.models import Quote, SalesDocument
from app.tickets.models import Ticket
from app.till.models import TillClosing, TillSale

_NUMBER = re.compile(r"([A-Z][A-Z0-9]*)-(?:(\d{4})-)?(\d+)")
#: Digits of a number, in a series that restarts each year and in one that never does.
_WIDTH, _WIDTH_FOR_EVER = 4, 6
Series = tuple[str, int]


def holes() -> Iterator[str]:
    """Numbers that no record has, and records whose number was never given."""
    given: dict[Series, int] = {
        (series, year): last
        for series, year, last in db.session.execute(select(Counter.series, Counter.year, Counter.last))
    }
    found: dict[Series, set[int]] = defaultdict(set)
    odd: list[str] = []
    for number in db.session.scalars(
        union_all(
            select(Ticket.number),
            select(Quote.number).where(Quote.number.is_not(None)),
            select(SalesDocument.number).where(SalesDocument.number.is_not(None)),
            select(Mandate.rum).where(Mandate.rum.like("RUM-____-____")),  # a mandate taken over keeps the one it had
            select(DebitBatch.message_id),
            select(Remittance.number),
            select(Purchase.number).where(Purchase.number.is_not(None)),
            select(TillSale.number),
            select(TillClosing.number),
            select(Loan.number),
            select(RentalMandate.number).where(
                RentalMandate.number.like("M-____-____")
            ),  # one taken over keeps its own
            select(OwnerStatement.number).where(OwnerStatement.number.is_not(None)),
        )
    ):
        match = _NUMBER.fullmatch(number)
        if match is None:
            odd.append(number)
        else:
            found[match[1], int(match[2] or 0)].add(int(match[3]))
    for number in sorted(odd):
        yield _("%(number)s n'est pas un numéro", number=number)
    for series in sorted(given.keys() | found.keys()):
        last = given.get(series, 0)
        for missing in sorted(set(range(1, last + 1)) - found[series]):
            yield _("il manque %(number)s", number=_written(series, missing))
        for beyond in sorted(one for one in found[series] if one > last):
            yield _("%(number)s dépasse le compteur", number=_written(series, beyond))


def _written(series: Series, number: int) -> str:
    name, year = series
    return f"{name}-{year}-{number:0{_WIDTH}d}" if year else f"{name}-{number:0{_WIDTH_FOR_EVER}d}"
