"""The planning in somebody's own calendar, by a secret address that stops when it is replaced."""

import re

import pytest
from flask.testing import FlaskClient
from icalendar import Calendar

from tests.cast import Cast
from tests.factories.assets import an_asset
from tests.factories.planning import a_booking, at
from tests.signing import Browser

pytestmark = pytest.mark.row("A1")


def secret_on(page: str) -> str:
    found = re.search(r"/agenda/([\w-]+)\.ics", page)
    assert found
    return found[0]


def test_a_person_reads_his_planning_in_his_own_calendar(browser: Browser, client: FlaskClient, cast: Cast) -> None:
    a_booking(cast.ines, "2026-12-01 09:00", "2026-12-01 12:00", kind="absence", label="Formation")
    a_booking(cast.hugo, "2026-12-01 09:00", "2026-12-01 12:00", label="À Hugo")
    ines = browser.as_("technicien")
    ines.post("/planning/agenda")
    answer = client.get(secret_on(ines.get("/profil").text))
    assert answer.mimetype == "text/calendar"
    events = Calendar.from_ical(answer.text).walk("VEVENT")
    assert [(str(event["summary"]).replace("\u00a0", " "), event.start) for event in events] == [
        ("Absence : Formation", at("2026-12-01 09:00"))
    ]


def test_a_replaced_address_stops(browser: Browser, client: FlaskClient, cast: Cast) -> None:
    ines = browser.as_("technicien")
    ines.post("/planning/agenda")
    before = secret_on(ines.get("/profil").text)
    ines.post("/planning/agenda")
    assert client.get(before).status_code == 410
    assert client.get(secret_on(ines.get("/profil").text)).status_code == 200
    ines.post("/planning/agenda/arret")
    assert "/agenda/" not in ines.get("/profil").text.replace("/planning/agenda", "")


def test_a_forged_address_opens_nothing(client: FlaskClient, cast: Cast) -> None:
    assert client.get("/agenda/abcdefghijklmnopqrstuvwxyz.ics").status_code == 404


def test_a_thing_of_ours_has_its_own_calendar(browser: Browser, client: FlaskClient, cast: Cast) -> None:
    violin = an_asset(ours=True, label="Violon 3/4 n° 0112")
    a_booking(violin, "2026-12-01 09:00", "2026-12-01 12:00", contact_id=cast.karim.id)
    desk = browser.as_("accueil")
    desk.post(f"/biens/{violin.id}/agenda")
    feed = client.get(secret_on(desk.get(f"/biens/{violin.id}").text)).text
    assert "Karim Benyahia" in feed
