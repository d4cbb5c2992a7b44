"""Invitation and forgotten password, by signed links."""

import re

import pytest

from app.accounts import services
from app.accounts.states import Role
from app.core.db import transaction
from tests.accounts.helpers import link_in, messages_to, move_clock, try_to_sign_in, words, work
from tests.cast import Cast
from tests.signing import PASSWORD, Browser

GOOD = "trois petits pots"
SEND_RESET = "app.accounts.jobs.send_reset"


def _ask(browser: Browser, email: str):
    browser.client = browser.app.test_client()
    browser.get("/mot-de-passe-oublie")
    return browser.post("/mot-de-passe-oublie", email=email)


def _reset_link(browser: Browser, email: str) -> str:
    assert _ask(browser, email).status_code == 200
    work(SEND_RESET)
    return link_in(messages_to(email)[-1].text)


def _invited(email: str = "zoe@demo.example") -> str:
    with transaction():
        _user, token = services.invite(email, "Zoé Marin", Role.DESK)
    return f"/invitation/{token}"


# --- invitation ---------------------------------------------------------------------------------------------------


@pytest.mark.row("B1")
def test_an_invited_colleague_chooses_a_password_and_is_at_work(cast: Cast, browser: Browser) -> None:
    browser.as_("gerant").get("/reglages/equipe/inviter")
    answer = browser.post(
        "/reglages/equipe/inviter", name="Zoé Marin", email="Zoe@demo.example", role="accueil", site_id=""
    )
    assert answer.status_code == 303
    message = messages_to("zoe@demo.example")[0]
    assert "Atelier Second Souffle" in message.subject
    newcomer = Browser(browser.app)
    assert "Bienvenue, Zoé Marin" in words(newcomer.get(link_in(message.text)))
    assert newcomer.post(link_in(message.text), password=GOOD).location == "/"
    assert "Zoé Marin" in words(newcomer.get("/profil"))
    assert try_to_sign_in(browser, "zoe@demo.example", GOOD).status_code == 303


@pytest.mark.row("B8")
def test_a_client_is_invited_by_the_same_link(cast: Cast, browser: Browser) -> None:
    with transaction():
        user, token = services.invite("luc@exemple.example", "Luc Favre", Role.CLIENT)
        services.send_invitation(user, token)
    browser.get(f"/invitation/{token}")
    assert browser.post(f"/invitation/{token}", password=GOOD).status_code == 303
    assert len(messages_to("luc@exemple.example")) == 1


def test_an_invitation_serves_once(cast: Cast, browser: Browser) -> None:
    url = _invited()
    browser.get(url)
    assert browser.post(url, password=GOOD).status_code == 303
    again = Browser(browser.app).get(url)
    assert again.status_code == 410
    assert "Connectez-vous" in words(again)


def test_an_invitation_expires_after_a_week(cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    url = _invited()
    move_clock(monkeypatch, days=8)
    assert browser.get(url).status_code == 410


@pytest.mark.parametrize("forged", ["/invitation/nimporte-quoi", "/mot-de-passe/éèà", "/invitation/x"])
def test_a_forged_link_is_a_page_that_does_not_exist(cast: Cast, browser: Browser, forged: str) -> None:
    assert browser.get(forged).status_code == 404


def test_an_invitation_is_no_reset_and_no_other_letter_of_it_will_do(cast: Cast, browser: Browser) -> None:
    token = _invited().rsplit("/", 1)[1]
    assert browser.get(f"/mot-de-passe/{token}").status_code == 404
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    assert browser.get(f"/invitation/{changed}").status_code == 404


def test_a_second_invitation_voids_the_first(cast: Cast, browser: Browser) -> None:
    first = _invited()
    browser.as_("gerant")
    user = services.holder_of(first.rsplit("/", 1)[1], "invite")
    assert user
    browser.post(f"/reglages/equipe/{user.id}/inviter")
    assert browser.get(first).status_code == 410
    assert Browser(browser.app).get(link_in(messages_to("zoe@demo.example")[-1].text)).status_code == 200


def test_an_address_that_has_an_account_is_not_invited_again(cast: Cast, browser: Browser) -> None:
    browser.as_("gerant").get("/reglages/equipe/inviter")
    answer = browser.post(
        "/reglages/equipe/inviter", name="Inès", email="technicien@demo.example", role="accueil", site_id=""
    )
    assert answer.status_code == 422
    assert "a déjà un compte" in words(answer)
    assert 'value="Inès"' in answer.text, "what was typed is kept"


# --- forgotten password -------------------------------------------------------------------------------------------


def test_a_forgotten_password_is_replaced_by_the_link_received(cast: Cast, browser: Browser) -> None:
    elsewhere = Browser(browser.app).as_("technicien")
    url = _reset_link(browser, "technicien@demo.example")
    browser.get(url)
    assert browser.post(url, password=GOOD).location == "/connexion"
    assert elsewhere.get("/profil", follow=False).status_code == 303, "sessions opened before are closed"
    assert try_to_sign_in(browser, "technicien@demo.example", PASSWORD).status_code == 422
    assert try_to_sign_in(browser, "technicien@demo.example", GOOD).status_code == 303


def test_the_page_says_the_same_whether_the_address_exists_or_not(cast: Cast, browser: Browser) -> None:
    known = _ask(browser, "gerant@demo.example").text.replace("gerant@demo.example", "")
    unknown = _ask(browser, "personne@ailleurs.example").text.replace("personne@ailleurs.example", "")
    hide = re.compile(r"X-CSRFToken[^}]+")
    assert hide.sub("", known) == hide.sub("", unknown)
    assert work(SEND_RESET) == 2, "the work of the request is the same too: the account is looked up later"
    assert messages_to("personne@ailleurs.example") == []
    assert len(messages_to("gerant@demo.example")) == 1


def test_nothing_is_sent_for_a_closed_account(cast: Cast, browser: Browser) -> None:
    with transaction():
        services.deactivate(cast.ines.id, by=cast.camille)
    _ask(browser, "technicien@demo.example")
    work(SEND_RESET)
    assert messages_to("technicien@demo.example") == []


def test_a_job_done_twice_sends_one_message(cast: Cast, browser: Browser) -> None:
    from app.accounts.jobs import send_reset

    send_reset("technicien@demo.example")
    send_reset("technicien@demo.example")
    assert len(messages_to("technicien@demo.example")) == 1


def test_asking_again_voids_the_link_before(cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    first = _reset_link(browser, "technicien@demo.example")
    move_clock(monkeypatch, minutes=5)
    second = _reset_link(browser, "technicien@demo.example")
    assert browser.get(first).status_code == 410
    assert browser.get(second).status_code == 200


def test_a_reset_link_serves_once_and_for_two_hours(
    cast: Cast, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = _reset_link(browser, "technicien@demo.example")
    browser.get(url)
    browser.post(url, password=GOOD)
    used = browser.post(url, password="un autre beau mot")
    assert used.status_code == 410
    assert "Demander un nouveau lien" in words(used)
    other = _reset_link(browser, "accueil@demo.example")
    move_clock(monkeypatch, hours=3)
    assert browser.get(other).status_code == 410


def test_a_mailbox_cannot_be_flooded(cast: Cast, browser: Browser) -> None:
    answers = {_ask(browser, "technicien@demo.example").status_code for _time in range(7)}
    assert answers == {200}
    assert work(SEND_RESET) == 4


# --- rules of a password ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("court", "trop court"),
        ("zoe@demo.example", "reprend votre nom ou votre adresse"),
        ("ZoéMarin2024!", "reprend votre nom ou votre adresse"),
        ("motdepasse123", "parmi les plus répandus"),
        ("azertyuiop", "parmi les plus répandus"),
        ("1234567890", "parmi les plus répandus"),
        ("aaaaaaaaaaaa", "parmi les plus répandus"),
        ("", "Choisissez un mot de passe."),
    ],
)
def test_a_weak_password_is_refused_with_what_to_do(cast: Cast, browser: Browser, password: str, sentence: str) -> None:
    url = _invited()
    browser.get(url)
    answer = browser.post(url, password=password)
    assert answer.status_code == 422
    assert sentence in words(answer)
