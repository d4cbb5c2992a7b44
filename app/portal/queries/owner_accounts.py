"""An owner's own account: the statements that were made, and what a year brought and cost, lodging by lodging. Never a preview."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from app.assets.models import Asset
from app.concierge.models import Lodging, OwnerStatement, RentalMandate, RentalMonth, StatementLine
from app.concierge.queries.nights import part_of
from app.concierge.states import FROZEN, StayState
from app.core.db import db
from app.documents.models import StoredFile
from app.portal.queries.owner import Owner
from app.portal.queries.owner_stays import month_label, stays_between
from app.sales.models import SalesDocument
from app.statements.models import Month
from app.statements.states import ACCOUNT, Account, LineKind


class OwnStatement(NamedTuple):
    """A statement that was made. Amounts in cents; `closing` above zero: we owe it to him. `invoice`: the number of our fees' invoice."""

    id: int
    month: Month
    number: str
    receipts: int
    expenses: int
    fees: int
    payouts: int
    closing: int
    file_id: int | None
    invoice: str
    invoice_file_id: int | None

    @property
    def label(self) -> str:
        """« Novembre 2026 »."""
        return month_label(self.month)


def _made(owner: Owner) -> tuple[ColumnElement[bool], ...]:
    return (
        OwnerStatement.contact_id == owner.contact.id,
        OwnerStatement.state.in_(FROZEN),
        OwnerStatement.number.is_not(None),
    )


def my_statements(owner: Owner) -> list[OwnStatement]:
    """All of them, the newest first. One statement of the database."""
    s, d = OwnerStatement, SalesDocument
    query = (
        select(
            s.id, RentalMonth.year, RentalMonth.month, s.number, s.receipts, s.expenses, s.fees, s.payouts, s.closing, s.file_id,
            s.outside, d.number.label("ours"), d.file_id.label("bill"),
        )
        .join(RentalMonth, RentalMonth.id == s.month_id)
        .outerjoin(d, d.id == s.invoice_id)
        .where(*_made(owner))
        .order_by(RentalMonth.year.desc(), RentalMonth.month.desc())
    )  # fmt: skip
    return [_statement(row) for row in db.session.execute(query)]


def _statement(row: Any) -> OwnStatement:
    return OwnStatement(
        row.id, Month(row.year, row.month), row.number, row.receipts, row.expenses, row.fees, row.payouts, row.closing, row.file_id,
        row.ours or str(row.outside.get("number") or ""), row.bill,
    )  # fmt: skip


def by_year(statements: Iterable[OwnStatement]) -> dict[int, list[OwnStatement]]:
    """In the order given."""
    found: dict[int, list[OwnStatement]] = defaultdict(list)
    for one in statements:
        found[one.month.year].append(one)
    return dict(found)


def stored(file_id: int | None) -> StoredFile | None:
    """The PDF; None while it is being made."""
    return db.session.get(StoredFile, file_id) if file_id else None


@dataclass(slots=True)
class Sums:
    """What came in, what went out: cents. `fees` without VAT."""

    receipts: int = 0
    platform: int = 0
    tax: int = 0
    disbursed: int = 0
    fees: int = 0
    vat: int = 0
    payouts: int = 0

    def add(self, kind: LineKind, cents: int) -> None:
        """A line of a statement, in its column."""
        name = _COLUMN[kind]
        setattr(self, name, getattr(self, name) + cents)

    @property
    def amounts(self) -> tuple[int, ...]:
        """In the order of the columns."""
        return (self.receipts, self.platform, self.tax, self.disbursed, self.fees, self.vat, self.payouts)


_ITS_OWN = {
    LineKind.VAT: "vat",
    LineKind.PLATFORM: "platform",
    LineKind.TAX_DUE: "tax",
    LineKind.DISBURSED: "disbursed",
}
_OF_ACCOUNT = {
    Account.RECEIPT: "receipts",
    Account.FEE: "fees",
    Account.PAYOUT: "payouts",
    Account.EXPENSE: "disbursed",
}
_COLUMN = {kind: _ITS_OWN.get(kind) or _OF_ACCOUNT[ACCOUNT[kind]] for kind in LineKind}


@dataclass(slots=True)
class Year:
    """A year of his account. `months`: {month: {lodging's name, "" for what is of none: sums}}; `total`: of the year."""

    year: int
    months: dict[Month, dict[str, Sums]] = field(default_factory=dict)
    places: dict[str, Sums] = field(default_factory=dict)
    total: Sums = field(default_factory=Sums)


def year_of(owner: Owner, year: int) -> Year:
    """What the statements of a year say, by month and lodging. One statement of the database."""
    line, s = StatementLine, OwnerStatement
    query = (
        select(RentalMonth.month, Asset.label, line.kind, line.cents)
        .join(s, s.id == line.statement_id)
        .join(RentalMonth, RentalMonth.id == s.month_id)
        .outerjoin(RentalMandate, RentalMandate.id == line.mandate_id)
        .outerjoin(Lodging, Lodging.id == RentalMandate.lodging_id)
        .outerjoin(Asset, Asset.id == Lodging.asset_id)
        .where(*_made(owner), RentalMonth.year == year)
        .order_by(RentalMonth.month, Asset.label.is_(None), Asset.label, line.position)
    )
    found = Year(year)
    for month, name, kind, cents in db.session.execute(query):
        of_month = found.months.setdefault(Month(year, month), {})
        for sums in (of_month.setdefault(name or "", Sums()), found.places.setdefault(name or "", Sums()), found.total):
            sums.add(kind, cents)
    return found


def years_of(statements: Iterable[OwnStatement], today: date) -> list[int]:
    """The years that have a statement, the newest first; this year when there is none."""
    return sorted({one.month.year for one in statements}, reverse=True) or [today.year]


class Direct(NamedTuple):
    """What the guests' nights of a year brought in a lodging, in cents, its whole and not his share: the rents, what platforms kept."""

    name: str
    nights: int
    rent: int
    platform: int


def direct_of(owner: Owner, year: int) -> list[Direct]:
    """By lodging; a stay over New Year counts in each year for its nights. One statement of the database."""
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    found: dict[int, Direct] = {}
    for stay in stays_between(owner, first, end, cancelled=True):
        if stay.kept:
            continue
        before = found.get(stay.place.id, Direct(stay.place.name, 0, 0, 0))
        span = (stay.arrival, stay.departure, first, end)
        let = 0 if stay.state == StayState.CANCELLED else part_of(stay.nights, *span)
        found[stay.place.id] = Direct(
            before.name, before.nights + let, before.rent + part_of(stay.rent or 0, *span),
            before.platform + part_of(stay.platform or 0, *span),
        )  # fmt: skip
    return sorted(found.values(), key=lambda one: one.name)
