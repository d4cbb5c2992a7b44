"""Orders and the stock (C13): kept at the confirmation, taken at the delivery, brought back by a return."""

import pytest

from app.catalog.models import Article
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.sales.models import SalesDocument
from app.sales.services.documents import LineData, cancel, orders
from app.sales.states import DocumentKind, DocumentState
from app.stock.models import StockMove, StockPlace
from app.stock.queries.levels import levels_of
from app.stock.services import move
from app.stock.states import MoveKind
from tests.cast import Cast
from tests.factories.sales import again, an_invoice
from tests.factories.stock import a_place, a_stocked_article, some_stock
from tests.signing import Browser

pytestmark = pytest.mark.row("C13")


@pytest.fixture
def pump(cast: Cast) -> Article:
    return a_stocked_article(label="Pompe de filtration")


def an_order(article: Article, count: int = 3, **values: object) -> SalesDocument:
    draft = an_invoice(
        LineData("Pompe de filtration", count * 1000, 10_000, article_id=article.id), LineData("Pose", 1000, 5_000),
        kind=DocumentKind.ORDER, **values,
    )  # fmt: skip
    with transaction():
        return orders.confirm(draft)


def left(article: Article) -> tuple[int, int]:
    """(there, kept), in units."""
    db.session.expire_all()
    level = levels_of([article.id])[article.id]
    return level.quantity // 1000, (level.quantity - level.free) // 1000


def deliver(order: SalesDocument, count: int | None = None, **values: object) -> SalesDocument:
    line = again(order).lines[0].id
    with transaction():
        return orders.deliver(order, {line: count * 1000} if count else None, **values)


def test_what_is_ordered_is_kept_then_leaves_with_each_delivery(pump: Article) -> None:
    place = a_place()
    some_stock(pump, place, 5000)
    order = an_order(pump)
    assert left(pump) == (5, 3)
    first = deliver(order, 2)
    assert left(pump) == (3, 1)
    deliver(order)
    assert left(pump) == (2, 0)
    moves = db.session.query(StockMove).filter_by(kind=MoveKind.SALE).all()
    assert [(found.quantity, found.about_kind) for found in moves] == [
        (-2000, "sales_document"),
        (-1000, "sales_document"),
    ]
    assert moves[0].about_id == first.id


def test_a_delivery_of_what_is_not_there_is_refused_and_nothing_is_numbered(pump: Article) -> None:
    some_stock(pump, a_place(), 1000)
    order = an_order(pump)
    with pytest.raises(DomainError, match="Pompe de filtration"):
        deliver(order)
    db.session.expire_all()
    assert db.session.query(SalesDocument).filter_by(kind=DocumentKind.DELIVERY).count() == 0
    assert left(pump) == (1, 1)
    deliver(order, 1)
    assert left(pump) == (0, 0)


def test_what_one_order_keeps_another_does_not_take(pump: Article) -> None:
    place = a_place()
    some_stock(pump, place, 3000)
    first, second = an_order(pump), an_order(pump)
    with pytest.raises(DomainError, match="en réserve"):
        deliver(second)
    deliver(first)
    assert left(pump) == (0, 0)


def test_what_comes_serves_the_order_that_waits_and_the_desk_is_told(browser: Browser, pump: Article) -> None:
    order, place = an_order(pump), a_place()
    with transaction():
        move(MoveKind.RECEIPT, pump.id, place.id, 3000)
    assert left(pump) == (3, 3)
    page = browser.as_("commercial").get(f"/ventes/{order.number}").text
    assert "réservé" in page
    assert "Tout est arrivé pour la commande" in browser.get("/messages/a-faire").text


def test_a_delivery_may_leave_from_another_place(pump: Article) -> None:
    workshop, van = a_place(), a_place("Camionnette")
    some_stock(pump, workshop, 3000)
    some_stock(pump, van, 3000)
    order = an_order(pump)
    deliver(order, place_id=van.id)
    assert _at(pump, workshop) == 3
    assert _at(pump, van) == 0
    assert left(pump) == (3, 0)


def _at(article: Article, place: StockPlace) -> int:
    level = levels_of([article.id], place.id).get(article.id)
    return level.quantity // 1000 if level else 0


def test_what_comes_back_is_in_stock_again_and_may_be_delivered_again(browser: Browser, pump: Article) -> None:
    some_stock(pump, a_place(), 3000)
    order = an_order(pump)
    delivery = deliver(order)
    page = browser.as_("commercial")
    page.get(f"/ventes/{delivery.number}/retour")
    line = again(delivery).lines[0].id
    assert (
        page.post(
            f"/ventes/{delivery.number}/retour", **{f"q-{line}": "4", "reason": "Mauvaise taille", "place_id": ""}
        ).status_code
        == 422
    )
    done = page.post(
        f"/ventes/{delivery.number}/retour", **{f"q-{line}": "2", "reason": "Mauvaise taille", "place_id": ""}
    )
    assert done.status_code == 303
    assert "Bon de retour" in page.get(done.headers["Location"]).text
    assert left(pump) == (2, 0)
    with pytest.raises(DomainError, match="dépasse"), transaction():
        orders.take_back(delivery, {line: 2000})
    deliver(order, 2)
    assert left(pump) == (0, 0)


def test_an_order_given_up_frees_what_it_kept(pump: Article) -> None:
    some_stock(pump, a_place(), 3000)
    order = an_order(pump)
    with transaction():
        assert cancel(order).state == DocumentState.CANCELLED
    assert left(pump) == (3, 0)


def test_the_page_of_the_article_names_the_order_that_keeps_it(browser: Browser, pump: Article) -> None:
    some_stock(pump, a_place(), 3000)
    order = an_order(pump)
    shown = browser.as_("gerant").get(f"/stock/articles/{pump.id}").text
    assert order.number in shown
