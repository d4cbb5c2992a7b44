"""Who gets what is free: reservations that wait are served in order, those that hold more than there is wait again."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.catalog.models import Article
from app.catalog.states import Origin
from app.core.db import db, require_transaction
from app.stock.models import StockLevel, StockLot, StockPlace, StockReservation
from app.stock.services import levels
from app.stock.services.hooks import tell_arrived, used_allowed
from app.stock.services.places import RANK
from app.stock.states import RESERVATIONS, PlaceKind, ReservationState

R = ReservationState
SECOND_HAND = (Origin.USED, Origin.REFURBISHED)


def hold_for(row: StockReservation) -> list[StockReservation]:
    """Hold for it what is free, its place and lot first; what is missing goes on waiting in `row`. Returns what is held."""
    done: list[StockReservation] = []
    for place_id, lot_id, free in _free(row):
        count = min(free, row.quantity)
        if not levels.hold(row.article_id, place_id, lot_id, count):
            continue
        part = row
        if count < row.quantity:
            row.quantity -= count
            part = StockReservation(
                article_id=row.article_id, quantity=count, about_kind=row.about_kind, about_id=row.about_id,
                line_id=row.line_id, state=R.WAITING,
            )  # fmt: skip
            db.session.add(part)
            db.session.flush()
        part.place_id, part.lot_id = place_id, lot_id or None
        RESERVATIONS.move(part, R.HELD, quantity=count)
        done.append(part)
        if part is row:
            break
    db.session.flush()
    return done


def _free(row: StockReservation) -> Sequence[tuple[int, int, int]]:
    """(place, lot or 0, how many free), in the order in which they are taken."""
    query = (
        select(StockLevel.place_id, StockLevel.lot_id, StockLevel.quantity - StockLevel.held)
        .join(StockPlace, StockPlace.id == StockLevel.place_id)
        .join(Article, Article.id == StockLevel.article_id)
        .outerjoin(StockLot, StockLot.id == StockLevel.lot_id)
        .where(
            StockLevel.article_id == row.article_id,
            StockLevel.quantity > StockLevel.held,
            StockPlace.archived_at.is_(None),
            StockPlace.kind != PlaceKind.QUARANTINE,
        )
        .order_by(StockPlace.id != (row.place_id or 0), RANK, StockLot.received_at, StockLevel.lot_id)
    )
    if row.lot_id:
        query = query.where(StockLevel.lot_id == row.lot_id)
    if not used_allowed(row.about_kind, row.about_id):
        query = query.where(func.coalesce(StockLot.origin, Article.origin).not_in(SECOND_HAND))
    return [(found[0], found[1], found[2]) for found in db.session.execute(query)]


def serve(article_id: int) -> list[StockReservation]:
    """Give what is free to those who wait, the first come first, and tell them. Returns what is now held."""
    require_transaction()
    query = (
        select(StockReservation)
        .where(StockReservation.article_id == article_id, StockReservation.state == R.WAITING)
        .order_by(StockReservation.id)
        .with_for_update()
    )
    served = [part for row in db.session.scalars(query).all() for part in hold_for(row)]
    if served:
        tell_arrived(served)
    return served


def unhold_excess(article_id: int, place_id: int, lot_id: int) -> None:
    """More is held than there is, for some was broken or not found: the last to come wait again."""
    level = db.session.execute(
        select(StockLevel.quantity, StockLevel.held).where(
            StockLevel.article_id == article_id, StockLevel.place_id == place_id, StockLevel.lot_id == lot_id
        )
    ).one_or_none()
    excess = level.held - level.quantity if level else 0
    if excess <= 0:
        return
    query = (
        select(StockReservation)
        .where(
            StockReservation.article_id == article_id, StockReservation.place_id == place_id,
            func.coalesce(StockReservation.lot_id, 0) == lot_id, StockReservation.state == R.HELD,
        )
        .order_by(StockReservation.id.desc())
    )  # fmt: skip
    for row in db.session.scalars(query).all():
        if excess <= 0:
            break
        levels.let_go(article_id, place_id, lot_id, row.quantity)
        RESERVATIONS.move(row, R.WAITING, quantity=row.quantity)
        row.place_id = row.lot_id = None
        excess -= row.quantity
    db.session.flush()
    serve(article_id)
