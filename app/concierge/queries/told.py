"""What closed months told their owners, and which of them a later change touches. Reads only."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import and_, exists, func, or_, select

from app.concierge.models import OwnerStatement, RentalMonth, StatementLine, Stay
from app.concierge.states import ENTRIES, FROZEN
from app.core import clock
from app.core.db import db
from app.statements.models import Line, Month
from app.statements.services import uncorrected
from app.statements.states import LineKind

#: Months further back than this are never opened again.
BACK = 24


def number_of(month: Month) -> int:
    """202610."""
    return month.year * 100 + month.month


def month_of(number: int) -> Month:
    """The month of 202610."""
    return Month(number // 100, number % 100)


def name_of(month: Month) -> str:
    """« octobre 2026 »."""
    return clock.month_name(month.first)


def of_name(month: Month) -> str:
    """« d'octobre 2026 »."""
    return clock.of_month(month.first)


def touched(month: Month) -> list[Month]:
    """Closed months before this one of which a stay changed since its statement was approved, the oldest first."""
    frozen = db.session.execute(
        select(RentalMonth.id, RentalMonth.year, RentalMonth.month, func.min(OwnerStatement.approved_at))
        .join(OwnerStatement, OwnerStatement.month_id == RentalMonth.id)
        .where(OwnerStatement.state.in_(FROZEN), RentalMonth.rank < month.rank, RentalMonth.rank >= month.rank - BACK)
        .group_by(RentalMonth.id, RentalMonth.year, RentalMonth.month)
        .order_by(RentalMonth.rank)
    )
    return [Month(year, number) for key, year, number, since in frozen if _changed(key, Month(year, number), since)]


def _changed(month_id: int, month: Month, since: datetime | None) -> bool:
    """Whether a stay that the month counts, or counted, changed since then."""
    told = exists().where(
        StatementLine.stay_id == Stay.id,
        StatementLine.statement_id == OwnerStatement.id,
        OwnerStatement.month_id == month_id,
    )
    inside = and_(Stay.arrival < month.next.first, Stay.departure >= month.first)
    query = select(Stay.id).where(Stay.changed_at > since, or_(inside, told)).limit(1)
    return db.session.scalar(query) is not None


def told_lines(month: Month) -> dict[str, list[Line]]:
    """By owner whose statement of the month is approved: what the calculation told him of it, its later corrections included,
    as the calculation names it. Nothing that a person added, no VAT."""
    query = (
        select(StatementLine, OwnerStatement.contact_id)
        .join(OwnerStatement, OwnerStatement.id == StatementLine.statement_id)
        .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
        .where(
            OwnerStatement.state.in_(FROZEN),
            StatementLine.kind.not_in((*ENTRIES, LineKind.VAT)),
            or_(
                StatementLine.of_month == number_of(month),
                and_(
                    StatementLine.of_month.is_(None),
                    RentalMonth.year == month.year,
                    RentalMonth.month == month.month,
                ),
            ),
        )
    )
    found: dict[str, list[Line]] = defaultdict(list)
    for owner in _approved(month):
        found[str(owner)] = []
    for line, contact_id in db.session.execute(query):
        label = uncorrected(line.label, name_of(month)) if line.of_month else line.label
        found[str(contact_id)].append(
            Line(
                str(contact_id), str(line.mandate_id or ""), str(line.stay_id or ""), line.kind, label, line.cents,
                vat=line.vat,
            )
        )  # fmt: skip
    return found


def _approved(month: Month) -> list[int]:
    query = (
        select(OwnerStatement.contact_id)
        .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
        .where(OwnerStatement.state.in_(FROZEN), RentalMonth.year == month.year, RentalMonth.month == month.month)
    )
    return list(db.session.scalars(query))
