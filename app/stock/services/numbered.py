"""Articles followed by lot or serial number: which one leaves is said when it leaves, and the same one never leaves twice."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import quantity as written
from app.core.subject import Subject
from app.stock.models import StockLevel, StockLot, StockMove, StockPlace
from app.stock.services.lots import add_lot, cost_of
from app.stock.services.moves import move
from app.stock.states import MoveKind

UNIT = 1000
MOST = 80  # characters of a number
Codes = list[tuple[str, int]]


def codes_typed(text: str) -> list[str]:
    """The numbers typed or scanned, separated by commas or lines."""
    return [code.strip()[:MOST] for code in text.replace("\n", ",").split(",") if code.strip()]


def codes_of(label: str, text: str, quantity: int, field: str | None = None) -> Codes:
    """(number, thousandths) of so many units: one lot for all, or as many serial numbers as units. Raises DomainError."""
    codes = codes_typed(text)
    if not codes:
        words = _(
            "« %(label)s » est suivi par lot : saisissez ou scannez son lot ou ses numéros de série.", label=label
        )
        raise DomainError(words, field=field)
    if len(codes) == 1:
        return [(codes[0], quantity)]
    if len(codes) * UNIT != quantity or len(set(codes)) != len(codes):
        raise DomainError(
            _(
                "« %(label)s » : %(codes)s numéros pour %(count)s pièces. Donnez un numéro différent par pièce, ou un seul lot.",
                label=label, codes=len(codes), count=written(quantity),
            ),
            field=field,
        )  # fmt: skip
    return [(code, UNIT) for code in codes]


def words_of(codes: Codes) -> str:
    """« N° SN-1, SN-2 », as papers say it."""
    return _("N° %(codes)s", codes=", ".join(code for code, _count in codes))


class Found(NamedTuple):
    """Where so many of a lot may be taken."""

    lot_id: int
    place_id: int


def sell_numbered(
    article_id: int, code: str, quantity: int, *, place_id: int | None, about: Subject, key: str, label: str
) -> None:
    """That many (thousandths) of that lot or serial number leave for a record. Raises DomainError, Conflict: not known here, kept
    for somebody else, in another place, or gone already, and when."""
    found = _where(article_id, code, quantity, place_id, label)
    move(
        MoveKind.SALE, article_id, found.place_id, -quantity, about=about, lot_id=found.lot_id,
        cost=cost_of(article_id, found.lot_id), key=f"{key}-{found.lot_id}",
    )  # fmt: skip


def _where(article_id: int, code: str, quantity: int, place_id: int | None, label: str) -> Found:
    lot = db.session.scalar(select(StockLot).where(StockLot.article_id == article_id, StockLot.code == code))
    if lot is None:
        return _named(article_id, code, quantity, place_id, label)
    query = (
        select(StockLevel.place_id, StockPlace.name, StockLevel.quantity, StockLevel.held)
        .join(StockPlace, StockPlace.id == StockLevel.place_id)
        .where(StockLevel.article_id == article_id, StockLevel.lot_id == lot.id, StockLevel.quantity > 0)
        .order_by(StockLevel.quantity.desc())
    )
    rows = db.session.execute(query).all()
    free = [row for row in rows if row.quantity - row.held >= quantity]
    here = [row for row in free if place_id in (None, row.place_id)]
    if here:
        return Found(lot.id, here[0].place_id)
    raise Conflict(_refusal(lot, code, label, rows, free), field="quantity")


def _refusal(lot: StockLot, code: str, label: str, rows: Sequence[Any], free: Sequence[Any]) -> str:
    names = ", ".join(row.name for row in free)
    if names:
        return _("« %(label)s » : le n° %(code)s est à « %(place)s ». Choisissez ce lieu, ou transférez-le.", label=label, code=code, place=names)  # fmt: skip
    if rows:
        return _("« %(label)s » : le n° %(code)s est réservé à un autre dossier, ou il n'en reste pas assez. Prenez-en un autre.", label=label, code=code)  # fmt: skip
    gone = db.session.scalar(
        select(StockMove.at).where(StockMove.lot_id == lot.id, StockMove.quantity < 0).order_by(StockMove.id.desc()).limit(1)
    )  # fmt: skip
    day = clock.table_date(clock.local(gone).date()) if gone else ""
    return _("« %(label)s » : le n° %(code)s est déjà sorti du stock le %(day)s. Relisez le numéro de celui que vous remettez.", label=label, code=code, day=day)  # fmt: skip


def _named(article_id: int, code: str, quantity: int, place_id: int | None, label: str) -> Found:
    """A number that nobody wrote before is given to units that came without one; there must be some here."""
    query = select(StockLevel.place_id).where(
        StockLevel.article_id == article_id, StockLevel.lot_id == 0, StockLevel.quantity - StockLevel.held >= quantity
    )
    if place_id is not None:
        query = query.where(StockLevel.place_id == place_id)
    there = db.session.scalar(query.order_by(StockLevel.quantity.desc()).limit(1))
    if there is None:
        raise DomainError(
            _("« %(label)s » : le n° %(code)s n'est pas en stock ici. Relisez-le, ou entrez d'abord sa réception.", label=label, code=code),
            field="quantity",
        )  # fmt: skip
    lot = add_lot(article_id, code)
    words = _("Numéro donné à la sortie : %(code)s", code=code)
    move(MoveKind.COUNT, article_id, there, -quantity, note=words)
    move(MoveKind.COUNT, article_id, there, quantity, lot_id=lot.id, note=words)
    return Found(lot.id, there)
