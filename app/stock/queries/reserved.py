"""What is kept for a record, and what it waits for."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from app.catalog.models import Article
from app.catalog.states import Origin
from app.contacts.models import Contact
from app.core.db import db
from app.core.subject import Subject
from app.stock.models import StockLot, StockPlace, StockReservation
from app.stock.states import ReservationState


class Reserved(NamedTuple):
    """A part of a record: how many (thousandths), where it is, where it comes from."""

    id: int
    article_id: int
    line_id: int | None
    label: str
    reference: str
    unit: str
    quantity: int
    state: ReservationState
    place: str | None
    lot: str | None
    origin: Origin
    supplier: str | None
    supplier_invoice: str | None


_RESERVED = (
    select(
        StockReservation.id, StockReservation.article_id, StockReservation.line_id, Article.label, Article.reference,
        Article.unit, StockReservation.quantity, StockReservation.state, StockPlace.name, StockLot.code,
        func.coalesce(StockLot.origin, Article.origin), Contact.name, StockLot.supplier_invoice,
    )
    .join(Article, Article.id == StockReservation.article_id)
    .outerjoin(StockPlace, StockPlace.id == StockReservation.place_id)
    .outerjoin(StockLot, StockLot.id == StockReservation.lot_id)
    .outerjoin(Contact, Contact.id == StockLot.supplier_id)
    .where(
        StockReservation.about_kind == bindparam("kind"),
        StockReservation.about_id == bindparam("id"),
        StockReservation.state != ReservationState.RELEASED,
    )
    .order_by(StockReservation.id)
)  # fmt: skip


def reserved_for(about: Subject) -> Sequence[Reserved]:
    """The parts of a record, in the order in which they were asked for; those released are left out."""
    rows = db.session.execute(_RESERVED, {"kind": about.kind, "id": about.id})
    return [Reserved._make(row) for row in rows]


def held_at(kind: str, line_id: int) -> tuple[int, int] | None:
    """(place, lot or 0) where the part of a line is held; None when it waits, or is held in several."""
    query = (
        select(StockReservation.place_id, func.coalesce(StockReservation.lot_id, 0))
        .where(
            StockReservation.about_kind == kind, StockReservation.line_id == line_id,
            StockReservation.state.in_((ReservationState.HELD, ReservationState.TAKEN)),
        )
        .distinct()
        .limit(2)
    )  # fmt: skip
    found = db.session.execute(query).all()
    place_id, lot_id = found[0] if len(found) == 1 else (None, 0)
    return (place_id, lot_id) if place_id else None


def awaited_of(about: Subject) -> list[str]:
    """The labels of the parts that a record still waits for."""
    query = (
        select(Article.label)
        .join(StockReservation, StockReservation.article_id == Article.id)
        .where(
            StockReservation.about_kind == about.kind,
            StockReservation.about_id == about.id,
            StockReservation.state == ReservationState.WAITING,
        )
        .order_by(StockReservation.id)
    )
    return list(db.session.scalars(query))


def reserved_of_article(article_id: int) -> Sequence[Any]:
    """(about_kind, about_id, quantity, state, place) of those for whom the article is kept, or who wait for it."""
    query = (
        select(
            StockReservation.about_kind, StockReservation.about_id, StockReservation.quantity, StockReservation.state,
            StockPlace.name.label("place"),
        )
        .outerjoin(StockPlace, StockPlace.id == StockReservation.place_id)
        .where(
            StockReservation.article_id == article_id,
            StockReservation.state.in_((ReservationState.HELD, ReservationState.WAITING)),
        )
        .order_by(StockReservation.id)
    )  # fmt: skip
    return db.session.execute(query).all()
