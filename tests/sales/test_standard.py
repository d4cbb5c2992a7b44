"""A standard service or a bundle on a line of a sale: it brings its lines, at the prices of the client, and takes its parts
from the stock (C11, C4)."""

import re
from typing import Any

import pytest

from app.catalog.models import Article
from app.catalog.services import PartInput, set_parts
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.sales.models import Quote, QuoteLine, SalesDocument
from app.sales.services.documents import LineData, orders
from app.sales.states import DocumentKind, LineKind
from app.stock.queries.levels import levels_of
from app.tariffs.states import Effect
from app.tickets.services import LineInput, add_article_line, locked, remove_line
from app.tickets.states import LineKind as WorkKind
from tests.cast import Cast
from tests.factories.catalog import an_article
from tests.factories.offers import an_offer
from tests.factories.sales import again, an_invoice
from tests.factories.stock import a_place, a_stocked_article, some_stock
from tests.factories.tariffs import a_rule
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("C11")


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text).replace("’", "'")


def made_of(whole: Article, *parts: PartInput) -> Article:
    with transaction():
        set_parts(db.session.get_one(Article, whole.id), parts)
    return whole


def winter(**values: object) -> Article:
    """A standard service at 95,00 €: an algicide at 24,90 €, four plugs at 3,90 €, a cover in option."""
    service = an_article(label="Mise en hivernage", kind="standard", unit="forfait", **{"price": 9500} | values)
    product = an_article(label="Algicide", price=2490, stocked=False)
    plug = an_article(label="Bouchon", price=390, stocked=False)
    extra = an_article(label="Bâche", stocked=False)
    return made_of(service, PartInput(product.id), PartInput(plug.id, 4000), PartInput(extra.id, optional=True))


def typed(article: Article, price: str, **more: str) -> dict[str, Any]:
    return {
        "kind": "item", "article_id": str(article.id), "label": article.label, "quantity": "2", "unit": "forfait",
        "unit_price": price, "vat_code": "normal", "discount": "", **more,
    }  # fmt: skip


def lines(document: SalesDocument) -> list[tuple[str, int, int, int]]:
    return [(line.label, line.quantity, line.unit_price, line.net) for line in again(document).lines]


@pytest.mark.parametrize("kind", [DocumentKind.INVOICE, DocumentKind.ORDER])
def test_on_an_invoice_or_an_order_it_brings_its_lines(cast: Cast, browser: Browser, kind: DocumentKind) -> None:
    service, draft = winter(), an_invoice(LineData("Titre", kind=LineKind.SECTION), kind=kind, contact=cast.karim)
    desk = browser.as_("accueil")
    url = f"/ventes/{draft.id}/lignes/nouvelle"
    form = plain(desk.get(f"{url}?article_id={service.id}", htmx=True).text)
    assert "apporte aussi" in form
    assert "4 × Bouchon" in form
    assert "En option, à cocher : 1 × Bâche" in " ".join(re.sub("<[^>]+>", " ", form).split())
    body = plain(desk.post(url, data=typed(service, "95,00", discount="10"), htmx=True).text)
    assert "Algicide" in body
    assert lines(draft)[1:] == [
        ("Mise en hivernage", 2000, 9500, 17_100), ("Algicide", 2000, 2490, 4_482), ("Bouchon", 8000, 390, 2_808),
    ]  # fmt: skip
    assert again(draft).net == 17_100 + 4_482 + 2_808


def test_what_is_ticked_of_its_options_is_a_line(cast: Cast, browser: Browser) -> None:
    service, draft = winter(), an_invoice(LineData("Pose"), contact=cast.karim)
    cover = db.session.query(Article).filter_by(label="Bâche").one()
    desk, url = browser.as_("accueil"), f"/ventes/{draft.id}/lignes/nouvelle"
    refused = desk.post(url, data=typed(service, "95,00", extra=str(cover.id), quantity="0"), htmx=True)
    assert refused.status_code == 422
    assert f'value="{cover.id}" checked' in refused.text
    desk.post(url, data=typed(service, "95,00", extra=str(cover.id)), htmx=True)
    assert [line[:2] for line in lines(draft)[-2:]] == [("Bouchon", 8000), ("Bâche", 2000)]


def test_without_a_price_of_its_own_it_is_what_it_brings(cast: Cast, browser: Browser) -> None:
    service, draft = winter(price=0), an_invoice(LineData("Pose"), contact=cast.karim)
    browser.as_("accueil").post(f"/ventes/{draft.id}/lignes/nouvelle", data=typed(service, "0"))
    assert [line[0] for line in lines(draft)] == ["Pose", "Algicide", "Bouchon"]


@pytest.mark.row("A10")
def test_what_it_brings_has_the_price_of_the_client(cast: Cast, browser: Browser) -> None:
    service = winter()
    with transaction():
        db.session.get_one(Contact, cast.karim.id).category = "Club"
    plug = db.session.query(Article).filter_by(label="Bouchon").one()
    a_rule(label="Club", purpose="", article_id=plug.id, customer_category="Club", effect=Effect.PRICE, amount=300)
    draft, quote = an_invoice(LineData("Pose"), contact=cast.karim), an_offer(cast.karim, [])
    desk = browser.as_("gerant")
    desk.post(f"/ventes/{draft.id}/lignes/nouvelle", data=typed(service, "95,00"))
    desk.post(f"/devis/brouillons/{quote.id}/lignes/nouvelle", data=typed(service, "95,00", taking="included"))
    assert ("Bouchon", 8000, 300, 2_400) in lines(draft)
    found = db.session.query(QuoteLine).filter_by(quote_id=quote.id, label="Bouchon").one()
    assert (found.unit_price, found.net) == (300, 2_400)


@pytest.mark.row("A10")
def test_a_line_of_a_quote_of_sale_takes_the_tariff_and_says_why(cast: Cast, browser: Browser) -> None:
    article = an_article(label="Volet", price=100_000, stocked=False)
    a_rule(label="Dès deux", purpose="", article_id=article.id, quantity_from=2000, effect=Effect.DISCOUNT, share=1000)
    quote = an_offer(cast.karim, [])
    manager, url = browser.as_("gerant"), f"/devis/brouillons/{quote.id}/lignes/nouvelle"
    form = plain(manager.get(f"{url}?article_id={article.id}", htmx=True).text)
    assert "Pourquoi ce prix ?" in form
    manager.post(url, data=typed(article, "1000,00", taking="included", tariff_price="100000"))
    assert db.session.query(QuoteLine).filter_by(quote_id=quote.id).one().unit_price == 90_000


@pytest.mark.row("C3")
def test_on_a_quote_it_brings_its_lines_and_the_sheet_shows_them_while_it_is_typed(
    cast: Cast, browser: Browser
) -> None:
    service, quote = winter(), an_offer(cast.karim, [])
    manager, url = browser.as_("gerant"), f"/devis/brouillons/{quote.id}/lignes/nouvelle"
    form = plain(manager.get(f"{url}?article_id={service.id}", htmx=True).text)
    assert "apporte aussi" in form
    assert "Proposé au client en option" in form
    line = typed(service, "95,00", taking="included")
    sheet = plain(manager.post(f"/devis/brouillons/{quote.id}/feuille", data=line, htmx=True).text)
    assert "Algicide" in sheet
    assert db.session.query(QuoteLine).filter_by(quote_id=quote.id).count() == 0
    manager.post(url, data=line)
    *found, cover = db.session.query(QuoteLine).filter_by(quote_id=quote.id).order_by(QuoteLine.position)
    assert [(row.label, row.net) for row in found] == [
        ("Mise en hivernage", 19_000), ("Algicide", 4_980), ("Bouchon", 3_120)
    ]  # fmt: skip
    assert not any(row.optional for row in found)
    assert (cover.label, cover.quantity, cover.optional, cover.counted) == ("Bâche", 2000, True, False)


@pytest.mark.row("C3")
def test_what_the_client_may_leave_is_one_line_worth_all_of_it(cast: Cast, browser: Browser) -> None:
    service, quote = winter(), an_offer(cast.karim, [])
    manager, url = browser.as_("gerant"), f"/devis/brouillons/{quote.id}/lignes/nouvelle"
    manager.post(url, data=typed(service, "95,00", taking="option"))
    found = db.session.query(QuoteLine).filter_by(quote_id=quote.id).one()
    assert (found.optional, found.quantity, found.net) == (True, 2000, 19_000 + 4_980 + 3_120)
    assert plain(found.detail) == "Comprend : 1 × Algicide, 4 × Bouchon"


@pytest.mark.row("C3")
def test_two_rates_cannot_be_one_option(cast: Cast, browser: Browser) -> None:
    service = winter()
    book = an_article(label="Notice", price=550, vat_code="reduced", stocked=False)
    made_of(service, PartInput(book.id))
    quote = an_offer(cast.karim, [])
    answer = browser.as_("gerant").post(
        f"/devis/brouillons/{quote.id}/lignes/nouvelle", data=typed(service, "95,00", taking="option")
    )
    assert answer.status_code == 422
    assert "plusieurs taux de TVA" in plain(answer.text)
    assert "Mise en hivernage" in answer.text


@pytest.mark.row("C4")
def test_a_bundle_is_one_line_that_says_what_it_holds(cast: Cast, browser: Browser) -> None:
    pool = made_of(
        an_article(label="Piscine Mistral", kind="bundle", price=1_690_000),
        PartInput(an_article(label="Liner", stocked=False).id), PartInput(an_article(label="Buse", stocked=False).id, 3000),
    )  # fmt: skip
    quote = an_offer(cast.karim, [])
    manager, url = browser.as_("gerant"), f"/devis/brouillons/{quote.id}/lignes/nouvelle"
    form = plain(manager.get(f"{url}?article_id={pool.id}", htmx=True).text)
    assert "Comprend : 1 × Liner, 3 × Buse" in form
    assert "apporte aussi" not in form
    manager.post(url, data=typed(pool, "16900", quantity="1", taking="included"))
    found = db.session.query(QuoteLine).filter_by(quote_id=quote.id).one()
    assert (found.label, found.net) == ("Piscine Mistral", 1_690_000)


@pytest.mark.row("C4")
def test_a_bundle_without_a_price_is_what_it_holds(cast: Cast, browser: Browser) -> None:
    inner = made_of(
        an_article(label="Filtration", kind="bundle", price=0), PartInput(an_article(label="Pompe", price=4200).id)
    )
    pool = made_of(an_article(label="Kit", kind="bundle", price=0), PartInput(inner.id, 2000), PartInput(winter().id))
    draft = an_invoice(LineData("Pose"), contact=cast.karim)
    desk, url = browser.as_("accueil"), f"/ventes/{draft.id}/lignes/nouvelle"
    assert "apporte aussi" in plain(desk.get(f"{url}?article_id={pool.id}", htmx=True).text)
    desk.post(url, data=typed(pool, "0", quantity="1"))
    assert [line[:2] for line in lines(draft)[1:]] == [
        ("Pompe", 2000), ("Mise en hivernage", 1000), ("Algicide", 1000), ("Bouchon", 4000)
    ]  # fmt: skip


def stock(article: Article) -> tuple[int, int]:
    """(there, kept), in units."""
    db.session.expire_all()
    level = levels_of([article.id])[article.id]
    return level.quantity // 1000, (level.quantity - level.free) // 1000


@pytest.mark.row("C4")
@pytest.mark.row("C13")
def test_a_bundle_keeps_then_takes_what_it_is_made_of(cast: Cast, browser: Browser) -> None:
    pump, nozzle, place = a_stocked_article(label="Pompe"), a_stocked_article(label="Buse"), a_place()
    some_stock(pump, place, 10_000)
    some_stock(nozzle, place, 10_000)
    pool = made_of(an_article(label="Piscine", kind="bundle"), PartInput(pump.id), PartInput(nozzle.id, 3000))
    draft = an_invoice(LineData("Piscine", 2000, 100_000, article_id=pool.id), kind=DocumentKind.ORDER)
    with transaction():
        order = orders.confirm(draft)
    assert (stock(pump), stock(nozzle)) == ((10, 2), (10, 6))
    assert "8 pièces réservées" in plain(browser.as_("accueil").get(f"/ventes/{order.number}").text)
    with transaction():
        first = orders.deliver(order, {again(order).lines[0].id: 1000})
    assert (stock(pump), stock(nozzle)) == ((9, 1), (7, 3))
    with transaction():
        orders.take_back(first, {again(first).lines[0].id: 1000}, reason="Abîmée")
    assert (stock(pump)[0], stock(nozzle)[0]) == (10, 10)


@pytest.mark.row("C4")
@pytest.mark.row("C13")
def test_a_bundle_on_a_ticket_keeps_what_it_is_made_of_until_its_line_goes(cast: Cast) -> None:
    pump, nozzle, place = a_stocked_article(label="Pompe"), a_stocked_article(label="Buse"), a_place()
    some_stock(pump, place, 10_000)
    some_stock(nozzle, place, 10_000)
    pool = made_of(an_article(label="Piscine", kind="bundle"), PartInput(pump.id), PartInput(nozzle.id, 3000))
    ticket = a_ticket(contact=cast.karim)
    with transaction():
        [line] = add_article_line(
            locked(ticket), LineInput(WorkKind.PART, "Piscine", 1000, 100_000, 2000, article_id=pool.id)
        )
    assert (stock(pump), stock(nozzle)) == ((10, 1), (10, 3))
    with transaction():
        remove_line(locked(ticket), line.id)
    assert (stock(pump), stock(nozzle)) == ((10, 0), (10, 0))


def test_a_quote_keeps_its_lines_in_order(cast: Cast, browser: Browser) -> None:
    service, quote = winter(), an_offer(cast.karim)
    browser.as_("gerant").post(
        f"/devis/brouillons/{quote.id}/lignes/nouvelle", data=typed(service, "95,00", taking="included")
    )
    db.session.expire_all()
    content = db.session.get_one(Quote, quote.id).content
    assert [row["label"] for row in content["lines"] if row["type"] == "item"][-4:] == [
        "Mise en hivernage", "Algicide", "Bouchon", "Bâche"
    ]  # fmt: skip
