"""A month counted: a statement an owner, its lines with their sums, what must be looked at. As often as one wants: what is
approved is left as it is, the rest is written anew, so that a count done twice changes nothing."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select

from app.concierge.models import OwnerStatement, RentalMonth, StatementLine
from app.concierge.queries.book import Mandates, entries_of, openings, stays_of
from app.concierge.queries.notices import notices
from app.concierge.queries.told import name_of, number_of, told_lines, touched
from app.concierge.services.settling import bring_settlements
from app.concierge.states import FROZEN, MONTHS, MonthState, StatementState
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.statements.models import Book, Line, Month, Statement
from app.statements.services import corrections, lines_of, oddities, statements_of


@dataclass(frozen=True, slots=True)
class Counted:
    """What a count found: how many statements it wrote, how many stays it read, what must be looked at."""

    statements: list[Statement]
    stays: int
    oddities: list[dict[str, Any]]


def the_month(month: Month) -> RentalMonth:
    """Its row, made when there is none. Raises DomainError for a month that has not begun."""
    require_transaction()
    if month.first > clock.today():
        raise DomainError(_("Ce mois n'a pas commencé : il se compte à partir de son premier jour."))
    found = db.session.scalar(
        select(RentalMonth).where(RentalMonth.year == month.year, RentalMonth.month == month.month).with_for_update()
    )
    if found is None:
        found = RentalMonth(year=month.year, month=month.month)
        db.session.add(found)
        db.session.flush()
    return found


def count(row: RentalMonth) -> Counted:
    """Count the whole month and write its previews."""
    require_transaction()
    db.session.refresh(row, with_for_update=True)  # two counts of a month take turns
    bring_settlements(row)
    book = book_of(row)
    statements = statements_of(book)
    found = [_plain(each.what, each.stay, each.owner) for each in oddities(book, statements)]
    found += [_plain(what, stay, owner) for what, stay, owner in notices(book, row.id)]
    told = Counted(statements, len(book.stays), found)
    _write(row, statements)
    row.oddities, row.counted_at = found, clock.now()
    if row.state == MonthState.OPEN:
        MONTHS.move(row, MonthState.COUNTED)
    return told


def book_of(row: RentalMonth) -> Book:
    """All that the month is counted from, corrections of closed months included."""
    month = Month(row.year, row.month)
    mandates = Mandates(month)
    stays = stays_of(month, mandates)
    contracts = mandates.contracts(stays)
    return Book(month, contracts, stays, entries_of(row.id, contracts), tuple(corrected(month)), openings(month))


def corrected(month: Month) -> Iterable[Line]:
    """What closed months owe or are owed since their stays changed, the oldest month first."""
    for past in touched(month):
        told = told_lines(past)
        mandates = Mandates(past)
        stays = stays_of(past, mandates)
        due = [line for line in lines_of(Book(past, mandates.contracts(stays), stays)) if line.owner in told]
        before = [line for lines in told.values() for line in lines]
        yield from (replace(line, of=past) for line in corrections(past, before, due, name_of(past)))


def _plain(what: Any, stay: str, owner: str) -> dict[str, Any]:
    return {"what": what.value, "stay": int(stay) if stay else None, "owner": int(owner) if owner else None}


def _write(row: RentalMonth, statements: list[Statement]) -> None:
    """Previews are written anew, those of nothing removed; what is approved is not touched."""
    known = {
        one.contact_id: one
        for one in db.session.scalars(select(OwnerStatement).where(OwnerStatement.month_id == row.id))
    }
    told = {int(one.owner): one for one in statements if one.lines or one.opening}
    open_ids = [one.id for one in known.values() if one.state not in FROZEN]
    gone = [one.id for key, one in known.items() if key not in told and one.state == StatementState.PREVIEW]
    db.session.execute(delete(StatementLine).where(StatementLine.statement_id.in_(open_ids)))
    db.session.execute(delete(OwnerStatement).where(OwnerStatement.id.in_(gone)))
    written = [
        (_filled(row, contact_id, known.get(contact_id), counted), counted)
        for contact_id, counted in told.items()
        if contact_id not in known or known[contact_id].state not in FROZEN
    ]
    db.session.flush()
    lines = [_line(kept.id, rank, line) for kept, counted in written for rank, line in enumerate(counted.lines)]
    if lines:
        db.session.execute(insert(StatementLine), lines)
    db.session.expire_all()


def _filled(row: RentalMonth, contact_id: int, kept: OwnerStatement | None, counted: Statement) -> OwnerStatement:
    if kept is None:
        kept = OwnerStatement(month_id=row.id, contact_id=contact_id)
        db.session.add(kept)
    kept.opening, kept.receipts, kept.expenses = counted.opening, counted.receipts, counted.expenses
    kept.fees, kept.payouts, kept.closing = counted.fees, counted.payouts, counted.closing
    return kept


def _line(statement_id: int, rank: int, line: Line) -> dict[str, Any]:
    return {
        "statement_id": statement_id, "position": rank, "mandate_id": int(line.lodging) if line.lodging else None,
        "stay_id": int(line.stay) if line.stay else None, "kind": line.kind, "label": line.label,
        "formula": line.formula, "cents": line.cents, "vat": line.vat,
        "of_month": number_of(line.of) if line.of else None,
    }  # fmt: skip
