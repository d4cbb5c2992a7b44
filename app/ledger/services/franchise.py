"""How far from the thresholds of the VAT franchise (CGI art. 293 B): dated parameters, warned of from 80 % on.

Two tests hold at once, each over the calendar year: all sales against the threshold of goods and lodging, services alone against
theirs. Above the base threshold the franchise ends on the next 1 January, above the raised one on the day itself.
"""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, or_, select

from app.accounts.queries import our_organisation
from app.accounts.states import VatRegime
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.money import parse_cents
from app.core.settings import setting
from app.ledger.models import Entry, EntryLine
from app.ledger.services.chart import Chart

THRESHOLDS = "ledger.franchise"
WARN = 80  # % of the base threshold
SALES = "70"
PARTS = 5


class Thresholds(NamedTuple):
    """Of the law from a day on, in cents without tax: base and raised, for all sales, then for services."""

    since: date
    sales: int
    sales_raised: int
    services: int
    services_raised: int


class Near(NamedTuple):
    """A threshold that is near or passed: what was sold this year (cents), the base and the raised one, the part reached (%)."""

    label: str
    sold: int
    base: int
    raised: int
    reached: int


def read_thresholds(text: str) -> list[Thresholds]:
    """One a line, « 01/01/2025 ; 85 000 ; 93 500 ; 37 500 ; 41 250 », the oldest first. Raises ValueError, BadAmount."""
    found = []
    for line in filter(str.strip, text.splitlines()):
        day, *amounts = (part.strip() for part in line.split(";"))
        if len(amounts) != PARTS - 1:
            raise ValueError(line)
        since = datetime.strptime(day, "%d/%m/%Y").date()  # noqa: DTZ007  a day, not a moment
        found.append(Thresholds(since, *map(parse_cents, amounts)))
    return sorted(found)


def near_thresholds() -> list[Near]:
    """The thresholds reached at 80 % or more this year; none for who is not under franchise."""
    if our_organisation().vat_regime != VatRegime.FRANCHISE:
        return []
    today = clock.today()
    known = [row for row in read_thresholds(setting(THRESHOLDS)) if row.since <= today]
    if not known:
        return []
    law, (sales, services) = known[-1], _sold(today)
    rows = (
        (_("Ventes et prestations"), sales, law.sales, law.sales_raised),
        (_("Prestations de services"), services, law.services, law.services_raised),
    )
    near = [Near(*row, row[1] * 100 // row[2] if row[2] else 0) for row in rows]
    return [row for row in near if row.reached >= WARN]


def _sold(today: date) -> tuple[int, int]:
    """(all sales, services) of the calendar year, cents, as the entries say."""
    chart = Chart()
    goods, services = chart["goods"].code, chart["services"].code
    query = (
        select(EntryLine.account, func.sum(EntryLine.credit) - func.sum(EntryLine.debit))
        .join(Entry, Entry.id == EntryLine.entry_id)
        .where(
            Entry.booked_on >= today.replace(month=1, day=1), Entry.booked_on <= today,
            or_(EntryLine.account.startswith(SALES), EntryLine.account.in_((goods, services))),
        )
        .group_by(EntryLine.account)
    )  # fmt: skip
    found = {account: int(sold) for account, sold in db.session.execute(query)}
    return sum(found.values()), sum(sold for account, sold in found.items() if account != goods)
