"""A session that ends in the middle of a form loses nothing of what was typed."""

import json

from tests.cast import Cast
from tests.signing import Browser

HERE = {"Origin": "http://localhost"}
TYPED = {"kind": "person", "last_name": "Attali", "postcode": "83170", "notes": 'Deux\nlignes <b>"'}


def test_the_form_waits_until_one_is_signed_in_again(cast: Cast, browser: Browser) -> None:
    browser.as_("accueil").get("/contacts/nouveau")
    browser.client.delete_cookie("session")
    refused = browser.client.post("/contacts/nouveau", data={**TYPED, "csrf_token": browser.token}, headers=HERE)
    assert refused.status_code == 400
    assert "Votre session est terminée" in refused.text
    assert "Deux\nlignes &lt;b&gt;&#34;</textarea>" in refused.text
    browser.as_("accueil")
    stale = browser.client.post("/contacts/nouveau", data={**TYPED, "csrf_token": "périmé"}, headers=HERE)
    assert "Votre saisie est gardée" in stale.text
    browser._take_token(stale)
    assert browser.post("/contacts/nouveau", data=TYPED).status_code == 303


def test_another_site_s_form_is_not_kept(cast: Cast, browser: Browser) -> None:
    browser.as_("accueil").get("/contacts/nouveau")
    answer = browser.client.post("/contacts/nouveau", data=TYPED, headers={"Origin": "http://ailleurs.example"})
    assert answer.status_code == 400
    assert "Attali" not in answer.text


def test_a_password_is_never_written_back(cast: Cast, browser: Browser) -> None:
    answer = browser.client.post("/connexion", data={"email": "a@b.example", "password": "une phrase"}, headers=HERE)
    assert answer.status_code == 400
    assert "une phrase" not in answer.text


def test_a_part_of_a_page_stays_as_it_is_until_one_is_signed_in_again(cast: Cast, browser: Browser) -> None:
    browser.as_("accueil").get("/contacts/nouveau")
    stale, part = browser.token, {**HERE, "HX-Request": "true"}
    browser.client.delete_cookie("session")
    refused = browser.client.post("/contacts/nouveau", data={**TYPED, "csrf_token": stale}, headers=part)
    assert (refused.status_code, refused.headers["HX-Retarget"]) == (401, "#toasts")
    assert "connectez-vous dans un autre onglet" in refused.text
    browser.as_("accueil")
    again = browser.client.post("/contacts/nouveau", data={**TYPED, "csrf_token": stale}, headers=part)
    assert "envoyez de nouveau" in again.text
    token = json.loads(again.headers["HX-Trigger"])["etabli:token"]["token"]
    kept = browser.client.post("/contacts/nouveau", data={**TYPED, "csrf_token": token}, headers=part)
    assert kept.status_code < 400


def test_another_site_is_given_no_token(cast: Cast, browser: Browser) -> None:
    browser.as_("accueil")
    headers = {"Origin": "http://ailleurs.example", "HX-Request": "true"}
    answer = browser.client.post("/contacts/nouveau", data=TYPED, headers=headers)
    assert answer.status_code == 400
    assert "HX-Trigger" not in answer.headers


def test_what_saves_itself_says_to_sign_in_and_then_goes_on_by_itself(cast: Cast, browser: Browser) -> None:
    browser.as_("accueil").get("/contacts/nouveau")
    script = {**HERE, "Accept": "application/json"}
    browser.client.delete_cookie("session")
    refused = browser.client.post("/contacts/nouveau", data={**TYPED, "csrf_token": browser.token}, headers=script)
    assert (refused.status_code, refused.json["message"][:26]) == (401, "Votre session est terminée")
    stale = browser.token
    browser.as_("accueil")
    again = browser.client.post("/contacts/nouveau", data={**TYPED, "csrf_token": stale}, headers=script)
    browser.token = again.json["token"]
    assert browser.post("/contacts/nouveau", data=TYPED).status_code == 303
