"""Approving: from then on an owner's month does not change, and jobs make and send what it says."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.concierge.models import MandateTerms, OwnerStatement, RentalMonth, Stay
from app.concierge.queries.book import openings
from app.concierge.queries.months import waiting_before
from app.concierge.queries.told import name_of
from app.concierge.services import fees, outside
from app.concierge.services.entries import close_if_done
from app.concierge.services.making import start
from app.concierge.states import STATEMENTS, StatementState
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.jobs import JobRun
from app.statements.models import Month
from app.statements.states import ACCOUNT, Account

SHOWN = 5


class Approved(NamedTuple):
    """How many were approved, why the others were not (« Jeanne Arnaud : … »), and the job that makes them."""

    number: int
    refused: list[str]
    run: JobRun | None


def approve(ids: Iterable[int]) -> Approved:
    """Approve these statements, those that may be; those that were already are left alone, what a refused one wants stands in its
    `fault`. Raises DomainError when none may be."""
    require_transaction()
    waiting = [row for row in _locked(ids) if row.state is StatementState.PREVIEW]
    refused, passed = [], list[OwnerStatement]()
    for row in waiting:
        row.fault = " ".join(problems(row))
        if row.fault:
            refused.append(_("%(name)s : %(why)s", name=row.contact.name, why=row.fault))
        else:
            passed.append(row)
    if refused and not passed:
        raise DomainError(" ".join(refused[:SHOWN]))
    return Approved(len(passed), refused, _seal(passed) if passed else None)


def _seal(passed: Sequence[OwnerStatement]) -> JobRun:
    db.session.flush()
    _freeze_terms(passed)
    for row in passed:
        row.approved_at = clock.now()
        STATEMENTS.move(row, StatementState.APPROVED)
    db.session.flush()
    for month in {row.month_id: row.month for row in passed}.values():
        close_if_done(month)
    months = {name_of(Month(row.month.year, row.month.month)) for row in passed}
    return start([row.id for row in passed], _("Relevés : %(month)s", month=", ".join(sorted(months))))


def _locked(ids: Iterable[int]) -> Sequence[OwnerStatement]:
    """These statements under their lock, that of their month first: a count of it takes its turn."""
    wanted = list(ids)
    months = select(OwnerStatement.month_id).where(OwnerStatement.id.in_(wanted))
    db.session.execute(select(RentalMonth.id).where(RentalMonth.id.in_(months)).order_by(RentalMonth.id).with_for_update())  # fmt: skip
    query = (
        select(OwnerStatement)
        .where(OwnerStatement.id.in_(wanted))
        .order_by(OwnerStatement.id)
        .options(
            selectinload(OwnerStatement.lines), joinedload(OwnerStatement.contact), joinedload(OwnerStatement.month)
        )
        .with_for_update(of=OwnerStatement)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).all()


def problems(statement: OwnerStatement) -> list[str]:
    """French sentences: what must be completed before it may be approved. Lines, contact and month are loaded."""
    if not statement.lines and not statement.opening:
        return [_("Ce relevé est vide. Mettez-le de côté.")]
    return list(dict.fromkeys([*_order(statement), *_owner(statement), *_sums(statement), *_invoice(statement)]))


def _order(statement: OwnerStatement) -> list[str]:
    """Months follow one another: an opening balance is the closing one of the month approved before."""
    month = Month(statement.month.year, statement.month.month)
    if before := waiting_before(statement.contact_id, month):
        return [_("Approuvez d'abord son relevé précédent (%(month)s), ou mettez-le de côté.", month=name_of(before))]
    if openings(month, [statement.contact_id]).get(str(statement.contact_id), 0) != statement.opening:
        return [_("Un mois précédent vient d'être approuvé. Recomptez ce mois-ci : son solde de départ a changé.")]
    return []


def _owner(statement: OwnerStatement) -> list[str]:
    who, found = statement.contact, []
    if not who.email:
        found.append(_("%(name)s n'a pas d'adresse de courriel. Complétez sa fiche.", name=who.name))
    if not (who.address and who.postcode and who.town):
        found.append(_("Complétez l'adresse de %(name)s sur sa fiche.", name=who.name))
    return found


def _sums(statement: OwnerStatement) -> list[str]:
    sums = dict.fromkeys(Account, 0)
    for line in statement.lines:
        sums[ACCOUNT[line.kind]] += line.cents
    told = (statement.receipts, statement.expenses, statement.fees, statement.payouts)
    closing = statement.opening + told[0] - told[1] - told[2] - told[3]
    if told == tuple(sums[part] for part in Account) and closing == statement.closing:
        return []
    return [_("Les lignes du relevé ne font pas ses totaux. Comptez de nouveau le mois.")]


def _invoice(statement: OwnerStatement) -> list[str]:
    elsewhere = outside.faults(statement)
    return elsewhere + (fees.faults(statement) if outside.made_here() else [])


def _freeze_terms(statements: Sequence[OwnerStatement]) -> None:
    """The versions that counted these months hold for good: those of the arrivals of their stays, and of the month itself."""
    days = _days(statements)
    query = select(MandateTerms).where(MandateTerms.mandate_id.in_({mandate for mandate, _day in days}))
    by_mandate: dict[int, list[MandateTerms]] = {}
    for row in db.session.scalars(query.order_by(MandateTerms.since).execution_options(populate_existing=True)):
        by_mandate.setdefault(row.mandate_id, []).append(row)
    for mandate_id, day in days:
        held = [row for row in by_mandate.get(mandate_id, ()) if row.since <= day]
        if held and held[-1].used_at is None:
            held[-1].used_at = clock.now()
    db.session.flush()


def _days(statements: Sequence[OwnerStatement]) -> set[tuple[int, date]]:
    stays = {line.stay_id for row in statements for line in row.lines if line.stay_id}
    query = select(Stay.id, Stay.arrival).where(Stay.id.in_(stays))
    arrivals = {row.id: row.arrival for row in db.session.execute(query)} if stays else {}
    found = set()
    for row in statements:
        month = Month(row.month.year, row.month.month)
        for line in row.lines:
            if line.mandate_id:
                arrival = arrivals.get(line.stay_id or 0)
                found |= {(line.mandate_id, day) for day in ((arrival,) if arrival else (month.first, month.last))}
    return found
