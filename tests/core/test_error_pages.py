"""A refusal says the way out."""

import pytest

from tests.cast import Cast
from tests.factories.tickets import a_ticket
from tests.signing import Browser


def refused(browser: Browser, referrer: str) -> str:
    ticket = a_ticket()
    answer = browser.as_("accueil").client.post(f"/dossiers/{ticket.number}/inconnu", headers={"Referer": referrer})
    assert answer.status_code == 404
    return answer.text


def test_a_refused_form_leads_back_to_its_page(cast: Cast, browser: Browser) -> None:
    text = refused(browser, "http://localhost/dossiers/R-2026-0001?onglet=messages")
    assert 'href="/dossiers/R-2026-0001?onglet=messages"' in text
    assert "Revenir à la page précédente" in text


def test_another_site_is_never_the_way_back(cast: Cast, browser: Browser) -> None:
    assert "Revenir à la page précédente" not in refused(browser, "http://ailleurs.example/dossiers")


@pytest.mark.parametrize(
    "path",
    ["/contacts/{n}", "/biens/{n}", "/biens?famille={n}", "/messages/taches/{n}"],
)
def test_a_number_beyond_all_records_names_nothing(cast: Cast, browser: Browser, path: str) -> None:
    answer = browser.as_("gerant").get(path.format(n="9" * 20))
    assert answer.status_code == 404
    assert "Cette page n’existe pas" in answer.text
