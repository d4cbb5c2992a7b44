"""Open and closed days: opening days, public holidays, closures, school holidays by zone."""

from datetime import date

import pytest
from flask import Flask

from app.core.db import transaction
from app.core.settings import change_setting
from app.planning.queries import calendar, is_open_day, next_open_day, rules_of
from app.planning.queries.rules import Rules
from app.planning.services.rules import set_rules
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.planning import a_closure
from tests.signing import Browser

pytestmark = pytest.mark.row("A1")


def test_a_public_holiday_is_closed_and_says_its_name(app: Flask, cast: Cast) -> None:
    day = calendar(date(2026, 11, 11), 1)[0]
    assert (day.closed, day.why) == (True, "Armistice")
    with transaction():
        change_setting("planning.public_holidays_off", False)
    assert is_open_day(date(2026, 11, 11))


def test_a_closure_closes_both_its_days_and_pushes_the_next_open_one(app: Flask, cast: Cast) -> None:
    a_closure("Congés de Noël", "2026-12-21", "2027-01-01")
    assert not is_open_day(date(2026, 12, 21))
    assert not is_open_day(date(2027, 1, 1))
    assert next_open_day(date(2026, 12, 21)) == date(2027, 1, 4)


def test_school_holidays_follow_the_zone(app: Flask, cast: Cast) -> None:
    assert calendar(date(2026, 2, 10), 1)[0].school == ""
    with transaction():
        change_setting("planning.school_zone", "A")
    assert calendar(date(2026, 2, 10), 1)[0].school == "Vacances d'hiver"


def test_a_family_follows_the_rules_of_the_one_above_it(app: Flask, cast: Cast) -> None:
    above = a_family()
    below = a_family(parent_id=above.id)
    with transaction():
        set_rules(above.id, Rules(buffer_after=30))
    assert rules_of(below.id).buffer_after == 30
    with transaction():
        set_rules(below.id, Rules(buffer_after=0))
    assert rules_of(below.id).buffer_after == 0


def test_the_manager_closes_days_and_the_planning_shows_why(browser: Browser, cast: Cast) -> None:
    boss = browser.as_("gerant")
    closed = {"label": "Pont", "first_day": "2026-11-27", "last_day": "2026-11-27"}
    assert boss.post("/reglages/fermetures", data=closed).status_code == 303
    assert "Fermeture ajoutée : Pont" in boss.get("/reglages/fermetures").text.replace("\u00a0", " ")
    assert "Pont" in boss.get("/planning?jour=2026-11-24").text


def test_days_typed_the_wrong_way_round_are_explained(browser: Browser, cast: Cast) -> None:
    boss = browser.as_("gerant")
    page = boss.post(
        "/reglages/fermetures", data={"label": "Pont", "first_day": "2026-11-27", "last_day": "2026-11-20"}
    )
    assert page.status_code == 422
    assert "Échangez-les" in page.text
    assert 'value="Pont"' in page.text


def test_a_rule_that_is_no_number_is_explained_and_kept(browser: Browser, cast: Cast) -> None:
    family = a_family()
    boss = browser.as_("gerant")
    values = {
        "buffer_before": "dix",
        "buffer_after": "0",
        "notice_hours": "0",
        "ahead_days": "365",
        "longest_days": "30",
        "option_hours": "48",
    }
    page = boss.post(f"/reglages/reservation/{family.id}", data=values)
    assert page.status_code == 422
    assert "nombre entier" in page.text
    saved = boss.post(f"/reglages/reservation/{family.id}", data=values | {"buffer_before": "15"})
    assert saved.status_code == 303
    assert rules_of(family.id).buffer_before == 15
    boss.post(f"/reglages/reservation/{family.id}/abandon")
    assert rules_of(family.id) == Rules()
