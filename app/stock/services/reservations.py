"""Reservations: parts kept for a record, those that wait for a delivery, and what becomes of both."""

from collections import defaultdict
from collections.abc import Mapping

from sqlalchemy import ColumnElement, select

from app.catalog.models import Article
from app.catalog.queries import stocked_in
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.subject import Subject
from app.stock.models import StockLot, StockReservation
from app.stock.services import levels
from app.stock.services.hooks import used_allowed, went_down
from app.stock.services.lots import cost_of
from app.stock.services.moves import move
from app.stock.services.serving import SECOND_HAND, hold_for, serve
from app.stock.states import RESERVATIONS, MoveKind, ReservationState

R = ReservationState
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
    held = hold_for(row)
    went_down(article_id)
    return held if row in held else [*held, row]


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


def set_free(row: StockReservation) -> None:
    """No longer kept, without serving those who wait: who frees it takes another of the same article, then calls `serve`."""
    require_transaction()
    held = row.state == R.HELD and row.place_id
    RESERVATIONS.move(row, R.RELEASED, quantity=row.quantity)
    db.session.flush()
    if held:
        levels.let_go(row.article_id, row.place_id or 0, row.lot_id or 0, row.quantity)


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
        lot_id=row.lot_id, cost=cost_of(row.article_id, row.lot_id), key=f"use-{row.id}", held=True,
    )  # fmt: skip
    RESERVATIONS.move(row, R.TAKEN, quantity=row.quantity)
    db.session.flush()


def _of(*conditions: ColumnElement[bool]) -> list[StockReservation]:
    query = (
        select(StockReservation).where(StockReservation.state != R.RELEASED, *conditions).order_by(StockReservation.id)
    )
    return list(db.session.scalars(query))


def reserve_line(
    about: Subject, line_id: int, article_id: int | None, quantity: int, lot_id: int | None = None, place_id: int | None = None
) -> list[StockReservation]:  # fmt: skip
    """Make the reservations of a line agree with it: nothing changes when they do. Returns them; raises DomainError.

    What is held is of that lot only, and of that place first; of any place without one.

    A bundle reserves what it is made of. An article that is not kept in stock, or a quantity of zero or less, reserves nothing.
    """
    require_transaction()
    mine = _of(StockReservation.line_id == line_id, StockReservation.about_kind == about.kind)
    wanted = stocked_in(article_id, quantity) if quantity > 0 else {}
    if _agree(mine, wanted, lot_id, place_id):
        return mine
    for row in mine:
        release(row)
    found: list[StockReservation] = []
    for stocked_id, count in sorted(wanted.items()):
        lot = lot_id if stocked_id == article_id else None
        _check_origin(about, db.session.get_one(Article, stocked_id), lot)
        found += reserve(stocked_id, count, about, line_id, place_id=place_id, lot_id=lot)
    return found


def _agree(mine: list[StockReservation], wanted: Mapping[int, int], lot_id: int | None, place_id: int | None) -> bool:
    kept: dict[int, int] = defaultdict(int)
    for row in mine:
        kept[row.article_id] += row.quantity
    there = place_id is None or all(row.place_id == place_id for row in mine)
    return dict(kept) == wanted and there and (lot_id is None or all(row.lot_id == lot_id for row in mine))


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
