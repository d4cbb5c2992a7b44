"""The sheet of a day: what leaves, what comes back, thing by thing, in the order of the hours."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import and_, select

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.lending.models import Loan, LoanItem
from app.lending.states import TO_HAND_OVER, LoanState


@dataclass(slots=True)
class DayLine:
    """A loan of the day with its things (`id label inventory_number shelf prepared_at`); `late`: it was due before."""

    number: str
    client: str
    phone: str
    at: datetime
    late: bool
    things: list[Any] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        """True when everything waits for its borrower."""
        return all(thing.prepared_at is not None for thing in self.things)


_COLUMNS = (
    Loan.number, Loan.starts_at, Loan.due_at, Contact.name.label("client"), Contact.phone, LoanItem.id, LoanItem.prepared_at,
    Asset.label, Asset.inventory_number, Asset.shelf,
)  # fmt: skip


def day_sheet(day: date) -> tuple[list[DayLine], list[DayLine]]:
    """(what leaves, what comes back) that day; today, also what should have left or come back before."""
    start, end = clock.start_of(day), clock.start_of(day + timedelta(days=1))
    since = None if day == clock.today() else start
    leaving = _lines(and_(Loan.state.in_(TO_HAND_OVER), LoanItem.out_at.is_(None)), Loan.starts_at, since, end, start)
    returning = _lines(
        and_(Loan.state == LoanState.OUT, LoanItem.out_at.is_not(None), LoanItem.back_at.is_(None)),
        Loan.due_at,
        since,
        end,
        start,
    )
    return leaving, returning


def _lines(condition: Any, moment: Any, since: datetime | None, end: datetime, start: datetime) -> list[DayLine]:
    query = (
        select(*_COLUMNS, moment.label("at"))
        .join(LoanItem, LoanItem.loan_id == Loan.id)
        .join(Asset, Asset.id == LoanItem.asset_id)
        .join(Contact, Contact.id == Loan.contact_id)
        .where(condition, moment < end)
        .order_by(moment, Loan.id, Asset.shelf, LoanItem.id)
    )
    found: dict[str, DayLine] = {}
    for row in db.session.execute(query if since is None else query.where(moment >= since)):
        line = found.setdefault(row.number, DayLine(row.number, row.client, row.phone, row.at, row.at < start))
        line.things.append(row)
    return list(found.values())
