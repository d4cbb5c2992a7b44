"""The dashboard: today's work with one action each; the same numbers as the lists that it links to; each role its own version."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from app.core import clock
from app.core.db import db
from app.tickets.states import TicketState
from tests.cast import Cast
from tests.factories.tickets import a_ticket
from tests.insights.conftest import Past, aged
from tests.signing import Browser

URL = "/tableau-de-bord"
TILE = re.compile(r'<a class="cd tile" href="([^"]*)" id="tuile-(\w+)">.*?<span class="big">(.*?)</span>', re.DOTALL)


def tiles(answer: TestResponse) -> dict[str, tuple[str, str]]:
    """{key: (number, address)}."""
    return {key: (number, unescape(url)) for url, key, number in TILE.findall(answer.text)}


def rows(answer: TestResponse) -> int:
    """How many lines the list at that address shows."""
    body = re.search(r"<tbody>(.*?)</tbody>", answer.text, re.DOTALL)
    return body.group(1).count("<tr") if body else 0


@pytest.mark.row("B12")
@pytest.mark.parametrize("key", ["ready", "due", "late", "quotes"])
def test_each_tile_counts_the_rows_of_the_list_it_opens(browser: Browser, past: Past, key: str) -> None:
    number, url = tiles(browser.as_("gerant").get(URL))[key]

    assert number == "1"
    assert rows(browser.get(url)) == 1


@pytest.mark.row("B12")
def test_the_message_tiles_open_what_they_count(browser: Browser, past: Past) -> None:
    shown = tiles(browser.as_("accueil").get(URL))

    assert shown["unread"][0] == "1"
    assert "Avez-vous reçu mon message" in unescape(browser.get(shown["unread"][1]).text)
    assert shown["lost"][0] == "0"


@pytest.mark.row("B12")
def test_the_day_lists_what_to_hand_over_first_and_fills_one_button_only(browser: Browser, past: Past) -> None:
    page = browser.as_("gerant").get(URL).text
    day = page[page.index('id="jour"') : page.index("Retards et relances")]

    assert day.index(past.ready.number) < day.index(past.due.number)
    assert past.waiting.number not in day
    assert day.count('class="bt s p"') == 1
    assert f'href="/dossiers/{past.ready.number}/remise"' in day or "Remettre" in day


@pytest.mark.row("B12")
def test_what_is_late_comes_with_its_days_and_its_action(browser: Browser, past: Past) -> None:
    page = unescape(browser.as_("gerant").get(URL).text)
    late = page[page.index("Retards et relances") :]

    assert "4\u00a0jours" in late or "4 jours" in late
    assert f"/dossiers/{past.late.number}/retards" in late
    assert "/devis/D-2026-0001/rappel" in late


@pytest.mark.row("B12")
def test_a_segment_of_the_address_keeps_its_kind_alone(browser: Browser, past: Past) -> None:
    page = browser.as_("gerant").get(URL + "?voir=remises", htmx=True).text

    assert past.ready.number in page
    assert past.due.number not in page
    assert "<html" not in page


@pytest.mark.row("B12")
def test_a_technician_finds_his_own_day(browser: Browser, past: Past, cast: Cast) -> None:
    answer = browser.as_("technicien").get(URL)
    day = answer.text[answer.text.index('id="jour"') :]

    assert "Ma journée" in answer.text
    assert day.index(past.late.number) < day.index(past.back.number)
    assert past.due.number not in day  # Camille's
    assert tiles(answer)["open"][0] == "3"
    assert rows(browser.get(tiles(answer)["open"][1])) == 3


@pytest.mark.row("B12")
def test_an_outside_repairer_sees_nothing_of_the_others(browser: Browser, past: Past) -> None:
    page = browser.as_("luthier").get(URL).text

    for ticket in (past.ready, past.late, past.due, past.waiting):
        assert ticket.number not in page
    assert "Inès" not in page


@pytest.mark.row("B12")
def test_the_accountant_sees_money_only(browser: Browser, past: Past) -> None:
    answer = browser.as_("compta").get(URL)

    assert set(tiles(answer)) == {"quotes", "accepted", "refused", "expired"}
    assert "120,00" in answer.text
    assert past.late.number not in answer.text
    assert "Prendre en charge" not in answer.text


def test_a_client_is_led_to_his_own_space(browser: Browser, past: Past) -> None:
    answer = browser.as_("client").get(URL, follow=False)

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/portail"


@pytest.mark.parametrize("who", ["gerant", "accueil", "commercial", "technicien", "luthier", "compta"])
def test_an_empty_workshop_says_so(browser: Browser, cast: Cast, who: str) -> None:
    answer = browser.as_(who).get(URL)

    assert answer.status_code == 200
    assert "Aucun" in answer.text


def test_the_figures_follow_a_change_at_once(browser: Browser, past: Past) -> None:
    browser.as_("gerant")
    assert tiles(browser.get(URL))["ready"][0] == "1"
    a_ticket(TicketState.READY)

    assert tiles(browser.get(URL))["ready"][0] == "2"


def test_the_number_of_queries_does_not_follow_the_number_of_tickets(
    browser: Browser, past: Past, queries: list[str]
) -> None:
    browser.as_("gerant").get(URL)
    queries.clear()
    browser.get(URL)
    few = len(queries)
    for _one in range(12):
        aged(a_ticket(TicketState.READY), promised_on=clock.today())
    db.session.rollback()
    browser.get(URL)
    queries.clear()
    browser.get(URL)

    assert len(queries) == few <= 12


def test_looking_writes_nothing(browser: Browser, past: Past, queries: list[str]) -> None:
    browser.as_("gerant")
    queries.clear()
    browser.get(URL)

    assert not [sent for sent in queries if sent.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]


def test_dashboard_panels_of_other_features_come_first(browser: Browser, cast: Cast) -> None:
    page = browser.as_("gerant").get(URL).text

    assert page.index("Mise en route") < page.index('class="tiles"')
