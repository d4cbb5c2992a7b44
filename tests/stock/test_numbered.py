"""An article followed by serial number says which one leaves, by delivery and at the till; the same one never leaves twice (D9)."""

import re

import pytest

from app.catalog.models import Article
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData, orders
from app.sales.services.documents.grouped import draft_bill
from app.sales.services.documents.papers import delivery_data
from app.sales.services.facturx.page import page_data
from app.sales.states import DocumentKind
from app.stock.models import StockPlace
from app.stock.queries import levels_of
from app.till.models import TillSale
from app.till.services import refund
from app.till.services.receipts import data_of
from app.till.services.sums import Paid, SaleLine
from app.till.states import Means
from tests.cast import Cast
from tests.factories.sales import again, an_invoice
from tests.factories.stock import a_lot, a_place, a_stocked_article, some_stock
from tests.factories.till import a_sale, an_open_till
from tests.signing import Browser

pytestmark = pytest.mark.row("D9")


@pytest.fixture
def place(cast: Cast) -> StockPlace:
    return a_place()


@pytest.fixture
def robot(place: StockPlace) -> Article:
    """A robot followed by serial number: RB-1, RB-2 and RB-3 are there."""
    found = a_stocked_article(label="Robot nettoyeur", traced=True)
    for code in ("RB-1", "RB-2", "RB-3"):
        some_stock(found, place, lot=a_lot(found, code))
    return found


def an_order(robot: Article, quantity: int = 2000, **values: object) -> SalesDocument:
    line = LineData("Robot nettoyeur", quantity, 80_000, article_id=robot.id)
    draft = an_invoice(line, kind=DocumentKind.ORDER, **values)
    with transaction():
        return orders.confirm(draft)


def deliver(order: SalesDocument, numbers: str, quantity: int = 2000) -> SalesDocument:
    line = again(order).lines[0]
    with transaction():
        return orders.deliver(order, {line.id: quantity}, numbers={line.id: numbers})


def rung(robot: Article, lots: str, quantity: int = 1000) -> SaleLine:
    return SaleLine(
        "Robot nettoyeur", 96_000, quantity, article_id=robot.id, rate=2000, vat_code="normal", stocked=True, traced=True, lots=lots
    )  # fmt: skip


def sold(robot: Article, place: StockPlace, lots: str, quantity: int = 1000, **values: object) -> TillSale:
    till = an_open_till(place_id=place.id)
    due = 96_000 * quantity // 1000
    return a_sale(till, rung(robot, lots, quantity), means=(Paid(Means.CARD, due),), **values)


def text(html: str) -> str:
    return " ".join(re.sub("[\u202f\xa0]", " ", re.sub(r"<[^>]+>", " ", html)).replace("’", "'").split())


def test_a_delivery_asks_which_ones_leave(robot: Article) -> None:
    order = an_order(robot)
    for numbers, says in (
        ("", "saisissez ou scannez"), ("RB-1, RB-1", "numéro différent"), ("RB-1, RB-2, RB-3", "3 numéros pour 2 pièces"),
        ("RB-1, RB-9", "RB-9 n.est pas en stock"),
    ):  # fmt: skip
        with pytest.raises(DomainError, match=says):
            deliver(order, numbers)
    assert levels_of([robot.id])[robot.id].quantity == 3000


def test_the_ones_handed_over_leave_whichever_were_kept(robot: Article, place: StockPlace) -> None:
    order = an_order(robot, 1000)  # RB-1, the oldest, is kept
    deliver(order, "RB-3", 1000)
    assert (levels_of([robot.id])[robot.id].quantity, levels_of([robot.id])[robot.id].free) == (2000, 2000)
    deliver(an_order(robot), "RB-1, RB-2")
    assert levels_of([robot.id])[robot.id].quantity == 0


def test_the_delivery_note_and_the_invoice_bear_the_numbers(robot: Article) -> None:
    order = an_order(robot, 3000)
    first = deliver(order, "RB-2, RB-1")
    assert "RB-2, RB-1" in delivery_data(again(first))["lines"][0]["detail"]
    with transaction():
        part = documents.issue(draft_bill(order.id, delivered_only=True))
    assert "N° RB-2, RB-1" in page_data(again(part))["lines"][0]["detail"].replace("\xa0", " ")
    deliver(order, "RB-3", 1000)
    with transaction():
        last = documents.issue(draft_bill(order.id, delivered_only=False))
    assert "RB-3" in again(last).lines[0].detail
    assert "RB-1" not in again(last).lines[0].detail


def test_what_came_back_is_not_on_the_invoice_and_may_leave_again(robot: Article, place: StockPlace) -> None:
    order = an_order(robot)
    gone = deliver(order, "RB-1, RB-2")
    with transaction():
        orders.take_back(gone, {again(gone).lines[0].id: 2000}, reason="Rayés")
    deliver(order, "RB-3", 1000)
    with transaction():
        bill = documents.issue(draft_bill(order.id, delivered_only=True))
    assert again(bill).lines[0].detail.replace("\xa0", " ").endswith("N° RB-3")
    sold(robot, place, "RB-1")


def test_the_same_number_is_not_sold_twice(robot: Article, place: StockPlace) -> None:
    sold(robot, place, "RB-1")
    with pytest.raises(Conflict, match="RB-1 est déjà sorti du stock le"):
        sold(robot, place, "RB-1")
    with pytest.raises(Conflict, match="déjà sorti"):
        deliver(an_order(robot, 1000), "RB-1", 1000)
    assert levels_of([robot.id])[robot.id].quantity == 2000


def test_a_number_kept_elsewhere_is_said_where_it_is(robot: Article, place: StockPlace) -> None:
    van = a_place(name="Camion 2")
    with pytest.raises(Conflict, match="est à «"):
        sold(robot, van, "RB-1")


def test_units_that_came_without_a_number_take_the_one_that_is_scanned(place: StockPlace) -> None:
    found = a_stocked_article(label="Robot nettoyeur", traced=True)
    some_stock(found, place, 1000)
    sold(found, place, "NEUF-1")
    with pytest.raises(Conflict, match="déjà sorti"):
        sold(found, place, "NEUF-1")


def test_the_till_wants_a_number_and_prints_it(robot: Article, place: StockPlace) -> None:
    with pytest.raises(DomainError, match="saisissez ou scannez"):
        sold(robot, place, "")
    sale = sold(robot, place, "RB-1, RB-3", 2000)
    assert "RB-1, RB-3" in data_of(sale, 0)["lines"][0]["reference"]


def test_a_refund_brings_the_number_back(robot: Article, place: StockPlace) -> None:
    till = an_open_till(place_id=place.id)
    sale = a_sale(till, rung(robot, "RB-1, RB-2", 2000), means=(Paid(Means.CARD, 192_000),))
    with transaction():
        back = refund(till.id, sale, {0: 1000}, (Paid(Means.CARD, 96_000),), form_key="retour-1")
    assert back.lines[0]["lots"] == "RB-1"
    sold(robot, place, "RB-1")
    with pytest.raises(Conflict, match="déjà sorti"):
        sold(robot, place, "RB-2")


def test_a_serial_scanned_at_the_till_brings_its_article(robot: Article, place: StockPlace, browser: Browser) -> None:
    till = an_open_till(place_id=place.id)
    desk = browser.as_("gerant")
    screen = desk.get(f"/caisse/{till.code}").text
    answer = desk.post(f"/caisse/{till.code}", data={"cart": cart_of(screen), "do": "chercher", "q": "RB-2"})
    assert "Robot nettoyeur" in answer.text
    assert "N° RB-2" in text(answer.text)
    again_ = desk.post(f"/caisse/{till.code}", data={"cart": cart_of(answer.text), "do": f"article:{robot.id}"})
    third = desk.post(f"/caisse/{till.code}", data={"cart": cart_of(again_.text), "do": "chercher", "q": "RB-3"})
    assert "N° RB-2, RB-3" in text(third.text)


def cart_of(html: str) -> str:
    from html import unescape

    found = re.search(r'name="cart" value="([^"]*)"', html)
    return unescape(found.group(1)) if found else ""


def test_it_is_traced_both_ways(cast: Cast, robot: Article, place: StockPlace, browser: Browser) -> None:
    order = an_order(robot, 1000, contact=cast.karim)
    delivery = deliver(order, "RB-1", 1000)
    sale = sold(robot, place, "RB-2", contact_id=cast.karim.id)
    desk = browser.as_("gerant")
    page = desk.get(f"/stock/articles/{robot.id}").text
    assert str(delivery.number) in page
    assert f"Ticket {sale.number}" in text(page)
    assert "Numéros de série achetés" in text(desk.get(f"/contacts/{cast.karim.id}").text)
    bought = text(desk.get(f"/contacts/{cast.karim.id}/panneaux/numbers").text)
    assert "RB-1" in bought
    assert "RB-2" in bought
    assert "RB-1" not in text(desk.get(f"/contacts/{cast.dan.id}/panneaux/numbers").text)


def test_the_page_of_a_delivery_asks_and_keeps_what_was_typed(robot: Article, browser: Browser) -> None:
    order = an_order(robot)
    desk = browser.as_("accueil")
    address = f"/ventes/{order.number}/livraison"
    line = again(order).lines[0].id
    assert f'name="lot-{line}"' in desk.get(address).text
    refused = desk.post(address, data={f"q-{line}": "2", f"lot-{line}": "RB-1, RB-9", "place_id": ""})
    assert "RB-9 n'est pas en stock" in text(refused.text)
    assert 'value="RB-1, RB-9"' in refused.text
    done = desk.post(address, data={f"q-{line}": "2", f"lot-{line}": "RB-1, RB-2", "place_id": ""})
    assert done.status_code == 303
    db.session.expire_all()
    assert levels_of([robot.id])[robot.id].quantity == 1000
