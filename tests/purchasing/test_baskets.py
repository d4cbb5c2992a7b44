"""Baskets fill themselves, an order leaves in one click, what comes serves those who wait (C13, D9, D11)."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.catalog.models import Article
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.jobs import JobRun
from app.core.outbox import OutboxMessage
from app.core.subject import subject_of
from app.documents.models import StoredFile
from app.documents.services import open_file
from app.messaging.models import Task
from app.purchasing import jobs, queries, services
from app.purchasing.models import Purchase, Receipt
from app.purchasing.services import Arrived
from app.purchasing.states import PurchaseState
from app.stock import services as stock
from app.stock.models import StockLot
from app.stock.queries import found_by_code, levels_of, reserved_for
from app.stock.states import MoveKind, ReservationState
from app.tickets.models import Ticket
from app.tickets.services import LineInput, add_line, locked
from app.tickets.services.work import set_waiting
from app.tickets.states import LineKind, TicketState, Waiting
from tests.cast import Cast
from tests.factories.purchasing import a_basket, a_supplier, again, an_order, supplied
from tests.factories.stock import a_place, a_stocked_article, some_stock
from tests.factories.tickets import a_ticket

pytestmark = [pytest.mark.row("C13"), pytest.mark.row("D9")]


def baskets() -> list[tuple[str, list[tuple[str, int]]]]:
    db.session.expire_all()
    found = db.session.scalars(
        select(Purchase).where(Purchase.state == PurchaseState.BASKET).order_by(Purchase.id)
    ).all()
    whole = [queries.purchase_by_id(row.id) for row in found]
    return [(row.supplier.name, [(line.label, line.quantity) for line in row.lines]) for row in whole if row]


def waits_for(article: Article, quantity: int = 1000) -> Ticket:
    ticket = a_ticket(TicketState.REPAIRING)
    with transaction():
        fresh = locked(ticket)
        add_line(fresh, LineInput(LineKind.PART, article.label, quantity, 100, 2000, article_id=article.id))
        set_waiting(fresh, Waiting.PART)
    return ticket


def test_the_preferred_supplier_first_else_the_cheapest(cast: Cast) -> None:
    dear, cheap = a_supplier(name="Cher"), a_supplier(name="Bon marché")
    liked, plain = a_stocked_article(label="Aimé", minimum=1000), a_stocked_article(label="Simple", minimum=1000)
    supplied(liked, dear, 900, preferred=True)
    supplied(liked, cheap, 500)
    supplied(plain, cheap, 500)
    supplied(plain, dear, 900)
    jobs.fill_baskets()
    assert sorted(baskets()) == [("Bon marché", [("Simple", 1000)]), ("Cher", [("Aimé", 1000)])]


def test_packs_and_reorder_quantity_and_nothing_twice(cast: Cast) -> None:
    who = a_supplier(name="Boîtes")
    screws = supplied(a_stocked_article(label="Vis", minimum=10_000, reorder=30_000), who, pack=25_000)
    seal = supplied(a_stocked_article(label="Joint", minimum=4000), who, pack=1000)
    some_stock(seal, a_place(), 1500)
    for _again in range(3):
        jobs.fill_baskets()
    assert baskets() == [("Boîtes", [("Vis", 50_000), ("Joint", 3000)])]
    assert [row.quantity for row in queries.needs([screws.id, seal.id])] == []


def test_a_sale_below_the_minimum_has_the_basket_filled_by_a_job(cast: Cast) -> None:
    article, place = supplied(a_stocked_article(minimum=2000), a_supplier()), a_place()
    some_stock(article, place, 3000)
    with transaction():
        stock.move(MoveKind.SALE, article.id, place.id, -1000)
    assert _fillings() == []
    with transaction():
        stock.move(MoveKind.SALE, article.id, place.id, -1000)
    assert _fillings() == [[[article.id]]]


def _fillings() -> list[object]:
    return list(
        db.session.scalars(select(JobRun.arguments).where(JobRun.function == "app.purchasing.jobs.fill_baskets"))
    )


def test_what_is_awaited_says_for_which_ticket(cast: Cast) -> None:
    article = supplied(a_stocked_article(), a_supplier())
    ticket = waits_for(article, 2000)
    jobs.fill_baskets([article.id])
    [basket] = [queries.purchase_by_id(row.id) for row in queries.baskets()]
    assert basket is not None
    assert [(line.quantity, line.why) for line in basket.lines] == [(2000, ticket.number)]


def test_what_nobody_sells_us_is_listed(cast: Cast) -> None:
    article = a_stocked_article(label="Introuvable", minimum=1000)
    jobs.fill_baskets()
    assert baskets() == []
    assert [row.label for row in queries.without_supplier()] == [article.label]


def test_one_click_orders_with_its_pdf_by_mail(cast: Cast) -> None:
    who = a_supplier(email="ventes@martin.example")
    order = an_order(a_stocked_article(label="Turbine", minimum=3000), supplier=who, printed=True)
    assert order.number is not None
    assert order.number.startswith("BC-")
    sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "ventes@martin.example")).one()
    assert order.number in sent.subject
    assert sent.attachments == [order.file_id]
    text = "".join(
        page.extract_text()
        for page in PdfReader(BytesIO(open_file(db.session.get_one(StoredFile, order.file_id)))).pages
    )
    assert "Turbine" in text
    assert order.number in text
    jobs.render_and_send(order.id)
    assert (
        len(db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == "ventes@martin.example")).all())
        == 1
    )


def test_a_supplier_without_address_is_called(cast: Cast) -> None:
    order = an_order(supplier=a_supplier(email=""), printed=True)
    tasks = db.session.scalars(select(Task).where(Task.subject_kind == "purchase", Task.subject_id == order.id)).all()
    assert [task.call for task in tasks] == [True]


def test_a_basket_that_changed_is_not_ordered_unseen(cast: Cast) -> None:
    basket = a_basket()
    with pytest.raises(Conflict, match="a changé"), transaction():
        services.order(basket.id, expected=1)
    with transaction():
        services.order(basket.id)
    with pytest.raises(Conflict, match="déjà partie"), transaction():
        services.order(basket.id)
    assert again(basket).state == PurchaseState.ORDERED


@pytest.mark.row("D11")
def test_what_comes_in_part_serves_the_first_who_waits_then_the_rest(cast: Cast) -> None:
    place, article = a_place(), a_stocked_article(label="Courroie", cost=100)
    who = a_supplier()
    supplied(article, who, 850)
    first, second = waits_for(article), waits_for(article)
    order = an_order(article, supplier=who)
    [line] = _lines(order)
    with transaction():
        services.receive(order.id, {line: Arrived(1000)}, place_id=place.id, note="BL-1", form_key="k1")
    with transaction():
        services.receive(order.id, {line: Arrived(1000)}, place_id=place.id, note="BL-1", form_key="k1")
    assert again(order).state == PurchaseState.PARTIAL
    assert _waiting(first, second) == [Waiting.NONE, Waiting.PART]
    with transaction():
        services.receive(order.id, {line: Arrived(1000)}, place_id=place.id, note="BL-2")
    assert again(order).state == PurchaseState.RECEIVED
    assert _waiting(first, second) == [Waiting.NONE, Waiting.NONE]
    assert [part.state for part in reserved_for(subject_of(second))] == [ReservationState.HELD]
    assert db.session.get_one(Article, article.id).cost == 850
    with pytest.raises(Conflict), transaction():
        services.receive(order.id, {line: Arrived(1000)}, place_id=place.id)


def _lines(order: Purchase) -> list[int]:
    whole = queries.purchase_by_id(order.id)
    assert whole is not None
    return [line.id for line in whole.lines]


def _waiting(*tickets: Ticket) -> list[Waiting]:
    db.session.expire_all()
    return [db.session.get_one(Ticket, ticket.id).waiting for ticket in tickets]


def test_what_will_not_come_is_a_difference_and_wanted_again(cast: Cast) -> None:
    article = a_stocked_article(label="Filtre", minimum=5000)
    order, place = an_order(article), a_place()
    [line] = _lines(order)
    with transaction():
        services.receive(order.id, {line: Arrived(2000)}, place_id=place.id, complete=True)
    assert again(order).state == PurchaseState.RECEIVED
    assert levels_of([article.id])[article.id].quantity == 2000
    assert [need.quantity for need in queries.needs([article.id])] == [3000]


def test_serial_numbers_come_with_their_supplier(cast: Cast) -> None:
    article, who, place = a_stocked_article(minimum=2000, traced=True), a_supplier(), a_place()
    order = an_order(article, supplier=who)
    [line] = _lines(order)
    with pytest.raises(DomainError, match="suivi par lot"), transaction():
        services.receive(order.id, {line: Arrived(2000)}, place_id=place.id)
    with pytest.raises(DomainError, match="2 numéros pour 3"), transaction():
        services.receive(order.id, {line: Arrived(3000, "SN-1, SN-2")}, place_id=place.id)
    assert db.session.scalars(select(Receipt)).all() == []
    with transaction():
        services.receive(order.id, {line: Arrived(2000, "SN-1, SN-2")}, place_id=place.id)
    found = found_by_code("SN-2")
    assert found is not None
    assert db.session.get_one(StockLot, found.lot_id).supplier_id == who.id
