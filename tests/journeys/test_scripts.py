"""What the keyboard, the scanner, the mouse and a lost network do on a page, in a real browser."""

import threading
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.interface.site import sample_site

# What the console says of a request without network.
EXPECTED_OFFLINE = ("Failed to load resource: net::ERR_INTERNET_DISCONNECTED", "htmx:")
DISCONNECTED = "Connexion perdue. Votre saisie est gardée."


@pytest.fixture(scope="module")
def site_served() -> Flask:
    return sample_site()


@pytest.fixture
def site(site_served: Flask) -> Flask:
    site_served.extensions["received"].clear()
    return site_served


@pytest.fixture(scope="module")
def address(site_served: Flask) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, site_served, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def screen(chromium: Browser, address: str, site: Flask) -> Iterator[Page]:
    """The sample page, open; nothing may be said on the console."""
    page = chromium.new_page(base_url=address, viewport={"width": 1280, "height": 800}, locale="fr-FR")
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto("/")
    page.wait_for_function("window.htmx !== undefined")
    yield page
    page.close()
    assert [text for text in complaints if not text.startswith(EXPECTED_OFFLINE)] == []


def received(site: Flask) -> list[tuple[str, dict[str, str]]]:
    kept: list[tuple[str, dict[str, str]]] = site.extensions["received"]
    return kept


def test_slash_opens_the_search_and_escape_returns_where_one_was(screen: Page) -> None:
    screen.keyboard.press("/")
    expect(screen.locator("#recherche input")).to_be_focused()
    screen.keyboard.type("odile")
    expect(screen.locator("#recherche [role=option]")).to_have_count(2)
    screen.keyboard.press("ArrowDown")
    expect(screen.locator("#recherche [role=option]").first).to_have_attribute("aria-selected", "true")
    screen.keyboard.press("Escape")
    expect(screen.locator("#recherche")).to_be_hidden()
    expect(screen.locator("a.sk")).to_be_focused()


def test_a_letter_acts_on_the_page_but_not_in_a_field(screen: Page) -> None:
    screen.locator("#notes").focus()
    screen.keyboard.press("n")
    expect(screen.locator("#notes")).to_have_value("n")
    screen.locator("main").focus()
    screen.keyboard.press("n")
    screen.wait_for_url("**/scan?code=nouveau")


def test_letters_can_be_switched_off(screen: Page) -> None:
    screen.goto("/?shortcuts=0")
    screen.locator("main").focus()
    screen.keyboard.press("/")
    expect(screen.locator("#recherche")).to_be_hidden()


def test_a_scan_opens_the_code_from_any_field_and_leaves_nothing_in_it(screen: Page) -> None:
    screen.locator("#client_text").focus()
    left = screen.evaluate("""() => {
        const field = document.activeElement;
        for (const key of [..."LM43-2200", "Enter"]) {
            if (key.length === 1) field.value += key;
            field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        }
        return field.value;
    }""")
    assert left == ""
    screen.wait_for_url("**/scan?code=LM43-2200")


def test_a_scan_that_begins_with_a_key_of_the_page_is_still_whole(screen: Page) -> None:
    screen.locator("main").focus()
    screen.evaluate("""() => {
        for (const key of [..."NO80-424412", "Enter"]) {
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        }
    }""")
    screen.wait_for_url("**/scan?code=NO80-424412")
    assert screen.url.endswith("code=NO80-424412")


def test_a_confirmation_starts_on_the_safe_answer_and_gives_the_focus_back(screen: Page) -> None:
    opener = screen.get_by_role("button", name="Archiver le violon")
    opener.click()
    expect(screen.get_by_role("button", name="Garder")).to_be_focused()
    screen.keyboard.press("Enter")
    expect(screen.locator("#archiver")).to_be_hidden()
    expect(opener).to_be_focused()


def test_a_menu_is_walked_with_the_arrows(screen: Page) -> None:
    screen.get_by_role("button", name="Exporter").click()
    expect(screen.get_by_role("link", name="CSV")).to_be_focused()
    screen.keyboard.press("ArrowDown")
    expect(screen.get_by_role("link", name="Tableur")).to_be_focused()


def test_the_theme_changes_at_once_and_is_kept(screen: Page, site: Flask) -> None:
    screen.goto("/?theme=light")
    with screen.expect_response("**/profil/apparence"):
        screen.get_by_role("button", name="Changer de thème").click()
    expect(screen.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert ("appearance", {"csrf_token": "token", "theme": "dark"}) in received(site)


def test_the_bulk_bar_counts_what_is_ticked(screen: Page) -> None:
    bar = screen.locator("[data-lot]")
    expect(bar).to_be_hidden()
    screen.get_by_role("checkbox", name="0120").click()
    expect(bar).to_contain_text("1 fiche choisie")
    screen.get_by_role("checkbox", name="Choisir toutes les lignes de la page").click()
    expect(bar).to_contain_text("3 fiches choisies")


def test_a_person_is_found_and_chosen_with_the_keyboard_alone(screen: Page) -> None:
    screen.get_by_role("combobox", name="Client").press_sequentially("lo")
    expect(screen.locator("#client_liste [role=option]")).to_have_count(2)
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("ArrowDown")
    screen.keyboard.press("Enter")
    expect(screen.get_by_role("combobox", name="Client")).to_have_value("Loïc Perrault")
    assert screen.locator("input[name=client]").input_value() == "13"


def test_a_name_typed_then_enter_shows_who_is_meant_and_never_sends_the_form(screen: Page) -> None:
    screen.get_by_role("combobox", name="Client").press_sequentially("lo")
    screen.keyboard.press("Enter")
    expect(screen.locator("#client_liste [role=option]").first).to_have_attribute("aria-selected", "true")
    screen.keyboard.press("Enter")
    expect(screen.locator("input[name=client]")).not_to_have_value("")
    assert "code=form" not in screen.url


def test_an_answer_chosen_twice_is_taken_back(screen: Page) -> None:
    answer = screen.locator(".c3 label.y")
    answer.click()
    expect(screen.locator("input[value=yes]")).to_be_checked()
    answer.click()
    expect(screen.locator("input[value=yes]")).not_to_be_checked()


def test_unsaved_changes_are_counted(screen: Page) -> None:
    screen.locator(".c3 label.x").click()
    expect(screen.locator("[data-changements]")).to_have_text("1 changement non enregistré")


def test_a_draft_saves_itself_and_says_when(screen: Page, site: Flask) -> None:
    screen.locator("#notes").fill("Joint fendu")
    expect(screen.locator("form[data-autosave] [data-enregistre]")).to_contain_text("Enregistré à")
    assert ("draft", {"notes": "Joint fendu"}) in received(site)


def test_a_draft_typed_without_network_stays_and_is_saved_when_it_returns(screen: Page, site: Flask) -> None:
    screen.context.set_offline(True)
    screen.locator("#notes").fill("Meules usées")
    status = screen.locator("form[data-autosave] [data-enregistre]")
    expect(status).to_contain_text("connexion perdue")
    expect(screen.locator("#notes")).to_have_value("Meules usées")
    screen.context.set_offline(False)
    expect(status).to_contain_text("Enregistré à")
    assert received(site)[-1] == ("draft", {"notes": "Meules usées"})


def test_a_lost_connection_is_said_with_a_way_to_try_again(screen: Page) -> None:
    screen.context.set_offline(True)
    screen.get_by_role("combobox", name="Client").press_sequentially("lo")
    toast = screen.get_by_role("alert").filter(has_text=DISCONNECTED)
    expect(toast).to_be_visible()
    screen.context.set_offline(False)
    toast.get_by_role("button", name="Réessayer").click()
    expect(screen.locator("#client_liste [role=option]")).to_have_count(2)
    expect(toast).to_be_hidden()


def test_cards_are_walked_with_the_arrows_and_moved_with_m(screen: Page) -> None:
    screen.locator("#carte-R-1").focus()
    screen.keyboard.press("ArrowDown")
    expect(screen.locator("#carte-R-2")).to_be_focused()
    screen.keyboard.press("m")
    dialog = screen.get_by_role("dialog", name="Changer l'état de R-2")
    expect(dialog).to_be_visible()
    assert dialog.evaluate("element => element.matches(':modal')")
    expect(screen.get_by_role("button", name="Garder")).to_be_focused()
    screen.keyboard.press("Escape")
    expect(screen.locator("#carte-R-2")).to_be_focused()


def test_a_card_dropped_on_a_column_moves_only_when_the_server_says_so(screen: Page, site: Flask) -> None:
    screen.locator("#carte-R-1").drag_to(screen.locator("[data-colonne=ready]"))
    expect(screen.locator("#moved")).to_be_attached()
    assert ("POST", {"state": "ready", "version": "7"}) in received(site)


def test_a_signature_is_drawn_or_typed(screen: Page) -> None:
    canvas = screen.locator(".sig canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box
    screen.mouse.move(box["x"] + 20, box["y"] + 40)
    screen.mouse.down()
    screen.mouse.move(box["x"] + 140, box["y"] + 80, steps=6)
    screen.mouse.up()
    assert screen.locator("input[name=signature]").input_value().startswith("data:image/png;base64,")
    screen.get_by_role("button", name="Effacer").click()
    assert screen.locator("input[name=signature]").input_value() == ""
    screen.get_by_role("button", name="Signer en tapant mon nom").click()
    expect(screen.get_by_label("Votre nom, tapé au clavier, vaut signature")).to_be_focused()


def test_a_chart_has_its_table(screen: Page) -> None:
    screen.get_by_text("Voir le tableau").click()
    expect(screen.get_by_role("cell", name="8412 €")).to_be_visible()


@pytest.mark.parametrize("width", [320, 390, 900, 1280])
@pytest.mark.parametrize("path", ["/", "/portail"])
def test_no_page_scrolls_sideways(screen: Page, path: str, width: int) -> None:
    screen.set_viewport_size({"width": width, "height": 700})
    screen.goto(path)
    assert screen.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/portail"])
def test_axe_finds_nothing(screen: Page, path: str, theme: str) -> None:
    screen.goto(f"{path}?theme={theme}")
    found = Axe().run(screen).response["violations"]
    assert [(fault["id"], [node["html"] for node in fault["nodes"]]) for fault in found] == []


def test_a_request_cut_on_purpose_is_no_error(screen: Page) -> None:
    """A newer one replaces it, its place is taken by another, the page is left while it runs."""
    said: list[str] = []
    screen.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    screen.route("**/lent", lambda _route: None)  # it never answers
    screen.evaluate(
        """() => {
          const trial = document.createElement("div");
          for (const [name, value] of Object.entries({ id: "lent", "hx-get": "/lent", "hx-trigger": "essai", "hx-sync": "this:replace" }))
            trial.setAttribute(name, value);
          document.querySelector("main").append(trial);
          htmx.process(trial);
        }"""
    )
    for _time in range(2):
        with screen.expect_request("**/lent"):
            screen.evaluate("htmx.trigger('#lent', 'essai')")
    screen.evaluate("htmx.trigger('#lent', 'htmx:abort')")
    with screen.expect_request("**/lent"):
        screen.evaluate("htmx.trigger('#lent', 'essai')")
    screen.goto("/")
    expect(screen.locator("main")).to_be_visible()
    assert said == []
