"""Moves, reservations and lots: what is there is what came less what went, and nobody takes what another keeps (C13, D9)."""

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.catalog.states import Origin
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.subject import Subject
from app.operations.checks.stock import wrong_levels, wrong_reservations
from app.stock import services
from app.stock.models import StockLevel, StockMove, StockReservation
from app.stock.queries import found_by_code, levels_of
from app.stock.services.moves import OutOfStock
from app.stock.states import MoveKind, PlaceKind, ReservationState
from tests.cast import Cast
from tests.factories.stock import a_lot, a_place, a_reservation, a_stocked_article, some_stock

pytestmark = [pytest.mark.row("C13"), pytest.mark.row("D9")]
R = ReservationState


def level(article: object) -> tuple[int, int]:
    return tuple(levels_of([article.id]).get(article.id, (0, 0)))  # type: ignore[attr-defined]


def states(*rows: StockReservation) -> list[tuple[ReservationState, int]]:
    db.session.expire_all()
    return [(db.session.get_one(StockReservation, row.id).state, row.quantity) for row in rows]


def test_what_is_left_is_what_came_less_what_went(cast: Cast) -> None:
    article, place = a_stocked_article(), a_place()
    some_stock(article, place, 5000)
    with transaction():
        services.move(MoveKind.SALE, article.id, place.id, -1500)
    assert level(article) == (3500, 3500)
    assert db.session.scalar(select(func.sum(StockMove.quantity)).where(StockMove.article_id == article.id)) == 3500


def test_taking_more_than_is_left_names_what_is_left_and_where_else(cast: Cast) -> None:
    article, shop, van = (
        a_stocked_article(label="Joint de groupe"),
        a_place("Magasin"),
        a_place("Camionnette", PlaceKind.VAN),
    )
    some_stock(article, shop, 1000)
    some_stock(article, van, 3000)
    with pytest.raises(OutOfStock) as refused, transaction():
        services.move(MoveKind.SALE, article.id, shop.id, -2000)
    assert "Joint de groupe" in refused.value.message
    assert "il en reste 1 à « Magasin »" in refused.value.message.replace("\u00a0", " ").replace("’", "'")
    assert "Camionnette (3)" in refused.value.message
    assert level(article) == (4000, 4000)


@pytest.mark.parametrize("column", ["quantity", "held"])
def test_the_database_itself_keeps_a_level_from_going_below_zero(cast: Cast, column: str) -> None:
    article, place = a_stocked_article(), a_place()
    some_stock(article, place, 1000)
    with pytest.raises(IntegrityError), transaction() as session:
        session.execute(text(f"update stock_level set {column} = -1 where article_id = {article.id}"))
    assert level(article) == (1000, 1000)


def test_what_is_reserved_is_not_sold_to_another(cast: Cast) -> None:
    article, place = a_stocked_article(), a_place()
    some_stock(article, place, 2000)
    a_reservation(article, 1000)
    with pytest.raises(OutOfStock, match="en réserve"), transaction():
        services.move(MoveKind.SALE, article.id, place.id, -2000)
    with transaction():
        services.move(MoveKind.SALE, article.id, place.id, -1000)
    assert level(article) == (1000, 0)


def test_the_same_key_moves_once(cast: Cast) -> None:
    article, place = a_stocked_article(), a_place()
    some_stock(article, place, 5000)
    for _again in range(3):
        with transaction():
            services.move(MoveKind.SALE, article.id, place.id, -1000, key="ticket-1-line-1")
    assert level(article) == (4000, 4000)


def test_a_transfer_takes_here_and_puts_there_with_its_lot(cast: Cast) -> None:
    article, here, there = a_stocked_article(traced=True), a_place(), a_place()
    lot = a_lot(article, "SN-42")
    some_stock(article, here, 1000, lot=lot)
    with transaction():
        services.transfer(article.id, here.id, there.id, 1000)
    assert levels_of([article.id], here.id)[article.id].quantity == 0
    assert levels_of([article.id], there.id)[article.id].quantity == 1000
    found = found_by_code("SN-42")
    assert found is not None and (found.article_id, found.lot_id) == (article.id, lot.id)  # noqa: PT018  one fact
    with pytest.raises(DomainError), transaction():
        services.transfer(article.id, there.id, there.id, 1000)


def test_a_reservation_holds_what_is_there_and_waits_for_the_rest(cast: Cast) -> None:
    article, place = a_stocked_article(), a_place()
    some_stock(article, place, 1000)
    held, waiting = a_reservation(article, 3000)
    assert states(held, waiting) == [(R.HELD, 1000), (R.WAITING, 2000)]
    assert level(article) == (1000, 0)


def test_what_arrives_goes_to_those_who_wait_in_their_order(cast: Cast) -> None:
    article, place = a_stocked_article(), a_place()
    [first], [second] = a_reservation(article, 2000), a_reservation(article, 1000)
    some_stock(article, place, 2000)
    assert states(first, second) == [(R.HELD, 2000), (R.WAITING, 1000)]
    with transaction():
        services.release(db.session.get_one(StockReservation, first.id))
    assert states(first, second) == [(R.RELEASED, 2000), (R.HELD, 1000)]
    assert level(article) == (2000, 1000)


def test_what_was_taken_comes_back_when_it_is_no_longer_wanted(cast: Cast) -> None:
    article, place = a_stocked_article(cost=320), a_place()
    some_stock(article, place, 1000)
    about = Subject("order", 77)
    [row] = a_reservation(article, 1000, about)
    with transaction():
        services.take_about(about)
        services.take_about(about)
    assert level(article) == (0, 0)
    used = db.session.scalars(select(StockMove).where(StockMove.kind == MoveKind.USE)).one()
    assert (used.quantity, used.cost, used.about_kind, used.about_id) == (-1000, 320, "order", 77)
    with transaction():
        services.release(db.session.get_one(StockReservation, row.id))
    assert level(article) == (1000, 1000)


def test_a_part_that_has_not_come_cannot_be_taken(cast: Cast) -> None:
    article, about = a_stocked_article(label="Pompe"), Subject("order", 78)
    a_reservation(article, 1000, about)
    with pytest.raises(DomainError, match="Pompe"), transaction():
        services.take_about(about)


def test_a_broken_part_that_was_kept_for_somebody_is_awaited_again(cast: Cast) -> None:
    article, place = a_stocked_article(), a_place()
    some_stock(article, place, 1000)
    [row] = a_reservation(article, 1000)
    with transaction():
        services.move(MoveKind.SCRAP, article.id, place.id, -1000, note="Tombée")
    assert states(row) == [(R.WAITING, 1000)]
    assert level(article) == (0, 0)


def test_what_is_set_aside_to_be_sorted_serves_nobody(cast: Cast) -> None:
    article, aside = a_stocked_article(), a_place(kind=PlaceKind.QUARANTINE)
    some_stock(article, aside, 1000)
    [row] = a_reservation(article, 1000)
    assert states(row) == [(R.WAITING, 1000)]


def test_a_lot_keeps_its_supplier_and_is_completed_by_its_invoice(cast: Cast) -> None:
    article = a_stocked_article(origin=Origin.REFURBISHED)
    first = a_lot(article, "L-9", supplier_id=cast.dan.id)
    again = a_lot(article, "L-9", supplier_invoice="F-1207", cost=900)
    assert first.id == again.id
    assert (again.origin, again.supplier_id, again.supplier_invoice, again.cost) == (
        Origin.REFURBISHED, cast.dan.id, "F-1207", 900,
    )  # fmt: skip


def test_verify_names_a_level_that_its_moves_do_not_make(cast: Cast) -> None:
    article, place = a_stocked_article(reference="PMP-77"), a_place("Réserve")
    some_stock(article, place, 3000)
    a_reservation(article, 1000)
    assert [*wrong_levels(), *wrong_reservations()] == []
    with transaction() as session:
        session.execute(update(StockLevel).where(StockLevel.article_id == article.id).values(quantity=2000, held=2000))
    [level_fault] = [words.replace("\u00a0", " ") for words in wrong_levels()]
    [held_fault] = [words.replace("\u00a0", " ") for words in wrong_reservations()]
    assert level_fault == "PMP-77, Réserve : les mouvements font 3, le niveau dit 2"
    assert held_fault == "PMP-77, Réserve : 1 réservés, le niveau en retient 2"
