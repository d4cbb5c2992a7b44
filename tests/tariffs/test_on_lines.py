"""The tariff is the price of a line where it is added for a client: on a ticket, on a document, at the till; with its reasons (A10)."""

import re

import pytest

from app.catalog.models import Article
from app.catalog.services import PartInput, set_parts
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.sales.queries.documents import document_by_id
from app.sales.services import documents
from app.sales.states import DocumentKind
from app.tariffs.services import offer, offers
from app.tariffs.states import Effect
from app.tickets.models import Ticket
from app.tickets.queries import lines_of
from app.till.services.cart import ARTICLE, Cart, Item
from app.till.services.pricing import Authority, priced
from tests.cast import Cast
from tests.factories.catalog import an_article
from tests.factories.tariffs import a_rule, a_zone
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("A10")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'")


def living_in(contact: Contact, postcode: str, town: str, category: str = "") -> Contact:
    with transaction():
        found = db.session.get_one(Contact, contact.id)
        found.postcode, found.town, found.category = postcode, town, category
    return found


def neighbours(cast: Cast) -> tuple[Contact, Article]:
    """Karim lives in the town that pays 20 % less; the article costs 100,00 € without tax."""
    article = an_article(label="Location de cuve", price=10_000, stocked=False)
    zone = a_zone("83023", name="Commune")
    a_rule(label="Brignolais", purpose="", article_id=article.id, zone_id=zone.id, effect=Effect.DISCOUNT, share=2000)
    a_rule(label="Tout le monde", purpose="", article_id=article.id, effect=Effect.AMOUNT_OFF, amount=500)
    return living_in(cast.karim, "83170", "Brignoles"), article


def test_the_offer_of_a_client_says_its_winner_and_its_losers(cast: Cast) -> None:
    karim, article = neighbours(cast)
    his, nobodys = offer(article.id, karim.id), offer(article.id, None)
    assert his is not None
    assert nobodys is not None
    assert (his.net, his.gross, his.base) == (8000, 9600, 10_000)
    assert his.priced.rule is not None
    assert his.priced.rule.label == "Brignolais"
    assert [rule.label for rule in his.priced.losers] == ["Tout le monde"]
    assert (nobodys.net, nobodys.gross) == (9500, 11_400)


def test_a_share_of_a_price_with_tax_keeps_its_cents(cast: Cast) -> None:
    article = an_article(price_gross=999, gross_rules=True, stocked=False)
    a_rule(purpose="", article_id=article.id, effect=Effect.DISCOUNT, share=1000)
    found = offer(article.id, None)
    assert found is not None
    assert found.gross == 899


def test_many_lines_cost_no_more_queries_than_one(cast: Cast, queries: list[str]) -> None:
    karim, article = neighbours(cast)
    more = [an_article(stocked=False).id for _each in range(6)]
    mine, his = article.id, karim.id
    offers([(mine, 1000)], his)
    counts = []
    for ids in ([mine], [mine, *more]):
        queries.clear()
        assert len(offers([(found, 1000) for found in ids], his)) == len(ids)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_ticket_line_takes_the_price_of_its_client_and_says_why(cast: Cast, browser: Browser) -> None:
    karim, article = neighbours(cast)
    ticket = a_ticket(contact=karim)
    person = browser.as_("technicien")
    url = f"/dossiers/{ticket.number}/lignes/nouvelle"
    form = plain(person.get(f"{url}?article_id={article.id}", htmx=True).text)
    assert 'value="80,00"' in form
    assert "Pourquoi ce prix ?" in form
    assert "Brignolais" in form
    assert "« Brignolais » a plus de conditions sur la personne" in form
    sent = {
        "article_id": article.id, "label": "Cuve", "quantity": "1", "unit": "jour", "unit_price": "80", "vat_rate": "2000",
        "kind": "part", "tariff_price": "8000",
    }  # fmt: skip
    person.post(url, data=sent)
    person.post(url, data={**sent, "unit_price": "75"})
    assert [line.unit_price for line in ticket_lines(ticket)] == [8000, 7500], "what is typed is kept"


def ticket_lines(ticket: Ticket) -> list[object]:
    db.session.expire_all()
    return list(lines_of(db.session.get_one(Ticket, ticket.id)))


def test_the_price_follows_the_quantity_while_nobody_typed_another(cast: Cast, browser: Browser) -> None:
    article = an_article(label="Vis", price=100, stocked=False)
    a_rule(label="Dès dix", purpose="", article_id=article.id, quantity_from=10_000, effect=Effect.PRICE, amount=80)
    ticket = a_ticket(contact=cast.karim)
    person = browser.as_("technicien")
    asked = f"/tarifs/pourquoi?article_id={article.id}&quantity=12&tariff_price=100"
    assert 'value="0,80"' in person.get(f"{asked}&unit_price=1", htmx=True).text
    assert "hx-swap-oob" not in person.get(f"{asked}&unit_price=0,95", htmx=True).text
    url = f"/dossiers/{ticket.number}/lignes/nouvelle"
    sent = {
        "article_id": article.id, "label": "Vis", "quantity": "12", "unit": "pièce", "unit_price": "1", "vat_rate": "2000",
        "kind": "part", "tariff_price": "100",
    }  # fmt: skip
    person.post(url, data=sent)
    assert [line.unit_price for line in ticket_lines(ticket)] == [80]


def test_what_a_standard_service_brings_has_the_price_of_the_client(cast: Cast, browser: Browser) -> None:
    karim, article = neighbours(cast)
    service = an_article(label="Hivernage", kind="standard", price=0, unit="forfait")
    with transaction():
        set_parts(db.session.get_one(Article, service.id), [PartInput(article.id, 2000)])
    ticket = a_ticket(contact=karim)
    browser.as_("technicien").post(
        f"/dossiers/{ticket.number}/lignes/nouvelle", article_id=str(service.id), label="Hivernage", quantity="1", unit="forfait",
        unit_price="0", vat_rate="2000", kind="labour",
    )  # fmt: skip
    assert [(line.label, line.unit_price) for line in ticket_lines(ticket)] == [("Location de cuve", 8000)]


def test_a_line_of_a_document_takes_it_too(cast: Cast, browser: Browser) -> None:
    karim, article = neighbours(cast)
    with transaction():
        draft = documents.draft(DocumentKind.INVOICE, db.session.get_one(Contact, karim.id), title="Location")
    manager = browser.as_("gerant")
    url = f"/ventes/{draft.id}/lignes/nouvelle"
    form = plain(manager.get(f"{url}?article_id={article.id}", htmx=True).text)
    assert 'value="80,00"' in form
    assert "Brignolais" in form
    version = re.search(r'name="version"[^>]*value="(\d+)"', form)
    assert version
    manager.post(
        url, version=version[1], article_id=str(article.id), kind="item", label="Cuve", quantity="2", unit="jour", unit_price="80,00",
        vat_code="normal", tariff_price="8000",
    )  # fmt: skip
    db.session.expire_all()
    found = document_by_id(draft.id)
    assert found is not None
    assert [line.unit_price for line in found.lines] == [8000]


def test_the_till_charges_it_with_tax_for_the_client_of_the_sale(cast: Cast) -> None:
    karim, article = neighbours(cast)
    cart = Cart(items=[Item(ARTICLE, article.id)])
    assert [line.price for line in priced(cart, Authority())] == [11_400]
    cart.contact = karim.id
    [line] = priced(cart, Authority())
    assert (line.price, line.list_price) == (9600, 12_000)
    cart.items[0].price = 5000
    assert [line.price for line in priced(cart, Authority(discount=True))] == [5000]


def test_reasons_are_asked_of_a_client_that_one_may_see_only(cast: Cast, browser: Browser) -> None:
    karim, article = neighbours(cast)
    url = f"/tarifs/pourquoi?article_id={article.id}&for_contact={karim.id}"
    assert "80,00" in browser.as_("technicien").get(url).text
    assert browser.as_("client").get(url).status_code == 403
    assert browser.as_("technicien").get("/tarifs/pourquoi").status_code == 200


def test_the_category_of_a_client_is_written_on_his_sheet_and_asked_by_a_rule(cast: Cast, browser: Browser) -> None:
    article = an_article(price=10_000, stocked=False)
    a_rule(
        label="Revendeurs",
        purpose="",
        article_id=article.id,
        customer_category="Revendeur",
        effect=Effect.PRICE,
        amount=7000,
    )
    person = browser.as_("accueil")
    answer = person.post(
        f"/contacts/{cast.karim.id}/modification", kind="person", first_name="Karim", last_name="Benyahia", category="revendeur",
        email=cast.karim.email, phone=cast.karim.phone, country="FR",
    )  # fmt: skip
    assert answer.status_code == 303
    assert "revendeur" in person.get(f"/contacts/{cast.karim.id}").text
    found = offer(article.id, cast.karim.id)
    assert found is not None
    assert found.net == 7000
