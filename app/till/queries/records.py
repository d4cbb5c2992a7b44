"""Tills, tickets, closings, the journal. Everybody who may see one sees all: rights are not cut by site."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.contacts.models import Contact
from app.core import clock
from app.core.chain import Seal
from app.core.db import db
from app.till.models import Till, TillClosing, TillEvent, TillSale, TillSession
from app.till.states import EventKind, Period, SessionState


class TillRow(NamedTuple):
    """A till in the list."""

    id: int
    code: str
    name: str
    training: bool
    opened_at: Any
    opened_by: str | None


def tills() -> list[TillRow]:
    """The tills in use, by code, with their open session."""
    query = (
        select(Till.id, Till.code, Till.name, Till.training, TillSession.opened_at, TillSession.opened_by)
        .outerjoin(TillSession, and_(TillSession.till_id == Till.id, TillSession.state == SessionState.OPEN))
        .where(Till.archived_at.is_(None))
        .order_by(Till.code)
    )
    return [TillRow(*row) for row in db.session.execute(query)]


def till_by_code(code: str) -> Till | None:
    """The till of that code."""
    return db.session.scalar(select(Till).where(Till.code == code, Till.archived_at.is_(None)))


def till_by_id(till_id: int) -> Till | None:
    """The till of that id, archived or not."""
    return db.session.get(Till, till_id)


def sale_by_number(number: str) -> TillSale | None:
    """A ticket, with its client."""
    query = select(TillSale).where(TillSale.number == number).options(joinedload(TillSale.contact))
    return db.session.scalar(query)


def sale_by_id(sale_id: int) -> TillSale | None:
    """A ticket, with its client."""
    return db.session.scalar(select(TillSale).where(TillSale.id == sale_id).options(joinedload(TillSale.contact)))


def tickets_of(till_id: int, text: str = "") -> Select[Any]:
    """The tickets of a till, the newest first."""
    query = (
        select(
            TillSale.number, TillSale.kind, TillSale.training, TillSale.at, TillSale.operator, Contact.name.label("client"),
            TillSale.means, TillSale.gross, TillSale.settled,
        )
        .outerjoin(Contact, Contact.id == TillSale.contact_id)
        .where(TillSale.till_id == till_id)
    )  # fmt: skip
    if text:
        query = query.where(
            or_(TillSale.number.icontains(text, autoescape=True), Contact.name.icontains(text, autoescape=True))
        )
    return query.order_by(TillSale.id.desc())


def tickets_of_contact(contact_id: int, limit: int = 6) -> Sequence[Any]:
    """(number, kind, moment, total) of the last tickets of a contact, training aside."""
    query = select(TillSale.number, TillSale.kind, TillSale.at, TillSale.gross + TillSale.settled)
    query = query.where(TillSale.contact_id == contact_id, TillSale.training.is_(False))
    return db.session.execute(query.order_by(TillSale.id.desc()).limit(limit)).all()


def refunds_of(sale_id: int) -> Sequence[TillSale]:
    """The tickets that cancel or change this one, in order."""
    return db.session.scalars(select(TillSale).where(TillSale.reverses_id == sale_id).order_by(TillSale.id)).all()


def prints_of(sale: TillSale) -> int:
    """How many times a ticket was printed or sent."""
    query = select(func.count()).where(
        TillEvent.till_id == sale.till_id, TillEvent.kind.in_((EventKind.PRINT, EventKind.REPRINT)),
        TillEvent.facts["sale"].as_integer() == sale.id,
    )  # fmt: skip
    return db.session.scalar(query) or 0


def closings(till_id: int | None, period: str = "") -> Select[Any]:
    """The list of closings, the newest first."""
    query = select(
        TillClosing.number, TillClosing.period, TillClosing.begins_on, TillClosing.ends_on, TillClosing.at, TillClosing.by,
        TillClosing.sales, TillClosing.gross, TillClosing.perpetual, TillClosing.facts, Till.name,
    ).join(Till, Till.id == TillClosing.till_id)  # fmt: skip
    if till_id is not None:
        query = query.where(TillClosing.till_id == till_id)
    if period in frozenset(Period):
        query = query.where(TillClosing.period == Period(period))
    return query.order_by(TillClosing.id.desc())


def closing_by_number(number: str) -> TillClosing | None:
    """One closing."""
    return db.session.scalar(select(TillClosing).where(TillClosing.number == number))


def journal(chain: str, text: str = "") -> Select[Any]:
    """Every sealed line of a till, the newest first: rank, moment, what was sealed."""
    query: Any = select(Seal.rank, Seal.at, Seal.subject_kind, Seal.payload, Seal.signature).where(Seal.chain == chain)
    if text:
        query = query.where(Seal.payload.icontains(text, autoescape=True))
    found: Select[Any] = query.order_by(Seal.rank.desc())
    return found


def sales_between(begins: date, ends: date, till_id: int | None = None) -> Select[Any]:
    """The tickets of a period, training aside, in order: what statistics read."""
    query = select(
        TillSale.at, TillSale.kind, TillSale.gross, TillSale.net, TillSale.lines, TillSale.means, TillSale.till_id
    ).where(
        TillSale.training.is_(False), TillSale.at >= clock.start_of(begins),
        TillSale.at < clock.start_of(date.fromordinal(ends.toordinal() + 1)),
    )  # fmt: skip
    return query.where(TillSale.till_id == till_id) if till_id else query
