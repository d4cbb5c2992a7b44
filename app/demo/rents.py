"""The owners' month before the last one: counted, approved and invoiced on the third of the month after; the last one is to launch."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.concierge.models import Lodging, OwnerStatement
from app.concierge.queries.months import previews, row_of
from app.concierge.services import approving, making
from app.concierge.services.counting import count, the_month
from app.core import clock
from app.core.db import db
from app.demo.sales import Told
from app.payments.services import receive
from app.payments.states import Method
from app.sales.models import SalesDocument
from app.statements.models import Month

DAY = 3
#: The owners pay so many days later, but for the one who owes most.
PAID = 12


def story(lodgings: Sequence[Lodging], now: datetime) -> list[Told]:
    """(days ago, what happened then): its statements approved, their invoices issued. Nothing without lodgings."""
    if not lodgings:
        return []
    back = (clock.local(now).date() - _day(now)).days
    return [(back, lambda: _told(_month(now)))]


def send(now: datetime) -> None:
    """Their papers and messages, once the story is kept, as the worker makes them. Opens its own transactions."""
    row = row_of(_month(now))
    if row is not None:
        ids = db.session.scalars(select(OwnerStatement.id).where(OwnerStatement.month_id == row.id)).all()
        with clock.told_at(clock.at(_day(now), 11)):
            faults = [why for why in making.work(ids) if why]
        assert not faults, faults  # noqa: S101  the demonstration shows a month that is sent


def _day(now: datetime) -> date:
    """The third of last month."""
    return Month.of(clock.local(now).date()).previous.first.replace(day=DAY)


def _month(now: datetime) -> Month:
    return Month.of(_day(now)).previous


def _told(month: Month) -> None:
    row = the_month(month)
    count(row)
    ids = previews(row)
    approving.approve(ids)
    billed = []
    for statement_id in ids:
        statement = making.locked(statement_id)
        making.issue(statement)
        billed.append(statement.invoice_id)
    with clock.told_at(clock.now() + timedelta(days=PAID)):
        owed = sorted(
            (db.session.get_one(SalesDocument, key) for key in billed if key), key=lambda invoice: invoice.left
        )
        for invoice in owed[:-1]:
            _paid(invoice)


def _paid(invoice: SalesDocument) -> None:
    """What the rents that we hold have not paid already."""
    if left := invoice.left:
        receive(invoice.contact_id, Method.TRANSFER, left, clock.today(), allocations=[(invoice.id, left)])
