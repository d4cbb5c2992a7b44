"""The list of payments: filters kept in the query string, rows as tuples."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import BigInteger, Select, cast, func, or_, select

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.money import parse_cents
from app.payments.models import Allocation, Payment
from app.payments.states import Method, PaymentState
from app.sales.models import SalesDocument

_ALLOCATED = (
    select(func.coalesce(func.sum(Allocation.amount), 0))
    .where(Allocation.payment_id == Payment.id)
    .correlate(Payment)
    .scalar_subquery()
)
ROW: tuple[Any, ...] = (
    Payment.id, Payment.received_on, Payment.method, Payment.state, Payment.amount, Payment.reference, Payment.by,
    Payment.reverses_id, Contact.id.label("contact_id"), Contact.name.label("client"), cast(Payment.amount - _ALLOCATED, BigInteger).label("spare"),
)  # fmt: skip


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Filters:
    """What the query string asks for. `spare`: those that settle less than they brought."""

    text: str = ""
    method: str = ""
    state: str = ""
    since: date | None = None
    until: date | None = None
    spare: bool = False

    @classmethod
    def read(cls, args: Mapping[str, str]) -> "Filters":
        """From the query string; what makes no sense is left out."""
        method, state = args.get("moyen", ""), args.get("etat", "")
        return cls(
            text=args.get("q", "").strip()[:100],
            method=method if method in Method._value2member_map_ else "",
            state=state if state in PaymentState._value2member_map_ else "",
            since=_day(args.get("du", "")),
            until=_day(args.get("au", "")),
            spare=args.get("libre") == "1",
        )

    def query(self) -> dict[str, str]:
        """Back to the query string."""
        names = {
            "q": self.text, "moyen": self.method, "etat": self.state, "du": self.since.isoformat() if self.since else "",
            "au": self.until.isoformat() if self.until else "", "libre": "1" if self.spare else "",
        }  # fmt: skip
        return {name: value for name, value in names.items() if value}

    def but(self, **changes: Any) -> str:
        """The query string with some filters changed."""
        return urlencode(replace(self, **changes).query())


def listing(filters: Filters) -> Select[Any]:
    """The list's query, the newest first."""
    query = select(*ROW).outerjoin(Contact, Contact.id == Payment.contact_id)
    query = query.order_by(Payment.received_on.desc(), Payment.id.desc())
    if filters.method:
        query = query.where(Payment.method == filters.method)
    if filters.state:
        query = query.where(Payment.state == filters.state)
    if filters.since:
        query = query.where(Payment.received_on >= filters.since)
    if filters.until:
        query = query.where(Payment.received_on <= filters.until)
    if filters.spare:
        query = query.where(Payment.state == PaymentState.RECEIVED, Payment.amount > _ALLOCATED)
    return _searched(query, filters.text) if filters.text else query


def _searched(query: Select[Any], text: str) -> Select[Any]:
    """By the payer's name, the reference, the number of a document settled, or the amount."""
    settled = (
        select(Allocation.payment_id)
        .join(SalesDocument, SalesDocument.id == Allocation.document_id)
        .where(SalesDocument.number.icontains(text, autoescape=True))
    )
    ways = [
        Contact.name.icontains(text, autoescape=True),
        Payment.reference.icontains(text, autoescape=True),
        Payment.id.in_(settled),
    ]
    with contextlib.suppress(DomainError):
        ways.append(Payment.amount == parse_cents(text))
    return query.where(or_(*ways))


def received_between(since: date, until: date) -> int:
    """Cents that came between two days, both counted, refunds and rejections taken off; not what is only held, as deposits are."""
    held = select(func.coalesce(func.sum(Allocation.amount), 0)).where(
        Allocation.payment_id == Payment.id, Allocation.deposit_id.is_not(None)
    )
    query = select(func.coalesce(func.sum(Payment.amount - held.correlate(Payment).scalar_subquery()), 0)).where(
        Payment.received_on >= since, Payment.received_on <= until, Payment.state != PaymentState.PENDING
    )
    return int(db.session.scalar(query) or 0)


def received_this_month() -> int:
    """Cents that came since the first of the month."""
    today = clock.today()
    return received_between(today.replace(day=1), today)
