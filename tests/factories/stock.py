"""Places, stock that is there, and what comes of it."""

from typing import Any

from app.catalog.models import Article
from app.core.db import transaction
from app.core.subject import Subject
from app.stock.models import StockLot, StockPlace, StockReservation
from app.stock.services import add_lot, add_place, move, reserve
from app.stock.states import MoveKind, PlaceKind
from tests.factories.base import serial
from tests.factories.catalog import an_article


def a_place(name: str = "", kind: PlaceKind = PlaceKind.WORKSHOP) -> StockPlace:
    """A workshop, or another place."""
    with transaction():
        return add_place(name or f"Atelier {serial()}", kind)


def a_stocked_article(**values: Any) -> Article:
    """An article that is kept in stock."""
    return an_article(**{"stocked": True, **values})


def some_stock(article: Article, place: StockPlace, quantity: int = 1000, *, lot: StockLot | None = None) -> None:
    """That many (thousandths) are there."""
    with transaction():
        move(MoveKind.OPENING, article.id, place.id, quantity, lot_id=lot.id if lot else None)


def a_lot(article: Article, code: str = "", **values: Any) -> StockLot:
    """A lot or a serial number."""
    with transaction():
        return add_lot(article.id, code or f"SN-{serial()}", **values)


def a_reservation(article: Article, quantity: int = 1000, about: Subject | None = None) -> list[StockReservation]:
    """Parts kept for a record."""
    with transaction():
        return reserve(article.id, quantity, about or Subject("order", serial()))
