"""What owners paid of their invoices of fees comes on their account: an entry « Règlement reçu » of the month it came in, once.

What is taken from the rents we hold is no such payment: the statement counts the fees by itself. Nor is a credit note that a
statement made, whose fees it counts already.
"""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from sqlalchemy import String, cast, exists, literal, or_, select

from app.concierge.models import MonthEntry, OwnerStatement, RentalMonth
from app.concierge.states import FROZEN
from app.core import clock
from app.core.db import db, require_transaction
from app.core.i18n import _
from app.payments.models import Allocation, Payment
from app.payments.states import Method
from app.sales.models import SalesDocument
from app.statements.models import Month
from app.statements.states import LineKind


class _Came(NamedTuple):
    """So many cents came from an owner, or went back to him below zero; `key` is what makes it counted once."""

    key: str
    owner_id: int
    on: date
    cents: int
    label: str


def bring_settlements(row: RentalMonth) -> int:
    """Write the entries of what came until the end of this month and is in none; those of owners whose month is approved wait
    for the next. Returns how many. Called under the lock of the month, before it is counted."""
    require_transaction()
    last = Month(row.year, row.month).last
    frozen = set(
        db.session.scalars(
            select(OwnerStatement.contact_id).where(OwnerStatement.month_id == row.id, OwnerStatement.state.in_(FROZEN))
        )
    )
    found = [one for one in (*_here(), *_outside()) if one.on <= last and one.owner_id not in frozen]
    known = set(db.session.scalars(select(MonthEntry.key).where(MonthEntry.key.in_([one.key for one in found]))))
    fresh = [one for one in found if one.key not in known]
    for one in fresh:
        db.session.add(
            MonthEntry(
                month_id=row.id, owner_id=one.owner_id, kind=LineKind.SETTLED, label=one.label, cents=one.cents, vat=0,
                key=one.key,
            )
        )  # fmt: skip
    db.session.flush()
    return len(fresh)


def _here() -> Iterator[_Came]:
    """What settles our own invoices."""
    made = select(OwnerStatement.invoice_id).where(OwnerStatement.invoice_id.is_not(None))
    brought = ~exists().where(MonthEntry.key == literal("allocation:") + cast(Allocation.id, String))
    query = (
        select(
            Allocation.id, OwnerStatement.contact_id, Payment.received_on, Allocation.at, Allocation.amount,
            Payment.method, SalesDocument.number,
        )
        .join(OwnerStatement, OwnerStatement.invoice_id == Allocation.document_id)
        .join(SalesDocument, SalesDocument.id == Allocation.document_id)
        .outerjoin(Payment, Payment.id == Allocation.payment_id)
        .where(
            or_(Payment.id.is_(None), Payment.method != Method.RETAINED),
            or_(Allocation.credit_id.is_(None), Allocation.credit_id.not_in(made)), brought,
        )
        .order_by(Allocation.id)
    )  # fmt: skip
    for row in db.session.execute(query):
        means = row.method.label if row.method else Method.COMPENSATION.label
        label = _("%(means)s, facture %(number)s", means=means, number=row.number)
        on = row.received_on or clock.local(row.at).date()
        yield _Came(f"allocation:{row.id}", row.contact_id, on, row.amount, label)


def _outside() -> Iterator[_Came]:
    """What another invoicing system said to be paid."""
    query = select(OwnerStatement.id, OwnerStatement.contact_id, OwnerStatement.outside).where(
        OwnerStatement.approved_at.is_not(None), OwnerStatement.number.is_not(None), OwnerStatement.invoice_id.is_(None)
    )
    for statement_id, contact_id, told in db.session.execute(query):
        for rank, paid in enumerate((told or {}).get("payments", ())):
            label = _("Règlement de la facture %(number)s", number=told.get("number", ""))
            on = date.fromisoformat(paid["on"])
            yield _Came(f"outside:{statement_id}:{rank}", contact_id, on, paid["cents"], label)
