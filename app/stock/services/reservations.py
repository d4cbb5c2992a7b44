"""Reservations: parts kept for a record, those that wait for a delivery, and what becomes of both."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func, select

from app.catalog.models import Article
from app.catalog.states import Origin
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.subject import Subject
from app.stock.models import StockLevel, StockLot, StockPlace, StockReservation
from app.stock.services import levels
from app.stock.services.hooks import tell_arrived, used_allowed, went_down
from app.stock.services.moves import move
from app.stock.services.places import RANK
from app.stock.states import RESERVATIONS, MoveKind, PlaceKind, ReservationState

R = ReservationState
SECOND_HAND = (Origin.USED, Origin.REFURBISHED)
LIVE = (R.WAITING, R.HELD)


def reserve(
    article_id: int, quantity: int, about: Subject, line_id: int | None = None, *, place_id: int | None = None, lot_id: int | None = None
) -> list[StockReservation]:  # fmt: skip
    """Keep that many (thousandths) for a record: held where there are some, waiting for a delivery for the rest.

    A used or refurbished part is held only for a record that allows it. Returns the reservations, the held ones first.
    Raises DomainError.
    """
    require_transaction()
    if quantity <= 0:
        raise DomainError(_("Saisissez la quantité à réserver."), field="quantity")
    row = StockReservation(
        article_id=article_id, quantity=quantity, about_kind=about.kind, about_id=about.id, line_id=line_id,
        place_id=place_id, lot_id=lot_id, state=R.WAITING,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    held = _hold_for(row)
    went_down(article_id)
    return held if row in held else [*held, row]


def _hold_for(row: StockReservation) -> list[StockReservation]:
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
    served = [part for row in db.session.scalars(query).all() for part in _hold_for(row)]
    if served:
        tell_arrived(served)
    return served


def release(row: StockReservation) -> None:
    """No longer wanted: what was held is free again and serves those who wait; what was taken comes back. Twice is no fault."""
    require_transaction()
    if row.state == R.RELEASED:
        return
    before = row.state
    RESERVATIONS.move(row, R.RELEASED, quantity=row.quantity)
    db.session.flush()
    about = Subject(row.about_kind, row.about_id)
    if before == R.TAKEN and row.place_id:
        move(
            MoveKind.RETURN,
            row.article_id,
            row.place_id,
            row.quantity,
            about=about,
            lot_id=row.lot_id,
            key=f"back-{row.id}",
        )
    elif before == R.HELD and row.place_id:
        levels.let_go(row.article_id, row.place_id, row.lot_id or 0, row.quantity)
        serve(row.article_id)


def take(row: StockReservation) -> None:
    """Taken out of the stock: the part is on the job. Raises DomainError when it has not come yet."""
    require_transaction()
    if row.state == R.TAKEN:
        return
    if row.state != R.HELD or row.place_id is None:
        label = db.session.get_one(Article, row.article_id).label
        raise DomainError(_("« %(label)s » n'est pas encore là : attendez sa réception.", label=label))
    move(
        MoveKind.USE, row.article_id, row.place_id, -row.quantity, about=Subject(row.about_kind, row.about_id),
        lot_id=row.lot_id, cost=_cost(row), key=f"use-{row.id}", held=True,
    )  # fmt: skip
    RESERVATIONS.move(row, R.TAKEN, quantity=row.quantity)
    db.session.flush()


def _cost(row: StockReservation) -> int:
    lot = db.session.get(StockLot, row.lot_id) if row.lot_id else None
    return lot.cost if lot and lot.cost else db.session.get_one(Article, row.article_id).cost


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


# --- the lines of a record ----------------------------------------------------------------------------------------------


def _of(*conditions: ColumnElement[bool]) -> list[StockReservation]:
    query = (
        select(StockReservation).where(StockReservation.state != R.RELEASED, *conditions).order_by(StockReservation.id)
    )
    return list(db.session.scalars(query))


def reserve_line(
    about: Subject, line_id: int, article_id: int | None, quantity: int, lot_id: int | None = None
) -> list[StockReservation]:  # fmt: skip
    """Make the reservations of a line agree with it: nothing changes when they do. Returns them; raises DomainError.

    An article that is not kept in stock, or a quantity of zero or less, reserves nothing.
    """
    require_transaction()
    mine = _of(StockReservation.line_id == line_id, StockReservation.about_kind == about.kind)
    article = db.session.get(Article, article_id) if article_id else None
    wanted = quantity if article is not None and article.stocked and quantity > 0 else 0
    same = all(row.article_id == article_id and (lot_id is None or row.lot_id == lot_id) for row in mine)
    if same and sum(row.quantity for row in mine) == wanted:
        return mine
    for row in mine:
        release(row)
    if not wanted or article is None:
        return []
    _check_origin(about, article, lot_id)
    return reserve(article.id, wanted, about, line_id, lot_id=lot_id)


def _check_origin(about: Subject, article: Article, lot_id: int | None) -> None:
    """A used or refurbished part only with the client's consent (C. conso. L224-109 and D8)."""
    lot = db.session.get(StockLot, lot_id) if lot_id else None
    if lot is not None and lot.article_id != article.id:
        raise DomainError(_("Ce lot est celui d'un autre article. Choisissez-le de nouveau."), field="lot_id")
    origin = lot.origin if lot else article.origin
    if origin in SECOND_HAND and not used_allowed(about.kind, about.id):
        raise DomainError(
            _(
                "« %(label)s » est une pièce %(origin)s : le client n'y a pas consenti. Notez son accord sur sa fiche, ou choisissez une pièce neuve.",
                label=article.label, origin=origin.label.lower(),
            ),
            field="article_id",
        )  # fmt: skip


def release_line(kind: str, line_id: int) -> None:
    """The line is gone: what it reserved is free, what it took comes back."""
    for row in _of(StockReservation.line_id == line_id, StockReservation.about_kind == kind):
        release(row)


def take_about(about: Subject) -> None:
    """The work is done: take out what is held for it. Raises DomainError naming what has not come."""
    for row in _of(StockReservation.about_kind == about.kind, StockReservation.about_id == about.id):
        take(row)


def release_about(about: Subject) -> None:
    """The work is not done: give back what is held, order no more of what was awaited."""
    for row in _of(StockReservation.about_kind == about.kind, StockReservation.about_id == about.id):
        if row.state in LIVE:
            release(row)
