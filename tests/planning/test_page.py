"""The planning's page: rows and bars, filters, what may be done from it, by whom."""

import re

import pytest
from flask import Flask

from app.accounts.services.rights import grant
from app.accounts.states import Role
from app.core.db import db, transaction
from app.planning.models import Booking
from app.planning.states import BookingState
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.planning import a_booking, at
from tests.factories.tickets import T, a_ticket
from tests.signing import Browser

pytestmark = [pytest.mark.row("A1"), pytest.mark.row("F2")]
WEEK = "/planning?vue=semaine&jour=2026-12-02"


def text_of(page: str) -> str:
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_week_shows_who_has_what_until_when(browser: Browser, cast: Cast) -> None:
    violin = an_asset(a_family(name="Violons"), ours=True, label="Violon 3/4 n° 0112")
    booking = a_booking(violin, "2026-12-01 09:30", "2026-12-03 18:00", contact_id=cast.karim.id)
    page = text_of(browser.as_("accueil").get(WEEK).text)
    assert "Violons" in page
    bar = re.search(rf'<a class="bar [^"]*" href="/planning/reservations/{booking.id}" title="([^"]*)"', page)
    assert bar
    assert "Karim Benyahia" in bar[1]
    assert "du mar. 1er déc. 9 h 30 au jeu. 3 déc. 18 h 00" in bar[1]
    assert "int c4 n12" in bar[0]


def test_what_goes_on_beyond_the_week_has_open_ends(browser: Browser, cast: Cast) -> None:
    booking = a_booking(an_asset(ours=True), "2026-11-01 09:30", "2027-01-03 18:00", BookingState.OUT)
    bar = re.search(
        rf'<a class="bar ([^"]*)" href="/planning/reservations/{booking.id}"', browser.as_("accueil").get(WEEK).text
    )
    assert bar
    assert bar[1] == "int c0 n28 lr rr"


def test_what_was_cancelled_leaves_the_planning_and_what_is_at_risk_shows_red(browser: Browser, cast: Cast) -> None:
    unit = an_asset(ours=True)
    gone = a_booking(unit, "2026-12-01 09:30", "2026-12-03 18:00", BookingState.CANCELLED)
    risky = a_booking(unit, "2026-12-01 09:30", "2026-12-03 18:00", BookingState.AT_RISK)
    page = browser.as_("accueil").get(WEEK).text
    assert f'/planning/reservations/{gone.id}"' not in page
    assert re.search(rf'class="bar cf [^"]*" href="/planning/reservations/{risky.id}"', page)


def test_two_repairs_in_the_same_hands_stand_one_under_the_other(browser: Browser, cast: Cast) -> None:
    first, second = (a_ticket(T.DIAGNOSING, assignee_id=cast.ines.id) for _ in range(2))
    page = browser.as_("accueil").get("/planning").text
    row = page.partition(f'data-ligne="user:{cast.ines.id}"')[2].partition("data-ligne=")[0]
    assert first.number in row
    assert second.number in row
    assert " k2" in row


def test_a_row_drawn_for_one_person_is_another_ones_own_and_what_changes_shows_at_once(
    browser: Browser, cast: Cast
) -> None:
    violin = an_asset(a_family(name="Violons"), ours=True, label="Violon 3/4 n° 0112")
    a_booking(violin, "2026-12-01 09:30", "2026-12-02 18:00")
    assert browser.as_("gerant").get(WEEK).text.count('data-m="m"') == 1
    with transaction():
        grant(Role.DESK, "planning.edit", False)
    desk = browser.as_("accueil")
    assert 'data-m="m"' not in desk.get(WEEK).text
    a_booking(violin, "2026-12-03 09:30", "2026-12-04 18:00")
    assert desk.get(WEEK).text.count('data-b="') == 2


def test_filters_keep_families_text_and_what_is_taken(browser: Browser, cast: Cast) -> None:
    violin = an_asset(a_family(name="Violons"), ours=True, label="Violon 3/4 n° 0112")
    guitar = an_asset(a_family(name="Guitares"), ours=True, label="Guitare folk n° 0054")
    a_booking(guitar, "2026-12-01 09:30", "2026-12-03 18:00")
    desk = browser.as_("accueil")
    one = desk.get(f"{WEEK}&groupe={violin.family_id}").text
    assert f'data-ligne="asset:{violin.id}"' in one
    assert f'data-ligne="asset:{guitar.id}"' not in one
    assert f'data-ligne="asset:{violin.id}"' in desk.get(f"{WEEK}&q=0112").text
    assert f'data-ligne="asset:{violin.id}"' not in desk.get(f"{WEEK}&pris=1").text
    assert f'data-ligne="asset:{guitar.id}"' in desk.get(f"{WEEK}&pris=1").text
    assert "Rien ne répond à ces filtres" in text_of(desk.get(f"{WEEK}&q=trombone").text)


@pytest.mark.parametrize(
    "query", ["vue=siecle", "jour=hier", "jour=0001-01-01", "jour=9999-12-31", "site=²&groupe=x&rev=y"]
)
def test_an_address_that_makes_no_sense_shows_a_planning(browser: Browser, cast: Cast, query: str) -> None:
    assert browser.as_("accueil").get(f"/planning?{query}").status_code == 200


def test_a_poll_that_finds_nothing_new_is_empty(browser: Browser, cast: Cast) -> None:
    desk = browser.as_("accueil")
    shown = re.search(r"rev=(\d+)", desk.get(WEEK).text)
    assert shown
    assert desk.get(f"{WEEK}&rev={shown[1]}").status_code == 204
    a_booking(an_asset(ours=True), "2026-12-01 09:30", "2026-12-03 18:00")
    assert desk.get(f"{WEEK}&rev={shown[1]}").status_code == 200


def test_a_month_costs_as_many_statements_with_one_booking_as_with_twenty(
    app: Flask, browser: Browser, cast: Cast, queries: list[str]
) -> None:
    unit, desk = an_asset(ours=True), browser.as_("accueil")

    def cost() -> int:
        desk.get("/planning?vue=mois&jour=2026-12-02")
        queries.clear()
        desk.get("/planning?vue=mois&jour=2026-12-02")
        return len(queries)

    a_booking(unit, "2026-12-01 09:00", "2026-12-01 10:00")
    before = cost()
    for day in range(2, 22):
        a_booking(unit, f"2026-12-{day:02d} 09:00", f"2026-12-{day:02d} 18:00")
    assert cost() == before <= 12


def test_a_booking_taken_by_hand_is_seen_moved_and_given_back(browser: Browser, cast: Cast) -> None:
    unit, desk = an_asset(ours=True), browser.as_("accueil")
    taken = {
        "resource": f"asset:{unit.id}", "kind": "use", "label": "Concert", "first_day": "2026-12-01", "first_time": "09:00",
        "last_day": "2026-12-01", "last_time": "18:00",
    }  # fmt: skip
    assert desk.post("/planning/nouvelle", data=taken).status_code == 303
    booking = db.session.query(Booking).one()
    assert "Concert" in desk.get(f"/planning/reservations/{booking.id}").text
    moved = {
        "first_day": "2026-12-02",
        "first_time": "09:00",
        "last_day": "2026-12-02",
        "last_time": "12:00",
        "asset_id": str(unit.id),
    }
    assert desk.post(f"/planning/reservations/{booking.id}/deplacement", data=moved).status_code == 303
    db.session.expire_all()
    assert booking.starts_at == at("2026-12-02 09:00")
    assert desk.post(f"/planning/reservations/{booking.id}/annulation").status_code == 303
    db.session.expire_all()
    assert booking.state == BookingState.CANCELLED


def test_only_one_of_us_or_a_thing_in_use_is_taken_by_hand(browser: Browser, cast: Cast) -> None:
    desk, theirs = browser.as_("accueil"), an_asset()
    taken = {
        "kind": "use", "label": "Concert", "first_day": "2026-12-01", "first_time": "09:00", "last_day": "2026-12-01",
        "last_time": "18:00",
    }  # fmt: skip
    for resource in (f"asset:{theirs.id}", f"user:{cast.karim.user_id}", "asset:99999", "asset:x", "rien"):
        refused = desk.post("/planning/nouvelle", data=taken | {"resource": resource})
        assert (refused.status_code, "Choisissez une personne ou un matériel en service." in refused.text) == (
            422,
            True,
        )
        assert "Concert" in refused.text
    assert db.session.query(Booking).count() == 0


def test_a_slot_already_taken_proposes_another_unit_and_the_first_free_moment(browser: Browser, cast: Cast) -> None:
    family = a_family()
    wanted, other = an_asset(family, ours=True), an_asset(family, ours=True)
    a_booking(wanted, "2026-12-01 09:00", "2026-12-02 18:00", label="Gala")
    mine = a_booking(wanted, "2026-12-05 09:00", "2026-12-05 12:00")
    clash = {
        "first_day": "2026-12-01",
        "first_time": "14:00",
        "last_day": "2026-12-01",
        "last_time": "17:00",
        "asset_id": str(wanted.id),
    }
    page = browser.as_("accueil").post(f"/planning/reservations/{mine.id}/deplacement", data=clash)
    assert page.status_code == 409
    assert "Gala" in page.text
    assert f'name="asset_id" value="{other.id}"' in page.text
    assert 'name="first_day" value="2026-12-02"><input type="hidden" name="first_time" value="18:00"' in page.text


def test_dates_the_wrong_way_round_are_explained_and_kept(browser: Browser, cast: Cast) -> None:
    booking = a_booking(an_asset(ours=True), "2026-12-05 09:00", "2026-12-05 12:00")
    typed = {
        "first_day": "2026-12-06",
        "first_time": "14:00",
        "last_day": "2026-12-01",
        "last_time": "17:00",
        "asset_id": str(booking.asset_id),
    }
    page = browser.as_("accueil").post(f"/planning/reservations/{booking.id}/deplacement", data=typed)
    assert page.status_code == 422
    assert "La fin doit venir après le début" in page.text
    assert 'value="2026-12-06"' in page.text


def test_a_repair_is_not_cancelled_from_the_planning(browser: Browser, cast: Cast) -> None:
    booking = a_booking(an_asset(ours=True), "2026-12-05 09:00", "2026-12-05 12:00", kind="maintenance")
    page = browser.as_("accueil").post(f"/planning/reservations/{booking.id}/annulation")
    assert page.status_code == 422
    assert "un autre dossier" in page.text


def test_an_accountant_and_an_outside_repairer_have_no_planning(browser: Browser, cast: Cast) -> None:
    for who in ("compta", "luthier"):
        assert browser.as_(who).get("/planning").status_code == 403
