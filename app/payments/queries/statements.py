"""The account of one payer as a statement, and what he pays for each person."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import case, func, select

from app.contacts.models import Contact
from app.core.db import db
from app.core.i18n import _
from app.payments.models import Allocation, Payment
from app.payments.queries.balances import INVOICES, payer_is, share_dates, share_number
from app.payments.states import PaymentState
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.states import DocumentKind, DocumentState


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
    documents = (
        select(
            SalesDocument.issued_on, SalesDocument.kind, SalesDocument.number, SalesDocument.title, SalesDocument.due, Contact.id,
            Contact.name,
        )
        .join(Contact, Contact.id == SalesDocument.contact_id)
        .where(SalesDocument.kind.in_(kinds), SalesDocument.state == DocumentState.ISSUED, payer_is(contact_id))
    )  # fmt: skip
    found: list[tuple[date, int, str, int, int]] = []
    for on, kind, number, title, due, client_id, client in db.session.execute(documents):
        words = f"{kind.label} {number}" + (f", {title}" if title else "")
        if client_id != contact_id:
            words = _("%(words)s, pour %(client)s", words=words, client=client)
        credit = kind == DocumentKind.CREDIT
        found.append((on or date.min, 0, words, 0 if credit else due, abs(due) if credit else 0))
    shares = (
        select(share_dates()[0], share_number(), SalesDocument.kind, ThirdPartyShare.label, ThirdPartyShare.amount)
        .outerjoin(SalesDocument, SalesDocument.id == ThirdPartyShare.document_id)
        .where(ThirdPartyShare.payer_id == contact_id)
        .where(ThirdPartyShare.till_sale_id.is_not(None) | ((SalesDocument.state == DocumentState.ISSUED) & SalesDocument.kind.in_(kinds)))
    )  # fmt: skip
    for on, number, kind, label, amount in db.session.execute(shares):
        owed = -amount if kind == DocumentKind.CREDIT else amount
        found.append((on or date.min, 0, f"{label}, {number}", max(0, owed), max(0, -owed)))
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


class Member(NamedTuple):
    """A person for whom a payer pays: what was invoiced between two days, and what is left to pay of all; cents."""

    contact_id: int
    name: str
    invoiced: int
    left: int


def household(contact_id: int, since: date, until: date) -> list[Member]:
    """The persons for whom a payer pays, himself included, by name; empty when he pays for himself alone."""
    within = SalesDocument.issued_on.between(since, until)
    query = (
        select(
            Contact.id, Contact.name, func.sum(case((within, SalesDocument.due), else_=0)),
            func.sum(SalesDocument.due - SalesDocument.paid),
        )
        .join(Contact, Contact.id == SalesDocument.contact_id)
        .where(SalesDocument.kind.in_(INVOICES), SalesDocument.state == DocumentState.ISSUED, payer_is(contact_id))
        .group_by(Contact.id, Contact.name)
        .order_by(Contact.name)
    )  # fmt: skip
    rows = [Member(row[0], row[1], int(row[2] or 0), int(row[3] or 0)) for row in db.session.execute(query)]
    return rows if any(row.contact_id != contact_id for row in rows) else []
