"""Months and their statements, as pages list them. Reads only; amounts in cents."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, case, func, select

from app.concierge.models import OwnerStatement, RentalMonth, StatementLine, Stay
from app.concierge.states import StatementState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.pages import Page, paged
from app.statements.models import Month

PER_PAGE = 50


def usual_month() -> Month:
    """The one that one counts now: the last that is over."""
    return Month.of(clock.today()).previous


def row_of(month: Month) -> RentalMonth | None:
    """Its row; None when nobody looked at it yet."""
    return db.session.scalar(
        select(RentalMonth).where(RentalMonth.year == month.year, RentalMonth.month == month.month)
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """A month in numbers: cents, and how many statements in each state."""

    receipts: int = 0
    expenses: int = 0
    fees: int = 0
    payouts: int = 0
    closing: int = 0
    states: dict[StatementState, int] = field(default_factory=dict)

    @property
    def all(self) -> int:
        """How many statements."""
        return sum(self.states.values())

    def of(self, *states: str) -> int:
        """How many are in these states."""
        return sum(count for state, count in self.states.items() if state.value in states)


def figures(row: RentalMonth | None) -> Figures:
    """Those put aside are counted in the states, not in the sums."""
    if row is None:
        return Figures()
    statement = OwnerStatement
    rows = db.session.execute(
        select(statement.state, func.count(), *(func.sum(getattr(statement, name)) for name in SUMS))
        .where(statement.month_id == row.id)
        .group_by(statement.state)
    ).all()
    kept = [one for one in rows if one[0] != StatementState.EXCLUDED]
    sums = {name: sum(int(one[2 + rank] or 0) for one in kept) for rank, name in enumerate(SUMS)}
    return Figures(**sums, states={one[0]: one[1] for one in rows})


SUMS = ("receipts", "expenses", "fees", "payouts", "closing")
RANK = case({state.value: rank for rank, state in enumerate(StatementState)}, value=OwnerStatement.state, else_=9)


def statements(row: RentalMonth, state: StatementState | None, owners: Iterable[int] | None, number: int) -> Page:
    """A page of the month's statements, those to check first; `owners`: only theirs."""
    query = _rows(row.id)
    if state is not None:
        query = query.where(OwnerStatement.state == state)
    if owners is not None:
        query = query.where(OwnerStatement.contact_id.in_(list(owners)))
    return paged(query.order_by(RANK, func.lower(Contact.name), OwnerStatement.id), number, PER_PAGE)


def _rows(month_id: int) -> Select[Any]:
    query: Any = select(
        OwnerStatement.id, OwnerStatement.contact_id, Contact.name, OwnerStatement.state, OwnerStatement.number,
        OwnerStatement.receipts, OwnerStatement.expenses, OwnerStatement.fees, OwnerStatement.payouts,
        OwnerStatement.closing, OwnerStatement.fault, OwnerStatement.reason,
    )  # fmt: skip
    rows: Select[Any] = query.join(Contact, Contact.id == OwnerStatement.contact_id)
    return rows.where(OwnerStatement.month_id == month_id)


def previews(row: RentalMonth) -> list[int]:
    """The statements that wait to be approved."""
    query = select(OwnerStatement.id).where(
        OwnerStatement.month_id == row.id, OwnerStatement.state == StatementState.PREVIEW
    )
    return list(db.session.scalars(query.order_by(OwnerStatement.id)))


def waiting_before(contact_id: int, month: Month) -> Month | None:
    """The first earlier month of which an owner's statement still waits to be approved."""
    query = (
        select(RentalMonth.year, RentalMonth.month)
        .join(OwnerStatement, OwnerStatement.month_id == RentalMonth.id)
        .where(
            OwnerStatement.contact_id == contact_id, OwnerStatement.state == StatementState.PREVIEW,
            RentalMonth.rank < month.rank,
        )
        .order_by(RentalMonth.rank)
        .limit(1)
    )  # fmt: skip
    found = db.session.execute(query).first()
    return Month(found[0], found[1]) if found else None


def fees_before(month: Month, owners: Iterable[int]) -> dict[int, int]:
    """What each owner was billed the month before, in cents with VAT."""
    before = month.previous
    query = (
        select(OwnerStatement.contact_id, OwnerStatement.fees)
        .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
        .where(
            RentalMonth.year == before.year, RentalMonth.month == before.month,
            OwnerStatement.state != StatementState.EXCLUDED, OwnerStatement.contact_id.in_(list(owners)),
        )
    )  # fmt: skip
    return {row[0]: row[1] for row in db.session.execute(query)}


def counts_of_stays(statement_ids: Iterable[int]) -> dict[int, int]:
    """How many stays each statement counts, those corrected left out."""
    query = (
        select(StatementLine.statement_id, func.count(StatementLine.stay_id.distinct()))
        .where(StatementLine.statement_id.in_(list(statement_ids)), StatementLine.of_month.is_(None))
        .group_by(StatementLine.statement_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def changed_since(row: RentalMonth) -> int:
    """How many stays that the month may count have changed since it was counted."""
    month = Month(row.year, row.month)
    query = select(func.count(Stay.id)).where(
        Stay.changed_at > row.counted_at, Stay.arrival < month.next.first, Stay.departure >= month.first
    )
    return db.session.scalar(query) or 0


def months_known(limit: int = 12) -> list[Any]:
    """The last months that were counted, the newest first, with how many statements they hold and how many are sent."""
    sent = func.count(OwnerStatement.id).filter(OwnerStatement.state == StatementState.SENT)
    query = (
        select(
            RentalMonth.year, RentalMonth.month, RentalMonth.state, func.count(OwnerStatement.id), sent,
            func.coalesce(func.sum(OwnerStatement.fees), 0),
        )
        .outerjoin(OwnerStatement, OwnerStatement.month_id == RentalMonth.id)
        .group_by(RentalMonth.id, RentalMonth.year, RentalMonth.month, RentalMonth.state)
        .order_by(RentalMonth.year.desc(), RentalMonth.month.desc())
        .limit(limit)
    )  # fmt: skip
    return list(db.session.execute(query))


def month_key(month: Month) -> str:
    """« 2026-10 », as addresses write it."""
    return f"{month.year}-{month.month:02d}"
