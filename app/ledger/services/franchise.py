"""How far from the thresholds of the VAT franchise (CGI art. 293 B): dated parameters, warned of from 80 % on.

Two tests hold at once, each over the calendar year: all sales against the threshold of goods and lodging, services alone against
theirs. Above the base threshold the franchise ends on the next 1 January, above the raised one on the day itself.
"""

from datetime import date
from typing import NamedTuple

from sqlalchemy import func, or_, select

from app.accounts.queries import our_organisation
from app.accounts.states import VatRegime
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.law import legal
from app.ledger.models import Entry, EntryLine
from app.ledger.services.chart import Chart
from app.ledger.services.families import sales_codes

SALES_BASE, SALES_RAISED = "franchise.sales", "franchise.sales_raised"
SERVICES_BASE, SERVICES_RAISED = "franchise.services", "franchise.services_raised"
WARN = 80  # % of the base threshold
SALES = "70"
#: Finished, half-finished, by-products and goods for resale (PCG), and rebates, which say not of what; the rest of 70 is services.
GOODS = ("701", "702", "703", "707", "709")


class Near(NamedTuple):
    """A threshold that is near or passed: what was sold this year (cents), the base and the raised one, the part reached (%)."""

    label: str
    sold: int
    base: int
    raised: int
    reached: int


def near_thresholds() -> list[Near]:
    """The thresholds reached at 80 % or more this year; none for who is not under franchise."""
    if our_organisation().vat_regime != VatRegime.FRANCHISE:
        return []
    today = clock.today()
    sales, services = _sold(today)
    rows = (
        (_("Ventes et prestations"), sales, legal(SALES_BASE, today), legal(SALES_RAISED, today)),
        (_("Prestations de services"), services, legal(SERVICES_BASE, today), legal(SERVICES_RAISED, today)),
    )
    near = [Near(*row, row[1] * 100 // row[2] if row[2] else 0) for row in rows]
    return [row for row in near if row.reached >= WARN]


def _sold(today: date) -> tuple[int, int]:
    """(all sales, services) of the calendar year, cents, as the entries say."""
    chart = Chart()
    goods, services = chart["goods"].code, chart["services"].code
    ours = {goods, services, *sales_codes()}
    query = (
        select(EntryLine.account, func.sum(EntryLine.credit) - func.sum(EntryLine.debit))
        .join(Entry, Entry.id == EntryLine.entry_id)
        .where(
            Entry.booked_on >= today.replace(month=1, day=1), Entry.booked_on <= today,
            or_(EntryLine.account.startswith(SALES), EntryLine.account.in_(ours)),
        )
        .group_by(EntryLine.account)
    )  # fmt: skip
    found = {account: int(sold) for account, sold in db.session.execute(query)}
    return sum(found.values()), sum(
        sold
        for account, sold in found.items()
        if account == services or not (account == goods or account.startswith(GOODS))
    )
