"""A sale from the quote to the last cent, in a real browser on the real processes: options, deposit online, delivery, reminder."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
import requests
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from app.catalog.models import Article
from app.core import clock
from app.core.db import db
from app.payments.jobs import remind_unpaid
from app.stock.models import StockLevel
from app.stock.queries.levels import levels_of
from tests.journeys.conftest import watch
from tests.journeys.demonstration import PASSWORD, Demonstration
from tests.journeys.waiting import reload_until

CLIENT = "Karim Benyahia"
PRICE = "**/tarifs/pourquoi*"


@dataclass(frozen=True)
class Good:
    """An article of the shelves, and how many there are free (thousandths)."""

    id: int
    reference: str
    label: str
    free: int


def on_the_shelf(demonstration: Demonstration) -> Good:
    """An article of which there are two at least."""
    with demonstration.inside():
        there = select(StockLevel.article_id).where(
            StockLevel.quantity - StockLevel.held >= 4000, StockLevel.lot_id == 0
        )
        article = db.session.scalars(
            select(Article).where(Article.id.in_(there), Article.price > 0).order_by(Article.id)
        ).first()
        assert article is not None
        return Good(article.id, article.reference, article.label, levels_of([article.id])[article.id].free)


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    """The client's telephone, whose console must stay silent too."""
    context = chromium.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}, has_touch=True)
    found = context.new_page()
    faults = watch(found)
    yield found
    assert faults == []
    context.close()


@pytest.mark.row("C3")
@pytest.mark.row("A8")
@pytest.mark.row("C13")
def test_a_quote_with_options_becomes_a_paid_sale(
    demonstration: Demonstration, page: Page, phone: Page, context: BrowserContext
) -> None:
    house, good = demonstration.house, on_the_shelf(demonstration)
    sign_in(page, house.url)
    write_the_quote(page, house.url, good)
    choose_and_sign(page, phone, house.url)
    pay_the_deposit(phone, house.catcher)
    order = deliver_the_order(page, house.url)
    with demonstration.inside():
        assert levels_of([good.id])[good.id].free == good.free - 2000
    final_invoice(page, house.url, order)
    part_reminder_and_rest(page, demonstration)
    phone.reload()
    expect(phone.locator("body")).to_contain_text("Solde")
    expect(phone.locator("body")).not_to_contain_text("Payer")


@pytest.mark.row("A10")
def test_a_line_sent_before_its_price_has_come_waits_for_it(demonstration: Demonstration, page: Page) -> None:
    good = on_the_shelf(demonstration)
    sign_in(page, demonstration.house.url)
    open_a_quote(page, demonstration.house.url)
    pick(page, good)
    order: list[str] = []
    page.route(PRICE, lambda route: route.continue_())  # which takes long enough for a form that would not wait
    page.on("response", lambda response: "/tarifs/pourquoi" in response.url and order.append("price"))
    page.on("request", lambda request: request.method == "POST" and "/lignes" in request.url and order.append("line"))
    save_two(page)
    expect(page.locator("#lignes table")).to_contain_text(good.reference)
    assert order[:2] == ["price", "line"]


def sign_in(page: Page, url: str) -> None:
    page.goto(url + "/connexion")
    page.fill("[name=email]", "gerant@demo.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("form button.p").first.click()
    page.wait_for_load_state()


def open_a_quote(page: Page, url: str) -> None:
    page.goto(url + "/devis")
    page.get_by_role("link", name="Nouveau devis").click()
    client = page.locator("#contact_id_text, [name=contact_id_text]").first
    client.fill(CLIENT)
    page.get_by_role("option").filter(has_text=CLIENT).first.click()
    page.get_by_label("Objet").fill("Installation du local")
    page.get_by_role("button", name="Écrire le devis").click()
    expect(page).to_have_url(re.compile(r"/devis/brouillons/\d+"))


def write_the_quote(page: Page, url: str, good: Good) -> None:
    """An article of the catalogue, two possibilities to choose from, an option; the sheet follows what is typed."""
    open_a_quote(page, url)
    from_the_catalogue(page, good)
    add_line(page, "Coffret standard", "200", "choice_on", "Coffret")
    add_line(page, "Coffret étanche", "300", "choice", "Coffret")
    add_line(page, "Contrat d’entretien", "100", "option", "")
    page.get_by_label("Acompte à la commande").fill("30")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#feuille")).to_contain_text("Acompte à la commande")
    page.get_by_role("button", name=re.compile("Envoyer,")).click()
    expect(page).to_have_url(re.compile(r"/devis/D-\d{4}-\d{4}"))


def from_the_catalogue(page: Page, good: Good) -> None:
    pick(page, good)
    save_two(page)
    expect(page.locator("#lignes table")).to_contain_text(good.reference)


def pick(page: Page, good: Good) -> None:
    page.get_by_role("link", name="Ligne").click()
    form = page.locator("#f-ligne")
    form.locator("[name=article_id_text]").fill(good.reference)
    page.get_by_role("option").filter(has_text=good.reference).first.click()
    expect(form.get_by_label("Désignation")).to_have_value(good.label)


def save_two(page: Page) -> None:
    form = page.locator("#f-ligne")
    form.get_by_label("Quantité").fill("2")
    form.get_by_role("button", name="Enregistrer la ligne").click()


def add_line(page: Page, label: str, price: str, taking: str, choice: str) -> None:
    page.get_by_role("link", name="Ligne").click()
    form = page.locator("#f-ligne")
    form.get_by_label("Désignation").fill(label)
    form.get_by_label("Prix unitaire HT").fill(price)
    form.locator("[name=taking]").select_option(taking)
    if choice:
        form.locator("[name=choice]").fill(choice)
    expect(page.locator("#feuille")).to_contain_text(label)
    form.get_by_role("button", name="Enregistrer la ligne").click()
    expect(page.locator("#lignes table")).to_contain_text(label)


def choose_and_sign(page: Page, phone: Page, url: str) -> None:
    """The link of the message, on a telephone: the total follows the choices, and is in the button."""
    seen = page.get_by_role("link", name="Voir la page du client")
    reload_until(page, seen)  # a job makes the PDF
    phone.goto(seen.get_attribute("href") or "")
    before = amount(phone.locator(".pt-foot [data-offer-due]").inner_text())
    phone.get_by_label(re.compile("Coffret étanche")).check()
    phone.get_by_label(re.compile("Contrat d’entretien")).check()
    after = amount(phone.locator(".pt-foot [data-offer-due]").inner_text())
    assert after == before + 12_000 + 12_000
    phone.get_by_label(re.compile("J’accepte ce devis")).check()
    phone.get_by_role("button", name="Signer en tapant mon nom").click()
    phone.locator("input[name$=_name]").first.fill(CLIENT)
    phone.get_by_role("button", name=re.compile("Accepter pour")).click()
    expect(phone.locator("body")).to_contain_text("votre accord est bien reçu")
    expect(phone.locator("body")).to_contain_text("Coffret étanche")
    expect(phone.locator("body")).not_to_contain_text("Coffret standard")


def amount(text: str) -> int:
    """Cents of « 1 234,50 € »."""
    return int(re.sub(r"\D", "", text))


def pay_the_deposit(phone: Page, sandbox: str) -> None:
    """At the simulator of the partner; the client then says that he has paid, and his order's page knows."""
    where = phone.url
    phone.get_by_role("button", name=re.compile("Payer")).click()
    expect(phone).to_have_url(re.compile("/payer/"))
    card, ready = (
        phone.get_by_role("button", name="Par carte bancaire"),
        phone.get_by_role("link", name=re.compile("Payer")),
    )
    expect(card.or_(ready).first).to_be_visible()
    if card.count():  # a house with several means asks which
        card.first.click()
    link = ready.get_attribute("href") or ""
    reference = link.rpartition("/")[2]
    done = requests.post(f"{sandbox}/__sandbox__/checkouts/{reference}", json={"state": "paid"}, timeout=5)
    assert done.status_code == 200
    phone.get_by_role("button", name=re.compile("J’ai payé")).click()
    expect(phone.locator("body")).to_contain_text("Cette facture est réglée")
    phone.goto(where)
    expect(phone.locator("#factures")).to_contain_text("Payée")


def deliver_the_order(page: Page, url: str) -> str:
    """The order was made by itself; its goods leave the shelf."""
    page.reload()
    page.get_by_role("button", name="Ouvrir la commande").click()
    expect(page).to_have_url(re.compile(r"/ventes/C-\d{4}-\d{4}"))
    order = page.url
    expect(page.locator("#lignes")).to_contain_text("Coffret étanche")
    expect(page.locator("#lignes")).to_contain_text("réservé")
    page.get_by_role("link", name="Livrer").click()
    page.get_by_role("button", name="Enregistrer la livraison").click()
    expect(page).to_have_url(re.compile(r"/ventes/BL-\d{4}-\d{4}"))
    return order


def final_invoice(page: Page, url: str, order: str) -> None:
    """What is left once the deposit is taken off, issued and checked."""
    page.goto(order)
    expect(page.locator("main")).to_contain_text("Livrée")
    page.get_by_role("button", name="Facture finale").click()
    expect(page.locator("#lignes")).to_contain_text("Acompte")
    page.get_by_role("button", name=re.compile("Émettre,")).click()
    page.locator("#emettre").get_by_role("button", name="Émettre").click()
    expect(page).to_have_url(re.compile(r"/ventes/F-\d{4}-\d{4}"))
    reload_until(page, page.locator("aside").get_by_text("Conforme"))  # a job makes and checks the file


def part_reminder_and_rest(page: Page, demonstration: Demonstration) -> None:
    """Ten euros; what is due today is not reminded; eight days later, the morning's job asks for the rest, which is paid."""
    invoice = page.url
    receive(page, "10")
    page.goto(invoice)
    expect(page.locator("#reglements").get_by_role("button", name="Relancer")).to_have_count(0)
    with demonstration.inside(), clock.told_at(clock.now() + timedelta(days=8)):
        assert remind_unpaid() >= 1
    page.goto(invoice)
    expect(page.locator("body")).to_contain_text("Relance envoyée")
    page.goto(invoice)
    receive(page, "")
    page.goto(invoice)
    expect(page.locator("#reglements")).to_contain_text("Soldé")


def receive(page: Page, euros: str) -> None:
    page.locator("#reglements").get_by_role("link", name="Encaisser").click()
    if euros:
        page.get_by_label("Montant").fill(euros)
    page.locator("#method label").filter(has_text="Carte").first.click()
    page.get_by_role("button", name="Encaisser").click()
    expect(page).not_to_have_url(re.compile("encaiss"))
