"""Reads of remittances: what waits for the bank, and what was handed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from app.contacts.models import Contact
from app.core.db import db
from app.payments.models import Payment, Remittance
from app.payments.states import Method, PaymentState


def to_remit(method: Method) -> Sequence[Any]:
    """(id, day, reference, amount, payer) of payments received by a means and not handed yet, the oldest first."""
    query = (
        select(Payment.id, Payment.received_on, Payment.reference, Payment.amount, Contact.name.label("payer"))
        .outerjoin(Contact, Contact.id == Payment.contact_id)
        .where(
            Payment.method == method, Payment.state == PaymentState.RECEIVED, Payment.remittance_id.is_(None), Payment.amount > 0,
        )
        .order_by(Payment.received_on, Payment.id)
        .limit(300)
    )  # fmt: skip
    return db.session.execute(query).all()


def waiting(methods: Sequence[Method]) -> dict[Method, tuple[int, int]]:
    """(how many, how much) of each means waits for the bank."""
    query = (
        select(Payment.method, func.count(), func.coalesce(func.sum(Payment.amount), 0))
        .where(
            Payment.method.in_(methods), Payment.state == PaymentState.RECEIVED, Payment.remittance_id.is_(None), Payment.amount > 0,
        )
        .group_by(Payment.method)
    )  # fmt: skip
    return {method: (count, int(total)) for method, count, total in db.session.execute(query)}


def remittances() -> Select[*tuple[Any, ...]]:
    """Those made, the newest first."""
    query: Select[*tuple[Any, ...]] = select(
        Remittance.id, Remittance.number, Remittance.method, Remittance.deposited_on, Remittance.count, Remittance.total,
        Remittance.state, Remittance.credited_on, Remittance.fees,
    )  # fmt: skip
    return query.order_by(Remittance.id.desc())


def remittance_by_id(remittance_id: int) -> Remittance | None:
    """The remittance."""
    return db.session.get(Remittance, remittance_id)


def payments_of(remittance_id: int) -> Sequence[Any]:
    """(id, day, reference, amount, state, payer) of what it holds, in the order of the slip."""
    query = (
        select(
            Payment.id,
            Payment.received_on,
            Payment.reference,
            Payment.amount,
            Payment.state,
            Contact.name.label("payer"),
        )
        .outerjoin(Contact, Contact.id == Payment.contact_id)
        .where(Payment.remittance_id == remittance_id)
        .order_by(Payment.received_on, Payment.id)
    )
    return db.session.execute(query).all()
