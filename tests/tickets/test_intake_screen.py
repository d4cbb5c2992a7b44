"""What the intake screen fills in by itself, and what it leaves alone."""

import re
from datetime import date, timedelta

import pytest

from app.core import clock
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.tickets import a_ticket
from tests.signing import Browser

REFRESH = "/dossiers/nouveau/formulaire"


def value_of(text: str, name: str) -> str:
    """What the field shows."""
    tag = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', text)
    assert tag, name
    found = re.search(r'value="([^"]*)"', tag[0])
    return found[1] if found else ""


@pytest.mark.row("B2")
def test_a_known_serial_fills_in_the_day_of_purchase(cast: Cast, browser: Browser) -> None:
    an_asset(owner_id=cast.karim.id, serial="NO80-424412", bought_on=date(2020, 2, 11))
    shown = browser.as_("accueil").post(REFRESH, data={"code": "NO80-424412", "bought_on": "", "kind": "repair"})
    assert value_of(shown.text, "bought_on") == "2020-02-11"


@pytest.mark.row("B2")
def test_after_a_known_serial_one_types_the_fault(cast: Cast, browser: Browser) -> None:
    an_asset(owner_id=cast.karim.id, serial="NO80-424412")
    shown = browser.as_("accueil").post(REFRESH, data={"code": "NO80-424412", "kind": "repair"})
    assert re.findall(r"<(\w+)[^>]*\bautofocus\b", shown.text) == ["textarea"]


@pytest.mark.row("B2")
def test_the_proposed_day_follows_the_family_until_one_types_another(cast: Cast, browser: Browser) -> None:
    quick, slow = a_family(name="Montre", repair_days=2), a_family(name="Violon", repair_days=20)
    desk = browser.as_("accueil")
    first = desk.post(REFRESH, data={"family_id": quick.id, "kind": "repair"}).text
    day = value_of(first, "promised_on")
    again = {"promised_on": day, "proposed_on": value_of(first, "proposed_on"), "family_id": slow.id, "kind": "repair"}
    assert value_of(desk.post(REFRESH, data=again).text, "promised_on") > day
    typed = (clock.today() + timedelta(days=4)).isoformat()
    kept = desk.post(REFRESH, data=again | {"promised_on": typed, "proposed_on": "2026-01-01"})
    assert value_of(kept.text, "promised_on") == typed


@pytest.mark.row("B6")
def test_the_form_of_the_exit_shows_no_technical_field(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(contact=cast.karim)
    shown = browser.as_("accueil").get(f"/dossiers/{ticket.number}/remise").text
    assert re.search(r'<input[^>]*name="version"[^>]*>', shown)[0].count('type="hidden"') == 1


@pytest.mark.row("B2")
@pytest.mark.row("B3")
def test_a_choice_that_changes_the_questions_asks_the_server_again(cast: Cast, browser: Browser) -> None:
    shown = (
        browser.as_("accueil")
        .post(REFRESH, data={"new_contact": "y", "contact_kind": "company", "kind": "repair"})
        .text
    )
    assert 'name="company_name"' in shown
    for name in ("kind", "contact_kind"):
        assert re.search(rf'<div[^>]*hx-trigger="change"[^>]*>\s*<fieldset[^>]*id="{name}"', shown), name


@pytest.mark.row("B2")
def test_choosing_a_family_does_not_take_the_focus_away(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    assert "autofocus" in desk.get("/dossiers/nouveau").text
    assert "autofocus" not in desk.post(REFRESH, data={"family_id": a_family().id, "kind": "repair"}).text


@pytest.mark.row("B2")
def test_a_draft_that_arrives_after_its_form_is_not_offered_again(cast: Cast, browser: Browser) -> None:
    desk = browser.as_("accueil")
    typed = {
        "form_key": "k1", "kind": "repair", "label": "Brévia 300", "fault": "Fuit", "priority": "2", "consent_repair": "y",
        "contact_id": cast.karim.id, "family_id": a_family().id,
    }  # fmt: skip
    assert desk.post("/dossiers", data=typed).status_code == 303
    assert desk.post("/dossiers/nouveau/brouillon", data=typed).status_code == 204
    assert "Vous aviez commencé" not in desk.get("/dossiers/nouveau").text
