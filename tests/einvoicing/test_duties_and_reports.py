"""What the law asks and when; « encaissée »; what is to be declared of sales to private persons (issue 3, point 5)."""

import io
import zipfile
from datetime import date

import pytest
from lxml import etree

from app.accounts.services import change_organisation
from app.accounts.states import VatRegime
from app.core import clock
from app.core.db import db, transaction
from app.core.settings import change_setting
from app.einvoicing import jobs
from app.einvoicing.queries import duties
from app.einvoicing.queries.periods import period_of
from app.einvoicing.queries.reporting import TAXED_GOODS, TAXED_SERVICES, UNTAXED, report, spread
from app.einvoicing.services import lifecycle
from app.einvoicing.services.answers import split
from app.einvoicing.services.lifecycle import BUYER, SELLER, Party, Status
from app.payments import services as payments
from app.payments.models import Payment
from app.payments.states import Method
from app.sales.models import SalesDocument
from app.sales.services.documents.lines import LineData
from app.sales.states import DocumentKind, EinvoiceState
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.einvoicing import a_platform, a_proven_invoice, again
from tests.factories.payments import paid
from tests.factories.sales_documents import a_sealed_document, a_seller, franchise
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("D12")
SERVICE = (LineData("Main-d'œuvre", 2000, 5000, unit="heure"),)
GOODS = (LineData("Pompe", 1000, 10_000),)


def dues() -> dict[str, date | None]:
    return {duty.key: duty.since for duty in duties.duties()}


def test_what_is_due_follows_size_regime_and_dates(cast: Cast) -> None:
    small = {
        "receive": date(2026, 9, 1),
        "issue": date(2027, 9, 1),
        "report": date(2027, 9, 1),
        "payments": date(2027, 9, 1),
    }
    a_seller()
    assert dues() == small
    with transaction():
        change_setting(duties.SIZE, duties.LARGE)
    assert dues()["issue"] == date(2026, 9, 1)
    with transaction():
        change_setting(duties.SIZE, duties.SMALL)
        change_setting(
            duties.DATES, {"receive": "01/09/2026", "issue_large": "01/09/2026", "issue_small": "01/01/2028"}
        )
        change_organisation(vat_on_debits=True)
    assert (dues()["issue"], dues()["payments"]) == (date(2028, 1, 1), None)
    franchise()
    assert (dues()["issue"], dues()["payments"]) == (date(2028, 1, 1), None)
    a_seller(vat_regime=VatRegime.ASSOCIATION)
    assert dues() == {"receive": None}
    with transaction():
        change_setting(duties.ASSOCIATION, duties.ACCESSORY)
    assert dues() == {"receive": date(2026, 9, 1), "issue": None, "report": None, "payments": None}


def test_the_page_says_it_and_the_dashboard_only_when_something_is_wrong(
    cast: Cast, browser: Browser, sandbox: Sandbox
) -> None:
    boss = browser.as_("gerant")
    shown = boss.get("/facturation-electronique").text
    assert "À partir du 01/09/2027" in shown
    assert "Régler la plateforme" in shown
    assert "Facturation électronique" in boss.get("/tableau-de-bord").text
    a_platform(sandbox)
    assert "Facturation électronique" not in boss.get("/tableau-de-bord").text
    invoice = a_proven_invoice()
    jobs.hand_over()
    sandbox.says(str(invoice.number), "210", "CMD_ERR", "il faut un numéro de commande")
    jobs.look()
    assert "1 chose à régler" in boss.get("/tableau-de-bord").text.replace("\xa0", " ")
    page = boss.get("/facturation-electronique").text
    assert str(invoice.number) in page
    document = boss.get(f"/ventes/{invoice.number}").text
    assert "Refusée" in document
    assert "Que faire" in document
    assert "numéro de commande" in document
    assert boss.get("/reglages").text.count("/facturation-electronique") == 1


def test_the_account_is_entered_and_tried_in_the_browser(cast: Cast, browser: Browser, sandbox: Sandbox) -> None:
    good = a_platform(sandbox).id
    boss = browser.as_("gerant")
    assert "Plateforme agréée" in boss.get("/reglages/connexions").text
    assert "vos identifiants sont bons" in boss.post(f"/reglages/connexions/{good}/essayer", follow=True).text
    bad = a_platform(sandbox, client_secret="faux").id
    assert "refuse vos identifiants" in boss.post(f"/reglages/connexions/{bad}/essayer", follow=True).text


# --- « encaissée » -----------------------------------------------------------------------------------------------


def collected(sandbox: Sandbox) -> list[list[list[str]]]:
    return [flow["cdar"]["amounts"] for flow in sandbox.flows() if flow.get("cdar", {}).get("code") == "212"]


def test_a_payment_of_services_is_told_once_for_each_amount(cast: Cast, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    invoice = a_proven_invoice(lines=SERVICE)
    client = invoice.contact_id
    for _turn in range(2):
        jobs.hand_over()
        jobs.look()
    assert collected(sandbox) == []
    for amount in (5000, 7000):
        with transaction():
            payments.receive(client, Method.TRANSFER, amount, clock.today(), allocations=[(invoice.id, amount)])
        for _turn in range(2):
            jobs.hand_over()
            jobs.look()
    assert collected(sandbox) == [[["20.00", "50.00"]], [["20.00", "70.00"]]]
    assert again(invoice).einvoice == EinvoiceState.PAID


@pytest.mark.parametrize("why", ["goods", "debits", "compensation"])
def test_what_owes_no_vat_on_payment_is_not_told(cast: Cast, sandbox: Sandbox, why: str) -> None:
    a_platform(sandbox)
    if why == "debits":
        a_seller(vat_on_debits=True)
    invoice = a_proven_invoice(lines=GOODS if why == "goods" else SERVICE)
    jobs.hand_over()
    jobs.look()
    if why == "compensation":
        with transaction():
            from app.payments.services.money_in import take

            take(invoice.contact_id, Method.COMPENSATION, 100, clock.today(), allocations=[(invoice.id, 100)])
    else:
        with transaction():
            payments.receive(
                invoice.contact_id, Method.TRANSFER, 12_000, clock.today(), allocations=[(invoice.id, 12_000)]
            )
    jobs.hand_over()
    jobs.look()
    assert collected(sandbox) == []


def test_a_payment_undone_after_it_was_told_is_left_to_a_person(cast: Cast, browser: Browser, sandbox: Sandbox) -> None:
    a_platform(sandbox)
    invoice = a_proven_invoice(lines=SERVICE)
    jobs.hand_over()
    jobs.look()
    with transaction():
        payment = payments.receive(
            invoice.contact_id, Method.TRANSFER, 6000, clock.today(), allocations=[(invoice.id, 6000)]
        )
    jobs.hand_over()
    jobs.look()
    with transaction():
        payments.reverse(db.session.get_one(Payment, payment.id), "chèque rejeté")
    jobs.hand_over()
    assert len(collected(sandbox)) == 1
    assert "annulé après avoir été déclaré encaissé" in browser.as_("compta").get("/facturation-electronique").text


def test_the_cents_of_a_payment_add_up_over_the_rates() -> None:
    shares = [
        {"rate": 2000, "base": 10_000, "vat": 2000},
        {"rate": 1000, "base": 3333, "vat": 333},
        {"rate": 550, "base": 1, "vat": 0},
    ]
    for amount in (1, 99, 5001, 15_667):
        assert sum(cents for _rate, cents in split(shares, amount)) == amount


def test_a_status_reads_back_as_it_was_written() -> None:
    status = Status("207", "En litige", "F-1", "380", date(2026, 11, 2), "QTE_ERR", "3 au lieu de 2", [(2000, 1200)])
    xml = lifecycle.write(status, Party("732829320", "Nous", BUYER), Party("552081317", "Eux", SELLER), "R1")
    said = lifecycle.read(xml)[0]
    assert (said.number, said.code, said.by, said.reason_code, said.reason) == (
        "F-1",
        "207",
        BUYER,
        "QTE_ERR",
        "3 au lieu de 2",
    )
    root = etree.fromstring(xml)
    seller = root.findtext(".//ram:ReferenceReferencedDocument/ram:IssuerTradeParty/ram:GlobalID", "", lifecycle.NAMES)
    assert seller == "552081317"


# --- e-reporting -------------------------------------------------------------------------------------------------


def test_periods_and_their_last_day(cast: Cast) -> None:
    told = {
        duties.TENDAYS: [(date(2026, 11, 21), date(2026, 11, 30), date(2026, 12, 10), date(2026, 12, 10)), (date(2026, 11, 1), date(2026, 11, 10), date(2026, 11, 20), None)],
        duties.MONTH: [(date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 10), date(2026, 12, 10))],
        duties.SIMPLIFIED: [(date(2026, 11, 1), date(2026, 11, 30), date(2026, 12, 30), date(2026, 12, 30))],
        duties.FRANCHISE: [(date(2026, 11, 1), date(2026, 12, 31), date(2027, 1, 30), date(2027, 1, 30))],
    }  # fmt: skip
    for rhythm, expected in told.items():
        for period in expected:
            assert tuple(period_of(rhythm, period[0])) == period
            assert tuple(period_of(rhythm, period[1])) == period
    assert period_of(duties.SIMPLIFIED, date(2027, 1, 5)).due == date(2027, 2, 28)


def test_sales_to_private_persons_by_day_category_and_rate(cast: Cast) -> None:
    a_seller()
    today = clock.today()
    mixed = (*GOODS, *SERVICE)
    a_sealed_document(lines=mixed, contact=cast.karim)
    a_sealed_document(kind=DocumentKind.CREDIT, lines=GOODS, contact=cast.karim)
    a_sealed_document(lines=GOODS)  # a business: e-invoicing
    a_sealed_document(lines=GOODS, contact=a_contact(name="Rossi", kind="company", country="IT"))
    found = report(today, today)
    assert [(row.category, row.rate, row.base, row.vat) for row in found.sales] == [
        (TAXED_GOODS, 2000, 0, 0), (TAXED_SERVICES, 2000, 10_000, 2000),
    ]  # fmt: skip
    assert [(client, gross) for _number, _day, client, gross in found.abroad] == [("Rossi", 12_000)]


def test_payments_of_services_to_private_persons(cast: Cast) -> None:
    a_seller()
    services = a_sealed_document(lines=SERVICE, contact=cast.karim)
    goods = a_sealed_document(lines=GOODS, contact=cast.karim)
    paid(cast.karim, 18_000, services, goods)
    today = clock.today()
    assert [(row.rate, row.amount) for row in report(today, today).payments] == [(2000, 12_000)]


def test_what_the_law_leaves_out_is_not_counted() -> None:
    shares = [
        {"code": "exempt", "rate": 0, "category": "E", "vatex": "VATEX-FR-CGI261-7", "base": 100, "vat": 0},
        {"code": "disbursement", "rate": 0, "category": "O", "vatex": "", "base": 100, "vat": 0},
        {"code": "franchise", "rate": 0, "category": "E", "vatex": "VATEX-FR-FRANCHISE", "base": 700, "vat": 0},
    ]
    assert spread(shares, {}) == [(UNTAXED, 0, 700, 0)]


def test_the_report_is_a_page_and_a_file(cast: Cast, browser: Browser) -> None:
    a_seller()
    a_sealed_document(lines=SERVICE, contact=cast.karim)
    boss, key = browser.as_("compta"), clock.today().isoformat()
    shown = boss.get(f"/facturation-electronique/declarations?periode={key}").text
    assert "Prestations de services taxées" in shown
    file = boss.get(f"/facturation-electronique/declarations.csv?periode={key}").get_data(as_text=True)
    assert f"Vente;{clock.table_date(clock.today())};TPS1;20 %;100,00;20,00;120,00;1" in file.replace(
        "\xa0", " "
    ).replace("\u202f", " ")
    assert boss.get("/facturation-electronique/declarations?periode=hier").status_code == 404


def test_invoices_are_taken_away_as_a_zip_and_noted_as_deposited(cast: Cast, browser: Browser) -> None:
    a_seller()
    invoice, month = a_proven_invoice(), clock.today().strftime("%Y-%m")
    boss = browser.as_("gerant")
    packed = zipfile.ZipFile(io.BytesIO(boss.get(f"/facturation-electronique/factures.zip?mois={month}").data))
    assert packed.namelist() == [f"{invoice.number}.pdf", "index.csv"]
    assert packed.read(f"{invoice.number}.pdf").startswith(b"%PDF")
    assert str(invoice.number) in packed.read("index.csv").decode("utf-8-sig")
    boss.post("/facturation-electronique/fichiers/deposees", data={"mois": month})
    assert again(invoice).einvoice == EinvoiceState.DEPOSITED
    assert db.session.query(SalesDocument).count() == 1
    assert boss.get(f"/facturation-electronique/factures.zip?mois={month}").status_code >= 400
    assert boss.get(f"/facturation-electronique/factures.zip?mois={month}&toutes=1").status_code == 200
