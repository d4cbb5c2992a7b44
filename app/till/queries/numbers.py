"""Lots and serial numbers that a client went away with: by delivery, by invoice, at the till, on his repairs."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.catalog.models import Article
from app.core.db import db
from app.sales.models import SalesDocument
from app.stock.models import StockLot, StockMove
from app.tickets.models import Ticket
from app.till.models import TillSale

MOST = 100


def numbers_of(contact_id: int) -> Sequence[Any]:
    """(article_id, label, lot, about_kind, about_id, at, quantity), the newest first; what came back of a record is taken off."""
    documents = select(SalesDocument.id).where(SalesDocument.contact_id == contact_id)
    sales = select(TillSale.id).where(TillSale.contact_id == contact_id)
    tickets = select(Ticket.id).where(Ticket.contact_id == contact_id)
    his = or_(
        *(
            and_(StockMove.about_kind == kind, StockMove.about_id.in_(ids))
            for kind, ids in (("sales_document", documents), ("till_sale", sales), ("ticket", tickets))
        )
    )
    query = (
        select(
            Article.id.label("article_id"), Article.label, StockLot.code.label("lot"), StockMove.about_kind, StockMove.about_id,
            func.max(StockMove.at).label("at"), func.sum(-StockMove.quantity).label("quantity"),
        )
        .join(StockLot, StockLot.id == StockMove.lot_id)
        .join(Article, Article.id == StockMove.article_id)
        .where(his, Article.traced)
        .group_by(Article.id, Article.label, StockLot.code, StockMove.about_kind, StockMove.about_id)
        .order_by(func.max(StockMove.id).desc())
        .limit(MOST)
    )  # fmt: skip
    return db.session.execute(query).all()


def sales_told(ids: Any) -> dict[int, str]:
    """The numbers of these tickets of the till."""
    found = db.session.execute(select(TillSale.id, TillSale.number).where(TillSale.id.in_(ids)))
    return {row.id: row.number for row in found}
