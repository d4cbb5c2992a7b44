"""The stock: each level is the sum of its moves, what is held is the sum of its reservations."""

from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import func, select

from app.catalog.models import Article
from app.core.db import db
from app.core.i18n import _
from app.core.money import quantity as written
from app.stock.models import StockLevel, StockMove, StockPlace, StockReservation
from app.stock.states import ReservationState

Where = tuple[int, int, int]


def wrong_levels() -> Iterator[str]:
    """Levels that are not what came less what went."""
    lot = func.coalesce(StockMove.lot_id, 0)
    moved = select(StockMove.article_id, StockMove.place_id, lot, func.sum(StockMove.quantity)).group_by(
        StockMove.article_id, StockMove.place_id, lot
    )
    levels = select(StockLevel.article_id, StockLevel.place_id, StockLevel.lot_id, StockLevel.quantity)
    yield from _compared(moved, levels, _("les mouvements font %(wanted)s, le niveau dit %(found)s"))


def wrong_reservations() -> Iterator[str]:
    """Levels that hold more or less than what is reserved there."""
    lot = func.coalesce(StockReservation.lot_id, 0)
    held = (
        select(StockReservation.article_id, StockReservation.place_id, lot, func.sum(StockReservation.quantity))
        .where(StockReservation.state == ReservationState.HELD)
        .group_by(StockReservation.article_id, StockReservation.place_id, lot)
    )
    levels = select(StockLevel.article_id, StockLevel.place_id, StockLevel.lot_id, StockLevel.held)
    yield from _compared(held, levels, _("%(wanted)s réservés, le niveau en retient %(found)s"))


def _compared(wanted: object, found: object, words: str) -> Iterator[str]:
    both: dict[Where, list[int]] = defaultdict(lambda: [0, 0])
    for side, query in enumerate((wanted, found)):
        for article_id, place_id, lot_id, count in db.session.execute(query):  # type: ignore[call-overload]
            both[article_id, place_id, lot_id][side] = int(count)
    wrong = {where: counts for where, counts in both.items() if counts[0] != counts[1]}
    if not wrong:
        return
    articles = dict(db.session.execute(select(Article.id, Article.reference)).all())
    places = dict(db.session.execute(select(StockPlace.id, StockPlace.name)).all())
    for (article_id, place_id, _lot), (moves, level) in sorted(wrong.items()):
        said = words % {"wanted": written(moves), "found": written(level)}
        yield f"{articles.get(article_id, article_id)}, {places.get(place_id, place_id)} : {said}"
