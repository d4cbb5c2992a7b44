"""The pages of the catalogue: found while typing, priced by who may, archived, ranged in a tree."""

import re

import pytest
from flask import Flask

from app.accounts.services import grant
from app.accounts.states import Role
from app.catalog import queries
from app.catalog.models import Article, ArticleFamily
from app.core.db import db, insert_many, transaction
from app.core.search import index_new
from tests.cast import Cast
from tests.factories.catalog import a_vat_rate, an_article, an_article_family
from tests.factories.contacts import a_contact
from tests.signing import Browser

pytestmark = pytest.mark.row("C11")
SIZE = 6500
NOUNS = (
    "Pompe",
    "Filtre",
    "Vanne",
    "Skimmer",
    "Raccord",
    "Joint",
    "Projecteur",
    "Robot",
    "Bâche",
    "Chlore",
    "Sonde",
    "Coffret",
    "Liner",
)


def fresh(article: Article) -> Article:
    db.session.rollback()
    return db.session.get_one(Article, article.id)


def plain(answer_text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer_text))


def test_an_article_is_created_from_its_form_and_found_at_once(cast: Cast, browser: Browser) -> None:
    family = an_article_family(name="Pompes")
    an_article()
    answer = browser.as_("gerant").post(
        "/articles/nouveau", label="Pompe Ondine 12", reference="PMP-ON12", barcode="3017620422003", kind="good", nature="goods",
        family_id=str(family.id), unit="pièce", rule="gross", price_gross="598,80", vat_code="normal", cost="310", origin="new_maker",
        stocked="y", follow=True,
    )  # fmt: skip
    shown = plain(answer.text)
    assert "Pompe Ondine 12" in shown
    assert "499,00 €" in shown
    assert "598,80 €" in shown
    assert "189,00 € (37,88 %)" in shown
    for words in ("pompe ond", "PMP-ON12", "pmpon12", "3017620422003", "ondi"):
        assert [row.reference for row in queries.find_articles(words)] == ["PMP-ON12"], words
    assert browser.get("/scan?code=3017620422003", follow=False).location.endswith(
        f"/articles/{queries.article_scanned('PMP-ON12')}"
    )
    assert "Pompe Ondine 12" in browser.get("/recherche?q=ondine", htmx=True).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"label": ""}, "Donnez une désignation"),
        ({"price": "douze"}, "ne se lit pas comme un nombre"),
        ({"price": ""}, "lui qui fait foi"),
        ({"barcode": "3017620422004"}, "son dernier chiffre devrait être 3"),
    ],
)
def test_a_wrong_form_says_what_to_correct_and_keeps_what_was_typed(
    cast: Cast, browser: Browser, typed: dict[str, str], said: str
) -> None:
    an_article()
    form = {
        "label": "Pompe Ondine",
        "reference": "X-1",
        "price": "10",
        "rule": "net",
        "vat_code": "normal",
        "kind": "good",
        "nature": "goods",
        "origin": "new_maker",
    }
    answer = browser.as_("gerant").post("/articles/nouveau", data=form | typed)
    assert answer.status_code == 422
    assert said in answer.text.replace("’", "'")
    assert 'value="X-1"' in answer.text


def test_what_follows_is_shown_while_typing(cast: Cast, browser: Browser) -> None:
    an_article()
    answer = browser.as_("gerant").post(
        "/articles/calcul",
        htmx=True,
        rule="gross",
        price="1",
        price_gross="120",
        vat_code="normal",
        cost="80",
        kind="good",
    )
    assert 'value="100,00"' in answer.text
    assert "Marge : 20 %" in plain(answer.text)


def test_margins_are_for_who_may_see_money(cast: Cast, browser: Browser) -> None:
    article = an_article(price=10_000, cost=4_321)
    for who, sees in (
        ("gerant", True),
        ("commercial", True),
        ("compta", True),
        ("technicien", False),
        ("accueil", False),
    ):
        for url in ("/articles", f"/articles/{article.id}"):
            assert ("43,21" in browser.as_(who).get(url).text) is sees, (who, url)
    assert browser.as_("technicien").get("/articles/nouveau").status_code == 403


def test_changing_an_article_without_the_right_to_costs_keeps_its_cost(cast: Cast, browser: Browser) -> None:
    article = an_article(cost=4_321)
    with transaction():
        grant(Role.DESK, "catalog.edit", granted=True)
    answer = browser.as_("accueil").post(
        f"/articles/{article.id}/modifier", label="Pompe neuve", reference=article.reference, price="50", rule="net",
        vat_code="normal", kind="good", nature="goods", origin="new_maker", cost="1",
    )  # fmt: skip
    assert answer.status_code == 303
    assert (fresh(article).label, fresh(article).cost) == ("Pompe neuve", 4_321)


def test_an_archived_article_leaves_the_lists_and_comes_back(cast: Cast, browser: Browser) -> None:
    article = an_article(label="Robot Calanque")
    manager = browser.as_("gerant")
    manager.post(f"/articles/{article.id}/archiver")
    assert queries.find_articles("calanque") == []
    manager.get(f"/articles/{article.id}")  # says it once
    assert "Robot Calanque" not in manager.get("/articles").text
    assert "Robot Calanque" in manager.get("/articles?archives=1&q=calan").text
    manager.post(f"/articles/{article.id}/restaurer")
    assert [row.label for row in queries.find_articles("calanque")] == ["Robot Calanque"]


def test_a_family_shows_what_is_under_it(cast: Cast, browser: Browser) -> None:
    root = an_article_family(name="Filtration")
    branch = an_article_family(name="Pompes", parent_id=root.id)
    an_article(label="Pompe Ondine", family_id=branch.id)
    an_article(label="Liner bleu")
    page = browser.as_("commercial").get(f"/articles?famille={root.id}").text
    assert "Pompe Ondine" in page
    assert "Liner bleu" not in page
    tree = browser.get("/articles/familles").text
    assert tree.index("Filtration") < tree.index("Pompes")
    answer = browser.post(f"/articles/familles/{root.id}", name="Filtration", parent_id=str(branch.id), icon="filter")
    assert answer.status_code == 422
    assert db.session.get_one(ArticleFamily, root.id).parent_id is None


def test_parts_are_added_moved_and_taken_away(cast: Cast, browser: Browser) -> None:
    service = an_article(label="Mise en hivernage", kind="standard", minutes=90)
    first, second = an_article(label="Flotteur"), an_article(label="Bouchon")
    person = browser.as_("gerant")
    for part, quantity in ((first, "4"), (second, "2,5")):
        person.post(f"/articles/{service.id}/composants", part_id=str(part.id), quantity=quantity)
    parts = queries.parts_of(service.id)
    assert [(part.label, part.quantity) for part in parts] == [("Flotteur", 4000), ("Bouchon", 2500)]
    person.post(f"/articles/{service.id}/composants/{parts[1].id}/monter")
    assert [part.label for part in queries.parts_of(service.id)] == ["Bouchon", "Flotteur"]
    refused = person.post(f"/articles/{service.id}/composants", part_id=str(service.id), quantity="1")
    assert refused.status_code == 422
    assert "lui-même" in refused.text.replace("’", "'")
    person.post(f"/articles/{service.id}/composants/{queries.parts_of(service.id)[0].id}/retirer")
    assert [part.label for part in queries.parts_of(service.id)] == ["Flotteur"]


def test_a_supplier_is_set_on_the_sheet_and_its_reference_finds_the_article(cast: Cast, browser: Browser) -> None:
    article, supplier = an_article(label="Pompe Ondine"), a_contact(name="Aquapièces")
    person = browser.as_("gerant")
    person.post(
        f"/articles/{article.id}/fournisseurs",
        supplier_id=str(supplier.id),
        supplier_reference="AQ-7781",
        supplier_price="25,10",
        pack="1",
    )
    assert [row.label for row in queries.find_articles("AQ-7781")] == ["Pompe Ondine"]
    assert "1 article" in person.get(f"/contacts/{supplier.id}").text
    refused = person.post(f"/articles/{article.id}/fournisseurs", supplier_reference="AQ-7782", supplier_price="25")
    assert refused.status_code == 422
    assert 'value="AQ-7782"' in refused.text


def test_a_rate_in_use_is_not_removed_and_the_page_says_where(cast: Cast, browser: Browser) -> None:
    rate = a_vat_rate()
    an_article(vat_code=rate.code)
    answer = browser.as_("compta").post(f"/reglages/tva/{rate.id}/suppression")
    assert answer.status_code == 422
    assert "sert encore : 1 article." in plain(answer.text)


def test_a_new_rate_is_typed_by_the_accountant(cast: Cast, browser: Browser) -> None:
    rate = a_vat_rate(rate=850)
    person = browser.as_("compta")
    assert "8,5" in person.get(f"/reglages/tva/nouveau?apres={rate.id}").text
    answer = person.post(
        "/reglages/tva/nouveau", code=rate.code, label="Taux", rate="9,25", valid_from="2031-01-01", category="S"
    )
    assert answer.status_code == 303
    assert [row.rate for row in queries.all_rates() if row.code == rate.code] == [850, 925]
    refused = person.post(
        "/reglages/tva/nouveau", code="neuf", label="Neuf", rate="0", valid_from="2031-01-01", category="E"
    )
    assert refused.status_code == 422
    assert "mention" in refused.text


@pytest.fixture
def big(cast: Cast) -> None:
    """A catalogue of 6,500 articles."""
    an_article()
    with transaction():
        rows = [
            {
                "reference": f"REF-{number:05d}", "label": f"{NOUNS[number % len(NOUNS)]} modèle {number % 211} taille {number % 17}",
                "price": 1000 + number, "price_gross": 1200, "barcode": f"99{number:08d}",
            }
            for number in range(SIZE)
        ]  # fmt: skip
        for start in range(0, SIZE, 500):
            index_new("article", insert_many(Article, rows[start : start + 500]))


@pytest.mark.row("C16")
def test_among_6500_articles_each_word_finds_what_it_begins(big: None, app: Flask) -> None:
    for word in ("p", "po", "pompe", "pompe mod", "pompe modele 12", "REF-04", "9900001234"):
        found = queries.find_articles(word)
        assert found, word
    assert queries.find_articles("zzz") == []
    assert queries.find_articles("ref-04321")[0].reference == "REF-04321"
    assert len(queries.find_articles("pompe")) == 10


@pytest.mark.row("C16")
def test_a_page_of_a_long_list_takes_few_queries(big: None, browser: Browser, request: pytest.FixtureRequest) -> None:
    queries_seen: list[str] = request.getfixturevalue("queries")
    person = browser.as_("gerant")
    person.get("/articles")
    queries_seen.clear()
    assert person.get("/articles?par=100&q=pompe", htmx=True).status_code == 200
    assert len(queries_seen) <= 12
