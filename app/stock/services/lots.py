"""Lots and serial numbers: where a part comes from."""

from datetime import date

from sqlalchemy import select

from app.catalog.models import Article
from app.catalog.states import Origin
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.stock.models import StockLot


def add_lot(
    article_id: int, code: str, *, origin: Origin | None = None, supplier_id: int | None = None,
    supplier_invoice: str = "", invoiced_on: date | None = None, cost: int = 0,
) -> StockLot:  # fmt: skip
    """The lot of that code, made when it is new; `origin` is the article's when it is not given, `cost` cents without tax.

    What was not known of a lot already there (its supplier, its invoice) is completed. Raises DomainError without a code.
    """
    require_transaction()
    words = code.strip()[:80]
    if not words:
        raise DomainError(_("Saisissez ou scannez le numéro de lot ou de série."), field="lot")
    known = db.session.scalar(select(StockLot).where(StockLot.article_id == article_id, StockLot.code == words))
    if known is None:
        article = db.session.get_one(Article, article_id)
        known = StockLot(article_id=article_id, code=words, origin=origin or article.origin)
        db.session.add(known)
    known.supplier_id = known.supplier_id or supplier_id
    known.supplier_invoice = known.supplier_invoice or supplier_invoice.strip()[:80]
    known.invoiced_on, known.cost = known.invoiced_on or invoiced_on, known.cost or cost
    db.session.flush()
    return known


def cost_of(article_id: int, lot_id: int | None = None) -> int:
    """What a unit is worth when it moves, in cents without tax: its lot's own cost, else its article's."""
    lot = db.session.get(StockLot, lot_id) if lot_id else None
    return lot.cost if lot and lot.cost else db.session.get_one(Article, article_id).cost
