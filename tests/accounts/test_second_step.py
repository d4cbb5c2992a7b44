"""The second step: codes of an application, recovery codes, and roles that must have it."""

import re

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.core.db import db, transaction
from app.core.settings import change_setting
from tests.accounts.helpers import code_of, move_clock, set_up_totp, try_to_sign_in, words
from tests.cast import Cast
from tests.signing import PASSWORD, Browser


def _sign_in_with(browser: Browser, code: str):
    assert try_to_sign_in(browser, "technicien@demo.example", PASSWORD).location == "/connexion/code"
    browser.get("/connexion/code")
    answer = browser.post("/connexion/code", code=code)
    browser.token = ""
    return answer


def test_once_set_up_the_password_alone_opens_nothing(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret, codes = set_up_totp(browser.as_("technicien"))
    assert len(set(codes)) == 10
    move_clock(monkeypatch, seconds=60)
    try_to_sign_in(browser, "technicien@demo.example", PASSWORD)
    assert browser.get("/profil", follow=False).location == "/connexion?next=/profil"
    assert _sign_in_with(browser, "000000").status_code == 422
    assert _sign_in_with(browser, code_of(secret)).status_code == 303
    assert "Active" in words(browser.get("/profil"))


def test_a_code_serves_once(cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _codes = set_up_totp(browser.as_("technicien"))
    assert _sign_in_with(browser, code_of(secret)).status_code == 422, "the code that set it up has served"
    move_clock(monkeypatch, seconds=60)
    assert _sign_in_with(browser, code_of(secret)).status_code == 303
    assert _sign_in_with(browser, code_of(secret)).status_code == 422


def test_a_recovery_code_serves_once_however_it_is_typed(cast: Cast, browser: Browser) -> None:
    _secret, codes = set_up_totp(browser.as_("technicien"))
    assert _sign_in_with(browser, codes[0].upper().replace("-", " ")).status_code == 303
    assert "Il vous reste 9 codes de secours" in words(browser.get("/profil"))
    assert _sign_in_with(browser, codes[0]).status_code == 422
    assert _sign_in_with(browser, codes[1]).status_code == 303


def test_neither_the_secret_nor_the_codes_can_be_read_in_the_database(cast: Cast, browser: Browser) -> None:
    secret, codes = set_up_totp(browser.as_("technicien"))
    user = db.session.scalars(select(User).where(User.email == "technicien@demo.example")).one()
    kept = f"{user.sealed_totp} {user.recovery_hashes}"
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_new_recovery_codes_void_the_old_ones_and_ask_for_the_password(cast: Cast, browser: Browser) -> None:
    _secret, old = set_up_totp(browser.as_("technicien"))
    assert browser.post("/profil/codes-de-secours", present="autre chose").status_code == 422
    answer = browser.post("/profil/codes-de-secours", present=PASSWORD)
    new = re.findall(r"<li>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</li>", answer.text)
    assert len(new) == 10
    assert _sign_in_with(browser, old[0]).status_code == 422
    assert _sign_in_with(browser, new[0]).status_code == 303


def test_codes_cannot_be_guessed_without_end(cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, _codes = set_up_totp(browser.as_("technicien"))
    move_clock(monkeypatch, seconds=60)
    for number in range(6):
        assert _sign_in_with(browser, f"00000{number}").status_code == 422
    assert _sign_in_with(browser, code_of(secret)).status_code == 429


def test_the_code_is_asked_for_ten_minutes_only(cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up_totp(browser.as_("technicien"))
    try_to_sign_in(browser, "technicien@demo.example", PASSWORD)
    move_clock(monkeypatch, minutes=11)
    assert browser.get("/connexion/code", follow=False).location == "/connexion"


def test_a_wrong_first_code_changes_nothing(cast: Cast, browser: Browser) -> None:
    browser.as_("technicien").get("/profil/double-authentification")
    answer = browser.post("/profil/double-authentification", code="000000")
    assert answer.status_code == 422
    assert "l’heure de votre téléphone" in words(answer)
    assert try_to_sign_in(browser, "technicien@demo.example", PASSWORD).location == "/"


def test_it_is_taken_off_with_the_password(cast: Cast, browser: Browser) -> None:
    set_up_totp(browser.as_("technicien"))
    assert browser.post("/profil/double-authentification/retirer", present="autre chose").status_code == 422
    assert browser.post("/profil/double-authentification/retirer", present=PASSWORD).status_code == 303
    assert try_to_sign_in(browser, "technicien@demo.example", PASSWORD).location == "/"


@pytest.mark.row("B1")
def test_a_role_that_must_have_it_is_sent_to_set_it_up_first(cast: Cast, browser: Browser) -> None:
    with transaction():
        change_setting("accounts.totp_roles", ["technicien"])
    browser.as_("technicien")
    assert browser.get("/profil", follow=False).location == "/profil/double-authentification"
    assert browser.post("/profil", name="Inès R.").location == "/profil/double-authentification"
    assert "Votre rôle la demande" in words(browser.get("/profil/double-authentification"))
    set_up_totp(browser)
    assert browser.get("/profil", follow=False).status_code == 200
    assert browser.post("/profil/double-authentification/retirer", present=PASSWORD).status_code == 422
    assert browser.as_("accueil").get("/profil", follow=False).status_code == 200


def test_the_manager_decides_for_whom_and_helps_somebody_who_lost_everything(cast: Cast, browser: Browser) -> None:
    set_up_totp(browser.as_("technicien"))
    browser.as_("gerant").get("/reglages/equipe")
    browser.post("/reglages/equipe/double-authentification", data={"roles": ["comptable"]})
    assert browser.as_("compta").get("/profil", follow=False).location == "/profil/double-authentification"
    browser.as_("gerant").post(f"/reglages/equipe/{cast.ines.id}/retirer-double-authentification")
    assert try_to_sign_in(browser, "technicien@demo.example", PASSWORD).location == "/"
