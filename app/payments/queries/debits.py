"""Reads of mandates and direct debits."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Select, cast, func, select
from sqlalchemy.orm import joinedload

from app.contacts.models import Contact
from app.core.db import db
from app.payments.models import Debit, DebitBatch, Mandate
from app.payments.queries.balances import unpaid
from app.payments.states import DebitState, MandateState
from app.sales.models import SalesDocument
from app.sales.queries.parts import Line, day_of, is_open, left_of

#: On its way: prepared or at the bank, not paid yet.
WAITING = (DebitState.PLANNED, DebitState.SENT)


def waits() -> ColumnElement[bool]:
    """True of a document that a debit on its way will pay: not proposed again, and not reminded."""
    return (
        select(Debit.id).where(Debit.document_id == SalesDocument.id, Debit.state.in_(WAITING)).correlate(SalesDocument).exists()
    )  # fmt: skip


def _on_its_way() -> ColumnElement[int]:
    """Cents that debits on their way will pay of a document."""
    waiting = select(func.sum(Debit.amount)).where(Debit.document_id == SalesDocument.id, Debit.state.in_(WAITING))
    return cast(func.coalesce(waiting.correlate(SalesDocument).scalar_subquery(), 0), BigInteger)


class Collectable(NamedTuple):
    """An invoice that its payer's mandate can collect, or one date of its schedule, when `rank` is above zero."""

    document_id: int
    number: str
    title: str
    due_on: date | None
    left: int
    payer_id: int
    payer: str
    email: str
    mandate_id: int
    rum: str
    recurrent: bool
    rank: int = 0

    @property
    def key(self) -> str:
        """« 12 », or « 12-2 » for the second date."""
        return f"{self.document_id}-{self.rank}" if self.rank else str(self.document_id)


def collectable(until: date | None = None) -> list[Collectable]:
    """Unpaid invoices whose payer has a mandate in force, each date of a schedule apart, the oldest due date first; those due
    `until` a day. What a debit on its way will pay is not there."""
    covered = SalesDocument.paid + _on_its_way()
    payer = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    newest = (
        select(func.max(Mandate.id).label("id"), Mandate.contact_id)
        .where(Mandate.state == MandateState.ACTIVE)
        .group_by(Mandate.contact_id)
        .subquery()
    )
    query = (
        select(
            SalesDocument.id, SalesDocument.number, SalesDocument.title, day_of(), left_of(covered), Contact.id, Contact.name,
            Contact.email, Mandate.id, Mandate.rum, Mandate.recurrent, func.coalesce(Line.position, 0),
        )
        .join(Contact, Contact.id == payer)
        .outerjoin(Line, is_open(covered))
        .join(newest, newest.c.contact_id == Contact.id)
        .join(Mandate, Mandate.id == newest.c.id)
        .where(unpaid(), SalesDocument.due > covered, Line.id.is_not(None) | ~waits())
        .order_by(day_of(), SalesDocument.id)
    )  # fmt: skip
    if until is not None:
        query = query.where(day_of() <= until)
    return [Collectable(*tuple[Any, ...](row)) for row in db.session.execute(query)]


def batches() -> Select[*tuple[Any, ...]]:
    """The batches, the newest first."""
    rejected = (
        select(func.count()).where(Debit.batch_id == DebitBatch.id, Debit.state == DebitState.REJECTED).scalar_subquery()
    )  # fmt: skip
    return select(
        DebitBatch.id, DebitBatch.message_id, DebitBatch.collected_on, DebitBatch.state, DebitBatch.count, DebitBatch.total,
        rejected.label("rejected"),
    ).order_by(DebitBatch.id.desc())  # fmt: skip


def batch_by_id(batch_id: int) -> DebitBatch | None:
    """The batch."""
    return db.session.get(DebitBatch, batch_id)


def debits_of(batch_id: int) -> Sequence[Any]:
    """(id, reference, amount, sequence, state, notice, code, document, payer, mandate) of a batch, by payer."""
    payer = func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id)
    query = (
        select(
            Debit.id, Debit.end_to_end, Debit.amount, Debit.sequence, Debit.state, Debit.notified_at, Debit.code, Debit.rejected_on,
            Debit.payment_id, SalesDocument.id.label("document_id"), SalesDocument.number,
            (SalesDocument.due - SalesDocument.paid).label("left"), Contact.id.label("payer_id"), Contact.name.label("payer"),
            Contact.email, Mandate.id.label("mandate_id"), Mandate.rum, Mandate.iban_end,
        )
        .join(SalesDocument, SalesDocument.id == Debit.document_id)
        .join(Contact, Contact.id == payer)
        .join(Mandate, Mandate.id == Debit.mandate_id)
        .where(Debit.batch_id == batch_id)
        .order_by(Contact.name, Debit.id)
    )  # fmt: skip
    return db.session.execute(query).all()


def debit_by_id(debit_id: int) -> Debit | None:
    """The debit with what it is about."""
    loaded = (
        joinedload(Debit.batch),
        joinedload(Debit.document),
        joinedload(Debit.mandate).joinedload(Mandate.contact),
    )
    return db.session.get(Debit, debit_id, options=loaded)


def mandates(text: str = "", contact_id: int | None = None) -> Select[*tuple[Any, ...]]:
    """The mandates, those in force first."""
    query: Select[*tuple[Any, ...]] = (
        select(
            Mandate.id, Mandate.rum, Mandate.holder, Mandate.iban_end, Mandate.state, Mandate.signed_on, Mandate.signed_how,
            Mandate.recurrent, Mandate.last_used_on, Contact.id.label("contact_id"), Contact.name.label("client"),
        )
        .join(Contact, Contact.id == Mandate.contact_id)
        .order_by(Mandate.state != MandateState.ACTIVE, Contact.name, Mandate.id.desc())
    )  # fmt: skip
    if contact_id is not None:
        query = query.where(Mandate.contact_id == contact_id)
    if text:
        query = query.where(
            Contact.name.icontains(text, autoescape=True) | Mandate.rum.icontains(text, autoescape=True)
            | Mandate.holder.icontains(text, autoescape=True)
        )  # fmt: skip
    return query


def mandate_by_id(mandate_id: int) -> Mandate | None:
    """The mandate with whose it is."""
    return db.session.get(Mandate, mandate_id, options=[joinedload(Mandate.contact)])


def debits_of_mandate(mandate_id: int) -> Sequence[Any]:
    """(day, amount, state, code, number, batch) of what a mandate collected, the newest first."""
    query = (
        select(
            Debit.id,
            DebitBatch.collected_on,
            Debit.amount,
            Debit.state,
            Debit.code,
            SalesDocument.number,
            Debit.batch_id,
        )
        .join(DebitBatch, DebitBatch.id == Debit.batch_id)
        .join(SalesDocument, SalesDocument.id == Debit.document_id)
        .where(Debit.mandate_id == mandate_id, Debit.state != DebitState.REMOVED)
        .order_by(Debit.id.desc())
        .limit(50)
    )
    return db.session.execute(query).all()
