"""What is short: below its minimum or awaited, beyond what is already in a basket or on its way."""

from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select

from app.catalog.models import Article, ArticleSupplier
from app.core.db import db
from app.core.i18n import _
from app.core.money import quantity as written
from app.purchasing.models import Purchase, PurchaseLine
from app.purchasing.states import PurchaseState
from app.stock.models import StockLevel, StockPlace, StockReservation
from app.stock.states import PlaceKind, ReservationState
from app.tickets.models import Ticket

COMING = (PurchaseState.BASKET, PurchaseState.ORDERED, PurchaseState.PARTIAL)


class Need(NamedTuple):
    """So many (thousandths) of an article are wanted, at a place when somebody waits there, and why."""

    article_id: int
    label: str
    quantity: int
    place_id: int | None
    why: str


@cache
def _figures(*, some: bool) -> Select[Any]:
    """What is short among `articles` when `some`, else of all; building the statement costs more than running it."""
    level = (
        select(StockLevel.article_id, func.sum(StockLevel.quantity - StockLevel.held).label("free"))
        .join(StockPlace, StockPlace.id == StockLevel.place_id)
        .where(StockPlace.kind != PlaceKind.QUARANTINE)
        .group_by(StockLevel.article_id)
        .subquery()
    )
    wanted = (
        select(
            StockReservation.article_id, func.sum(StockReservation.quantity).label("waiting"),
            func.min(StockReservation.place_id).label("place_id"),
        )
        .where(StockReservation.state == ReservationState.WAITING)
        .group_by(StockReservation.article_id)
        .subquery()
    )  # fmt: skip
    left = PurchaseLine.quantity - PurchaseLine.received
    coming = (
        select(PurchaseLine.article_id, func.sum(left).label("coming"))
        .join(Purchase, Purchase.id == PurchaseLine.purchase_id)
        .where(Purchase.state.in_(COMING), left > 0)
        .group_by(PurchaseLine.article_id)
        .subquery()
    )
    free, waiting = func.coalesce(level.c.free, 0), func.coalesce(wanted.c.waiting, 0)
    on_its_way = func.coalesce(coming.c.coming, 0)
    query = (
        select(
            Article.id, Article.label, Article.minimum, Article.reorder, free.label("free"), waiting.label("waiting"),
            on_its_way.label("coming"), wanted.c.place_id,
        )
        .outerjoin(level, level.c.article_id == Article.id)
        .outerjoin(wanted, wanted.c.article_id == Article.id)
        .outerjoin(coming, coming.c.article_id == Article.id)
        .where(Article.stocked, Article.archived_at.is_(None), free + on_its_way - waiting < Article.minimum)
        .order_by(Article.id)
    )  # fmt: skip
    return query.where(Article.id.in_(bindparam("articles", expanding=True))) if some else query


def needs(article_ids: Sequence[int] | None = None) -> list[Need]:
    """What is short of these articles, or of all.

    What is free and on its way less what is awaited is brought back to the minimum; at least the reorder quantity.
    """
    found = []
    for row in db.session.execute(_figures(some=article_ids is not None), {"articles": article_ids}).all():
        short = row.minimum - (int(row.free) + int(row.coming) - int(row.waiting))
        below = row.minimum > 0 and int(row.free) + int(row.coming) < row.minimum
        why = [*_who_waits(row.id)] if row.waiting else []
        if below:
            why.append(_("stock minimum %(count)s", count=written(row.minimum)))
        found.append(Need(row.id, row.label, max(short, row.reorder), row.place_id, ", ".join(why)))
    return found


def _who_waits(article_id: int) -> list[str]:
    query = (
        select(Ticket.number)
        .join(StockReservation, StockReservation.about_id == Ticket.id)
        .where(
            StockReservation.article_id == article_id,
            StockReservation.state == ReservationState.WAITING,
            StockReservation.about_kind == Ticket.__kind__,
        )
        .order_by(StockReservation.id)
        .limit(8)
    )
    return list(db.session.scalars(query))


def without_supplier() -> Sequence[Any]:
    """(id, label) of the articles that are short and that nobody supplies."""
    short = _figures(some=False).subquery()
    sold = select(ArticleSupplier.article_id)
    return db.session.execute(
        select(short.c.id, short.c.label).where(short.c.id.not_in(sold)).order_by(short.c.label).limit(20)
    ).all()
