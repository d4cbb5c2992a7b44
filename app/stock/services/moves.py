"""Moves: the one way a quantity changes. The level follows in the same transaction."""

from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from app.catalog.models import Article
from app.core import clock
from app.core.actor import current_actor
from app.core.db import db, is_sqlite, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import quantity as written
from app.core.subject import Subject
from app.stock.models import StockLevel, StockLot, StockMove, StockPlace
from app.stock.services import levels, serving
from app.stock.services.hooks import went_down
from app.stock.services.lots import cost_of
from app.stock.states import MoveKind

#: What is broken or not found is so for everybody, whoever reserved it.
FOR_ALL = (MoveKind.SCRAP, MoveKind.COUNT)
MOST = 999_999_000


class OutOfStock(DomainError):
    """Not so many are left; the sentence names what is left and where else."""

    status = 409
    title = "Il n'y en a pas assez en stock"


def move(  # noqa: PLR0913  what a move is made of
    kind: MoveKind, article_id: int, place_id: int, quantity: int, *, about: Subject | None = None,
    lot_id: int | None = None, cost: int = 0, key: str | None = None, note: str = "", held: bool = False,
) -> StockMove:  # fmt: skip
    """Something comes (`quantity` above zero) or goes (below), in thousandths; `cost` is a unit's value in cents without tax.

    `key` makes it idempotent: a second move of that key is not made, the first is returned. What goes is taken from what
    nobody reserved, or with `held` from what was held. Where the article has lots and none is named, the oldest lot that
    suffices is taken. Raises OutOfStock (409) naming what is left and where else.
    """
    require_transaction()
    if quantity == 0 or abs(quantity) > MOST:
        raise DomainError(_("Saisissez une quantité différente de zéro, sans faute de virgule."), field="quantity")
    try:
        lot = _change_level(kind, article_id, place_id, quantity, lot_id or 0, held=held)
    except OutOfStock:
        known = _made(key)  # the very same move took it while this one waited
        if known is None:
            raise
        return known
    made = _write(
        at=clock.now(), kind=kind, article_id=article_id, place_id=place_id, lot_id=lot or None, quantity=quantity, cost=cost,
        about_kind=about.kind if about else None, about_id=about.id if about else None,
        actor=current_actor().name, note=note.strip()[:300], key=key,
    )  # fmt: skip
    if made is None:  # a move of that key came first, be it while ours waited for the level
        levels.undo(article_id, place_id, lot, quantity, held=held)
        return db.session.scalars(select(StockMove).where(StockMove.key == key)).one()
    _after(kind, article_id, place_id, lot, quantity)
    return made


def _made(key: str | None) -> StockMove | None:
    return db.session.scalar(select(StockMove).where(StockMove.key == key)) if key else None


def _write(**values: object) -> StockMove | None:
    dialect = sqlite if is_sqlite() else postgresql
    statement = dialect.insert(StockMove).values(**values).on_conflict_do_nothing(index_elements=["key"])
    return db.session.scalars(statement.returning(StockMove)).one_or_none()


def _after(kind: MoveKind, article_id: int, place_id: int, lot_id: int, quantity: int) -> None:
    if quantity > 0:
        serving.serve(article_id)
        return
    if kind in FOR_ALL:
        serving.unhold_excess(article_id, place_id, lot_id)
    went_down(article_id)


def _change_level(kind: MoveKind, article_id: int, place_id: int, quantity: int, lot_id: int, *, held: bool) -> int:
    """Change the level; returns the lot that was changed, 0 when the article has none."""
    if quantity > 0:
        levels.put(article_id, place_id, lot_id, quantity)
        return lot_id
    taken = _taker(kind, held=held)
    if taken(article_id, place_id, lot_id, -quantity):
        return lot_id
    if not lot_id and not held:
        for other in _lots_with(article_id, place_id, -quantity):
            if taken(article_id, place_id, other, -quantity):
                return other
    raise OutOfStock(shortage(article_id, place_id), field="quantity")


def _taker(kind: MoveKind, *, held: bool) -> Callable[[int, int, int, int], bool]:
    if held:
        return levels.take_held
    return levels.take_any if kind in FOR_ALL else levels.take_free


def _lots_with(article_id: int, place_id: int, quantity: int) -> list[int]:
    query = (
        select(StockLevel.lot_id)
        .join(StockLot, StockLot.id == StockLevel.lot_id)
        .where(StockLevel.article_id == article_id, StockLevel.place_id == place_id)
        .where(StockLevel.quantity - StockLevel.held >= quantity)
        .order_by(StockLot.received_at, StockLot.id)
    )
    return list(db.session.scalars(query))


def move_out(kind: MoveKind, article_id: int, place_id: int, quantity: int, *, about: Subject, key: str) -> None:
    """That many (thousandths) go for a record: of the oldest lot that suffices, else of several, each worth its own cost.
    Idempotent by `key`. Raises OutOfStock."""
    for lot_id, count in _parts(article_id, place_id, quantity):
        move(
            kind, article_id, place_id, -count, about=about, lot_id=lot_id or None, cost=cost_of(article_id, lot_id),
            key=f"{key}-{lot_id}" if lot_id else key,
        )  # fmt: skip


def _parts(article_id: int, place_id: int, quantity: int) -> list[tuple[int, int]]:
    """(lot or 0, thousandths) that make so many; one of no lot when there are not so many: its move says what is left."""
    free = StockLevel.quantity - StockLevel.held
    query = (
        select(StockLevel.lot_id, free)
        .outerjoin(StockLot, StockLot.id == StockLevel.lot_id)
        .where(StockLevel.article_id == article_id, StockLevel.place_id == place_id, free > 0)
        .order_by(free < quantity, StockLot.received_at, StockLevel.lot_id)
    )
    parts: list[tuple[int, int]] = []
    left = quantity
    for lot_id, there in db.session.execute(query):
        parts.append((lot_id, min(there, left)))
        left -= parts[-1][1]
        if not left:
            return parts
    return [(0, quantity)]


def transfer(
    article_id: int, from_id: int, to_id: int, quantity: int, *, lot_id: int | None = None, key: str | None = None, note: str = ""
) -> tuple[StockMove, StockMove]:  # fmt: skip
    """Carry from a place to another, in thousandths; two moves under one key. Raises DomainError, OutOfStock."""
    require_transaction()
    if quantity <= 0:
        raise DomainError(_("Saisissez la quantité à transférer."), field="quantity")
    if from_id == to_id:
        raise DomainError(_("Choisissez un autre lieu d'arrivée."), field="to_id")
    names = dict(
        db.session.execute(select(StockPlace.id, StockPlace.name).where(StockPlace.id.in_((from_id, to_id)))).all()
    )
    words = note.strip() or _("%(there)s vers %(here)s", there=names[from_id], here=names[to_id])
    gone = move(
        MoveKind.TRANSFER, article_id, from_id, -quantity, lot_id=lot_id, key=f"{key}:out" if key else None, note=words
    )
    come = move(
        MoveKind.TRANSFER, article_id, to_id, quantity, lot_id=gone.lot_id, key=f"{key}:in" if key else None, note=words
    )
    return gone, come


def shortage(article_id: int, place_id: int) -> str:
    """The sentence of a refusal: what is left here, what of it is reserved, and where else there is some."""
    article = db.session.get_one(Article, article_id)
    rows = db.session.execute(
        select(StockPlace.id, StockPlace.name, StockLevel.quantity, StockLevel.held)
        .join(StockPlace, StockPlace.id == StockLevel.place_id)
        .where(StockLevel.article_id == article_id, StockLevel.quantity > 0)
        .order_by(StockPlace.id)
    ).all()
    here, held, elsewhere = 0, 0, dict[str, int]()
    for found_id, name, there, kept in rows:
        if found_id == place_id:
            here, held = here + there, held + kept
        elif there > kept:
            elsewhere[name] = elsewhere.get(name, 0) + there - kept
    place = db.session.get_one(StockPlace, place_id).name
    left = (
        _("« %(label)s » : il en reste %(left)s à « %(place)s »", label=article.label, left=written(here), place=place)
        if here
        else _("« %(label)s » : il n'en reste plus à « %(place)s »", label=article.label, place=place)
    )
    if held:
        left += _(", dont %(held)s en réserve", held=written(held))
    places = ", ".join(f"{name} ({written(count)})" for name, count in elsewhere.items())
    return f"{left}. " + (
        _("Ailleurs : %(places)s.", places=places) if places else _("Il n'y en a pas ailleurs : commandez-en.")
    )
