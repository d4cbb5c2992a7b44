"""The reports: figures of a period, their tables and exports; team figures and money by right."""

import csv
import io
import re
from datetime import date, timedelta
from html import unescape

import pytest

from app.core import clock
from app.core.db import transaction
from app.insights.queries.filters import Filters
from app.insights.queries.times import summary, time_by_state, waits_by_reason
from app.insights.states import Span
from app.tickets.services import locked, set_waiting
from app.tickets.states import TicketState, Waiting
from tests.cast import Cast
from tests.insights.conftest import Past, aged
from tests.signing import Browser

TODAY = date(2026, 11, 24)


def sheet(browser: Browser, key: str, query: str = "") -> list[list[str]]:
    answer = browser.get(f"/rapports/{key}.csv{query}")
    assert answer.status_code == 200
    assert answer.text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(answer.text[1:]), delimiter=";"))


@pytest.mark.row("B11")
@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ({}, date(2025, 11, 25), TODAY),
        ({"periode": "30j"}, date(2026, 10, 26), TODAY),
        ({"periode": "annee"}, date(2026, 1, 1), TODAY),
        ({"periode": "annee-1"}, date(2025, 1, 1), date(2025, 12, 31)),
        ({"periode": "dates", "du": "2026-03-01", "au": "2026-03-31"}, date(2026, 3, 1), date(2026, 3, 31)),
        ({"periode": "dates", "du": "2026-03-31", "au": "2026-03-01"}, date(2026, 3, 1), date(2026, 3, 31)),
        ({"periode": "dates", "du": "hier", "au": "31/12/9999"}, date(2025, 11, 25), TODAY),
        ({"periode": "toujours", "reparateur": "x"}, date(2025, 11, 25), TODAY),
    ],
)
def test_the_period_is_read_from_the_address(asked: dict[str, str], start: date, end: date) -> None:
    found = Filters.read(asked, TODAY)

    assert (found.start, found.end) == (start, end)
    assert Filters.read(found.query(), TODAY) == found


@pytest.mark.row("B11")
def test_the_period_counts_its_last_day_whole(app: object) -> None:
    filters = Filters(Span.CHOSEN, TODAY, TODAY)
    start, end = filters.moments

    assert end - start == timedelta(days=1)


@pytest.mark.row("B11")
def test_medians_and_ninetieth_percentiles() -> None:
    assert summary([]).count == 0
    assert summary([3.0]).median == summary([3.0]).p90 == 3
    ten = summary([float(number) for number in range(1, 11)])
    assert (ten.median, ten.p90, ten.total) == (5.5, 9.0, 55.0)


@pytest.mark.row("B11")
def test_time_per_step_is_read_from_the_moves(past: Past) -> None:
    found = time_by_state(Filters.read({}, clock.today()))

    assert found[TicketState.RECEIVED].count == 6
    assert TicketState.OUT not in found


@pytest.mark.row("B11")
def test_waits_are_counted_until_the_work_goes_on(past: Past) -> None:
    with transaction():
        set_waiting(locked(past.late), Waiting.PART, "Courroie")
    found = waits_by_reason(Filters.read({}, clock.today()), clock.today())

    assert list(found) == [Waiting.PART]
    assert 0 < found[Waiting.PART].total <= 1


@pytest.mark.row("B11")
@pytest.mark.row("D5")
def test_returns_under_guarantee_are_listed_and_exported(browser: Browser, past: Past) -> None:
    browser.as_("technicien")
    header, *lines = sheet(browser, "retours", "?periode=90j")

    assert header[0] == "Dossier"
    assert [line[0] for line in lines] == [past.back.number]
    assert lines[0][-1] == "Inès Rousseau"
    assert sheet(browser, "retours", "?periode=annee-1")[1:] == []


@pytest.mark.row("B11")
def test_the_rate_of_returns_is_told_by_person_and_family(browser: Browser, past: Past) -> None:
    browser.as_("gerant")
    people = {line[0]: line for line in sheet(browser, "equipe")}

    assert people["Inès Rousseau"][5:7] == ["1", "50,0 %"]
    assert people["Camille Ferrand"][6] == "–"


@pytest.mark.row("B11")
def test_quotes_sent_and_accepted(browser: Browser, past: Past) -> None:
    browser.as_("gerant")
    total = sheet(browser, "devis")[-1]

    assert total[:7] == ["Période", "2", "1", "0", "0", "1", "100,0 %"]
    assert total[7] == "120,00 €"


@pytest.mark.row("B11")
def test_the_team_sees_the_workshop_without_its_amounts(browser: Browser, past: Past) -> None:
    page = browser.as_("accueil").get("/rapports").text

    assert "Temps par étape" in page
    assert "Charge et production" in page
    assert "120,00" not in page
    assert len(sheet(browser, "devis")[0]) == 7


@pytest.mark.row("B11")
def test_the_accountant_sees_quotes_and_not_the_team(browser: Browser, past: Past) -> None:
    browser.as_("compta")
    page = browser.get("/rapports").text

    assert "120,00" in page
    assert "Charge et production" not in page
    assert browser.get("/rapports/equipe.csv").status_code == 404


def test_an_outside_repairer_has_no_reports(browser: Browser, past: Past) -> None:
    assert browser.as_("luthier").get("/rapports").status_code == 403
    assert browser.get("/rapports/retours.csv").status_code == 403


@pytest.mark.row("B11")
def test_filters_of_the_address_narrow_every_section(browser: Browser, past: Past, cast: Cast) -> None:
    browser.as_("gerant")
    everybody = sheet(browser, "etats")
    camille = sheet(browser, "etats", f"?reparateur={cast.camille.id}")

    assert len(everybody) > len(camille) == 2
    page = unescape(browser.get(f"/rapports?reparateur={cast.camille.id}&periode=90j").text)
    assert re.search(rf'value="{cast.camille.id}" selected', page)
    assert f"/rapports/etats.csv?periode=90j&reparateur={cast.camille.id}" in page


def test_an_empty_period_says_so_and_divides_by_nothing(browser: Browser, cast: Cast) -> None:
    page = browser.as_("gerant").get("/rapports?periode=annee-1").text

    assert page.count("Aucun") >= 7
    for key in ("devis", "etats", "etapes", "equipe", "attentes", "issues", "familles", "retours"):
        assert len(sheet(browser, key, "?periode=annee-1")) == 1


def test_an_exported_fault_is_no_formula(browser: Browser, past: Past) -> None:
    aged(past.back, fault='=HYPERLINK("http://x.example")')
    line = sheet(browser.as_("gerant"), "retours")[1]

    assert line[5].startswith("'=")


def test_every_chart_has_its_table(browser: Browser, past: Past) -> None:
    page = browser.as_("gerant").get("/rapports").text

    assert page.count("data-graphique") <= page.count("Voir le tableau")
    assert page.count("data-graphique") >= 5


def test_the_number_of_queries_is_bounded(browser: Browser, past: Past, queries: list[str]) -> None:
    browser.as_("gerant").get("/rapports")
    queries.clear()
    browser.get("/rapports")

    assert len(queries) <= 22
