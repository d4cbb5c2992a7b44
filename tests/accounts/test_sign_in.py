"""Signing in: what a person sees, and what a stranger must not learn."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from app.accounts import services
from app.accounts.states import Role
from app.core.db import transaction
from tests.accounts.helpers import move_clock, try_to_sign_in, words
from tests.cast import Cast
from tests.factories.accounts import a_user
from tests.signing import PASSWORD, Browser


def test_the_right_password_opens_the_day(cast: Cast, browser: Browser) -> None:
    answer = try_to_sign_in(browser, " Technicien@Demo.example ", PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/")
    assert browser.get("/profil").status_code == 200


def test_the_page_asked_for_comes_after_the_sign_in(cast: Cast, browser: Browser) -> None:
    asked = browser.client.get("/profil?x=1")
    assert asked.location == "/connexion?next=/profil?x%3D1"
    page = browser.get(asked.location)
    assert 'value="/profil?x=1"' in page.text
    answer = browser.post("/connexion", email="gerant@demo.example", password=PASSWORD, next="/profil?x=1")
    assert answer.location == "/profil?x=1"


@pytest.mark.parametrize("next_page", ["https://ailleurs.example/", "//ailleurs.example", "/\\ailleurs.example"])
def test_signing_in_never_leads_to_another_site(cast: Cast, browser: Browser, next_page: str) -> None:
    browser.get("/connexion")
    answer = browser.post("/connexion", email="gerant@demo.example", password=PASSWORD, next=next_page)
    assert answer.location == "/"


def _without_what_was_typed(answer: TestResponse, email: str) -> str:
    text = words(answer).replace(email, "")
    tokens = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    for token in tokens:
        text = text.replace(token, "")
    return text


def test_the_refusal_is_the_same_for_a_known_address_and_an_unknown_one(cast: Cast, browser: Browser) -> None:
    known = try_to_sign_in(browser, "gerant@demo.example", "pas le bon mot")
    unknown = try_to_sign_in(browser, "personne@ailleurs.example", "pas le bon mot")
    assert known.status_code == unknown.status_code == 422
    assert "ne vont pas ensemble" in words(known)
    assert _without_what_was_typed(known, "gerant@demo.example") == _without_what_was_typed(
        unknown, "personne@ailleurs.example"
    )


def test_a_password_is_checked_even_when_there_is_no_account(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The costly part is done once for a known address, an unknown one, and a closed account alike."""
    from app.accounts.services import passwords

    checked: list[str] = []
    verify = passwords._hasher.verify

    class Counting:
        def verify(self, known: str, password: str) -> bool:
            checked.append(known)
            return verify(known, password)

    monkeypatch.setattr(passwords, "_hasher", Counting())
    closed = a_user(Role.DESK, active=False)
    for email in ("gerant@demo.example", "personne@ailleurs.example", closed.email):
        services.check_password(email, "pas le bon mot")
    assert len(checked) == 3


def test_a_deactivated_account_does_not_open(cast: Cast, browser: Browser) -> None:
    user = a_user(Role.DESK, active=False)
    assert try_to_sign_in(browser, user.email, PASSWORD).status_code == 422


def test_an_account_without_a_password_yet_does_not_open(cast: Cast, browser: Browser) -> None:
    user = a_user(Role.DESK, password_hash="")
    assert try_to_sign_in(browser, user.email, "").status_code == 422
    assert try_to_sign_in(browser, user.email, "nobody has this password").status_code == 422


@pytest.mark.parametrize("email", ["gerant@demo.example", "personne@ailleurs.example"])
def test_too_many_refusals_close_the_door_for_a_quarter_of_an_hour(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    for _attempt in range(8):
        assert try_to_sign_in(browser, email, "pas le bon mot").status_code == 422
    shut = try_to_sign_in(browser, email, PASSWORD)
    assert shut.status_code == 429
    assert "quart d’heure" in words(shut)
    move_clock(monkeypatch, minutes=16)
    assert try_to_sign_in(browser, email, PASSWORD).status_code == (303 if email.startswith("gerant") else 422)


def test_one_address_cannot_try_many_accounts(cast: Cast, browser: Browser) -> None:
    with transaction():
        for number in range(40):
            services.note_refusal(f"email:cible{number}@demo.example", "address:127.0.0.1")
    assert try_to_sign_in(browser, "gerant@demo.example", PASSWORD).status_code == 429


def test_a_right_password_forgets_the_slips_before_it(cast: Cast, browser: Browser) -> None:
    for _round in range(2):
        for _attempt in range(7):
            try_to_sign_in(browser, "gerant@demo.example", "pas le bon mot")
        assert try_to_sign_in(browser, "gerant@demo.example", PASSWORD).status_code == 303


def test_signing_out_ends_the_session_even_for_a_copied_cookie(cast: Cast, browser: Browser) -> None:
    browser.as_("technicien")
    cookie = browser.client.get_cookie("session")
    assert cookie
    browser.get("/profil")
    browser.post("/deconnexion")
    thief = browser.app.test_client()
    thief.set_cookie("session", cookie.value)
    assert thief.get("/profil").location == "/connexion?next=/profil"


def test_a_session_ends_by_itself_after_thirty_days(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser.as_("technicien")
    move_clock(monkeypatch, days=31)
    assert browser.get("/profil", follow=False).status_code == 303


def test_an_empty_form_says_what_to_type(cast: Cast, browser: Browser) -> None:
    answer = try_to_sign_in(browser, "", "")
    assert answer.status_code == 422
    assert "Saisissez votre adresse de courriel." in words(answer)


def test_a_form_without_its_token_is_refused_in_french(cast: Cast, app: Flask) -> None:
    answer = app.test_client().post("/connexion", data={"email": "gerant@demo.example", "password": PASSWORD})
    assert answer.status_code == 400
    assert "La page est restée ouverte trop longtemps" in words(answer)


def test_the_demonstration_accounts_are_offered_in_demonstration_only(
    cast: Cast, app: Flask, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "etabli-demo" not in words(browser.get("/connexion"))
    monkeypatch.setitem(app.config, "DEMO", True)
    page = words(browser.get("/connexion"))
    assert "etabli-demo" in page
    assert 'value="luthier@demo.example"' in page
