"""Inventories: what is found on the shelf is written; closing moves the difference."""

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, is_sqlite, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import subject_of
from app.stock.models import StockCount, StockCountLine, StockLevel
from app.stock.services.moves import MOST, move
from app.stock.states import COUNTS, CountState, MoveKind


def open_count(place_id: int) -> StockCount:
    """Begin the inventory of a place. Raises Conflict when one is already under way there."""
    require_transaction()
    query = select(StockCount.by).where(StockCount.place_id == place_id, StockCount.state == CountState.OPEN)
    by = db.session.scalar(query)
    if by is not None:
        raise Conflict(_("%(who)s a déjà un inventaire en cours dans ce lieu. Continuez-le, ou abandonnez-le.", who=by))
    count = StockCount(place_id=place_id, by=current_actor().name)
    db.session.add(count)
    db.session.flush()
    record(count, "stock.count_opened")
    return count


def _check_open(count: StockCount) -> None:
    require_transaction()
    db.session.refresh(count, ["state"], with_for_update=True)
    if count.state != CountState.OPEN:
        raise Conflict(_("Cet inventaire est déjà terminé. Ouvrez-en un autre pour compter de nouveau."))


def count_in(count: StockCount, article_id: int, quantity: int, *, lot_id: int = 0, add: bool = True) -> int:
    """Write what was counted (thousandths): `add`ed to what was, or in its place. Returns the count of the article.

    What the level was at that moment is kept beside: a sale made afterwards makes no difference. Raises DomainError.
    """
    _check_open(count)
    if abs(quantity) > MOST or (quantity < 0 and not add):
        raise DomainError(_("Cette quantité ne se lit pas. Saisissez ce que vous avez compté."), field="quantity")
    expected = _level(article_id, count.place_id, lot_id)
    dialect = sqlite if is_sqlite() else postgresql
    statement = dialect.insert(StockCountLine).values(
        count_id=count.id, article_id=article_id, lot_id=lot_id, counted=max(0, quantity), expected=expected
    )
    total = StockCountLine.counted + quantity if add else quantity
    statement = statement.on_conflict_do_update(
        index_elements=["count_id", "article_id", "lot_id"], set_={"counted": total, "expected": expected}
    )
    counted = db.session.scalar(statement.returning(StockCountLine.counted)) or 0
    if counted < 0:
        raise DomainError(_("On ne compte pas moins que zéro."), field="quantity")
    return counted


def _level(article_id: int, place_id: int, lot_id: int) -> int:
    query = select(StockLevel.quantity).where(
        StockLevel.article_id == article_id, StockLevel.place_id == place_id, StockLevel.lot_id == lot_id
    )
    return db.session.scalar(query) or 0


def close_count(count: StockCount, *, missing_is_zero: bool = False) -> int:
    """Validate: a move for each difference; with `missing_is_zero`, what was not counted there is counted as none.

    Returns how many articles differed. Raises Conflict when it is not open any more.
    """
    _check_open(count)
    if missing_is_zero:
        _count_the_rest(count)
    differences = 0
    lines = select(StockCountLine).where(StockCountLine.count_id == count.id).order_by(StockCountLine.article_id)
    for line in db.session.scalars(lines.execution_options(populate_existing=True)).all():
        there = _level(line.article_id, count.place_id, line.lot_id)
        change = max(line.counted - (line.expected or 0), -there)
        if change:
            differences += 1
            move(
                MoveKind.COUNT, line.article_id, count.place_id, change, about=subject_of(count), lot_id=line.lot_id or None,
                key=f"count-{count.id}-{line.id}",
            )  # fmt: skip
    COUNTS.move(count, CountState.CLOSED, differences=differences)
    count.closed_at = clock.now()
    db.session.flush()
    return differences


def _count_the_rest(count: StockCount) -> None:
    counted = select(func.count()).where(
        StockCountLine.count_id == count.id, StockCountLine.article_id == StockLevel.article_id,
        StockCountLine.lot_id == StockLevel.lot_id,
    )  # fmt: skip
    left = select(StockLevel.article_id, StockLevel.lot_id).where(
        StockLevel.place_id == count.place_id, StockLevel.quantity > 0, counted.scalar_subquery() == 0
    )
    for article_id, lot_id in db.session.execute(left).all():
        count_in(count, article_id, 0, lot_id=lot_id, add=False)


def abandon_count(count: StockCount) -> None:
    """Drop it: nothing moves."""
    _check_open(count)
    COUNTS.move(count, CountState.ABANDONED)
