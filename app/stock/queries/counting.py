"""Inventories and their lines."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.catalog.models import Article
from app.core.db import db
from app.stock.models import StockCount, StockCountLine, StockLot, StockPlace


def count_by_id(count_id: int) -> StockCount | None:
    """The inventory of that id, with its place."""
    return db.session.get(StockCount, count_id, options=[joinedload(StockCount.place)], populate_existing=True)


def counts(limit: int = 30) -> Sequence[Any]:
    """(id, place, state, by, created_at, closed_at, lines, differences) of the inventories, the newest first."""
    lines = (
        select(
            StockCountLine.count_id, func.count().label("lines"),
            func.count().filter(StockCountLine.counted != StockCountLine.expected).label("differences"),
        )
        .group_by(StockCountLine.count_id)
        .subquery()
    )  # fmt: skip
    query = (
        select(
            StockCount.id, StockPlace.name.label("place"), StockCount.state, StockCount.by, StockCount.created_at,
            StockCount.closed_at, func.coalesce(lines.c.lines, 0).label("lines"),
            func.coalesce(lines.c.differences, 0).label("differences"),
        )
        .join(StockPlace, StockPlace.id == StockCount.place_id)
        .outerjoin(lines, lines.c.count_id == StockCount.id)
        .order_by(StockCount.id.desc())
        .limit(limit)
    )  # fmt: skip
    return db.session.execute(query).all()


def count_lines(count_id: int) -> Sequence[Any]:
    """What was counted: (id, article_id, lot_id, label, reference, unit, lot, counted, expected, cost), by label."""
    query = (
        select(
            StockCountLine.id, StockCountLine.article_id, StockCountLine.lot_id, Article.label, Article.reference, Article.unit,
            StockLot.code.label("lot"), StockCountLine.counted, StockCountLine.expected, Article.cost,
        )
        .join(Article, Article.id == StockCountLine.article_id)
        .outerjoin(StockLot, StockLot.id == StockCountLine.lot_id)
        .where(StockCountLine.count_id == count_id)
        .order_by(Article.label, StockCountLine.id)
    )  # fmt: skip
    return db.session.execute(query).all()
