"""Find and book: words and dates typed together, free units first, else the nearest other dates, then what is like it."""

from datetime import date, timedelta

import pytest
from flask import Flask

from app.assets.models import Asset
from app.core import clock
from app.core.db import db, transaction
from app.lending.queries.find import find, over
from app.lending.queries.words import Asked, asked
from app.planning.models import Booking
from app.planning.queries.rules import Rules
from app.planning.services.rules import set_rules
from app.planning.states import BookingState
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.lending import a_loan, a_unit
from tests.factories.planning import a_booking, at
from tests.lending.test_desk import plain
from tests.signing import Browser

pytestmark = pytest.mark.row("A1")


def read(queries: list[str]) -> list[str]:
    """The statements, but for what a request keeps from one to the next."""
    kept = ("revision", "family.parent_id \nFROM", "SELECT family.id, family.name \nFROM")
    return [query for query in queries if not any(words in query for words in kept)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("violon 3/4, du 2 au 20 décembre", Asked("violon 3/4", date(2026, 12, 2), date(2026, 12, 20))),
        ("violon 3/4", Asked("violon 3/4")),
        ("le violon 3/4", Asked("le violon 3/4")),
        ("archet du 28 décembre au 5 janvier", Asked("archet", date(2026, 12, 28), date(2027, 1, 5))),
        ("du 1er au 3 févr. 2028 alto", Asked("alto", date(2028, 2, 1), date(2028, 2, 3))),
        ("flûte jusqu'au 15/01", Asked("flûte", None, date(2027, 1, 15))),
        ("flûte le mercredi 25", Asked("flûte", date(2026, 11, 25), date(2026, 11, 25))),
        ("cor jusqu'au 29 février", Asked("cor", None, date(2028, 2, 29))),
        ("cor du 31 au 31 novembre", Asked("cor du 31 au 31 novembre")),
        ("cor du 9 au 3 décembre", Asked("cor", date(2025, 12, 9), date(2026, 12, 3))),
    ],
)
def test_what_is_typed_is_words_and_days(app: Flask, text: str, read: Asked) -> None:
    with clock.told_at(at("2026-11-22 10:00")):
        assert asked(text) == read


def test_free_units_come_first_then_the_nearest_dates_then_what_is_like_it(app: Flask, cast: Cast) -> None:
    strings = a_family(name="Violons")
    three, half = a_family(name="Violon 3/4", parent_id=strings.id), a_family(name="Violon 1/2", parent_id=strings.id)
    first, second = a_unit("Violoncelle A", family=three), a_unit("Violoncelle B", family=three)
    small = a_unit("Petit", family=half)
    with clock.told_at(at("2026-11-22 10:00")):
        a_loan(cast.dan, [first], "2026-12-01 09:00", "2026-12-10 18:00")
        start, due = at("2026-12-02 09:00"), at("2026-12-20 18:00")
        assert [unit.id for unit in find("violoncelle", start, due).units] == [second.id]
        a_loan(cast.dan, [second], "2026-12-15 09:00", "2026-12-22 18:00")
        found = find("violoncelle", start, due)
        assert not found.units
        assert [(each.unit_id, each.start, each.due) for each in found.later] == [
            (first.id, at("2026-12-11 09:00"), at("2026-12-29 18:00")),
            (second.id, at("2026-12-23 09:00"), at("2027-01-10 18:00")),
        ]
        assert [(each.unit_id, each.start) for each in found.earlier] == [(second.id, at("2026-11-26 09:00"))]
        assert [unit.id for unit in found.similar] == [small.id]


def test_buffers_of_a_family_count_when_one_looks_for_dates(app: Flask, cast: Cast) -> None:
    family = a_family()
    unit = a_unit("Hautbois", family=family)
    a_unit("Autre")
    with transaction():
        set_rules(family.id, Rules(buffer_before=60, buffer_after=24 * 60))
    a_booking(unit, "2099-12-05 09:00", "2099-12-06 18:00")
    assert not find("hautbois", at("2099-12-02 09:00"), at("2099-12-04 18:00")).units
    assert not find("hautbois", at("2099-12-06 18:30"), at("2099-12-08 18:00")).units
    assert find("hautbois", at("2099-12-06 19:00"), at("2099-12-08 18:00")).units


def test_other_dates_keep_the_hour_across_the_change_of_clock(app: Flask, cast: Cast) -> None:
    unit = a_unit("Hautbois")
    with clock.told_at(at("2027-03-01 10:00")):
        a_booking(unit, "2027-03-20 09:00", "2027-03-27 18:00")
        found = find("hautbois", at("2027-03-26 14:00"), at("2027-03-26 16:00"))
        assert [(each.start, each.due) for each in found.later] == [(at("2027-03-28 14:00"), at("2027-03-28 16:00"))]
        assert clock.local(found.later[0].start).hour == 14


def test_availability_of_a_family_is_one_statement_and_other_dates_one_more(
    app: Flask, cast: Cast, queries: list[str]
) -> None:
    family = a_family()
    units = [a_unit(family=family) for _ in range(12)]
    start, due = at("2099-12-02 09:00"), at("2099-12-20 18:00")
    over(Asset.family_id == family.id, start, due)
    queries.clear()
    assert len(over(Asset.family_id == family.id, start, due).units) == 8
    assert len(read(queries)) == 1
    for unit in units:
        a_booking(unit, "2099-12-01 09:00", "2099-12-05 18:00")
    queries.clear()
    assert over(Asset.family_id == family.id, start, due).later
    assert len(read(queries)) <= 4


def test_dates_typed_with_the_words_fill_the_form(browser: Browser, cast: Cast) -> None:
    a_unit("Contrebasse")
    page = browser.as_("accueil").post(
        "/prets/nouveau", data={"contact_id": cast.karim.id, "code": "contrebasse, du 2 au 20 décembre 2099"}
    )
    assert 'value="2099-12-02"' in page.text
    assert 'value="2099-12-20"' in page.text
    assert "Réserver" in page.text


def test_the_nearest_dates_are_taken_in_one_tap(browser: Browser, cast: Cast) -> None:
    unit = a_unit("Contrebasse")
    a_loan(cast.dan, [unit], "2099-12-01 09:00", "2099-12-10 18:00")
    asking = {"contact_id": cast.karim.id, "code": "contrebasse", "start_day": "2099-12-02", "due_day": "2099-12-08"}
    desk = browser.as_("accueil")
    assert f'value="{unit.id}:2099-12-11:2099-12-17"' in desk.post("/prets/nouveau", data=asking).text
    page = desk.post("/prets/nouveau", data={**asking, "dater": f"{unit.id}:2099-12-11:2099-12-17"}).text
    assert f'name="unit" value="{unit.id}"' in page
    assert 'value="2099-12-17"' in page


def test_what_is_chosen_is_held_and_the_second_person_is_told_until_when(app: Flask, cast: Cast) -> None:
    unit, asking = a_unit(), {"contact_id": cast.karim.id, "due_day": "2099-12-08"}
    one, other = Browser(app).as_("accueil"), Browser(app).as_("gerant")
    first = one.post("/prets/nouveau", data={**asking, "code": unit.barcode})
    assert "Gardé pour vous" in plain(first.text)
    told = other.post("/prets/nouveau", data={**asking, "code": unit.barcode})
    assert told.status_code == 409
    assert "En cours de choix par Nadia Belkacem" in plain(told.text)
    assert other.post("/prets/nouveau", data={**asking, "unit": unit.id, "do": "preter"}).status_code == 409
    one.post("/prets/nouveau/laisser", data={"tenu": unit.id})
    assert other.post("/prets/nouveau", data={**asking, "unit": unit.id, "do": "preter"}).status_code == 303


def test_a_held_slot_lapses_by_itself_and_one_s_own_is_confirmed(browser: Browser, cast: Cast) -> None:
    unit, asking = a_unit("Tuba"), {"contact_id": cast.karim.id, "due_day": "2099-12-08"}
    one = browser.as_("accueil")
    one.post("/prets/nouveau", data={**asking, "code": unit.barcode})
    held = db.session.query(Booking).one()
    assert held.state == BookingState.HELD
    assert not find("tuba", clock.now(), at("2099-12-08 18:00")).units
    with clock.told_at(clock.now() + timedelta(minutes=6)):
        assert find("tuba", clock.now(), at("2099-12-08 18:00")).units
        a_loan(cast.dan, [unit], "2098-12-01 09:00", "2098-12-08 18:00")
    db.session.rollback()
    assert {row.state for row in db.session.query(Booking)} == {BookingState.CONFIRMED}


def test_confirming_takes_the_slot_one_held(browser: Browser, cast: Cast) -> None:
    unit, asking = a_unit("Tuba"), {"contact_id": cast.karim.id, "due_day": "2099-12-08"}
    desk = browser.as_("accueil")
    desk.post("/prets/nouveau", data={**asking, "code": unit.barcode})
    assert (
        desk.post("/prets/nouveau", data={**asking, "unit": unit.id, "tenu": unit.id, "do": "preter"}).status_code
        == 303
    )
    db.session.rollback()
    assert [row.state for row in db.session.query(Booking)] == [BookingState.OUT]


def test_a_return_before_the_hand_over_is_said_and_nothing_is_lost(browser: Browser, cast: Cast) -> None:
    unit = a_unit()
    page = browser.as_("accueil").post(
        "/prets/nouveau",
        data={"contact_id": cast.karim.id, "code": unit.barcode, "start_day": "2099-12-08", "due_day": "2099-12-02"},
    )
    assert page.status_code == 422
    assert "Le retour doit venir après la remise" in plain(page.text)


def test_what_is_free_is_shown_and_a_tap_fills_the_loan(browser: Browser, cast: Cast) -> None:
    unit, desk = a_unit("Contrebasse"), browser.as_("accueil")
    shown = desk.get("/prets/disponibles?q=contrebasse, du 2 au 20 décembre 2099").text
    address = f"/prets/nouveau?bien={unit.id}&amp;du=2099-12-02&amp;au=2099-12-20"
    assert address in shown
    form = desk.get(address.replace("&amp;", "&")).text
    assert f'name="unit" value="{unit.id}"' in form
    assert 'value="2099-12-20"' in form
    assert db.session.query(Booking).count() == 0
    a_loan(cast.dan, [unit], "2099-12-01 09:00", "2099-12-10 18:00")
    later = desk.get(f"/prets/disponibles?famille={unit.family_id}&du=2099-12-02&au=2099-12-20").text
    assert f"/prets/nouveau?bien={unit.id}&amp;du=2099-12-11" in later
