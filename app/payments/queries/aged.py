"""What is not paid, per payer and by age; the account of one payer as a statement."""

from collections import defaultdict
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import func, select

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.payments.models import Allocation, Payment
from app.payments.queries.balances import INVOICES, payer_is, unpaid
from app.payments.states import PaymentState
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.states import DocumentKind, DocumentState

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
    """(payer id, due date, cents left) of all that is not paid, third parties' shares included: two queries."""
    payer = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    own = select(
        payer, func.coalesce(SalesDocument.due_on, SalesDocument.issued_on), SalesDocument.due - SalesDocument.paid
    )
    shares = (
        select(
            ThirdPartyShare.payer_id, func.coalesce(SalesDocument.due_on, SalesDocument.issued_on),
            ThirdPartyShare.amount - ThirdPartyShare.paid,
        )
        .join(SalesDocument, SalesDocument.id == ThirdPartyShare.document_id)
        .where(SalesDocument.state == DocumentState.ISSUED, ThirdPartyShare.amount > ThirdPartyShare.paid)
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


class Entry(NamedTuple):
    """One line of a statement. `debit`: what is owed by it; `credit`: what was paid; `balance`: after it."""

    on: date
    label: str
    debit: int
    credit: int
    balance: int


class Statement(NamedTuple):
    """The account of a payer between two days; cents, above zero when he owes."""

    opening: int
    entries: list[Entry]

    @property
    def closing(self) -> int:
        """What he owes at the end."""
        return self.entries[-1].balance if self.entries else self.opening


def _movements(contact_id: int) -> list[tuple[date, int, str, int, int]]:
    """(day, order of the day, words, debit, credit) of all that touches a payer's account."""
    kinds = (*INVOICES, DocumentKind.CREDIT)
    documents = select(
        SalesDocument.issued_on, SalesDocument.kind, SalesDocument.number, SalesDocument.title, SalesDocument.due
    ).where(SalesDocument.kind.in_(kinds), SalesDocument.state == DocumentState.ISSUED, payer_is(contact_id))
    found: list[tuple[date, int, str, int, int]] = []
    for on, kind, number, title, due in db.session.execute(documents):
        words = f"{kind.label} {number}" + (f", {title}" if title else "")
        credit = kind == DocumentKind.CREDIT
        found.append((on or date.min, 0, words, 0 if credit else due, abs(due) if credit else 0))
    shares = (
        select(SalesDocument.issued_on, SalesDocument.number, ThirdPartyShare.label, ThirdPartyShare.amount)
        .join(SalesDocument, SalesDocument.id == ThirdPartyShare.document_id)
        .where(ThirdPartyShare.payer_id == contact_id, SalesDocument.state == DocumentState.ISSUED)
    )
    for on, number, label, amount in db.session.execute(shares):
        found.append((on or date.min, 0, f"{label}, {number}", amount, 0))
    return found + _paid(contact_id)


def _paid(contact_id: int) -> list[tuple[date, int, str, int, int]]:
    """His payments, and what others paid for him; what he paid for others is not on his account."""
    owner = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    mine = (owner == contact_id) | (ThirdPartyShare.payer_id == contact_id)
    query = (
        select(Payment.id, Payment.received_on, Payment.method, Payment.reference, func.sum(Allocation.amount))
        .join(Allocation, Allocation.payment_id == Payment.id)
        .outerjoin(SalesDocument, SalesDocument.id == Allocation.document_id)
        .outerjoin(ThirdPartyShare, ThirdPartyShare.id == Allocation.share_id)
        .where(mine, Payment.state != PaymentState.PENDING)
        .group_by(Payment.id, Payment.received_on, Payment.method, Payment.reference)
    )
    allocated = (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .where(Allocation.payment_id == Payment.id)
        .scalar_subquery()
    )
    spare = select(
        Payment.id, Payment.received_on, Payment.method, Payment.reference, Payment.amount - allocated
    ).where(Payment.contact_id == contact_id, Payment.state != PaymentState.PENDING, Payment.amount != allocated)
    sums: dict[int, tuple[date, int, str, int, int]] = {}
    for payment_id, on, method, reference, amount in (*db.session.execute(query), *db.session.execute(spare)):
        before = sums[payment_id][4] if payment_id in sums else 0
        words = f"{method.label} {reference}".strip()
        sums[payment_id] = (on, 1, words, 0, before + int(amount))
    return list(sums.values())


def statement(contact_id: int, since: date, until: date) -> Statement:
    """Invoices, credit notes and payments of a payer between two days, both counted, with the balance after each."""
    balance, entries = 0, list[Entry]()
    opening = 0
    for on, _order, words, debit, credit in sorted(_movements(contact_id), key=lambda row: row[:3]):
        if on > until:
            break
        balance += debit - credit
        if on < since:
            opening = balance
        else:
            entries.append(Entry(on, words, debit, credit, balance))
    return Statement(opening, entries)
