"""The till in the browser: sell, close, refund, print; what each role may do."""

import json
import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.catalog.queries import rate_for
from app.catalog.services import remove_rate
from app.core.db import db, transaction
from app.tickets.states import TicketState
from app.till import services
from app.till.models import TillClosing, TillEvent, TillSale
from app.till.services.cart import Cart, Item
from app.till.states import EventKind, SaleKind
from tests.cast import Cast
from tests.factories.catalog import a_vat_rate, an_article, vat_rates
from tests.factories.contacts import a_contact
from tests.factories.quotes import a_priced_ticket
from tests.factories.stock import a_place, some_stock
from tests.factories.till import a_sale, a_till, an_open_till
from tests.signing import Browser


def cart_of(answer: Any) -> str:
    """The sale in the making that the page carries."""
    found = re.search(r'name="cart" value="([^"]*)"', answer.text)
    assert found is not None, answer.text[:2000]
    return found[1].replace("&#34;", '"').replace("&amp;", "&").replace("&#39;", "'")


class Hand:
    """Somebody at the till: each gesture sends what the last answer carried."""

    def __init__(self, browser: Browser, code: str) -> None:
        self.browser, self.url = browser, f"/caisse/{code}"
        self.answer = browser.get(self.url)
        self.cart = cart_of(self.answer)

    def does(self, what: str, **fields: str) -> Any:
        self.answer = self.browser.post(self.url, do=what, cart=self.cart, **fields)
        if 'name="cart"' in self.answer.text:
            self.cart = cart_of(self.answer)
        return self.answer


@pytest.mark.row("C6")
def test_a_sale_from_the_article_to_the_change(app: Flask, cast: Cast, browser: Browser) -> None:
    place = a_place()
    filter_ = an_article(
        label="Filtre à eau", reference="P-0130", price_gross=1190, gross_rules=True, barcode="3760000000017"
    )
    some_stock(filter_, place, 8000)
    till = an_open_till(place_id=place.id)
    desk = Hand(browser.as_("accueil"), till.code)
    assert "Filtre à eau" in desk.answer.text
    assert "8 en stock" in desk.answer.text
    desk.does("chercher", q="3760000000017")
    desk.does("plus:0")
    assert "23,80" in desk.answer.text
    desk.does("especes:3000")
    assert "À rendre" in desk.answer.text
    answer = desk.does("encaisser")
    assert answer.status_code == 303
    done = desk.browser.get(answer.headers["Location"])
    assert "6,20" in done.text
    sale = db.session.scalars(select(TillSale)).one()
    assert (sale.gross, sale.change, sale.operator) == (2380, 620, "Nadia Belkacem")
    again = desk.does("encaisser")
    assert again.headers["Location"] == answer.headers["Location"], "a double click makes one ticket"
    assert "6 en stock" in desk.browser.get(f"/caisse/{till.code}").text


@pytest.mark.row("B6")
def test_handing_a_device_over_opens_its_payment(app: Flask, cast: Cast, browser: Browser) -> None:
    vat_rates()
    till = an_open_till()
    ticket = a_priced_ticket(state=TicketState.READY, paid_at_intake=4000, paid_by="carte")
    nadia = browser.as_("accueil")
    page = nadia.get(f"/dossiers/{ticket.number}/remise")
    address = f"/caisse/{till.code}?dossier={ticket.number}"
    assert address in page.text
    assert "103,00" in page.text
    desk = Hand(nadia, f"{till.code}?dossier={ticket.number}")
    desk.url = f"/caisse/{till.code}"
    assert "Versé au dépôt" in desk.answer.text
    desk.does("payer:card")
    assert desk.does("encaisser").status_code == 303
    sale = db.session.scalars(select(TillSale)).one()
    assert (sale.gross, sale.ticket_id) == (14_300, ticket.id)
    assert [(row["means"], row["amount"]) for row in sale.means] == [("prepaid", 4000), ("card", 10_300)]
    assert "Réglé" in nadia.get(f"/dossiers/{ticket.number}/remise").text
    assert "déjà été encaissé" in nadia.get(address).text


def test_the_last_one_is_sold_once_and_the_ticket_keeps_what_was_typed(
    app: Flask, cast: Cast, browser: Browser
) -> None:
    place, part = a_place(), an_article(label="Pompe", price_gross=3250, gross_rules=True)
    some_stock(part, place, 1000)
    till = an_open_till(place_id=place.id)
    desk = Hand(browser.as_("accueil"), till.code)
    desk.does(f"article:{part.id}")
    desk.does("plus:0")
    desk.does("payer:card")
    answer = desk.does("encaisser")
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert "Pompe" in answer.text
    assert db.session.scalars(select(TillSale)).all() == []


def test_discounts_and_prices_keep_within_rights(app: Flask, cast: Cast, browser: Browser) -> None:
    article = an_article(label="Cordon", price_gross=1200, gross_rules=True, stocked=False)
    till = an_open_till()
    desk = Hand(browser.as_("accueil"), till.code)
    desk.does(f"article:{article.id}")
    assert desk.does("ligne", quantity="2", discount="5").status_code == 200
    assert "22,80" in desk.answer.text
    assert desk.does("ligne", discount="50").status_code == 422
    assert "demandez à une personne" in desk.answer.text
    forged = json.loads(desk.cart)
    forged["items"][0]["price"] = 1
    desk.cart = json.dumps(forged)
    refused = desk.does("payer:card")
    assert refused.status_code == 422
    assert "Changer un prix" in refused.text
    boss = Hand(browser.as_("gerant"), till.code)
    boss.does(f"article:{article.id}")
    boss.does("ligne", price="9,00", discount="50")
    assert "4,50" in boss.answer.text


def test_every_void_leaves_a_line_and_a_sale_waits(app: Flask, cast: Cast, browser: Browser) -> None:
    article = an_article(label="Durite", price_gross=890, gross_rules=True, stocked=False)
    till = an_open_till()
    desk = Hand(browser.as_("accueil"), till.code)
    desk.does(f"article:{article.id}")
    desk.does("retirer:0")
    desk.does(f"article:{article.id}")
    desk.does("attente", label="Dame au manteau rouge")
    assert "Dame au manteau rouge" in desk.answer.text
    waiting = re.search(r"reprendre:(\d+)", desk.answer.text)
    assert waiting is not None
    desk.does(waiting[0])
    assert "Durite" in desk.answer.text
    kinds = db.session.scalars(select(TillEvent.kind).order_by(TillEvent.id)).all()
    assert kinds[-2:] == [EventKind.ABANDONED, EventKind.SUSPENDED]


def test_a_day_opens_is_counted_and_closed(app: Flask, cast: Cast, browser: Browser) -> None:
    till = a_till()
    nadia = browser.as_("accueil")
    assert nadia.get(f"/caisse/{till.code}").request.path.endswith("/ouverture")
    assert nadia.post(f"/caisse/{till.code}/ouverture", coin_2000="5").status_code == 303
    a_sale(till)
    assert nadia.post(f"/caisse/{till.code}/tiroir", what="out", amount="500", reason="banque").status_code == 422
    assert nadia.post(f"/caisse/{till.code}/tiroir", what="out", amount="50", reason="banque").status_code == 303
    assert "61,90" in nadia.get(f"/caisse/{till.code}/cloture").text
    closed = nadia.post(f"/caisse/{till.code}/cloture", coin_5000="1", coin_1000="1", note="Il manque une pièce")
    page = nadia.get(closed.headers["Location"])
    assert "\u22121,90" in page.text
    closing = db.session.scalars(select(TillClosing)).one()
    assert (closing.gross, closing.facts["difference"]["cash"]) == (1190, -190)
    for path in ("clotures", "journal", "tickets"):
        assert nadia.get(f"/caisse/{till.code}/{path}").status_code == 200
    assert "11,90" in nadia.get("/caisse/statistiques").text


def test_a_refund_from_its_page_then_a_duplicate(app: Flask, cast: Cast, browser: Browser) -> None:
    till = an_open_till()
    sale = a_sale(till)
    nadia = browser.as_("accueil")
    answer = nadia.post(f"/caisse/tickets/{sale.number}/remboursement", quantity_0="1", means="cash", form_key="r1")
    assert answer.status_code == 303
    made = db.session.scalars(select(TillSale).where(TillSale.kind == SaleKind.REFUND)).one()
    assert (made.gross, made.reverses_id) == (-1190, sale.id)
    refused = nadia.post(f"/caisse/tickets/{sale.number}/remboursement", quantity_0="1", means="cash", form_key="r2")
    assert refused.status_code == 422
    assert "il reste 0 à rendre" in refused.text
    for _each in range(2):
        printed = nadia.post(f"/caisse/tickets/{sale.number}/ticket.pdf")
        assert printed.data.startswith(b"%PDF")
    kinds = db.session.scalars(select(TillEvent.kind).order_by(TillEvent.id)).all()
    assert kinds[-2:] == [EventKind.PRINT, EventKind.REPRINT]


def test_a_cart_that_was_tampered_with_is_refused_in_words(app: Flask, cast: Cast, browser: Browser) -> None:
    vat_rates()
    till = an_open_till()
    desk = Hand(browser.as_("accueil"), till.code)
    for text in (
        "{",
        "[]",
        '{"items": 3, "means": []}',
        json.dumps({"items": [{"what": "free", "quantity": -5, "discount": 0}], "means": []}),
    ):
        desk.cart = text
        assert desk.does("encaisser").status_code == 422
    cart = Cart(items=[Item("free", price=500)], contact=a_contact().id)
    desk.cart = cart.written()
    desk.does("payer:account")
    assert desk.does("encaisser").status_code == 303
    assert services.by_key(cart.key) is not None


def test_a_page_of_the_till_asks_few_questions(app: Flask, cast: Cast, browser: Browser, queries: list[str]) -> None:
    articles = [an_article(price_gross=100 * n, gross_rules=True) for n in range(1, 4)]
    till = an_open_till(place_id=a_place().id)
    desk = Hand(browser.as_("accueil"), till.code)
    for article in articles:
        desk.does(f"article:{article.id}")
    queries.clear()
    desk.does("plus:0")
    assert len(queries) <= 12, "\n".join(queries)


@pytest.mark.row("C6")
def test_a_vat_rate_removed_meanwhile_takes_its_line_away_and_says_why(
    app: Flask, cast: Cast, browser: Browser
) -> None:
    vat_rates()
    rate, till = a_vat_rate(rate=850), an_open_till()
    part = an_article(label="Filtre", price_gross=1190, gross_rules=True, stocked=False)
    desk = Hand(browser.as_("accueil"), till.code)
    desk.does(f"article:{part.id}")
    desk.does("libre", label="Divers", price="5", vat_code=rate.code)
    assert "16,90" in desk.answer.text
    with transaction():
        remove_rate(rate_for(rate.id))
    page = desk.does("plus:0").text.replace("\u00a0", " ").replace("’", "'")
    assert f"La TVA « {rate.code} » n'a pas de taux" in page
    assert "La ligne a été retirée." in page
    assert "Filtre" in page
    desk.does("payer:card")
    assert desk.does("encaisser").status_code == 303
    assert [line["label"] for line in db.session.scalars(select(TillSale)).one().lines] == ["Filtre"]
