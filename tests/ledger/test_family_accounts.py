"""Accounts by family of articles and by kind of expense (D12): a child inherits, what is written never changes, all balances."""

from collections import defaultdict
from datetime import date

import pytest
from sqlalchemy import select

from app.accounts.services import change_organisation
from app.accounts.states import VatRegime
from app.catalog.models import Article
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.ledger.models import EntryLine
from app.ledger.queries import Filters
from app.ledger.services import catch_up, change_chart, change_family_accounts, fec, vat_summary
from app.ledger.services.exports import BY_KEY, export
from app.operations.checks.ledger import unbalanced
from app.purchasing import services as purchasing
from app.purchasing.models import SupplierInvoice
from app.purchasing.states import ExpenseKind
from app.sales.services.documents import LineData
from app.till.services.closings import close_till
from app.till.states import Means
from tests.cast import Cast
from tests.factories.catalog import an_article, an_article_family
from tests.factories.purchasing import a_bill, a_receipt, a_supplier, an_order, supplied
from tests.factories.sales import a_legal_seller, an_issued_invoice
from tests.factories.stock import a_stocked_article
from tests.factories.till import a_line, a_sale, an_open_till
from tests.ledger.fec_rules import must_hold
from tests.signing import Browser

pytestmark = pytest.mark.row("D12")
PAGE = "/comptabilite/plan-comptable/familles"


def sums() -> dict[str, int]:
    """Debit less credit by account, in cents."""
    found: dict[str, int] = defaultdict(int)
    for account, debit, credit in db.session.execute(select(EntryLine.account, EntryLine.debit, EntryLine.credit)):
        found[account] += debit - credit
    return {account: amount for account, amount in found.items() if amount}


def sold(article: Article, price: int = 10_000, vat_code: str = "normal") -> LineData:
    return LineData(article.label, 1000, price, vat_code, article_id=article.id)


@pytest.fixture
def tree(cast: Cast) -> tuple[Article, Article, Article]:
    """A pump (Filtration › Pompes), a filter (Filtration) and a rod of no family; « Filtration » has its accounts."""
    filtration = an_article_family(name="Filtration")
    pumps = an_article_family(name="Pompes", parent_id=filtration.id)
    with transaction():
        change_family_accounts({
            f"sale:{filtration.id}": ("707100", ""), f"purchase:{filtration.id}": ("607 100", "Achats de filtration"),
        })  # fmt: skip
    return (
        an_article(family_id=pumps.id, stocked=False),
        an_article(family_id=filtration.id, stocked=False),
        an_article(stocked=False),
    )


def test_a_line_is_sold_on_the_account_of_its_family_or_of_the_one_above(
    cast: Cast, tree: tuple[Article, Article, Article]
) -> None:
    pump, filter_, rod = tree
    an_issued_invoice(sold(pump), sold(filter_, 2_000), sold(rod, 300), contact=cast.karim)
    catch_up()
    assert sums() == {"411000": 14_760, "707100": -12_000, "707000": -300, "44572000": -2_460}
    one = db.session.execute(
        select(EntryLine.credit, EntryLine.account_label).where(EntryLine.account == "707100")
    ).all()
    assert [tuple(row) for row in one] == [(12_000, "Ventes : Filtration")], "lines of one account are one"


def test_two_families_on_one_account_are_one_line(cast: Cast, tree: tuple[Article, Article, Article]) -> None:
    pump, _filter, rod = tree
    with transaction():
        change_family_accounts({f"sale:{pump.family_id}": ("707000", "")})
    an_issued_invoice(sold(pump), sold(rod), contact=cast.karim)
    catch_up()
    rows = db.session.execute(select(EntryLine.credit, EntryLine.account_label).where(EntryLine.account == "707000"))
    assert [tuple(row) for row in rows] == [(20_000, "Ventes de marchandises")]


def test_what_is_written_keeps_its_account(cast: Cast, tree: tuple[Article, Article, Article]) -> None:
    pump = tree[0]
    an_issued_invoice(sold(pump), contact=cast.karim)
    catch_up()
    with transaction():
        change_family_accounts({f"sale:{pump.family_id}": ("707150", "Ventes de pompes")})
    an_issued_invoice(sold(pump), contact=cast.karim)
    catch_up()
    assert (sums()["707100"], sums()["707150"]) == (-10_000, -10_000)


def test_the_till_sells_on_the_account_of_the_family(cast: Cast, tree: tuple[Article, Article, Article]) -> None:
    pump, _filter, rod = tree
    till = an_open_till()
    a_sale(till, a_line(price=1_200, article_id=pump.id), a_line(price=2_400, article_id=rod.id))
    with transaction():
        close_till(till.id, {Means.CASH: 13_600})
    catch_up()
    assert (sums()["707100"], sums()["707000"], sums()["44572000"]) == (-1_000, -2_000, -600)
    assert list(unbalanced()) == []


def ordered(*articles: Article, who: Contact) -> SupplierInvoice:
    for article in articles:
        supplied(article, who)
    order = an_order(*articles, supplier=who)
    a_receipt(order)
    return a_bill(who, net=order.net, vat=0, gross=order.net, purchase_id=order.id)


def test_an_invoice_is_bought_on_the_accounts_of_the_families_of_its_order(
    cast: Cast, tree: tuple[Article, Article, Article]
) -> None:
    family = tree[1].family_id
    sand, joint = a_stocked_article(minimum=1000, family_id=family), a_stocked_article(minimum=3000)
    bill = ordered(sand, joint, who=a_supplier())
    assert bill.state == "matched"
    catch_up()
    assert sums() == {"607100": 1_000, "607000": 3_000, "401000": -4_000}


def test_without_a_right_to_deduct_the_tax_is_spread_with_the_cost_to_the_cent(
    cast: Cast, tree: tuple[Article, Article, Article]
) -> None:
    with transaction():
        change_organisation(vat_regime=VatRegime.FRANCHISE)
    who = a_supplier()
    pieces = [a_stocked_article(minimum=1000, family_id=family) for family in (tree[1].family_id, None, None)]
    for article in pieces:
        supplied(article, who, 333)
    order = an_order(*pieces, supplier=who)
    a_receipt(order)
    a_bill(who, net=order.net, vat=200, gross=order.net + 200, purchase_id=order.id)
    catch_up()
    assert sums() == {"607100": 400, "607000": 799, "401000": -1_199}


def spent_on(kind: ExpenseKind) -> None:
    """100,00 € without tax, paid."""
    bill = a_bill(expense=kind)
    with transaction():
        purchasing.pay(bill, clock.today(), "Virement")


@pytest.mark.parametrize(
    ("kind", "account"),
    [
        ("rent", "613000"),
        ("energy", "606100"),
        ("insurance", "616000"),
        ("subcontracting", "611000"),
        ("fees", "622600"),
    ],
)
def test_an_expense_has_the_account_of_its_kind(cast: Cast, kind: str, account: str) -> None:
    spent_on(ExpenseKind(kind))
    catch_up()
    assert sums() == {account: 10_000, "445660": 2_000, "512000": -12_000}


def test_the_account_of_a_kind_of_expense_is_settable(cast: Cast) -> None:
    with transaction():
        change_chart({"expense:rent": ("613200", "Locations immobilières")})
    spent_on(ExpenseKind.RENT)
    catch_up()
    assert sums()["613200"] == 10_000


def test_the_kind_is_chosen_on_the_page_until_the_invoice_is_booked(cast: Cast, browser: Browser) -> None:
    a_legal_seller()
    bill = a_bill()
    desk = browser.as_("gerant")
    address = f"/factures-fournisseurs/{bill.id}"
    assert "607000" in desk.get(address).text
    assert desk.post(f"{address}/nature", expense="energy").status_code == 303
    shown = desk.get(address).text
    assert "606100" in shown
    assert "Prévu" in shown
    with transaction():
        purchasing.pay(db.session.get_one(SupplierInvoice, bill.id), clock.today(), "Virement")
    catch_up()
    shown = desk.get(address).text
    assert "Voir l’écriture" in shown
    assert f"{address}/nature" not in shown
    with pytest.raises(Conflict, match="déjà en comptabilité"), transaction():
        purchasing.classify(db.session.get_one(SupplierInvoice, bill.id), ExpenseKind.RENT)
    assert desk.post(f"{address}/nature", expense="n'importe quoi").status_code == 422


def test_a_typed_invoice_says_its_kind_at_once(cast: Cast, browser: Browser) -> None:
    who = a_supplier()
    done = browser.as_("gerant").post(
        "/factures-fournisseurs/nouvelle", supplier_id=str(who.id), number="L-1", issued_on=f"{clock.today():%d/%m/%Y}",
        net="800", vat="160", gross="960", purchase_id="", expense="rent", source="typed", file_id="",
    )  # fmt: skip
    assert done.status_code == 303
    found = db.session.scalars(select(SupplierInvoice)).one()
    assert found.expense == ExpenseKind.RENT
    assert purchasing.last_expense(who.id) == ExpenseKind.RENT


def test_the_screen_shows_what_is_inherited_and_takes_a_new_account(
    cast: Cast, browser: Browser, tree: tuple[Article, Article, Article]
) -> None:
    pump = tree[0]
    desk = browser.as_("gerant")
    assert "Par famille d’articles" in desk.get("/comptabilite/plan-comptable").text
    shown = desk.get(PAGE).text
    assert shown.count("suit 707100") == 1
    assert 'value="707100"' in shown
    role = f"sale:{pump.family_id}"
    refused = desk.post(PAGE, **{f"{role}.code": "607150"})
    assert refused.status_code == 422
    assert "ne peut pas être un compte de vente" in refused.text
    assert 'value="607150"' in refused.text
    filtration = tree[1].family_id
    desk.post(
        PAGE,
        **{f"{role}.code": "707150", f"sale:{filtration}.code": "707100", f"sale:{filtration}.label": "Filtration"},
    )
    shown = desk.get(PAGE).text
    assert 'value="707150"' in shown
    assert "Ventes\xa0: Pompes" in shown
    desk.post(PAGE, **{f"{role}.code": "", f"sale:{filtration}.code": "707100"})
    assert 'value="707150"' not in desk.get(PAGE).text
    assert browser.as_("accueil").get(PAGE).status_code == 403


def test_an_account_that_is_no_number_is_refused(cast: Cast, tree: tuple[Article, Article, Article]) -> None:
    with pytest.raises(DomainError, match="Écrivez 3 chiffres au moins"), transaction():
        change_family_accounts({f"sale:{tree[0].family_id}": ("7O7", "")})


def test_fec_exports_and_vat_hold_with_accounts_by_family(cast: Cast, tree: tuple[Article, Article, Article]) -> None:
    a_legal_seller()
    pump, filter_, rod = tree
    an_issued_invoice(sold(pump, 3_333), sold(filter_, 6_667, "reduced"), sold(rod, 101), contact=cast.karim)
    spent_on(ExpenseKind.ENERGY)
    catch_up()
    today = clock.today()
    accounts = {line["CompteNum"] for line in must_hold(fec(today.year), today.year)}
    assert {"707100", "707000", "606100"} <= accounts
    filters = Filters.read({"exercice": str(today.year)}, today)
    sheet = b"".join(export(BY_KEY["tableur"], filters)).decode("utf-8-sig")
    assert "707100" in sheet
    summary = vat_summary(date(today.year, 1, 1), today)
    assert (summary.collected, summary.deductible) == (667 + 367 + 20, 2_000)
    assert list(unbalanced()) == []
