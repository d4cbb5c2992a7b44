"""Two people taking the last one, for real: threads, each with its connection, on the database of these tests."""

import threading
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from app.core.db import Base, db, transaction
from app.core.errors import Conflict
from app.core.revisions import forget_all
from app.core.subject import Subject
from app.purchasing import services as purchasing
from app.purchasing.models import PurchaseLine
from app.stock import services
from app.stock.models import StockLevel, StockMove, StockReservation
from app.stock.services.moves import OutOfStock
from app.stock.states import MoveKind, ReservationState
from tests.factories.purchasing import an_order
from tests.factories.stock import a_place, a_stocked_article, some_stock

pytestmark = pytest.mark.row("D9")
TAKERS = 8


@pytest.fixture
def shelf(whole_app: Flask) -> Iterator[tuple[int, int]]:
    """(article, place) with one left, really committed; taken away afterwards."""
    with whole_app.app_context():
        before = {table: db.session.scalar(sa.select(sa.func.max(table.c.id))) or 0 for table in _tables()}
        db.session.rollback()
        article, place = a_stocked_article(label="Courroie"), a_place()
        some_stock(article, place, 1000)
        yield article.id, place.id
        db.session.remove()
        _take_away(before)
        db.session.remove()
    forget_all()


def _tables() -> list[sa.Table]:
    return [
        table
        for table in reversed(Base.metadata.sorted_tables)
        if "id" in table.c and isinstance(table.c.id.type, sa.Integer)
    ]


def _take_away(before: dict[sa.Table, int]) -> None:
    """The guards that keep moves and history for ever are off for the time of it."""
    sqlite = db.engine.dialect.name == "sqlite"
    with transaction() as session:
        guards: list[tuple[str, str]] = []
        if sqlite:
            found = "select name, sql from sqlite_master where type = 'trigger' and name like '%no_delete%'"
            guards = [(row[0], row[1]) for row in session.execute(sa.text(found))]
            for name, _sql in guards:
                session.execute(sa.text(f"drop trigger {name}"))
        else:
            session.execute(sa.text("set session_replication_role = replica"))
        for table, last in before.items():
            session.execute(table.delete().where(table.c.id > last))
        for _name, sql in guards:
            session.execute(sa.text(sql))
        if not sqlite:
            session.execute(sa.text("set session_replication_role = origin"))


def at_once(app: Flask, works: list[Callable[[], None]]) -> list[str]:
    """Do all of them at the same time; what each said: "" or its refusal."""
    start, said = threading.Barrier(len(works)), [""] * len(works)

    def do(rank: int) -> None:
        with app.app_context():
            start.wait()
            try:
                with transaction():
                    works[rank]()
            except (OutOfStock, Conflict) as refused:
                said[rank] = refused.message
            finally:
                db.session.remove()

    threads = [threading.Thread(target=do, args=(rank,)) for rank in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return said


def sell(article_id: int, place_id: int) -> None:
    services.move(MoveKind.SALE, article_id, place_id, -1000)


def reserve(article_id: int) -> None:
    services.reserve(article_id, 1000, Subject("order", 1))


def receive(article_id: int, place_id: int) -> None:
    services.move(MoveKind.RECEIPT, article_id, place_id, 2000, key="same")


def test_one_gets_the_last_one_and_the_others_are_told(whole_app: Flask, shelf: tuple[int, int]) -> None:
    article_id, place_id = shelf
    said = at_once(whole_app, [lambda: sell(article_id, place_id)] * TAKERS)
    refusals = [words for words in said if words]
    assert len(refusals) == TAKERS - 1
    assert all("Courroie" in words and "il n’en reste plus" in words.replace("'", "’") for words in refusals)
    assert db.session.scalar(sa.select(sa.func.sum(StockMove.quantity)).where(StockMove.article_id == article_id)) == 0
    assert db.session.scalar(sa.select(StockLevel.quantity).where(StockLevel.article_id == article_id)) == 0


def test_a_sale_and_a_reservation_do_not_both_get_it(whole_app: Flask, shelf: tuple[int, int]) -> None:
    article_id, place_id = shelf
    said = at_once(whole_app, [
        lambda: sell(article_id, place_id),
        lambda: reserve(article_id),
    ])  # fmt: skip
    held = sa.select(StockReservation).where(
        StockReservation.article_id == article_id, StockReservation.state == ReservationState.HELD
    )
    reserved = len(db.session.scalars(held).all())
    assert reserved == (1 if said[0] else 0)


def test_the_same_key_at_once_moves_once(whole_app: Flask, shelf: tuple[int, int]) -> None:
    article_id, place_id = shelf
    said = at_once(whole_app, [lambda: receive(article_id, place_id)] * TAKERS)
    assert not any(said)
    assert db.session.scalar(sa.select(StockLevel.quantity).where(StockLevel.article_id == article_id)) == 3000


def test_two_tickets_that_ask_for_the_last_one_one_holds_it_and_the_other_waits(
    whole_app: Flask, shelf: tuple[int, int]
) -> None:
    article_id, _place = shelf
    about = iter(range(1, TAKERS + 1))
    said = at_once(whole_app, [
        lambda number=number: services.reserve(article_id, 1000, Subject("order", number)) for number in about
    ])  # fmt: skip
    assert not any(said)
    held = sa.select(StockReservation.state, sa.func.sum(StockReservation.quantity)).where(
        StockReservation.article_id == article_id
    )
    states = dict(db.session.execute(held.group_by(StockReservation.state)).all())
    assert states == {ReservationState.HELD: 1000, ReservationState.WAITING: 1000 * (TAKERS - 1)}


def test_a_part_held_is_taken_once_however_many_hands_press(whole_app: Flask, shelf: tuple[int, int]) -> None:
    article_id, _place = shelf
    with transaction():
        [row] = services.reserve(article_id, 1000, Subject("order", 1))
    kept = row.id
    db.session.rollback()
    said = at_once(whole_app, [lambda: services.take(db.session.get_one(StockReservation, kept))] * 4)
    assert not any(said)
    moved = sa.select(sa.func.count(), sa.func.sum(StockMove.quantity)).where(
        StockMove.article_id == article_id, StockMove.kind == MoveKind.USE
    )
    assert tuple(db.session.execute(moved).one()) == (1, -1000)
    assert db.session.scalar(sa.select(StockLevel.held).where(StockLevel.article_id == article_id)) == 0


def test_a_delivery_confirmed_by_two_people_at_once_comes_in_once(whole_app: Flask, shelf: tuple[int, int]) -> None:
    article = a_stocked_article(label="Filtre", minimum=3000)
    order, place_id = an_order(article), shelf[1]
    line = db.session.scalars(sa.select(PurchaseLine.id).where(PurchaseLine.purchase_id == order.id)).one()
    order_id, article_id = order.id, article.id
    db.session.rollback()

    def put_away() -> None:
        purchasing.receive(order_id, {line: purchasing.Arrived(3000)}, place_id=place_id)

    said = at_once(whole_app, [put_away] * 4)
    assert sorted(bool(words) for words in said) == [False, True, True, True]
    assert all("n’attend plus rien" in words.replace("'", "’") for words in said if words)
    assert db.session.scalar(sa.select(StockLevel.quantity).where(StockLevel.article_id == article_id)) == 3000
    assert db.session.scalar(sa.select(PurchaseLine.received).where(PurchaseLine.id == line)) == 3000


def test_one_form_sent_twice_at_once_is_one_delivery(whole_app: Flask, shelf: tuple[int, int]) -> None:
    article = a_stocked_article(label="Filtre fin", minimum=3000)
    order, place_id = an_order(article), shelf[1]
    line = db.session.scalars(sa.select(PurchaseLine.id).where(PurchaseLine.purchase_id == order.id)).one()
    order_id, article_id = order.id, article.id
    db.session.rollback()

    def put_away() -> None:
        purchasing.receive(order_id, {line: purchasing.Arrived(1000)}, place_id=place_id, form_key="twice")

    said = at_once(whole_app, [put_away] * 4)
    assert not any(said)
    assert db.session.scalar(sa.select(StockLevel.quantity).where(StockLevel.article_id == article_id)) == 1000
