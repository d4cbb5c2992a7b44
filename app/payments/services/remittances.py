"""Remittances: cheques and card takings handed to the bank together. The account of what waits (511x) gives them to the bank (512).

What was paid at a till, without an invoice, is no payment here: it is written as one sum beside the payments.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.numbers import next_number
from app.payments.models import Payment, Remittance
from app.payments.states import REMITTANCES, Method, PaymentState, RemittanceState

#: Means that wait somewhere before they reach the bank.
METHODS = (Method.CHEQUE, Method.CARD, Method.STRIPE, Method.HELLOASSO)
SERIES = "RB"


class Other(NamedTuple):
    """What came by the till: so many, worth so many cents."""

    pieces: int = 0
    amount: int = 0
    label: str = ""


NOTHING = Other()


def remit(
    method: Method, payment_ids: Iterable[int], on: date, *, other: Other = NOTHING, form_key: str | None = None
) -> Remittance:
    """Hand these payments to the bank; the same form twice gives the same remittance.

    Raises DomainError for a day to come or nothing to hand, Conflict when one was handed or cancelled meanwhile.
    """
    require_transaction()
    if method not in METHODS:
        raise DomainError(_("« %(means)s » ne se remet pas en banque.", means=method.label), field="method")
    if on > clock.today():
        raise DomainError(_("Cette date est à venir. Donnez le jour de la remise."), field="deposited_on")
    wanted = sorted(set(payment_ids))
    query = select(Payment).where(Payment.id.in_(wanted)).order_by(Payment.id)
    rows = list(db.session.scalars(query.with_for_update(key_share=True).execution_options(populate_existing=True)))
    done = db.session.scalar(select(Remittance).where(Remittance.form_key == form_key)) if form_key else None
    if done is not None:
        return done
    if any(row.remittance_id or row.state != PaymentState.RECEIVED or row.method != method for row in rows) or len(
        rows
    ) != len(wanted):
        raise Conflict(_("Un de ces règlements vient d'être remis ou annulé. Rien n'a été remis : relisez la liste."))
    if other.amount < 0 or bool(other.amount) != bool(other.pieces):
        raise DomainError(_("Donnez le nombre et le montant de ce qui vient de la caisse, ou laissez les deux vides."), field="other_amount")  # fmt: skip
    if not rows and not other.amount:
        raise DomainError(_("Cochez au moins un règlement à remettre."), field="payments")
    remittance = Remittance(
        number=next_number(SERIES), method=method, deposited_on=on, count=len(rows) + other.pieces,
        total=sum(row.amount for row in rows) + other.amount, other_amount=other.amount, other_count=other.pieces,
        other_label=other.label.strip(), by=current_actor().name, form_key=form_key or None,
    )  # fmt: skip
    db.session.add(remittance)
    db.session.flush()
    for row in rows:
        row.remittance_id = remittance.id
    db.session.flush()
    record(remittance, "remittance.made", amount=remittance.total, method=method.value)
    return remittance


def locked(remittance_id: int) -> Remittance:
    """The remittance under its lock."""
    return db.session.get_one(Remittance, remittance_id, with_for_update=True, populate_existing=True)


def cancel(remittance_id: int) -> None:
    """It was a mistake: its payments wait for the bank again. Raises IllegalMove once the bank credited it."""
    require_transaction()
    remittance = locked(remittance_id)
    rows = list(db.session.scalars(select(Payment).where(Payment.remittance_id == remittance.id)))
    if any(row.state != PaymentState.RECEIVED for row in rows):
        raise Conflict(_("Un règlement de cette remise est revenu de la banque : elle ne peut plus être annulée."))
    REMITTANCES.move(remittance, RemittanceState.CANCELLED)
    remittance.cancelled_on = clock.today()
    for row in rows:
        row.remittance_id = None
    db.session.flush()


def credit(remittance: Remittance, on: date, received: int) -> None:
    """The bank credited it: what it kept is its commission. Raises DomainError when it gave more than was handed."""
    require_transaction()
    if not 0 < received <= remittance.total:
        raise DomainError(
            _("La banque a crédité plus que cette remise. Cherchez une autre remise, ou créez un règlement.")
        )
    REMITTANCES.move(remittance, RemittanceState.CREDITED)
    remittance.credited_on, remittance.fees = on, remittance.total - received
    db.session.flush()
