"""Levels: what there is and what of it is held, changed by guarded updates only.

Two takers of the last one run the same guarded UPDATE; the database lets them in one after the other, and the second finds
that its condition no longer holds.
"""

from sqlalchemy import ColumnElement, and_, update
from sqlalchemy.dialects import postgresql, sqlite

from app.core.db import db, is_sqlite, require_transaction
from app.core.revisions import bump
from app.stock.models import StockLevel


def _at(article_id: int, place_id: int, lot_id: int) -> ColumnElement[bool]:
    return and_(StockLevel.article_id == article_id, StockLevel.place_id == place_id, StockLevel.lot_id == lot_id)


def _change(where: ColumnElement[bool], quantity: int, held: int) -> bool:
    statement = (
        update(StockLevel).where(where).values(quantity=StockLevel.quantity + quantity, held=StockLevel.held + held)
    )
    bump("stock")
    found = db.session.execute(statement.returning(StockLevel.id), execution_options={"synchronize_session": False})
    return found.first() is not None


def put(article_id: int, place_id: int, lot_id: int, quantity: int) -> None:
    """Add to what there is; the row is made when there was none."""
    require_transaction()
    bump("stock")
    dialect = sqlite if is_sqlite() else postgresql
    statement = dialect.insert(StockLevel).values(
        article_id=article_id, place_id=place_id, lot_id=lot_id, quantity=quantity, held=0
    )
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["article_id", "place_id", "lot_id"], set_={"quantity": StockLevel.quantity + quantity}
        ),
        execution_options={"synchronize_session": False},
    )


def take_free(article_id: int, place_id: int, lot_id: int, quantity: int) -> bool:
    """Take that many of those that nobody reserved; False when there are not so many."""
    free = StockLevel.quantity - StockLevel.held >= quantity
    return _change(and_(_at(article_id, place_id, lot_id), free), -quantity, 0)


def take_any(article_id: int, place_id: int, lot_id: int, quantity: int) -> bool:
    """Take that many, reserved or not: what is broken or lost is so for everybody."""
    return _change(and_(_at(article_id, place_id, lot_id), StockLevel.quantity >= quantity), -quantity, 0)


def take_held(article_id: int, place_id: int, lot_id: int, quantity: int) -> bool:
    """Take that many of those held."""
    there = and_(StockLevel.quantity >= quantity, StockLevel.held >= quantity)
    return _change(and_(_at(article_id, place_id, lot_id), there), -quantity, -quantity)


def hold(article_id: int, place_id: int, lot_id: int, quantity: int) -> bool:
    """Keep that many for somebody; False when there are not so many free."""
    free = StockLevel.quantity - StockLevel.held >= quantity
    return _change(and_(_at(article_id, place_id, lot_id), free), 0, quantity)


def let_go(article_id: int, place_id: int, lot_id: int, quantity: int) -> bool:
    """Free what was held."""
    return _change(and_(_at(article_id, place_id, lot_id), StockLevel.held >= quantity), 0, -quantity)


def undo(article_id: int, place_id: int, lot_id: int, quantity: int, *, held: bool) -> None:
    """As if a move of so many had not been: an update, for PostgreSQL checks what an upsert proposes before it conflicts."""
    _change(_at(article_id, place_id, lot_id), -quantity, -quantity if held else 0)
