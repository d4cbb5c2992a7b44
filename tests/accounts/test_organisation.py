"""The organisation: identity checked, a colour that reads, opening hours, and the index of settings."""

from typing import Any

import pytest

from app.accounts import queries
from app.core import colours
from tests.accounts.helpers import words
from tests.cast import Cast
from tests.signing import Browser

URL = "/reglages/organisation"


def _fields(**changes: Any) -> dict[str, Any]:
    ends = ("morning_from", "morning_to", "afternoon_from", "afternoon_to")
    closed = {f"opening-{day}-{end}": "" for day in range(7) for end in ends}
    return {
        **closed,
        "name": "Atelier Second Souffle",
        "accent": "#2a4b9b",
        "icon": "tools",
        "zone": "Europe/Paris",
        **changes,
    }


def _save(browser: Browser, **changes: Any):
    browser.as_("gerant").get(URL)
    return browser.post(URL, data=_fields(**changes))


def test_who_we_are_is_kept_and_shown_on_every_screen(cast: Cast, browser: Browser) -> None:
    answer = _save(
        browser, name="La Clé de douze", tagline="Cycles", siret="732 829 320 00074", vat_number="fr 40 303 265 045"
    )
    assert answer.status_code == 303
    page = words(browser.get("/profil"))
    assert "La Clé de douze" in page
    house = queries.our_organisation()
    assert (house.siret, house.vat_number) == ("73282932000074", "FR40303265045")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("siret", "732 829 320 00075", "faute de frappe"),
        ("siret", "732 829 320", "14 chiffres"),
        ("vat_number", "FR00303265045", "ne tombe pas juste"),
        ("phone", "04 94 00", "Il manque"),
        ("email", "bonjour@", "Cette adresse est incomplète"),
        ("accent", "#ffcc00", "Le texte blanc ne se lirait pas"),
        ("accent", "rouge", "Une couleur s’écrit avec #"),
        ("name", "", "Saisissez le nom de votre organisation"),
        ("opening-0-morning_from", "09:00", "donnez le début et la fin"),
        ("opening-0-morning_from", "neuf heures", "Écrivez les heures comme"),
    ],
)
def test_a_mistake_is_explained_beside_its_field_and_nothing_typed_is_lost(
    cast: Cast, browser: Browser, field: str, value: str, sentence: str
) -> None:
    answer = _save(browser, **{"tagline": "Réparation", field: value})
    assert answer.status_code == 422
    assert sentence in words(answer)
    assert 'value="Réparation"' in words(answer)
    assert queries.our_organisation().tagline != "Réparation"


def test_every_mistake_is_shown_at_once(cast: Cast, browser: Browser) -> None:
    page = words(_save(browser, siret="1", accent="#ffcc00", phone="04"))
    assert "3 champs à corriger" in page


def test_a_colour_too_light_comes_with_a_darker_one_that_reads(cast: Cast, browser: Browser) -> None:
    proposed = colours.readable("#ffcc00")
    assert proposed in _save(browser, accent="#ffcc00").text
    assert colours.contrast(proposed) >= 4.5
    assert _save(browser, accent=proposed).status_code == 303


def test_our_colour_is_a_style_sheet_that_browsers_may_keep(cast: Cast, browser: Browser) -> None:
    assert "/charte/" not in browser.get("/connexion").text, "the house's own colour needs none"
    _save(browser, accent="#0b7a3b")
    url = queries.our_organisation().style_url
    assert url in words(browser.get("/profil"))
    sheet = browser.app.test_client().get(url)
    assert sheet.mimetype == "text/css"
    assert "--et-primary: light-dark(#0b7a3b" in sheet.text
    assert "max-age=31536000" in sheet.headers["Cache-Control"]
    assert browser.get("/charte/000000000000.css").status_code == 404


def test_opening_hours_are_kept_by_day(cast: Cast, browser: Browser) -> None:
    hours = {
        "opening-0-morning_from": "09:00", "opening-0-morning_to": "12:00",
        "opening-0-afternoon_from": "14:00", "opening-0-afternoon_to": "18:30",
        "opening-5-morning_from": "10:00", "opening-5-morning_to": "16:00",
    }  # fmt: skip
    assert _save(browser, **hours).status_code == 303
    assert queries.our_organisation().opening == {
        "0": [["09:00", "12:00"], ["14:00", "18:30"]],
        "5": [["10:00", "16:00"]],
    }
    assert 'value="18:30"' in words(browser.get(URL))


def test_hours_in_the_wrong_order_are_refused(cast: Cast, browser: Browser) -> None:
    answer = _save(browser, **{"opening-2-morning_from": "12:00", "opening-2-morning_to": "09:00"})
    assert "La fin vient avant le début" in words(answer)


def test_the_settings_index_shows_what_one_may_open(cast: Cast, browser: Browser) -> None:
    page = browser.as_("gerant").get("/reglages").text
    for url in (URL, "/reglages/equipe", "/reglages/droits"):
        assert f'href="{url}"' in page
