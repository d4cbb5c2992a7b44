"""The main job, from an empty machine to the device handed over, in a real browser on the real processes."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.house import House, free_ports, start, stop
from tests.journeys.conftest import watch
from tests.journeys.waiting import reload_until

# A file of the Open Repair Data Standard: three invented lines, or the real one that REAL_HISTORY names.
HISTORY = Path(os.environ.get("REAL_HISTORY") or Path(__file__).with_name("history.csv"))
PASSWORD = "une phrase facile"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data, port = tmp_path_factory.mktemp("house"), free_ports()
    process = start(data, port)
    yield House(f"http://127.0.0.1:{port}", data, port)
    stop(process)


@pytest.mark.row("F6")
@pytest.mark.row("B2")
@pytest.mark.row("B4")
@pytest.mark.row("B5")
@pytest.mark.row("B6")
@pytest.mark.row("B8")
def test_a_device_comes_in_is_repaired_and_goes_out(
    house: House, page: Page, context: BrowserContext, chromium: Browser
) -> None:
    found_the_workshop(page, house)
    import_the_history(page, house)
    number = take_a_device_in(page, house)
    diagnose_and_price(page, house, number)
    send_the_quote(page, house, number)
    accept_on_a_phone(chromium, page, house, number)
    repair_check_and_finish(page, house, number)
    hand_over(page, house, number)


def found_the_workshop(page: Page, house: House) -> None:
    """The first run: name, trade, manager."""
    page.goto(house.url)
    expect(page).to_have_url(re.compile("/bienvenue"))
    page.get_by_label("Nom de l’organisation").fill("Atelier Second Souffle")
    page.get_by_text("Atelier de réparation", exact=False).first.click()
    page.get_by_label("Votre nom").fill("Camille Ferrand")
    page.get_by_label("Votre courriel").fill("camille@secondsouffle.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    page.locator("main form button.p, form button.p").first.click()
    page.wait_for_load_state()
    expect(page.locator("body")).to_contain_text("Atelier Second Souffle")


def import_the_history(page: Page, house: House) -> None:
    """The old spreadsheet becomes closed tickets, with a report line by line."""
    page.goto(house.url + "/import")
    page.locator("input[type=file]").set_input_files(HISTORY)
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.locator("body")).to_contain_text("Open Repair")
    page.get_by_role("button", name="Importer", exact=True).click()
    expect(page.locator("#rapport")).to_contain_text(re.compile(r"[1-9][\d\s]* fiches créées"), timeout=60_000)
    expect(page.locator("#rapport")).not_to_contain_text("refusée")
    page.goto(house.url + "/dossiers?vue=liste&sortis=1")
    expect(page.locator("#liste")).to_contain_text(re.compile(r"H-\d{6}"))


def take_a_device_in(page: Page, house: House) -> str:
    """One screen, one key."""
    page.goto(house.url + "/dossiers")
    page.keyboard.press("n")
    expect(page).to_have_url(re.compile("/dossiers/nouveau"))
    page.locator("label", has_text="Nouveau client").click()
    page.get_by_label("Prénom").fill("Karim")
    page.get_by_label("Nom", exact=True).fill("Benyahia")
    page.get_by_label("Téléphone").fill("06 71 48 20 95")
    page.locator("#email").fill("karim@benyahia.example")
    page.locator("#family_id").select_option(label="Machine à café")
    expect(page.locator("#prise .c3").first).to_be_visible()
    page.get_by_label("Marque et modèle").fill("Brévia Barista 300")
    page.get_by_label("N° de série").fill("BR3-0448-71920")
    page.get_by_label("Ce que le client constate").fill("Fuit et n’a plus de pression")
    for point in page.locator("#prise .c3").all():
        point.locator("label").first.click()
    page.locator("input[name=consent_repair]").check()
    page.get_by_role("button", name="Signer en tapant mon nom").click()
    page.locator("#signature_name").fill("Karim Benyahia")
    expect(page.locator("#apercu")).to_contain_text("Karim Benyahia")
    page.keyboard.press("Control+Enter")
    expect(page).to_have_url(re.compile(r"/dossiers/R-\d{4}-0001"))
    return re.search(r"R-\d{4}-\d{4}", page.url)[0]


def diagnose_and_price(page: Page, house: House, number: str) -> None:
    """Diagnosis saved while typed, a part and some time."""
    page.get_by_role("button", name="Commencer le diagnostic").click()
    expect(page.locator("#etat .st.lg")).to_contain_text("Diagnostic")
    page.locator("textarea#diagnosis").fill("Joint de groupe durci et fendu.")
    expect(page.locator("#texte-diagnosis")).to_contain_text("Enregistré")
    page.get_by_role("link", name="Pièce").click()
    page.locator("#ligne-nouvelle").get_by_label("Désignation").fill("Joint de groupe 73 mm")
    page.locator("#ligne-nouvelle").get_by_label("Prix unitaire HT").fill("7,50")
    page.get_by_role("button", name="Enregistrer la ligne").click()
    expect(page.locator("#lignes")).to_contain_text("Joint de groupe 73 mm")
    page.get_by_role("link", name="Temps").click()
    page.locator("#ligne-nouvelle").get_by_label("Quantité").fill("0,75")
    page.get_by_role("button", name="Enregistrer la ligne").click()
    expect(page.locator("#lignes")).to_contain_text("58,50")


def send_the_quote(page: Page, house: House, number: str) -> None:
    """The ticket waits for the client by itself."""
    page.goto(f"{house.url}/dossiers/{number}")
    page.get_by_role("link", name=re.compile("Envoyer le devis|Préparer le devis")).or_(
        page.get_by_role("button", name=re.compile("Envoyer le devis|Préparer le devis"))
    ).first.click()
    page.wait_for_load_state()
    if "devis" in page.url:
        page.get_by_role("button", name=re.compile("Envoyer")).first.click()
        page.wait_for_load_state()
    page.goto(f"{house.url}/dossiers/{number}")
    expect(page.locator("#etat .st.lg")).to_contain_text("Devis à accepter")


def accept_on_a_phone(chromium: Browser, page: Page, house: House, number: str) -> None:
    """The client, without an account, by the link of the message."""
    link = re.compile(re.escape(house.url) + r"/suivi/devis/[\w-]+")
    sent = page.locator("main").get_by_role("link", name=re.compile("votre devis")).first
    reload_until(page, sent, house.url + "/messages/envois")  # a job makes the PDF, then writes the message
    sent.click()
    expect(page.locator("main")).to_contain_text("/suivi/devis/")
    address = link.search(page.content())[0]
    phone = chromium.new_context(locale="fr-FR", viewport={"width": 390, "height": 844}, java_script_enabled=True)
    client = phone.new_page()
    faults = watch(client)
    client.goto(address)
    expect(client.locator("body")).to_contain_text("58,50")
    type_name = client.get_by_role("button", name="Signer en tapant mon nom")
    if type_name.count():
        type_name.click()
    client.locator("input[name$=_name]").first.fill("Karim Benyahia")
    client.locator("input[type=checkbox]").first.check()
    client.get_by_role("button", name=re.compile("Accepter")).click()
    expect(client.locator("body")).to_contain_text("votre accord est bien reçu")
    assert faults == []
    phone.close()
    page.goto(f"{house.url}/dossiers/{number}")
    expect(page.locator("#etat .st.lg")).to_contain_text("En réparation")


def repair_check_and_finish(page: Page, house: House, number: str) -> None:
    """Report, check points, ready."""
    page.locator("textarea#report").fill("Joint remplacé, essai en pression.")
    expect(page.locator("#texte-report")).to_contain_text("Enregistré")
    page.get_by_role("button", name="Passer au contrôle").click()
    expect(page.locator("#etat .st.lg")).to_contain_text("Contrôle")
    page.goto(f"{house.url}/dossiers/{number}/controles/check_out")
    if page.locator("form.cd .qz").count():
        for point in page.locator(".qz .c3").all():
            point.locator("label").first.click()
        for measure in page.locator(".qz input[inputmode=decimal]").all():
            measure.fill("1")
        for choice in page.locator(".qz select").all():
            choice.select_option(index=1)
        page.get_by_role("button", name="Enregistrer les contrôles").click()
        page.wait_for_load_state()
    page.goto(f"{house.url}/dossiers/{number}")
    page.get_by_role("button", name="Déclarer prêt").click()
    page.locator("#deplacer select#outcome").select_option("repaired")
    page.locator("#deplacer form", has=page.locator("#outcome")).get_by_role("button").click()
    expect(page.locator("#etat .st.lg")).to_contain_text("Prêt à remettre")


def hand_over(page: Page, house: House, number: str) -> None:
    """Signed, printed, out."""
    page.get_by_role("link", name="Remettre").click()
    page.get_by_role("button", name="Signer en tapant mon nom").click()
    page.locator("#signature_name").fill("Karim Benyahia")
    page.get_by_role("button", name=re.compile("Remettre et imprimer")).click()
    expect(page.locator("body")).to_contain_text("remis à Karim Benyahia")
    expect(page.locator("#etat .st.lg")).to_contain_text("Sorti")
