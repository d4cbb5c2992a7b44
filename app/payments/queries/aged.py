"""What is not paid, per payer and by age."""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.payments.queries.balances import owed_share, unpaid
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.queries.parts import Line, day_of, is_open, left_of

#: Days past the due date at which each column of the aged balance begins.
AGES = (0, 31, 61, 91)


class Aged(NamedTuple):
    """What one payer owes, in cents: not due yet, then late by 1 to 30, 31 to 60, 61 to 90, more than 90 days."""

    contact_id: int
    name: str
    phone: str
    not_due: int
    late: tuple[int, int, int, int]
    oldest: date | None

    @property
    def total(self) -> int:
        """All of it."""
        return self.not_due + sum(self.late)


def _rows() -> list[Any]:
    """(payer id, due date, cents left) of all that is not paid, each date of a schedule apart, third parties' shares included:
    two queries."""
    payer = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    own = (
        select(payer, func.coalesce(day_of(), SalesDocument.issued_on), left_of())
        .select_from(SalesDocument)
        .outerjoin(Line, is_open())
    )
    shares = (
        select(
            ThirdPartyShare.payer_id, func.coalesce(SalesDocument.due_on, SalesDocument.issued_on, ThirdPartyShare.owed_on),
            ThirdPartyShare.amount - ThirdPartyShare.paid,
        )
        .outerjoin(SalesDocument, SalesDocument.id == ThirdPartyShare.document_id)
        .where(owed_share())
    )  # fmt: skip
    return [*db.session.execute(own.where(unpaid())), *db.session.execute(shares)]


def column_of(due_on: date | None, today: date) -> int:
    """0 when not due yet, else 1 to 4."""
    late = (today - due_on).days if due_on else 0
    return sum(late >= max(1, age) for age in AGES) if late > 0 else 0


def aged_balance() -> list[Aged]:
    """Every payer who owes something, the largest sum first."""
    today, sums = clock.today(), defaultdict[int, list[int]](lambda: [0] * 5)
    oldest: dict[int, date] = {}
    for payer_id, due_on, left in _rows():
        day = date.fromisoformat(due_on) if isinstance(due_on, str) else due_on
        sums[payer_id][column_of(day, today)] += int(left)
        if day is not None:
            oldest[payer_id] = min(day, oldest.get(payer_id, day))
    names = select(Contact.id, Contact.name, Contact.phone).where(Contact.id.in_(sums))
    found = [
        Aged(row.id, row.name, row.phone, sums[row.id][0], (*sums[row.id][1:],), oldest.get(row.id))  # type: ignore[arg-type]
        for row in db.session.execute(names)
    ]
    return sorted(found, key=lambda row: (-row.total, row.name))
