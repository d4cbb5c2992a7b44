"""The main job with the keyboard alone, in a real browser: what has the focus is always seen, and never lost."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.core import links
from app.core.db import db
from app.core.subject import subject_of
from app.sales.models import Quote
from app.tickets.models import Ticket
from tests.journeys.conftest import watch
from tests.journeys.demonstration import PASSWORD, Demonstration
from tests.journeys.keyboard import Keyboard
from tests.journeys.waiting import reload_until

pytestmark = pytest.mark.row("F4")


@pytest.fixture
def desk(demonstration: Demonstration, page: Page) -> Keyboard:
    """The manager at the desk, signed in without a mouse."""
    page.emulate_media(reduced_motion="reduce")
    keyboard = Keyboard(page)
    page.goto(demonstration.house.url + "/connexion")
    expect(page.get_by_label("Courriel")).to_be_focused()
    keyboard.type("gerant@demo.example")
    keyboard.fill("Mot de passe", PASSWORD)
    keyboard.press("Enter")
    page.wait_for_url(lambda url: "/connexion" not in url)
    return keyboard


@pytest.mark.row("B2")
@pytest.mark.row("B4")
@pytest.mark.row("B5")
@pytest.mark.row("B6")
def test_a_repair_from_intake_to_exit_needs_no_mouse(
    desk: Keyboard, demonstration: Demonstration, chromium: Browser
) -> None:
    number = take_in(desk)
    diagnose_and_price(desk)
    send_the_quote(desk)
    accept(chromium, demonstration, number)
    move_on_the_board(desk, number)
    check_out(desk)
    declare_ready(desk)
    hand_over(desk)


def take_in(desk: Keyboard) -> str:
    """A new client, a family chosen by its letters, answers by the arrows, a typed signature, one key."""
    page = desk.page
    desk.press("g", "r")
    page.wait_for_url("**/dossiers")
    desk.press("n")
    page.wait_for_url("**/dossiers/nouveau")
    expect(page.locator("#code")).to_be_focused()
    desk.tab_to("Nouveau client")
    desk.press("Space")
    expect(page.locator("#first_name")).to_be_visible()
    desk.expect_somewhere()
    desk.fill("^Prénom", "Zoé")
    desk.fill("^Nom", "Clavier")
    desk.fill("^Téléphone", "06 71 48 20 95")
    desk.fill("^Courriel", "zoe@clavier.example")
    desk.tab_to("^Famille")
    desk.type("Machine")
    expect(page.locator("#prise")).to_contain_text("Broyeur bruyant")
    expect(page.locator("#family_id")).to_be_focused()
    desk.fill("Marque et modèle", "Brévia Barista 300")
    desk.fill("N° de série", "BR3-0448-71920")
    desk.fill("Ce que le client constate", "Fuit et n'a plus de pression")
    answer_the_points(desk, "conditions de dépôt")
    desk.press("Space")
    desk.tab_to("données servent au suivi")
    desk.press("Space")
    desk.act("Signer en tapant mon nom")
    desk.type("Zoé Clavier")
    desk.press("Control+Enter")
    page.wait_for_url(re.compile(r"/dossiers/R-\d{4}-\d{4}"))
    found = re.search(r"R-\d{4}-\d{4}", page.url)
    assert found
    return found[0]


def answer_the_points(desk: Keyboard, until: str) -> None:
    """« Oui » to each point, the first choice of each list, on the way to the element of that name."""
    for _tab in range(80):
        here = desk.next()
        if re.search(until, here.name):
            return
        if here.role == "radio":
            desk.press("Space")
        elif here.role == "combobox":
            desk.press("ArrowDown")
        elif here.role in ("textbox", "spinbutton") and "Précision" not in here.name:
            desk.type("1")
    raise AssertionError(f"no {until}")


def diagnose_and_price(desk: Keyboard) -> None:
    """The state, the text saved while typed, a part."""
    page = desk.page
    desk.act("Commencer le diagnostic")
    expect(page.locator("#etat .st.lg")).to_contain_text("Diagnostic")
    desk.expect_somewhere()
    desk.fill("^Diagnostic", "Joint de groupe durci et fendu.", most=60)
    expect(page.locator("#texte-diagnosis")).to_contain_text("Enregistré")
    desk.act("^Pièce", "link")
    expect(page.locator("#ligne-nouvelle #label")).to_be_focused()
    desk.type("Joint de groupe 73 mm")
    desk.fill("Prix unitaire", "7,50")
    desk.press("Control+S")
    expect(page.locator("#lignes")).to_contain_text("Joint de groupe 73 mm")
    desk.expect_somewhere()


def send_the_quote(desk: Keyboard) -> None:
    """From the ticket itself."""
    desk.act("^Envoyer, ", "button")
    expect(desk.page.locator("#etat .st.lg")).to_contain_text("Devis à accepter")


def accept(chromium: Browser, demonstration: Demonstration, number: str) -> None:
    """The client, by the link of the message."""
    with demonstration.inside():
        quote = db.session.scalars(select(Quote).join(Ticket).where(Ticket.number == number)).one()
        address = f"{demonstration.house.url}/suivi/devis/{links.token_of('quote', subject_of(quote))}"
    phone = chromium.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = phone.new_page()
    faults = watch(page)
    client = Keyboard(page)
    reload_until(page, page.locator("#accord"), address)  # a job makes the PDF before the quote is sent
    client.tab_to("accepte ce devis")
    client.press("Space")
    client.act("Signer en tapant mon nom")
    client.type("Zoé Clavier")
    client.act("^Accepter pour")
    expect(page.locator("body")).to_contain_text("votre accord est bien reçu")
    assert faults == []
    phone.close()


def move_on_the_board(desk: Keyboard, number: str) -> None:
    """Found among all the others by its number, M, then the state."""
    page = desk.page
    page.goto(page.url.split("/dossiers")[0].split("/devis")[0] + "/dossiers")
    desk.fill("Chercher un dossier", number, most=60)
    expect(page.locator("[id^=carte-]")).to_have_count(1)
    desk.tab_to(number)
    desk.press("m")
    expect(page.locator("#deplacer")).to_be_visible()
    desk.press("Escape")
    expect(page.locator(f"#carte-{number}")).to_be_focused()
    desk.press("m")
    expect(page.locator("#deplacer")).to_be_visible()
    desk.act("Contrôle")
    expect(page.locator(f"[data-colonne=checking] #carte-{number}")).to_be_visible()
    expect(page.locator(f"#carte-{number}")).to_be_focused()
    desk.press("Enter")
    page.wait_for_url(f"**/{number}")


def check_out(desk: Keyboard) -> None:
    """The report, then the points that stand between the device and its owner."""
    page = desk.page
    expect(page.locator("#etat .st.lg")).to_contain_text("Contrôle")
    desk.fill("Rapport d.intervention", "Joint remplacé, essai en pression.", most=80)
    expect(page.locator("#texte-report")).to_contain_text("Enregistré")
    desk.act("^Remplir", "link", most=80)
    page.wait_for_url("**/controles/check_out")
    answer_the_points(desk, "Enregistrer les contrôles")
    desk.press("Enter")
    page.wait_for_url(re.compile(r"/dossiers/R-\d{4}-\d{4}(#|$)"))


def declare_ready(desk: Keyboard) -> None:
    """The outcome is asked in a dialogue."""
    page = desk.page
    desk.act("Déclarer prêt", most=80)
    expect(page.locator("#deplacer")).to_be_visible()
    desk.tab_to("Issue de l.intervention")
    desk.act("Prêt à remettre", "button")
    expect(page.locator("#etat .st.lg")).to_contain_text("Prêt à remettre")
    desk.expect_somewhere()


def hand_over(desk: Keyboard) -> None:
    """Signed by a typed name."""
    page = desk.page
    desk.act("^Remettre", "link", most=80)
    page.wait_for_url("**/remise")
    desk.act("Signer en tapant mon nom")
    desk.type("Zoé Clavier")
    desk.act("Remettre et imprimer")
    expect(page.locator("body")).to_contain_text("remis à Zoé Clavier")
    expect(page.locator("#etat .st.lg")).to_contain_text("Sorti")


def test_the_first_tab_leads_to_the_content(desk: Keyboard) -> None:
    desk.act("Aller au contenu", most=1)
    expect(desk.page.locator("main")).to_be_focused()


@pytest.mark.parametrize(("key", "dialog"), [("/", "#recherche"), ("?", "dialog.aide")])
def test_a_dialogue_takes_the_focus_keeps_it_and_gives_it_back(desk: Keyboard, key: str, dialog: str) -> None:
    page = desk.page
    desk.tab_to("Réparations", "link")
    before = desk.focused()
    desk.press(key)
    expect(page.locator(f"{dialog}:modal")).to_be_visible()
    for _tab in range(8):
        desk.next()
        assert page.evaluate(
            "document.activeElement === document.body || document.activeElement.closest('dialog[open]') !== null"
        )
    desk.press("Escape")
    expect(page.locator(dialog)).to_be_hidden()
    assert desk.focused() == before
