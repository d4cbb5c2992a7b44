"""Which loans are to be reminded today: for each, the last of its family's rules that has come and was not followed yet."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import func, select

from app.assets.models import Asset
from app.assets.queries import family_line
from app.core import clock
from app.core.db import db
from app.lending.models import Loan, LoanItem, LoanReminder, ReminderRule
from app.lending.states import LoanState

#: How many loans one statement looks at.
BATCH = 500


class Due(NamedTuple):
    """A reminder to send: `days` and `channel` of its rule, `late` days past the return date (below zero: to come)."""

    loan_id: int
    contact_id: int
    due_on: date
    days: int
    channel: str
    late: int


class _Out(NamedTuple):
    id: int
    contact_id: int
    due_on: date
    families: set[int]


def rules() -> dict[int | None, dict[int, str]]:
    """{family: {days: channel}}; under None, those of every family without its own."""
    found: dict[int | None, dict[int, str]] = {}
    for family_id, days, channel in db.session.execute(
        select(ReminderRule.family_id, ReminderRule.days, ReminderRule.channel)
    ):
        found.setdefault(family_id, {})[days] = channel
    return found


def due_reminders(today: date) -> list[Due]:
    """What the rules say is to be sent that day."""
    known = rules()
    soonest = min((days for family in known.values() for days in family), default=None)
    if soonest is None:
        return []
    loans = _out(today, soonest)
    last, line = _last_days(loans), cache(family_line)
    found = []
    for loan in loans.values():
        late = (today - loan.due_on).days
        rule = _rule(known, map(line, sorted(loan.families)), late)
        if rule is not None and rule[0] > last.get(loan.id, -(10**6)):
            found.append(Due(loan.id, loan.contact_id, loan.due_on, rule[0], rule[1], late))
    return found


def told_on(day: date) -> set[int]:
    """Borrowers whose loans had an automatic reminder that day: theirs wait for the next one."""
    query = select(Loan.contact_id).join(LoanReminder, LoanReminder.loan_id == Loan.id)
    return set(db.session.scalars(query.where(LoanReminder.sent_on == day, LoanReminder.days.is_not(None))))


def _rule(known: dict[int | None, dict[int, str]], lines: Iterable[list[int]], late: int) -> tuple[int, str] | None:
    """(days, channel) of the last rule that has come, for families with those above them. What comes before the date, or on it, is
    not sent after it."""
    for line in lines:
        own = next((known[member] for member in line if member in known), known.get(None, {}))
        come = [days for days in own if days <= late and (days > 0 or late <= 0)]
        if come:
            return max(come), own[max(come)]
    return None


def _out(today: date, soonest: int) -> dict[int, _Out]:
    """The loans out whose return is near enough, or past, with the families of what is not back."""
    until = clock.start_of(today + timedelta(days=1 - soonest))
    query = (
        select(Loan.id, Loan.contact_id, Loan.due_at, Asset.family_id)
        .join(LoanItem, LoanItem.loan_id == Loan.id)
        .join(Asset, Asset.id == LoanItem.asset_id)
        .where(Loan.state == LoanState.OUT, Loan.due_at < until)
        .where(LoanItem.out_at.is_not(None), LoanItem.back_at.is_(None))
        .order_by(Loan.id)
    )
    found: dict[int, _Out] = {}
    for loan_id, contact_id, due_at, family_id in db.session.execute(query):
        row = found.setdefault(loan_id, _Out(loan_id, contact_id, clock.local(due_at).date(), set()))
        row.families.add(family_id)
    return found


def _last_days(loans: dict[int, _Out]) -> dict[int, int]:
    """{loan: days of the last rule followed for its present return date}."""
    ids, found = list(loans), {}
    for start in range(0, len(ids), BATCH):
        query = (
            select(LoanReminder.loan_id, LoanReminder.due_on, func.max(LoanReminder.days))
            .where(LoanReminder.loan_id.in_(ids[start : start + BATCH]), LoanReminder.days.is_not(None))
            .group_by(LoanReminder.loan_id, LoanReminder.due_on)
        )
        rows = db.session.execute(query)
        found.update({row[0]: row[2] or 0 for row in rows if loans[row[0]].due_on == row[1]})
    return found


def reminders_of(loan_id: int) -> Sequence[date]:
    """The days when a loan was reminded, the newest first."""
    query = select(LoanReminder.sent_on).where(LoanReminder.loan_id == loan_id)
    return db.session.scalars(query.order_by(LoanReminder.id.desc())).all()
