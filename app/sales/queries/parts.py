"""The dates of the invoices' schedules in SQL: what `SalesDocument.parts` says of one, said of many. Cents.

A date is settled when what was paid reaches the sum of the amounts up to it, itself counted; an invoice without a schedule has
one date, its own.
"""

from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.sales.models import Instalment, SalesDocument

D = SalesDocument
_before = aliased(Instalment)
#: A line of a schedule, to be joined to its invoice by `is_open`.
Line = aliased(Instalment)
Cents = ColumnElement[int] | InstrumentedAttribute[int]


def reached(line: Any) -> ColumnElement[int]:
    """The sum of a schedule up to a line, itself counted."""
    upto = select(func.sum(_before.amount)).where(
        _before.document_id == line.document_id, _before.due_on <= line.due_on
    )
    return cast(upto.correlate(line).scalar_subquery(), BigInteger)


def is_open(paid: Cents = D.paid) -> ColumnElement[bool]:
    """The condition of an outer join of `Line` to an invoice: the lines that `paid` does not settle."""
    return (Line.document_id == D.id) & (reached(Line) > paid)


def left_of(paid: Cents = D.paid) -> ColumnElement[int]:
    """What is left of a joined line; of the whole invoice without one."""
    rest = reached(Line) - paid
    return case((Line.id.is_(None), D.due - paid), (rest < Line.amount, rest), else_=Line.amount)


def day_of() -> ColumnElement[date | None]:
    """The day of a joined line; of the whole invoice without one."""
    return func.coalesce(Line.due_on, D.due_on)


def _open_lines(what: Any) -> Any:
    line = aliased(Instalment)
    query = select(what(line)).where(line.document_id == D.id, reached(line) > D.paid)
    return query.correlate(D).scalar_subquery()


def next_on() -> ColumnElement[date | None]:
    """The first day that is not settled."""
    return func.coalesce(_open_lines(lambda line: func.min(line.due_on)), D.due_on)


def next_left() -> ColumnElement[int]:
    """What is left to pay on that day."""
    return cast(func.coalesce(_open_lines(lambda line: func.min(reached(line))), D.due), BigInteger) - D.paid


def overdue(today: Any) -> ColumnElement[int]:
    """What is left of the days before this one. `today`: a day, or a parameter."""
    past = select(func.sum(_before.amount)).where(_before.document_id == D.id, _before.due_on < today)
    whole = cast(func.coalesce(past.correlate(D).scalar_subquery(), D.due), BigInteger)
    return case((D.due_on.is_(None) | (D.due_on >= today), 0), (whole > D.paid, whole - D.paid), else_=0)
