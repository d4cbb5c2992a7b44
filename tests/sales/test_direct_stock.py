"""A direct invoice and the stock (C13, C3): taken when it is issued, put back by its credit note; never twice, never below zero."""

import pytest

from app.catalog.models import Article
from app.catalog.services import PartInput, set_parts
from app.catalog.states import ArticleKind
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import run as run_job
from app.core.settings import change_setting
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.batches import start_batch
from app.sales.services.documents import LineData, billing, orders, recurring
from app.sales.states import DocumentKind, DocumentState
from app.stock.models import StockPlace
from app.stock.queries.levels import levels_of
from app.stock.states import PlaceKind
from app.tickets.services import LineInput, add_line, locked
from app.tickets.states import LineKind as WorkKind
from tests.cast import Cast
from tests.factories.catalog import an_article
from tests.factories.sales import a_legal_seller, again, an_invoice, an_issued_invoice
from tests.factories.stock import a_lot, a_place, a_stocked_article, some_stock
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("C13")


@pytest.fixture
def pump(cast: Cast) -> Article:
    return a_stocked_article(label="Pompe de filtration")


@pytest.fixture
def shop(pump: Article) -> StockPlace:
    place = a_place("Atelier du port")
    some_stock(pump, place, 5000)
    return place


def of(article: Article, count: int = 2) -> LineData:
    return LineData(article.label, count * 1000, 10_000, article_id=article.id)


def there(article: Article, place: StockPlace | None = None) -> int:
    db.session.expire_all()
    level = levels_of([article.id], place.id if place else None).get(article.id)
    return level.quantity // 1000 if level else 0


def test_what_a_blank_invoice_sells_leaves_the_stock_when_it_is_issued(
    browser: Browser, pump: Article, shop: StockPlace
) -> None:
    draft = an_invoice(of(pump), LineData("Pose", 1000, 5_000))
    page = browser.as_("commercial")
    told = page.get(f"/ventes/{draft.id}").text
    assert "1 article sort du stock de" in told
    assert "Atelier du port" in told
    assert there(pump) == 5
    assert page.post(f"/ventes/{draft.id}/emission").status_code == 303
    assert there(pump) == 3
    issued = again(draft)
    assert issued.number in browser.as_("gerant").get(f"/stock/articles/{pump.id}").text
    assert page.post(f"/ventes/{draft.id}/emission").status_code in (404, 409, 422)
    assert there(pump) == 3


def test_what_is_missing_is_said_before_and_refuses_the_issue(
    browser: Browser, pump: Article, shop: StockPlace
) -> None:
    some_stock(pump, a_place("Camionnette", PlaceKind.VAN), 4000)
    draft = an_invoice(of(pump, 6))
    page = browser.as_("commercial")
    told = page.get(f"/ventes/{draft.id}").text
    assert "il en reste 5" in told
    assert "Camionnette (4)" in told
    assert f'action="/ventes/{draft.id}/emission"' not in told, "no button for what would be refused"
    refused = page.post(f"/ventes/{draft.id}/emission")
    assert refused.status_code == 409
    assert "il en reste 5" in refused.text
    assert "pas assez en stock" in refused.text
    assert "passé avant vous" not in refused.text, "nobody did"
    assert again(draft).state == DocumentState.DRAFT
    assert there(pump) == 9
    other = an_issued_invoice()
    assert other.number.endswith("0001")


def test_two_lines_of_one_article_are_counted_together(browser: Browser, pump: Article, shop: StockPlace) -> None:
    draft = an_invoice(of(pump, 3), of(pump, 3))
    assert "il en reste 5" in browser.as_("commercial").get(f"/ventes/{draft.id}").text
    with pytest.raises(DomainError, match="il en reste"), transaction():
        documents.issue(draft)
    assert there(pump) == 5


def test_it_leaves_from_the_place_of_the_settings_or_from_none(
    browser: Browser, pump: Article, shop: StockPlace
) -> None:
    van = a_place("Camionnette", PlaceKind.VAN)
    some_stock(pump, van, 4000)
    page = browser.as_("gerant")
    assert "Camionnette" in page.get("/reglages/factures").text
    with transaction():
        change_setting("sales.invoice_place", str(van.id))
    an_issued_invoice(of(pump))
    assert (there(pump, shop), there(pump, van)) == (5, 2)
    with transaction():
        change_setting("sales.invoice_place", "never")
    an_issued_invoice(of(pump, 40))
    assert (there(pump, shop), there(pump, van)) == (5, 2)


def test_several_serial_numbers_make_one_line(pump: Article, cast: Cast) -> None:
    place = a_place()
    for code in ("SN1", "SN2", "SN3"):
        some_stock(pump, place, 1000, lot=a_lot(pump, code))
    an_issued_invoice(of(pump, 2))
    assert there(pump) == 1


def test_a_bundle_takes_what_it_is_made_of(pump: Article, shop: StockPlace) -> None:
    kit = an_article(label="Kit", kind=ArticleKind.BUNDLE, price=30_000)
    with transaction():
        set_parts(kit, [PartInput(pump.id, 2000)])
    an_issued_invoice(of(kit, 2))
    assert there(pump) == 1


@pytest.mark.row("C3")
def test_a_credit_note_puts_back_what_it_credits_unless_the_client_keeps_it(
    browser: Browser, pump: Article, shop: StockPlace
) -> None:
    invoice = an_issued_invoice(of(pump, 4))
    assert there(pump) == 1
    page = browser.as_("gerant")
    line = again(invoice).lines[0].id
    address = f"/ventes/{invoice.number}/avoir"
    assert "reviennent en stock" in page.get(address).text
    page.post(address, **{f"q-{line}": "1", "reason": "Rendue", "goods_back": "y"})
    assert there(pump, shop) == 2
    page.post(address, **{f"q-{line}": "1", "reason": "Geste commercial"})
    assert there(pump) == 2
    with transaction():
        documents.credit(invoice)
    assert there(pump) == 4


def test_the_credit_of_an_invoice_that_took_nothing_puts_nothing_back(
    browser: Browser, pump: Article, shop: StockPlace
) -> None:
    with transaction():
        change_setting("sales.invoice_place", "never")
    invoice = an_issued_invoice(of(pump))
    with transaction():
        change_setting("sales.invoice_place", "")
    assert "reviennent en stock" not in browser.as_("gerant").get(f"/ventes/{invoice.number}/avoir").text
    with transaction():
        documents.credit(invoice)
    assert there(pump) == 5


def test_the_invoice_of_an_order_moves_nothing_its_delivery_does(pump: Article, shop: StockPlace) -> None:
    order = an_invoice(of(pump, 3), kind=DocumentKind.ORDER)
    with transaction():
        orders.confirm(order)
    with transaction():
        orders.deliver(order)
    assert there(pump) == 2
    with transaction():
        bill = documents.issue(billing.final(order))
    assert there(pump) == 2
    with transaction():
        documents.credit(bill)
    assert there(pump) == 2


def test_the_invoice_of_a_ticket_moves_nothing_its_work_does(pump: Article, shop: StockPlace) -> None:
    a_legal_seller()
    ticket = a_ticket()
    with transaction():
        add_line(locked(ticket), LineInput(WorkKind.PART, pump.label, 1000, 10_000, 2000, article_id=pump.id))
    with transaction():
        bill = documents.issue(documents.from_ticket(ticket))
    assert there(pump) == 5
    with transaction():
        documents.credit(bill)
    assert there(pump) == 5


def test_a_recurring_invoice_takes_each_time_and_stays_a_draft_when_there_are_none(
    pump: Article, shop: StockPlace
) -> None:
    model = an_issued_invoice(of(pump, 2))
    with transaction():
        row = recurring.repeat(model, label="Filtres", months=1, next_on=clock.today(), issue_it=True)
    with transaction():
        made = recurring.make_next(row.id)
    assert made is not None
    assert made.number
    assert there(pump) == 1
    with transaction():
        row = recurring.repeat(model, label="Filtres encore", months=1, next_on=clock.today(), issue_it=True)
    with transaction():
        made = recurring.make_next(row.id)
    assert made is not None
    assert made.number is None
    assert there(pump) == 1


def test_a_batch_takes_what_it_issues_and_names_what_it_leaves(pump: Article, shop: StockPlace) -> None:
    drafts = [an_invoice(of(pump, 3)), an_invoice(of(pump, 3))]
    with transaction():
        run = start_batch([draft.id for draft in drafts])
    run_job(run.id)
    db.session.refresh(run)
    assert there(pump) == 2
    assert "il en reste 2" in run.result["refused"][0]
    assert [again(draft).state for draft in drafts].count(DocumentState.DRAFT) == 1


def test_a_service_and_a_free_line_need_no_stock(cast: Cast) -> None:
    sold: SalesDocument = an_issued_invoice(of(an_article(label="Entretien", stocked=False), 3))
    assert sold.number
