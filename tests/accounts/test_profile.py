"""One's own profile: name, password, screens, sessions."""

import re

from tests.accounts.helpers import try_to_sign_in, words
from tests.cast import Cast
from tests.signing import PASSWORD, Browser

GOOD = "trois petits pots"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_name_and_telephone_are_kept(cast: Cast, browser: Browser) -> None:
    browser.as_("technicien")
    assert browser.post("/profil", name=" Inès  Rousseau-Petit ", phone="06 12 40 77 18").status_code == 303
    page = words(browser.get("/profil"))
    assert "Profil enregistré" in page
    assert "06 12 40 77 18" in page


def test_a_telephone_with_missing_digits_is_refused_and_kept_on_screen(cast: Cast, browser: Browser) -> None:
    answer = browser.as_("technicien").post("/profil", name="Inès", phone="06 12 40 77")
    assert answer.status_code == 422
    assert "Il manque 2 chiffres" in words(answer)
    assert 'value="06 12 40 77"' in words(answer)


def test_changing_the_password_asks_for_the_present_one_and_ends_other_sessions(cast: Cast, browser: Browser) -> None:
    elsewhere = Browser(browser.app).as_("technicien")
    browser.as_("technicien")
    assert browser.post("/profil/mot-de-passe", present="faux", password=GOOD).status_code == 422
    assert browser.post("/profil/mot-de-passe", present=PASSWORD, password="court").status_code == 422
    assert browser.post("/profil/mot-de-passe", present=PASSWORD, password=GOOD).status_code == 303
    assert browser.get("/profil", follow=False).status_code == 200
    assert elsewhere.get("/profil", follow=False).status_code == 303
    assert try_to_sign_in(browser, "technicien@demo.example", GOOD).status_code == 303


def test_the_theme_chosen_is_served_at_once_and_on_the_sign_in_page(cast: Cast, browser: Browser) -> None:
    browser.as_("technicien")
    assert browser.post("/profil/apparence", theme="dark", shortcuts="0", next="/profil").location == "/profil"
    page = words(browser.get("/profil"))
    assert 'data-bs-theme="dark"' in page
    assert 'data-raccourcis="non"' in page
    browser.post("/deconnexion")
    assert 'data-bs-theme="dark"' in words(browser.get("/connexion"))


def test_the_theme_button_of_the_menu_changes_nothing_else_on_the_page(cast: Cast, browser: Browser) -> None:
    assert browser.as_("technicien").post("/profil/apparence", htmx=True, theme="dark").status_code == 204


def test_an_unknown_choice_of_appearance_is_ignored(cast: Cast, browser: Browser) -> None:
    browser.as_("technicien").post("/profil/apparence", theme="rose")
    assert "rose" not in words(browser.get("/profil"))


def test_sessions_are_listed_with_their_browser_and_the_present_one_is_marked(cast: Cast, browser: Browser) -> None:
    other = browser.app.test_client()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', other.get("/connexion").text)
    assert token
    form = {"email": "technicien@demo.example", "password": PASSWORD, "csrf_token": token.group(1)}
    other.post("/connexion", data=form, headers={"User-Agent": FIREFOX})
    page = browser.as_("technicien").get("/profil").text
    assert "Firefox sur Windows" in page
    assert page.count("Celle-ci") == 1
    assert page.count("127.0.0.1") == 2


def test_a_revoked_session_is_signed_out_at_its_next_request(cast: Cast, browser: Browser) -> None:
    elsewhere = Browser(browser.app).as_("technicien")
    browser.as_("technicien")
    ends = re.findall(r'action="(/profil/sessions/\d+/fermer)"', browser.get("/profil").text)
    assert len(ends) == 2
    assert browser.post(ends[1]).status_code == 303
    assert elsewhere.get("/profil", follow=False).location == "/connexion?next=/profil"
    assert browser.get("/profil", follow=False).status_code == 200


def test_all_other_sessions_end_in_one_click(cast: Cast, browser: Browser) -> None:
    others = [Browser(browser.app).as_("technicien") for _other in range(2)]
    browser.as_("technicien").post("/profil/sessions/fermer-les-autres")
    assert {other.get("/profil", follow=False).status_code for other in others} == {303}
    assert "2 autres sessions fermées" in words(browser.get("/profil"))


def test_nobody_ends_the_session_of_somebody_else_from_the_profile(cast: Cast, browser: Browser) -> None:
    target = Browser(browser.app).as_("gerant")
    ends = re.findall(r'action="(/profil/sessions/\d+/fermer)"', target.get("/profil").text)
    assert browser.as_("technicien").post(ends[0]).status_code == 404
    assert target.get("/profil", follow=False).status_code == 200


def test_a_client_has_a_profile_too(cast: Cast, browser: Browser) -> None:
    assert "Mot de passe" in browser.as_("client").get("/profil").text


def test_the_profile_costs_few_queries_however_many_sessions(cast: Cast, browser: Browser, queries: list[str]) -> None:
    browser.as_("technicien")
    browser.get("/profil")
    queries.clear()
    browser.get("/profil")
    first = len(queries)
    for _other in range(3):
        Browser(browser.app).as_("technicien")
    queries.clear()
    browser.get("/profil")
    assert len(queries) == first <= 12
