"""What came and went, lots, and where a part ended."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, func, select

from app.catalog.models import Article
from app.contacts.models import Contact
from app.core.db import db
from app.stock.models import StockLevel, StockLot, StockMove, StockPlace, StockReservation
from app.stock.states import MoveKind, ReservationState

COLUMNS: tuple[Any, ...] = (
    StockMove.id, StockMove.at, StockMove.kind, StockMove.quantity, StockMove.actor, StockMove.note, StockMove.about_kind,
    StockMove.about_id, StockMove.article_id, Article.label, Article.reference, Article.unit, StockPlace.name.label("place"),
    StockLot.code.label("lot"),
)  # fmt: skip


def moves_listing(kind: str = "", place_id: int | None = None, article_id: int | None = None) -> Select[Any]:
    """The moves, the newest first."""
    query: Select[Any] = (
        select(*COLUMNS)
        .join(Article, Article.id == StockMove.article_id)
        .join(StockPlace, StockPlace.id == StockMove.place_id)
        .outerjoin(StockLot, StockLot.id == StockMove.lot_id)
        .order_by(StockMove.id.desc())
    )
    if kind in MoveKind._value2member_map_:
        query = query.where(StockMove.kind == kind)
    if place_id:
        query = query.where(StockMove.place_id == place_id)
    if article_id:
        query = query.where(StockMove.article_id == article_id)
    return query


def moves_of(article_id: int, limit: int = 12) -> Sequence[Any]:
    """The last moves of an article."""
    return db.session.execute(moves_listing(article_id=article_id).limit(limit)).all()


def lots_of(article_id: int, limit: int = 50) -> Sequence[Any]:
    """The lots of an article, the newest first, with what is left of each and where it came from."""
    left = (
        select(StockLevel.lot_id, func.sum(StockLevel.quantity).label("quantity"))
        .where(StockLevel.article_id == article_id)
        .group_by(StockLevel.lot_id)
        .subquery()
    )
    query = (
        select(
            StockLot.id, StockLot.code, StockLot.origin, StockLot.supplier_invoice, StockLot.invoiced_on, StockLot.cost,
            StockLot.received_at, Contact.name.label("supplier"), func.coalesce(left.c.quantity, 0).label("quantity"),
        )
        .outerjoin(Contact, Contact.id == StockLot.supplier_id)
        .outerjoin(left, left.c.lot_id == StockLot.id)
        .where(StockLot.article_id == article_id)
        .order_by(StockLot.id.desc())
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(query).all()


def gone_by_lot(article_id: int) -> dict[int, Any]:
    """By lot of an article, its last move out for a record: (about_kind, about_id, at)."""
    last = (
        select(func.max(StockMove.id))
        .where(StockMove.article_id == article_id, StockMove.lot_id.is_not(None), StockMove.quantity < 0)
        .where(StockMove.about_id.is_not(None))
        .group_by(StockMove.lot_id)
    )
    query = select(StockMove.lot_id, StockMove.about_kind, StockMove.about_id, StockMove.at).where(
        StockMove.id.in_(last)
    )
    return {row.lot_id: row for row in db.session.execute(query)}


def uses_of_article(article_id: int, limit: int = 30) -> Sequence[Any]:
    """Where the article went: (about_kind, about_id, quantity, state, lot, origin, supplier, supplier_invoice), the newest first."""
    query = (
        select(
            StockReservation.about_kind, StockReservation.about_id, StockReservation.quantity, StockReservation.state,
            StockLot.code.label("lot"), StockLot.origin, StockLot.supplier_invoice, Contact.name.label("supplier"),
        )
        .outerjoin(StockLot, StockLot.id == StockReservation.lot_id)
        .outerjoin(Contact, Contact.id == StockLot.supplier_id)
        .where(StockReservation.article_id == article_id, StockReservation.state != ReservationState.RELEASED)
        .order_by(StockReservation.id.desc())
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(query).all()
