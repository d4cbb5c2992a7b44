"""Where the part of a ticket's line is taken: a place chosen, a lot or a serial number chosen, or as before."""

import pytest

from app.catalog.models import Article
from app.core.db import db
from app.stock.models import StockPlace
from app.stock.queries.levels import levels_of
from app.stock.states import PlaceKind
from app.tickets.models import Ticket, TicketLine
from tests.cast import Cast
from tests.factories.stock import a_lot, a_place, a_stocked_article, some_stock
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = [pytest.mark.row("D9"), pytest.mark.row("C13")]
LINE = {"kind": "part", "label": "Courroie", "quantity": "1", "unit": "pièce", "unit_price": "10", "vat_rate": "2000"}


@pytest.fixture
def belt(cast: Cast) -> Article:
    return a_stocked_article(label="Courroie")


@pytest.fixture
def places(belt: Article) -> tuple[StockPlace, StockPlace]:
    both = a_place("Atelier du quai"), a_place("Camionnette", PlaceKind.VAN)
    for place in both:
        some_stock(belt, place, 2000)
    return both


def held(article: Article, place: StockPlace) -> int:
    db.session.expire_all()
    level = levels_of([article.id], place.id).get(article.id)
    return (level.quantity - level.free) // 1000 if level else 0


def the_line(ticket: Ticket) -> TicketLine:
    db.session.expire_all()
    return db.session.query(TicketLine).filter_by(ticket_id=ticket.id).one()


def test_the_part_is_kept_in_the_place_chosen_and_in_the_usual_one_without(
    browser: Browser, belt: Article, places: tuple[StockPlace, StockPlace]
) -> None:
    workshop, van = places
    desk, ticket, other = browser.as_("technicien"), a_ticket(), a_ticket()
    address = f"/dossiers/{ticket.number}/lignes/nouvelle"
    assert "Camionnette, 2 libres" in desk.get(f"{address}?article_id={belt.id}").text
    desk.post(address, **LINE, article_id=str(belt.id), shelf=f"{van.id}-0")
    assert (held(belt, workshop), held(belt, van)) == (0, 1)
    desk.post(f"/dossiers/{other.number}/lignes/nouvelle", **LINE, article_id=str(belt.id), shelf="")
    assert (held(belt, workshop), held(belt, van)) == (1, 1)


def test_a_line_changes_place_and_stays_where_it_is_when_nothing_is_said(
    browser: Browser, belt: Article, places: tuple[StockPlace, StockPlace]
) -> None:
    workshop, van = places
    desk, ticket = browser.as_("technicien"), a_ticket()
    desk.post(f"/dossiers/{ticket.number}/lignes/nouvelle", **LINE, article_id=str(belt.id), shelf=f"{van.id}-0")
    address = f"/dossiers/{ticket.number}/lignes/{the_line(ticket).id}"
    assert f'selected value="{van.id}-0"' in desk.get(address).text
    desk.post(address, **LINE | {"unit_price": "12"}, article_id=str(belt.id), shelf="")
    assert (held(belt, workshop), held(belt, van)) == (0, 1)
    desk.post(address, **LINE, article_id=str(belt.id), shelf=f"{workshop.id}-0")
    assert (held(belt, workshop), held(belt, van)) == (1, 0)


def test_the_serial_number_is_chosen_and_written_on_the_line(browser: Browser, cast: Cast) -> None:
    board, shelf = a_stocked_article(label="Carte", traced=True), a_place()
    old, new = a_lot(board, "SN-OLD"), a_lot(board, "SN-NEW")
    for lot in (old, new):
        some_stock(board, shelf, 1000, lot=lot)
    desk, ticket = browser.as_("technicien"), a_ticket()
    address = f"/dossiers/{ticket.number}/lignes/nouvelle"
    assert "SN-NEW" in desk.get(f"{address}?article_id={board.id}").text
    desk.post(address, **LINE | {"label": "Carte"}, article_id=str(board.id), shelf=f"{shelf.id}-{new.id}")
    assert the_line(ticket).lot_id == new.id
    assert "SN-NEW" in desk.get(f"/dossiers/{ticket.number}").text
    line = f"/dossiers/{ticket.number}/lignes/{the_line(ticket).id}"
    desk.post(line, **LINE | {"label": "Carte"}, article_id=str(board.id), shelf=f"{shelf.id}-{old.id}")
    assert the_line(ticket).lot_id == old.id


def test_a_place_that_has_none_left_is_refused_in_one_sentence(
    browser: Browser, belt: Article, places: tuple[StockPlace, StockPlace]
) -> None:
    empty = a_place("Remorque", PlaceKind.VAN)
    desk, ticket = browser.as_("technicien"), a_ticket()
    refused = desk.post(
        f"/dossiers/{ticket.number}/lignes/nouvelle", **LINE, article_id=str(belt.id), shelf=f"{empty.id}-0"
    )
    assert refused.status_code == 422
    assert "reste plus à cet endroit" in refused.text
    assert 'value="Courroie"' in refused.text
