"""Revenue, margin and what is not paid, against cases computed by hand; each with its table and its CSV."""

import csv
import io
from datetime import date, timedelta

import pytest

from app.catalog.models import Article, ArticleFamily
from app.core import clock
from app.core.db import db, transaction
from app.insights.queries.filters import Filters
from app.insights.queries.sales import Cell, months_of, sales, shared, unpaid
from app.insights.states import Span
from app.sales.models import SalesDocument
from app.sales.services.documents.lines import LineData
from app.sales.states import DocumentKind
from tests.cast import Cast
from tests.factories.catalog import an_article, an_article_family
from tests.factories.sales_documents import a_sealed_document
from tests.factories.till import a_line, a_sale, an_open_till
from tests.signing import Browser

pytestmark = pytest.mark.row("A12")
YEAR = Filters(Span.YEAR, clock.today() - timedelta(days=364), clock.today())
INVOICE, CREDIT, DEPOSIT = DocumentKind.INVOICE, DocumentKind.CREDIT, DocumentKind.DEPOSIT


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("\u2019", "'").replace("\u2212", "-")


def month_ago(months: int) -> date:
    """The fifth of a month before this one."""
    first = clock.today().replace(day=1)
    for _each in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first.replace(day=5)


def line(article: Article, quantity: int, price: int, cost: int = 0) -> LineData:
    return LineData(article.label, quantity * 1000, price, article_id=article.id, cost=cost)


@pytest.fixture
def shop(cast: Cast) -> tuple[Article, Article, ArticleFamily]:
    """A pump in « Pumps », under « Pool », and some labour in no family."""
    root = an_article_family(name="Piscine")
    pumps = an_article_family(name="Pompes", parent_id=root.id)
    return (
        an_article(label="Pompe", family_id=pumps.id, cost=3000),
        an_article(label="Pose", stocked=False, cost=0),
        root,
    )


def test_the_months_of_a_period_are_those_it_touches() -> None:
    found = months_of(Filters(Span.CHOSEN, date(2025, 11, 20), date(2026, 1, 2)))
    assert found == [date(2025, 11, 1), date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1)]


def test_invoices_less_credit_notes_by_month_and_family(shop: tuple[Article, Article, ArticleFamily]) -> None:
    pump, labour, root = shop
    january, february = month_ago(2), month_ago(1)
    first = a_sealed_document(INVOICE, [line(pump, 2, 5000, 3000), line(labour, 1, 4000)], issued_on=january)
    a_sealed_document(INVOICE, [line(pump, 1, 5000, 3000)], issued_on=february)
    a_sealed_document(CREDIT, [line(pump, 1, 5000, 3000)], issued_on=february, origin=first)
    a_sealed_document(INVOICE, [line(labour, 3, 4000)], issued_on=february)
    found = sales(YEAR)
    ranks = {day: rank for rank, day in enumerate(found.months)}
    jan, feb = ranks[january.replace(day=1)], ranks[february.replace(day=1)]
    assert found.cells[jan, root.id] == Cell(10_000, 6000, 0)
    assert found.cells[jan, None] == Cell(4000, 0, 4000)
    assert found.cells[feb, root.id] == Cell(0, 0, 0)
    assert found.of_month(feb).net == 12_000
    assert list(found.families.items()) == [(None, ""), (root.id, "Piscine")]
    assert (found.total.net, found.total.margin, found.total.blind) == (26_000, 20_000, 16_000)


def test_a_deposit_is_no_sale_and_its_final_invoice_counts_whole(shop: tuple[Article, Article, ArticleFamily]) -> None:
    pump, _labour, _root = shop
    deposit = a_sealed_document(DEPOSIT, [line(pump, 1, 3000)], issued_on=month_ago(1))
    a_sealed_document(CREDIT, [line(pump, 1, 1000)], issued_on=month_ago(1), origin=deposit)
    a_sealed_document(INVOICE, [line(pump, 1, 9000)], issued_on=month_ago(1), deposits=[deposit])
    assert sales(YEAR).total.net == 9000


def test_drafts_other_years_and_disbursements_are_left_out(shop: tuple[Article, Article, ArticleFamily]) -> None:
    pump, _labour, _root = shop
    a_sealed_document(INVOICE, [line(pump, 1, 9000)], issued_on=clock.today() - timedelta(days=400))
    assert sales(YEAR).total == Cell()


def test_the_till_counts_without_its_tax_to_the_cent(shop: tuple[Article, Article, ArticleFamily]) -> None:
    pump, labour, root = shop
    sale = a_sale(
        an_open_till(),
        a_line(label="Pompe", article_id=pump.id, quantity=3000, price=1190),
        a_line(label="Pose", article_id=labour.id, price=997),
        a_line(label="Livre", price=1055, rate=550, vat_code="reduced"),
    )
    found = sales(YEAR)
    assert found.total.net == sale.net
    assert found.of_family(root.id).cost == 9000
    assert found.of_family(root.id).net == 2975
    assert found.of_family(None).net == sale.net - 2975


def test_a_family_chosen_is_told_by_those_under_it(shop: tuple[Article, Article, ArticleFamily]) -> None:
    pump, labour, root = shop
    filters = an_article_family(name="Filtres", parent_id=root.id)
    sand = an_article(label="Sable", family_id=filters.id)
    a_sealed_document(INVOICE, [line(pump, 1, 5000), line(sand, 1, 700), line(labour, 1, 4000)], issued_on=month_ago(1))
    found = sales(Filters(Span.YEAR, YEAR.start, YEAR.end, family=root.id))
    assert {found.families[family]: found.of_family(family).net for family in found.families} == {
        "Pompes": 5000, "Filtres": 700,
    }  # fmt: skip


def test_what_is_left_to_pay_is_shared_between_families_to_the_cent(
    shop: tuple[Article, Article, ArticleFamily],
) -> None:
    pump, labour, root = shop
    late = a_sealed_document(
        INVOICE, [line(pump, 1, 2000), line(labour, 1, 1000)], issued_on=month_ago(2), due_on=month_ago(1)
    )
    a_sealed_document(INVOICE, [line(pump, 1, 1000)], issued_on=month_ago(1), due_on=clock.today() + timedelta(days=9))
    with transaction():
        db.session.get_one(SalesDocument, late.id).paid = 100
    found = unpaid(YEAR, clock.today())
    assert late.due == 3600
    assert found.total == 3500 + 1200
    assert found.of_family(root.id) == 2333 + 1200
    assert found.of_family(None) == 1167
    assert sum(found.late.values()) == 3500


def test_a_share_never_loses_a_cent() -> None:
    assert shared(100, {1: 1, 2: 1, 3: 1}) == [(1, 33), (2, 34), (3, 33)]
    assert sum(cents for _family, cents in shared(9_999, {1: 7, 2: 13, 3: 1})) == 9_999


def test_the_page_shows_each_figure_with_its_table_and_its_csv(
    browser: Browser, shop: tuple[Article, Article, ArticleFamily], queries: list[str]
) -> None:
    pump, labour, _root = shop
    a_sealed_document(INVOICE, [line(pump, 2, 5000, 3000), line(labour, 1, 4000)], issued_on=month_ago(1))
    manager = browser.as_("gerant")
    manager.get("/rapports/ventes")
    queries.clear()
    page = plain(manager.get("/rapports/ventes").text)
    assert len(queries) <= 12
    assert "Chiffre d'affaires par mois" in page
    assert "140,00 €" in page
    assert "80,00 €" in page, "the margin"
    assert "168,00 €" in page, "what is not paid, with tax"
    rows = sheet(manager, "marge")
    assert rows[0][:4] == ["Mois", "Ventes HT", "Coût d’achat", "Marge"]
    assert rows[-1] == ["Période", "140,00 €", "60,00 €", "80,00 €", "57,1 %", "40,00 €"]
    assert sheet(manager, "impayes-familles")[1:] == [
        ["Piscine", "120,00 €", "120,00 €"],
        ["Sans famille", "48,00 €", "48,00 €"],
    ]


def sheet(browser: Browser, key: str) -> list[list[str]]:
    answer = browser.get(f"/rapports/ventes/{key}.csv")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))


def test_without_a_sale_each_figure_says_so(browser: Browser, cast: Cast) -> None:
    page = plain(browser.as_("gerant").get("/rapports/ventes").text)
    assert page.count("Aucune vente dans cette période") == 4
    assert page.count("Toutes les factures de cette période sont payées") == 2


def test_margins_are_for_who_may_see_costs(browser: Browser, cast: Cast) -> None:
    desk = browser.as_("accueil")
    assert "Marge" not in desk.get("/rapports/ventes").text
    assert desk.get("/rapports/ventes/marge.csv").status_code == 404
    assert desk.get("/rapports/ventes/chiffre.csv").status_code == 200
    assert browser.as_("technicien").get("/rapports/ventes").status_code == 403
