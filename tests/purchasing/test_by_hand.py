"""An order to a supplier begun by hand: from the list, from an article, from what is short."""

import pytest

from app.catalog.models import Article
from app.core.db import db
from app.purchasing.models import Purchase
from app.purchasing.queries import purchase_by_id
from tests.cast import Cast
from tests.factories.purchasing import a_supplier, supplied
from tests.factories.stock import a_place, a_stocked_article
from tests.signing import Browser

pytestmark = [pytest.mark.row("C13"), pytest.mark.row("D9")]
NEW = "/commandes-fournisseurs/nouvelle"


@pytest.fixture
def filter_(cast: Cast) -> Article:
    return a_stocked_article(label="Filtre à sable", reference="FLT-1")


def the_basket(purchase_id: int) -> Purchase:
    db.session.expire_all()
    found = purchase_by_id(purchase_id)
    assert found is not None
    return found


def basket_at(where: str) -> Purchase:
    return the_basket(int(where.rpartition("/")[2]))


def test_an_order_begins_with_a_supplier_then_takes_articles_at_his_price(browser: Browser, filter_: Article) -> None:
    maker = a_supplier(name="Filtres du Var")
    supplied(filter_, maker, 1250, reference="FV-88", pack=5000)
    desk = browser.as_("accueil")
    assert "Nouvelle commande" in desk.get("/commandes-fournisseurs").text
    assert "Filtres du Var" in desk.get(NEW).text
    begun = desk.post(NEW, supplier_id=str(maker.id), place_id="", quantity="")
    assert begun.status_code == 303
    where = begun.headers["Location"]
    assert "Ce panier est vide" in desk.get(where).text
    desk.post(f"{where}/lignes", article_id=str(filter_.id), quantity="3")
    line = basket_at(where).lines[0]
    assert (line.reference, line.price, line.quantity) == ("FV-88", 1250, 5000)


def test_from_an_article_its_suppliers_are_named_and_the_preferred_is_chosen(
    browser: Browser, filter_: Article
) -> None:
    dear, cheap = a_supplier(name="Cher"), a_supplier(name="Pas cher")
    supplied(filter_, dear, 2000, reference="C-1", preferred=True)
    supplied(filter_, cheap, 900, reference="P-1")
    shelf = a_place("Dépôt")
    desk = browser.as_("accueil")
    address = f"{NEW}?article={filter_.id}"
    assert address in desk.get(f"/stock/articles/{filter_.id}").text
    assert address in desk.get(f"/articles/{filter_.id}").text
    asked = desk.get(address).text
    assert "P-1" in asked
    assert f'selected value="{dear.id}"' in asked
    done = desk.post(
        address, article_id=str(filter_.id), supplier_id=str(cheap.id), place_id=str(shelf.id), quantity="4"
    )
    basket = basket_at(done.headers["Location"])
    assert (basket.supplier_id, basket.place_id) == (cheap.id, shelf.id)
    assert [(line.reference, line.price, line.quantity) for line in basket.lines] == [("P-1", 900, 4000)]
    desk.post(address, article_id=str(filter_.id), supplier_id=str(cheap.id), place_id=str(shelf.id), quantity="2")
    assert [line.quantity for line in the_basket(basket.id).lines] == [6000]


def test_what_is_short_is_ordered_from_the_list_of_stock(browser: Browser, cast: Cast) -> None:
    short = a_stocked_article(label="Joint", minimum=2000)
    listed = browser.as_("accueil").get("/stock?minimum=1").text
    assert f"{NEW}?article={short.id}" in listed
    assert NEW not in browser.as_("technicien").get("/stock?minimum=1").text
    assert browser.as_("technicien").get(NEW).status_code == 403


def test_nothing_typed_is_lost_when_something_is_missing(browser: Browser, filter_: Article) -> None:
    maker = a_supplier()
    desk = browser.as_("accueil")
    none = desk.post(f"{NEW}?article={filter_.id}", article_id=str(filter_.id), supplier_id="", quantity="7")
    assert none.status_code == 422
    assert "Choisissez à quel fournisseur" in none.text
    assert 'value="7"' in none.text
    few = desk.post(f"{NEW}?article={filter_.id}", article_id=str(filter_.id), supplier_id=str(maker.id), quantity="")
    assert few.status_code == 422
    assert "Saisissez la quantité" in few.text
    forged = desk.post(NEW, supplier_id="999999", quantity="")
    assert forged.status_code == 422
    assert db.session.query(Purchase).count() == 0
