"""The box at the top finds everything one may see, and nothing else."""

import pytest

from app.accounts.views.search import share
from app.core.db import db, transaction
from app.core.search import Hit
from app.tickets.models import Ticket
from app.tickets.states import TicketState
from tests.cast import Cast
from tests.factories.assets import an_asset
from tests.factories.contacts import a_contact
from tests.factories.tickets import a_ticket
from tests.signing import Browser


@pytest.mark.row("F2")
def test_a_client_his_devices_and_his_tickets_come_together(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(contact=cast.karim)
    page = browser.as_("accueil").get("/recherche?q=benyahia")
    assert f'href="/contacts/{cast.karim.id}"' in page.text
    assert f'href="/dossiers/{ticket.number}"' in page.text
    assert "Lestrange" not in page.text


@pytest.mark.parametrize("typed", ["{number}", "r20260001", "{serial}", "br3 7777"])
def test_a_number_or_a_serial_is_found_however_it_is_typed(cast: Cast, browser: Browser, typed: str) -> None:
    asset = an_asset(serial="BR3-7777", label="Brévia 300")
    ticket = a_ticket(contact=cast.karim, asset=asset)
    text = typed.format(number=ticket.number, serial=asset.serial).replace("2026", ticket.number[2:6])
    rows = browser.as_("accueil").get("/recherche", query_string={"q": text}, htmx=True).text
    assert f'href="/dossiers/{ticket.number}"' in rows
    assert "<html" not in rows


def test_what_is_typed_whole_comes_before_what_only_begins_so(cast: Cast, browser: Browser) -> None:
    exact = an_asset(serial="AB12")
    for n in range(25):
        an_asset(serial=f"AB12{n:02d}")
    rows = browser.as_("accueil").get("/recherche?q=AB12", htmx=True).text
    assert rows.index(f'href="/biens/{exact.id}"') == rows.index('href="/biens/')
    assert rows.count('role="option"') == 10


@pytest.mark.row("B1")
def test_an_outside_repairer_finds_his_own_tickets_only(cast: Cast, browser: Browser) -> None:
    his, other = a_ticket(contact=cast.karim), a_ticket(contact=cast.karim)
    with transaction():
        db.session.get_one(Ticket, his.id).assignee_id = cast.hugo.id
    for htmx in (True, False):
        rows = browser.as_("luthier").get("/recherche?q=karim", htmx=htmx).text
        assert his.number in rows
        assert other.number not in rows
        assert "/contacts/" not in rows


@pytest.mark.row("B1")
def test_a_client_finds_nothing_here(cast: Cast, browser: Browser) -> None:
    a_ticket(contact=cast.karim)
    rows = browser.as_("client").get("/recherche?q=karim", htmx=True).text
    assert "href" not in rows
    assert "Rien ne répond à" in rows


@pytest.mark.parametrize("text", ['"', "*", "' or 1=1 --", "NEAR(a b)", "zq0ticket OR", "é" * 300, "a", ""])
def test_no_text_breaks_the_search(cast: Cast, browser: Browser, text: str) -> None:
    assert browser.as_("accueil").get("/recherche", query_string={"q": text}, htmx=True).status_code == 200


def test_a_search_costs_few_queries(cast: Cast, browser: Browser, queries: list[str]) -> None:
    for _n in range(12):
        a_ticket(TicketState.RECEIVED, contact=a_contact(name="Odile Marchetti"))
    desk = browser.as_("accueil")
    desk.get("/recherche?q=odile", htmx=True)
    queries.clear()
    desk.get("/recherche?q=marchetti", htmx=True)
    assert len(queries) <= 5, queries


def test_each_kind_has_its_part_of_the_rows() -> None:
    hits = [Hit("ticket", n, str(n), "", "") for n in range(10)]
    assert {kind: len(part) for kind, part in share({"contact": hits[:2], "ticket": hits, "asset": hits}, 10).items()} == {
        "contact": 2, "ticket": 4, "asset": 4,
    }  # fmt: skip
