"""From a shelf that runs short to the supplier paid, in a real browser on the real processes (C13, D9, D11)."""

import re
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.core.db import db
from app.tickets.models import Ticket
from app.tickets.states import TicketState, Waiting
from tests.factories.supplier_files import Sold, a_facturx_pdf, a_facturx_xml
from tests.house import House
from tests.journeys.demonstration import PASSWORD, Demonstration
from tests.journeys.waiting import reload_until

BARCODE = "2000000000015"
OURS, CHEAPER = "Fournitures Martigue", "Comptoir Vidal"


@pytest.mark.row("C13")
@pytest.mark.row("D9")
@pytest.mark.row("D11")
def test_from_the_minimum_to_the_supplier_paid(demonstration: Demonstration, page: Page, tmp_path: Path) -> None:
    house, number = demonstration.house, on_the_bench(demonstration)
    sign_in(page, house)
    for name in (OURS, CHEAPER):
        add_a_supplier(page, house, name)
    add_the_seal(page, house)
    put_the_seal_on(page, house, number)
    order = order_in_one_click(page, house, number)
    read_the_mail(page, house, order)
    receive_a_part_of_it(page, house, order)
    the_ticket_is_told(page, house, number)
    receive_the_rest_but_one(page, house, order)
    drop_the_invoice(page, house, order, tmp_path)
    settle_and_pay(page)


def on_the_bench(demonstration: Demonstration) -> str:
    """A repair under way that waits for nothing."""
    with demonstration.inside():
        wanted = (Ticket.state == TicketState.REPAIRING, Ticket.waiting == Waiting.NONE, Ticket.contact_id.is_not(None))
        return db.session.scalars(select(Ticket.number).where(*wanted).order_by(Ticket.id)).first() or ""


def sign_in(page: Page, house: House) -> None:
    """The manager."""
    page.goto(house.url + "/connexion")
    page.get_by_label("Courriel").fill("gerant@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)


def add_a_supplier(page: Page, house: House, name: str) -> None:
    """A company with an address for orders."""
    page.goto(house.url + "/contacts/nouveau")
    page.locator("label", has_text="Société").first.click()
    page.locator("#company_name").fill(name)
    page.locator("#email").fill(f"ventes@{name.split(maxsplit=1)[0].lower()}.example")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("h1")).to_contain_text(name)


def add_the_seal(page: Page, house: House) -> None:
    """In stock, four at least; the dearer of two suppliers is the one that we prefer."""
    page.goto(house.url + "/articles/nouveau")
    page.locator("#label").fill("Joint de groupe 73 mm")
    page.locator("#barcode").fill(BARCODE)
    page.locator("#price").fill("7,50")
    page.locator("#stocked").check()
    page.locator("#minimum").fill("4")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("h1")).to_contain_text("Joint de groupe")
    for name, price, preferred in ((CHEAPER, "2", False), (OURS, "2,50", True)):
        page.get_by_text("Ajouter ou corriger un fournisseur").click()
        choose(page, "supplier_id", name)
        page.locator("#supplier_reference").fill("JG73")
        page.locator("#supplier_price").fill(price)
        page.locator("#preferred").set_checked(preferred)
        page.get_by_role("button", name="Enregistrer le fournisseur").click()
        expect(page.locator("#fournisseurs tbody")).to_contain_text(name)


def choose(page: Page, name: str, text: str) -> None:
    """Type in a typeahead and take what it proposes."""
    page.locator(f"#{name}_text").press_sequentially(text)
    page.locator(f"#{name}_liste [role=option]:not([aria-disabled])").first.click()


def put_the_seal_on(page: Page, house: House, number: str) -> None:
    """None is left: the ticket waits for it."""
    page.goto(f"{house.url}/dossiers/{number}")
    page.get_by_role("link", name="Pièce").click()
    choose(page, "article_id", "Joint de groupe")
    expect(page.locator("#ligne-nouvelle #label")).to_have_value("Joint de groupe 73 mm")
    page.get_by_role("button", name="Enregistrer la ligne").click()
    expect(page.locator("#lignes")).to_contain_text("Joint de groupe 73 mm")
    page.goto(f"{house.url}/dossiers/{number}")
    expect(page.locator("#pieces")).to_contain_text("À commander")


def order_in_one_click(page: Page, house: House, number: str) -> str:
    """The basket filled itself, by a job, at the supplier whom we prefer: one for the ticket, four for the shelf."""
    reload_until(page, page.locator("main a", has_text=OURS), house.url + "/commandes-fournisseurs")
    expect(page.locator("main a", has_text=CHEAPER)).to_have_count(0)
    page.locator("main").get_by_role("link", name=re.compile(OURS)).first.click()
    expect(page.locator("#lignes")).to_contain_text(number)
    expect(page.locator("#lignes input[name=quantity]")).to_have_value("5")
    page.get_by_role("button", name=re.compile("Commander, 12,50")).click()
    expect(page.locator("h1")).to_contain_text(re.compile(r"BC-\d{4}-\d{4}"))
    return re.search(r"BC-\d{4}-\d{4}", page.locator("h1").inner_text())[0]


def read_the_mail(page: Page, house: House, order: str) -> None:
    """It left with its PDF."""
    mail = page.context.new_page()
    reload_until(mail, mail.locator("a", has_text=order), house.catcher + "/courrier")
    mail.locator("a", has_text=order).first.click()
    expect(mail.locator("body")).to_contain_text("ventes@fournitures.example")
    expect(mail.locator("body")).to_contain_text(f"{order}.pdf")
    mail.close()


def receive_a_part_of_it(page: Page, house: House, order: str) -> None:
    """The delivery note names the order; three seals are scanned."""
    page.goto(f"{house.url}/stock/reception?code={order}")
    expect(page).to_have_url(re.compile("/reception$"))
    for count in ("1", "2", "3"):
        page.locator("#code").fill(BARCODE)
        page.get_by_role("button", name="Ajouter un").click()
        expect(page.locator("#zone-reception input.nb").first).to_have_value(count)
        expect(page.locator("#code")).to_be_focused()  # ready for the next scan
    page.locator("#note").fill("BL-4471")
    page.get_by_role("button", name="Mettre en stock").click()
    expect(page.locator(".st.lg").first).to_contain_text("Reçu en partie")
    expect(page.locator("main")).to_contain_text("BL-4471")


def the_ticket_is_told(page: Page, house: House, number: str) -> None:
    """Its part is held, its page says so, somebody has a task."""
    page.goto(f"{house.url}/dossiers/{number}")
    expect(page.locator("#pieces")).to_contain_text("Réservé")
    expect(page.locator("body")).to_contain_text("Pièces arrivées")


def receive_the_rest_but_one(page: Page, house: House, order: str) -> None:
    """One more came; the last one will not: a difference, wanted again."""
    page.goto(f"{house.url}/stock/reception?code={order}")
    page.locator("#zone-reception input.nb").first.fill("1")
    page.locator("#complete").check()
    page.get_by_role("button", name="Mettre en stock").click()
    expect(page.locator(".st.lg").first).to_contain_text("Reçu")
    expect(page.locator("main")).to_contain_text("4 reçu pour 5 commandé")


def drop_the_invoice(page: Page, house: House, order: str, folder: Path) -> None:
    """Five charged, and dearer: both are named, and what was not ordered."""
    lines = [Sold("Joint 73", 5, 275, "JG73"), Sold("Frais de port", 1, 690)]
    file = folder / "facture.pdf"
    file.write_bytes(a_facturx_pdf(a_facturx_xml("FA-2207", OURS, lines, order=order, on=date.today())))  # noqa: DTZ011
    page.goto(house.url + "/factures-fournisseurs/nouvelle")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.locator("#number")).to_have_value("FA-2207")
    expect(page.locator("#purchase_id option:checked")).to_contain_text(order)
    expect(page.locator("#supplier_id option:checked")).to_have_text(OURS)
    page.get_by_role("button", name="Enregistrer la facture").click()
    gaps = page.locator("#ecarts")
    expect(gaps).to_contain_text("facturé 2,75")
    expect(gaps).to_contain_text("facturé 5, reçu 4 sur 5 commandé")
    expect(gaps).to_contain_text("Frais de port")
    expect(page.locator("#lignes")).to_contain_text("Pas commandé")
    expect(page.locator(".st.lg").first).to_contain_text("À vérifier")


def settle_and_pay(page: Page) -> None:
    """Disputed, then accepted, then paid."""
    page.get_by_role("button", name="Litige").click()
    page.locator("#raison").fill("Un joint facturé sans être livré, et un prix qui n'est pas celui du bon.")
    page.get_by_role("button", name="Mettre en litige").click()
    expect(page.locator(".st.lg").first).to_contain_text("En litige")
    page.get_by_role("button", name="Accepter ces écarts").click()
    expect(page.locator(".st.lg").first).to_contain_text("Rapprochée")
    page.get_by_role("button", name="Noter le paiement").click()
    expect(page.locator(".st.lg").first).to_contain_text("Payée")
