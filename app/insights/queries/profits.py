"""What our things bring in and cost, by unit and by season; what borrowers still owe. Cents with tax.

Brought in: what issued invoices ask of borrowers (rents, late fees, damage, losses), less credit notes in proportion. Cost: the
purchase price noted on the unit, and the invoices of outside repairers; work of our own people is not counted.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from app.assets.models import Asset
from app.core import clock
from app.core.db import db
from app.insights.queries.filters import Filters
from app.insights.queries.fleet import Unit, wanted
from app.insights.queries.sales import shared
from app.lending.models import Incident, LoanCharge, LoanItem
from app.lending.states import ChargeKind, IncidentState
from app.members.queries.seasons import seasons
from app.payments.queries.balances import unpaid as is_unpaid
from app.repairers.models import RepairJob
from app.sales.models import SalesDocument
from app.sales.queries.parts import overdue
from app.sales.states import DocumentKind, DocumentState
from app.tickets.models import Ticket

OUTSIDE = -1  #: the period does not hold that day


class Span(NamedTuple):
    """A season, or a year, both days included; `name` empty for the days of the period in no season."""

    name: str
    first: date
    last: date


def spans_of(filters: Filters) -> list[Span]:
    """The seasons that the period touches, the oldest first, then the days in none; years where there is no season."""
    found = [Span(row.name, row.first_day, row.last_day) for row in reversed(seasons())]
    years = range(filters.start.year, filters.end.year + 1)
    found = found or [Span(str(year), date(year, 1, 1), date(year, 12, 31)) for year in years]
    touched = [span for span in found if span.first <= filters.end and span.last >= filters.start]
    return [*touched, Span("", filters.start, filters.end)]


def span_rank(spans: Sequence[Span], day: date) -> int:
    """The season of a day, of those of `spans_of`; OUTSIDE when the period does not hold that day."""
    if not spans[-1].first <= day <= spans[-1].last:
        return OUTSIDE
    return next(rank for rank, span in enumerate(spans) if span.first <= day <= span.last)


class Sums(NamedTuple):
    """Cents: rents, fees (late, damage, loss), repairs, purchases."""

    rents: int = 0
    fees: int = 0
    repairs: int = 0
    bought: int = 0

    def plus(self, other: "Sums") -> "Sums":
        """Both together."""
        return Sums(*(one + two for one, two in zip(self, other, strict=True)))

    @property
    def result(self) -> int:
        """What is left."""
        return self.rents + self.fees - self.repairs - self.bought


@dataclass
class Profits:
    """`cells`: by (unit, rank of `spans`); the rank OUTSIDE is what the period does not hold."""

    spans: list[Span]
    cells: dict[tuple[int, int], Sums] = field(default_factory=lambda: defaultdict(Sums))

    def add(self, unit_id: int, rank: int, sums: Sums) -> None:
        """Some more of a unit."""
        self.cells[unit_id, rank] = self.cells[unit_id, rank].plus(sums)

    def of_units(self) -> dict[int, Sums]:
        """Each unit since it was bought."""
        found: dict[int, Sums] = defaultdict(Sums)
        for (unit_id, _rank), sums in self.cells.items():
            found[unit_id] = found[unit_id].plus(sums)
        return found


def profits(filters: Filters, fleet: Sequence[Unit]) -> Profits:
    """What each unit brought in and cost, season by season. Three statements."""
    spans = spans_of(filters)
    found = Profits(spans)
    for unit_id, rank, kind, cents in _charged(filters, spans):
        found.add(unit_id, rank, Sums(rents=cents) if kind == ChargeKind.RENT else Sums(fees=cents))
    for unit_id, rank, cents in _repaired(filters, spans):
        found.add(unit_id, rank, Sums(repairs=cents))
    for unit in fleet:
        if unit.value:
            day = unit.bought_on
            found.add(unit.id, span_rank(spans, day) if day else OUTSIDE, Sums(bought=unit.value))
    return found


def _charged(filters: Filters, spans: Sequence[Span]) -> list[tuple[int, int, ChargeKind, int]]:
    credit = aliased(SalesDocument)
    given = (
        select(func.abs(func.sum(credit.gross)))
        .where(credit.origin_id == SalesDocument.id, credit.kind == DocumentKind.CREDIT, credit.issued_at.is_not(None))
        .correlate(SalesDocument)
        .scalar_subquery()
    )
    kept = SalesDocument.gross - func.coalesce(given, 0)
    amount = case(
        (kept >= SalesDocument.gross, LoanCharge.amount), (kept <= 0, 0),
        else_=LoanCharge.amount * kept // SalesDocument.gross,
    )  # fmt: skip
    day, whole = SalesDocument.issued_on, spans[-1]
    rank = case(
        ((day < whole.first) | (day > whole.last), OUTSIDE),
        *((day.between(span.first, span.last), place) for place, span in enumerate(spans[:-1])),
        else_=len(spans) - 1,
    )
    rows = (
        select(LoanItem.asset_id, rank.label("rank"), LoanCharge.kind, amount.label("cents"))
        .join(LoanItem, LoanItem.id == LoanCharge.item_id)
        .join(Asset, Asset.id == LoanItem.asset_id)
        .join(SalesDocument, SalesDocument.id == LoanCharge.document_id)
        .where(
            *wanted(filters), SalesDocument.issued_at.is_not(None), SalesDocument.state != DocumentState.CANCELLED
        )
        .subquery()
    )  # fmt: skip
    query = select(rows.c.asset_id, rows.c.rank, rows.c.kind, func.sum(rows.c.cents)).group_by(
        rows.c.asset_id, rows.c.rank, rows.c.kind
    )
    return [(row[0], row[1], row[2], int(row[3])) for row in db.session.execute(query)]


def _repaired(filters: Filters, spans: Sequence[Span]) -> list[tuple[int, int, int]]:
    moment, whole = func.coalesce(Ticket.ready_at, Ticket.received_at), spans[-1]

    def within(span: Span) -> Any:
        return (moment >= clock.start_of(span.first)) & (moment < clock.start_of(span.last + timedelta(days=1)))

    rank = case(
        (~within(whole), OUTSIDE),
        *((within(span), place) for place, span in enumerate(spans[:-1])),
        else_=len(spans) - 1,
    )
    rows = (
        select(Ticket.asset_id, rank.label("rank"), RepairJob.cost.label("cents"))
        .join(RepairJob, RepairJob.ticket_id == Ticket.id)
        .join(Asset, Asset.id == Ticket.asset_id)
        .where(*wanted(filters), RepairJob.cost.is_not(None))
        .subquery()
    )
    query = select(rows.c.asset_id, rows.c.rank, func.sum(rows.c.cents)).group_by(rows.c.asset_id, rows.c.rank)
    return [(row[0], row[1], int(row[2])) for row in db.session.execute(query)]


# --- what went wrong, what is owed ------------------------------------------------------------------------------------


def harms(filters: Filters) -> dict[int, dict[IncidentState, int]]:
    """{unit: {decision: incidents told during the period}}."""
    query = (
        select(Incident.asset_id, Incident.state, func.count())
        .join(Asset, Asset.id == Incident.asset_id)
        .where(*wanted(filters), filters.within(Incident.created_at))
        .group_by(Incident.asset_id, Incident.state)
    )
    found: dict[int, dict[IncidentState, int]] = defaultdict(dict)
    for unit_id, state, count in db.session.execute(query):
        found[unit_id][state] = count
    return found


@dataclass(slots=True)
class Debt:
    """What is left of the invoices of a kind: how many, cents, of which past the due day."""

    documents: set[int] = field(default_factory=set)
    left: int = 0
    late: int = 0


def unpaid(filters: Filters, today: date) -> dict[ChargeKind, Debt]:
    """What borrowers owe of the invoices of loans issued in the period, shared in proportion to what they ask. One statement."""
    query = (
        select(
            SalesDocument.id, SalesDocument.due, (SalesDocument.due - SalesDocument.paid).label("left"),
            overdue(today).label("overdue"), LoanCharge.kind, LoanCharge.amount, LoanItem.asset_id,
        )
        .join(LoanCharge, LoanCharge.document_id == SalesDocument.id)
        .join(LoanItem, LoanItem.id == LoanCharge.item_id)
        .join(Asset, Asset.id == LoanItem.asset_id)
        .where(*wanted(filters), is_unpaid(), SalesDocument.issued_on.between(filters.start, filters.end))
        .order_by(SalesDocument.id, LoanCharge.id)
    )  # fmt: skip
    documents: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        documents[row.id].append(row)
    found: dict[ChargeKind, Debt] = defaultdict(Debt)
    for document_id, rows in documents.items():
        parts: dict[int | None, int] = {rank: row.amount for rank, row in enumerate(rows)}
        others = rows[0].due - sum(row.amount for row in rows)
        parts |= {None: others} if others > 0 else {}
        lates = dict(shared(rows[0].overdue, parts))
        for rank, cents in shared(rows[0].left, parts):
            if rank is not None:
                debt = found[rows[rank].kind]
                debt.documents.add(document_id)
                debt.left, debt.late = debt.left + cents, debt.late + lates[rank]
    return found
