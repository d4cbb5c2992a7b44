"""An association with taxed activities beside its exempt ones: each line its VAT, on one document or not (C3, D12)."""

import pytest

from app.accounts.services import change_organisation
from app.accounts.states import VatRegime
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.law import LAW, legal, values_of
from app.ledger.services import catch_up, vat_summary
from app.operations.checks.ledger import unbalanced
from app.purchasing import services as purchasing
from app.purchasing.models import SupplierInvoice
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData
from app.sales.services.documents.vat import choices, code_of_rate, rates_on
from app.sales.services.facturx import check, xml_of
from tests.cast import Cast
from tests.factories.payments import paid
from tests.factories.purchasing import a_bill
from tests.factories.sales import a_business, a_legal_seller, again, an_invoice, an_issued_invoice
from tests.ledger.test_entries import sums
from tests.signing import Browser

pytestmark = [pytest.mark.row("C3"), pytest.mark.row("D12")]
LESSON = LineData("Cours de violon", 1000, 20_000, "exempt")
BAR = LineData("Buvette du concert", 1000, 10_000, "normal")


@pytest.fixture(autouse=True)
def _association(cast: Cast) -> None:
    a_legal_seller(vat_regime=VatRegime.SECTORS, legal_form="Association loi 1901", registration="RNA W831001234")


def mentions(document: SalesDocument) -> dict[str, str]:
    return {share["code"]: share["reason"] for share in document.shares}


def test_lines_of_one_document_are_taxed_or_exempt_with_their_reason(cast: Cast) -> None:
    invoice = an_issued_invoice(LESSON, BAR, contact=cast.karim)
    assert (invoice.net, invoice.vat, invoice.gross) == (30_000, 2_000, 32_000)
    assert mentions(invoice) == {"normal": "", "exempt": "Exonération de TVA, art. 261-7-1° du CGI"}
    assert check(xml_of(again(invoice)), business=False) == []


def test_and_on_documents_of_their_own_for_a_company_too(cast: Cast) -> None:
    company = a_business()
    lesson, bar = an_issued_invoice(LESSON, contact=company), an_issued_invoice(BAR, contact=company)
    assert (lesson.vat, bar.vat) == (0, 2_000)
    for invoice in (lesson, bar):
        xml = xml_of(again(invoice))
        assert check(xml, business=True) == []
        assert b"732829320" in xml
        assert b"FR44732829320" in xml


def test_every_rate_and_the_exemption_are_offered_the_franchise_is_not(cast: Cast) -> None:
    today = clock.today()
    offered = {code for code, _label in choices(today)}
    assert {"normal", "reduced", "exempt", "disbursement"} <= offered
    assert "franchise" not in offered
    assert code_of_rate(0, rates_on(today)) == "exempt", "a ticket names rates alone"
    assert code_of_rate(2000, rates_on(today)) == "normal"


def test_vat_wants_the_sirene_and_vat_numbers_an_exempt_document_does_not(cast: Cast) -> None:
    lesson, bar = an_invoice(LESSON, contact=cast.karim), an_invoice(BAR, contact=cast.karim)
    with transaction():
        change_organisation(siret="", vat_number="")
    with pytest.raises(DomainError, match=r"SIRET.*numéro de TVA"), transaction():
        documents.issue(again(bar))
    with transaction():
        assert documents.issue(again(lesson)).vat == 0


def test_sales_of_the_two_are_in_accounts_of_their_own(cast: Cast) -> None:
    an_issued_invoice(LESSON, BAR, contact=cast.karim)
    catch_up()
    assert sums() == {"411000": 32_000, "706700": -20_000, "706000": -10_000, "44572000": -2_000}


def test_only_what_is_for_the_taxed_activity_is_deducted(cast: Cast, browser: Browser) -> None:
    taxed, common = a_bill(taxed_use=True), a_bill()
    an_issued_invoice(LESSON, BAR, contact=cast.karim)
    for bill in (taxed, common):
        with transaction():
            purchasing.pay(db.session.get_one(SupplierInvoice, bill.id), clock.today(), "Virement")
    catch_up()
    assert (sums()["607000"], sums()["445660"]) == (10_000 + 12_000, 2_000)
    start = clock.today().replace(month=1, day=1)
    summary = vat_summary(start, clock.today())
    assert (summary.deductible, summary.waiting) == (2_000, 2_000)
    assert list(unbalanced()) == []
    page = browser.as_("gerant").get("/comptabilite/tva").text
    assert "coefficient de déduction" in page


def test_the_summary_tells_taxed_and_exempt_sales_apart(cast: Cast) -> None:
    invoice = an_issued_invoice(LESSON, BAR, contact=cast.karim)

    paid(cast.karim, 32_000, again(invoice))
    today = clock.today()
    lines = {line.rate: (line.base, line.vat) for line in vat_summary(today, today).lines}
    assert lines == {2000: (10_000, 2_000), 0: (20_000, 0)}


def test_a_gesture_keeps_each_line_its_vat(cast: Cast) -> None:
    invoice = an_issued_invoice(LESSON, BAR, contact=cast.karim)
    with transaction():
        credit = documents.rebate(again(invoice), 3_200, reason="Cours annulé")
    assert {share["code"]: (share["base"], share["vat"]) for share in credit.shares} == {
        "normal": (1_000, 200), "exempt": (2_000, 0),
    }  # fmt: skip
    assert check(xml_of(again(credit)), business=False) == []


def test_the_sector_of_an_expense_is_asked_of_such_an_association_alone(cast: Cast, browser: Browser) -> None:
    bill, words = a_bill(), "la TVA se déduit"
    desk, address = browser.as_("gerant"), f"/factures-fournisseurs/{bill.id}"
    assert words in desk.get(address).text
    desk.post(f"{address}/nature", expense="rent", taxed_use="y")
    assert "activité taxée, TVA déduite" in desk.get(address).text
    assert words in desk.get("/factures-fournisseurs/nouvelle").text
    a_legal_seller(vat_regime=VatRegime.NORMAL)
    assert words not in desk.get(address).text


def test_the_threshold_of_accessory_activities_is_a_dated_amount_of_the_law(cast: Cast, browser: Browser) -> None:
    key = "association.accessory"
    assert LAW[key].group == "Associations"
    assert [row.since.year for row in values_of(key)] == [2023, 2024, 2025]
    assert legal(key, clock.today().replace(year=2025)) == 8_001_100
    assert "recettes lucratives accessoires" in browser.as_("gerant").get("/reglages/montants-legaux").text
