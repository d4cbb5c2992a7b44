"""A supplier's price list: compared and shown first, then applied; the margin kept, or the price."""

import io
from collections.abc import Callable

import pytest

from app.catalog import queries as catalog
from app.catalog.models import Article
from app.catalog.services import change_article, set_supplier
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.exchange.models import PriceUpdate
from app.exchange.queries import prices as queries
from app.exchange.services import prices as services
from app.exchange.states import PriceMode, PriceState, PriceVerdict
from tests.cast import Cast
from tests.exchange.conftest import csv_of, xlsx_of
from tests.factories.catalog import an_article
from tests.factories.contacts import a_contact
from tests.signing import Browser

pytestmark = pytest.mark.row("C11")
TITLES = ("Réf", "Désignation", "Prix net HT")


def bought(supplier: Contact, reference: str, **values: object) -> Article:
    article = an_article(**values)
    with transaction():
        set_supplier(db.session.get_one(Article, article.id), supplier.id, reference=reference, price=article.cost)
    return article


def received(supplier: Contact, *lines: tuple[str, ...], titles: tuple[str, ...] = TITLES) -> PriceUpdate:
    with transaction():
        return services.receive_prices(
            csv_of([titles, *lines], ";"),
            "tarif.csv",
            supplier_id=supplier.id,
            mode=PriceMode.KEEP_MARGIN,
            by="Camille",
        )


def compared(row: PriceUpdate, mode: PriceMode = PriceMode.KEEP_MARGIN) -> dict[str, PriceVerdict]:
    with transaction():
        fresh = queries.locked_update(row.id)
        services.compare(fresh, fresh.mapping, mode)
    services.work(row.id)
    db.session.rollback()
    return {line.reference: line.verdict for line, *_ in db.session.execute(queries.lines_query(row.id, ()))}


def applied(row: PriceUpdate) -> PriceUpdate:
    with transaction():
        services.apply_prices(queries.locked_update(row.id))
    services.work(row.id)
    db.session.rollback()
    return db.session.get_one(PriceUpdate, row.id, populate_existing=True)


def fresh(article: Article) -> Article:
    db.session.rollback()
    return db.session.get_one(Article, article.id, populate_existing=True)


def test_what_changes_is_shown_before_anything_is_written(cast: Cast) -> None:
    supplier = a_contact(name="Aquapièces")
    up, down, same = (bought(supplier, ref, price=10_000, cost=5_000) for ref in ("A", "B", "C"))
    row = received(
        supplier,
        ("A", "Pompe", "60,00"),
        ("B", "Filtre", "45"),
        ("C", "Joint", "50,00"),
        ("Z", "Inconnu", "9"),
        ("D", "Abîmé", "abc"),
    )
    verdicts = compared(row)
    assert {reference: verdict.value for reference, verdict in verdicts.items()} == {
        "A": "up", "B": "down", "C": "same", "Z": "unknown", "": "refused",
    }  # fmt: skip
    assert [fresh(article).cost for article in (up, down, same)] == [5_000] * 3
    done = applied(row)
    assert (done.state, done.applied) == (PriceState.DONE, 2)
    assert (fresh(up).cost, fresh(up).price, fresh(up).price_gross) == (6_000, 12_000, 14_400)
    assert (fresh(down).cost, fresh(down).price) == (4_500, 9_000)
    assert fresh(same).price == 10_000
    change = catalog.price_changes(up.id)[0]
    assert (change.price_before, change.price_after, change.cost_before, change.cost_after) == (
        10_000,
        12_000,
        5_000,
        6_000,
    )
    assert change.source == "Tarif Aquapièces (tarif.csv)"
    assert catalog.suppliers_of(up.id)[0].price == 6_000


def test_keeping_the_price_changes_the_cost_alone(cast: Cast) -> None:
    supplier = a_contact()
    article = bought(supplier, "A", price=10_000, cost=5_000)
    row = received(supplier, ("A", "Pompe", "60,00"))
    compared(row, PriceMode.KEEP_PRICE)
    applied(row)
    assert (fresh(article).cost, fresh(article).price) == (6_000, 10_000)


def test_the_price_of_a_supplier_who_is_not_preferred_leaves_the_cost(cast: Cast) -> None:
    first, second = a_contact(), a_contact()
    article = bought(first, "A", price=10_000, cost=5_000)
    with transaction():
        set_supplier(fresh_in(article), second.id, reference="S-A", price=5_500)
    row = received(second, ("S-A", "Pompe", "40"))
    assert compared(row) == {"S-A": PriceVerdict.DOWN}
    applied(row)
    assert (fresh(article).cost, fresh(article).price) == (5_000, 10_000)
    assert {found.supplier_id: found.price for found in catalog.suppliers_of(article.id)} == {
        first.id: 5_000,
        second.id: 4_000,
    }


def fresh_in(article: Article) -> Article:
    return db.session.get_one(Article, article.id)


def test_an_article_changed_since_it_was_shown_is_left_and_said(cast: Cast) -> None:
    supplier = a_contact()
    article, other = bought(supplier, "A", price=10_000, cost=5_000), bought(supplier, "B", price=10_000, cost=5_000)
    row = received(supplier, ("A", "", "60"), ("B", "", "70"))
    compared(row)
    with transaction():
        change_article(fresh_in(article), price=10_500)
    assert applied(row).applied == 1
    assert (fresh(article).price, fresh(article).cost) == (10_500, 5_000)
    assert fresh(other).cost == 7_000
    assert queries.counts_of(row.id) == {PriceVerdict.LEFT: 1, PriceVerdict.UP: 1}


def test_a_barcode_finds_the_article_and_the_supplier_is_noted(cast: Cast) -> None:
    supplier = a_contact()
    article = an_article(barcode="3017620422003", price=10_000, cost=5_000)
    row = received(supplier, ("3017620422003", "55,00"), titles=("EAN", "Prix"))
    compared(row)
    applied(row)
    assert fresh(article).cost == 5_500
    assert [found.supplier_id for found in catalog.suppliers_of(article.id)] == [supplier.id]


def test_an_article_on_two_lines_counts_once(cast: Cast) -> None:
    supplier = a_contact()
    article = bought(supplier, "A", price=10_000, cost=5_000)
    row = received(supplier, ("A", "", "60"), ("A", "", "70"))
    compared(row)
    assert applied(row).applied == 1
    assert fresh(article).cost == 6_000


def test_thousands_of_lines_are_cut_anywhere_and_none_is_done_twice(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    supplier = a_contact()
    articles = [bought(supplier, f"R{number}", price=10_000, cost=5_000) for number in range(12)]
    monkeypatch.setattr(services, "BATCH", 5)
    row = received(supplier, *((f"R{number}", "", "60") for number in range(12)))
    compared(row)
    with transaction():
        services.apply_prices(queries.locked_update(row.id))
    with monkeypatch.context() as cut:
        told = iter(range(2))

        def killed(*_args: object) -> None:
            if next(told, None) is None:
                raise KeyboardInterrupt

        cut.setattr(services, "progress", killed)
        with pytest.raises(KeyboardInterrupt):
            services.work(row.id)
    db.session.rollback()
    services.work(row.id)
    services.work(row.id)
    done = db.session.get_one(PriceUpdate, row.id, populate_existing=True)
    assert (done.state, done.applied) == (PriceState.DONE, 12)
    assert {len(catalog.price_changes(article.id)) for article in articles} == {1}
    assert {fresh(article).price for article in articles} == {12_000}


def test_the_whole_path_in_the_browser(cast: Cast, browser: Browser, work: Callable[[], None]) -> None:
    supplier = a_contact(name="Aquapièces")
    bought(supplier, "A-1", label="Pompe Ondine", price=10_000, cost=5_000)
    person = browser.as_("gerant")
    sheet = xlsx_of([("Code interne", "Montant"), ("A-1", 62.5), ("Z-9", 3)])
    page = person.post(
        "/articles/prix-fournisseur",
        supplier_id=str(supplier.id),
        mode="margin",
        file=(io.BytesIO(sheet), "tarif.xlsx"),
    )
    columns = page.location
    refused = person.post(columns, data={"mode": "margin", "field": ["reference", ""]})
    assert refused.status_code == 422
    assert "quelle colonne donne le prix" in refused.text
    address = person.post(columns, data={"mode": "margin", "field": ["reference", "price"]}).location
    assert "Comparaison" in person.get(address).text
    work()
    shown = person.get(address).text
    assert "Pompe Ondine" in shown
    assert "Mettre à jour l" in shown
    assert "Z-9" in person.get(f"{address}?voir=inconnus").text
    person.post(f"{address}/appliquer")
    work()
    assert "1 article mis à jour" in person.get(address).text.replace("\u00a0", " ")
    assert "125,00" in person.get("/articles").text
    again = person.post(
        "/articles/prix-fournisseur",
        supplier_id=str(supplier.id),
        mode="margin",
        file=(io.BytesIO(sheet), "tarif.xlsx"),
    )
    assert db.session.get_one(PriceUpdate, int(again.location.split("/")[-2])).mapping == ["reference", "price"]


@pytest.mark.parametrize(
    ("data", "said"),
    [(b"", "vide"), (b"%PDF-1.7 rien", "PDF"), (b"\xff\xd8\xff rien", "JPEG")],
)
def test_a_file_that_is_no_table_is_refused_with_the_way_out(
    cast: Cast, browser: Browser, data: bytes, said: str
) -> None:
    answer = browser.as_("gerant").post(
        "/articles/prix-fournisseur",
        supplier_id=str(a_contact().id),
        mode="margin",
        file=(io.BytesIO(data), "tarif.csv"),
    )
    assert answer.status_code == 422
    assert said in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (("", "", "", ""), "au moins"),
        (("", "", "", "price"), "référence du fournisseur"),
        (("reference", "price", "", "price"), "choisi pour deux colonnes"),
        (("reference",), "quelle colonne donne le prix"),
        (("nimporte", "quoi", "du", "tout", "ici"), "au moins"),
    ],
)
def test_wrong_columns_are_said_and_nothing_is_compared(
    cast: Cast, browser: Browser, fields: tuple[str, ...], said: str
) -> None:
    supplier = a_contact()
    article = bought(supplier, "A-1", price=10_000, cost=5_000)
    sheet = csv_of([("Code", "EAN", "Libellé", "PA"), ("A-1", "3017620422003", "Pompe", "55,00")], ";")
    person = browser.as_("gerant")
    columns = person.post(
        "/articles/prix-fournisseur", supplier_id=str(supplier.id), mode="margin", file=(io.BytesIO(sheet), "tarif.csv")
    ).location
    answer = person.post(columns, data={"mode": "margin", "field": list(fields)})
    assert answer.status_code == 422
    assert said in answer.text.replace("’", "'").replace("&#39;", "'")
    assert "Pompe" in answer.text, "the lines are shown again, to choose better"
    assert db.session.query(PriceUpdate).one().state == PriceState.MAPPING
    assert (fresh(article).price, fresh(article).cost) == (10_000, 5_000)


@pytest.mark.parametrize(("column", "verdict"), [(1, PriceVerdict.REFUSED), (2, PriceVerdict.REFUSED)])
def test_a_column_taken_for_the_price_changes_nothing_that_cannot_be_a_price(
    cast: Cast, column: int, verdict: PriceVerdict
) -> None:
    supplier = a_contact()
    article = bought(supplier, "A-1", price=10_000, cost=5_000)
    row = received(supplier, ("A-1", "3017620422003", "Pompe", "55,00"), titles=("Code", "EAN", "Libellé", "PA"))
    mapping = ["reference", "", "", ""]
    mapping[column] = "price"
    with transaction():
        services.compare(queries.locked_update(row.id), mapping, PriceMode.KEEP_MARGIN)
    services.work(row.id)
    db.session.rollback()
    [(line, *_)] = db.session.execute(queries.lines_query(row.id, ()))
    assert (line.verdict, bool(line.reason)) == (verdict, True)
    assert applied(row).applied == 0
    assert (fresh(article).price, fresh(article).cost) == (10_000, 5_000)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "utf-8-sig"])
def test_a_price_list_in_another_encoding_is_read(cast: Cast, encoding: str) -> None:
    supplier = a_contact()
    article = bought(supplier, "É-1", price=10_000, cost=5_000)
    data = "Référence;Désignation;Prix net HT\nÉ-1;Pompe à chaleur;60,00\n".encode(encoding)
    with transaction():
        row = services.receive_prices(
            data, "tarif.csv", supplier_id=supplier.id, mode=PriceMode.KEEP_PRICE, by="Camille"
        )
    assert row.mapping == ["reference", "label", "price"]
    compared(row, PriceMode.KEEP_PRICE)
    assert applied(row).applied == 1
    assert fresh(article).cost == 6_000


def test_prices_are_for_who_may_change_them(cast: Cast, browser: Browser) -> None:
    assert browser.as_("technicien").get("/articles/prix-fournisseur").status_code == 403
