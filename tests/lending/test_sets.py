"""A thing and what goes with it: what fits and is free is proposed, the compulsory comes along, all of it or nothing."""

import re

import pytest
from flask import Flask

from app.assets.models import Asset, Compatibility
from app.core.db import db
from app.lending.models import Loan, LoanItem
from app.lending.queries.sets import complete
from app.planning.models import Booking
from app.planning.states import BookingState
from tests.cast import Cast
from tests.factories.assets import a_family, a_fit, a_model
from tests.factories.lending import a_loan, a_unit, lent
from tests.factories.planning import at
from tests.lending.test_desk import plain
from tests.signing import Browser

pytestmark = pytest.mark.row("A2")
FIRST, LAST = "2099-12-01 09:00", "2099-12-10 18:00"


def lent_things() -> list[int]:
    db.session.rollback()
    return [row.asset_id for row in db.session.query(LoanItem).order_by(LoanItem.id)]


def over(*units: Asset, without: tuple[str, ...] = ()) -> tuple[list[str], list[str], list[str]]:
    """(what comes along, what is proposed, what is missing) by label."""
    whole = complete(units, at(FIRST), at(LAST), without=without)
    along = [unit.label for unit in whole.units if unit.id in whole.along]
    return along, [free[0].label for _side, free in whole.proposed], [missing.side.label for missing in whole.missing]


def test_a_combination_holds_between_families_models_and_units(app: Flask, cast: Cast) -> None:
    violins, bows = a_family(name="Violon 3/4"), a_family(name="Archet 3/4")
    case_model = a_model(a_family(name="Étui"), brand="Gewa", name="Léger")
    violin, bow, case = a_unit(family=violins), a_unit("Archet", family=bows), a_unit("Étui", model_id=case_model.id)
    rest = a_unit("Épaulière")
    a_fit(violins, bows, compulsory=True)
    a_fit(violins, case_model)
    a_fit(violin, rest)
    assert over(violin) == ([bow.label], [case.label, rest.label], [])
    assert over(a_unit(family=violins)) == ([bow.label], [case.label], [])
    assert over(bow) == ([], [], [])


def test_a_family_passes_its_accessories_to_those_under_it(app: Flask, cast: Cast) -> None:
    strings, bows = a_family(name="Cordes frottées"), a_family(name="Archets")
    violins, small = a_family(name="Violons", parent_id=strings.id), a_family(name="Archets 1/2", parent_id=bows.id)
    a_fit(strings, bows, compulsory=True)
    bow = a_unit("Archet 1/2", family=small)
    assert over(a_unit(family=violins))[0] == [bow.label]


def test_only_what_is_free_over_the_whole_period_is_proposed(app: Flask, cast: Cast) -> None:
    violins, bows, cases = a_family(), a_family(), a_family(name="Étuis")
    violin, busy, bow = a_unit(family=violins), a_unit("Archet A", family=bows), a_unit("Archet B", family=bows)
    case = a_unit("Étui", family=cases)
    a_fit(violins, bows, compulsory=True)
    a_fit(violins, cases)
    a_loan(cast.dan, [busy, case], "2099-12-09 09:00", "2099-12-20 18:00")
    assert over(violin) == ([bow.label], [], [])
    assert over(violin, a_unit(family=violins)) == ([bow.label], [], [bows.name])


def test_what_fits_is_asked_in_few_statements(app: Flask, cast: Cast, queries: list[str]) -> None:
    violins, bows = a_family(), a_family()
    violin = a_unit(family=violins)
    for _ in range(12):
        a_unit("Archet", family=bows)
    a_fit(violins, bows, compulsory=True)
    violin = db.session.get_one(Asset, violin.id)
    complete([violin], at(FIRST), at(LAST))
    queries.clear()
    complete([violin], at(FIRST), at(LAST))
    assert len([query for query in queries if "revision" not in query and "family.parent_id" not in query]) <= 3


def test_choosing_a_violin_brings_its_bow_and_the_set_is_taken_together(browser: Browser, cast: Cast) -> None:
    violins, bows, rests = a_family(), a_family(), a_family()
    violin, bow, rest = a_unit(family=violins), a_unit("Archet", family=bows), a_unit("Épaulière", family=rests)
    a_fit(violins, bows, compulsory=True)
    a_fit(violins, rests)
    desk, asked = browser.as_("accueil"), {"contact_id": cast.karim.id, "due_day": "2099-12-10"}
    page = plain(desk.post("/prets/nouveau", data={**asked, "code": violin.barcode}).text)
    assert bow.label in page
    assert "vient avec" in page
    assert f'name="choisir" value="{rest.id}"' in page
    more = desk.post("/prets/nouveau", data={**asked, "unit": violin.id, "choisir": rest.id}).text
    units = re.findall(r'name="unit" value="(\d+)"', more)
    assert desk.post("/prets/nouveau", data={**asked, "unit": units, "do": "preter"}).status_code == 303
    assert lent_things() == [violin.id, rest.id, bow.id]
    assert {row.state for row in db.session.query(Booking)} == {BookingState.OUT}


def test_a_compulsory_accessory_that_is_taken_is_named_with_its_dates_and_nothing_is_taken(
    browser: Browser, cast: Cast
) -> None:
    violins, bows = a_family(name="Violon entier"), a_family(name="Archet entier")
    violin, bow = a_unit(family=violins), a_unit("Archet", family=bows)
    a_fit(violins, bows, compulsory=True)
    a_loan(cast.dan, [bow], "2099-12-05 09:00", "2099-12-20 18:00")
    desk = browser.as_("accueil")
    asked = {
        "contact_id": cast.karim.id, "unit": violin.id, "start_day": "2099-12-01", "due_day": "2099-12-10", "do": "preter",
    }  # fmt: skip
    refused = desk.post("/prets/nouveau", data=asked)
    assert refused.status_code == 409
    assert "Archet entier, obligatoire avec" in plain(refused.text)
    assert "libre dès le" in plain(refused.text)
    db.session.rollback()
    assert db.session.query(Loan).count() == 1
    key = f"family:{bows.id}"
    assert f'name="passer" value="{key}"' in refused.text
    assert desk.post("/prets/nouveau", data={**asked, "sans": key}).status_code == 303
    db.session.rollback()
    assert lent_things()[-1] == violin.id


def test_an_accessory_is_lent_alone_too(browser: Browser, cast: Cast) -> None:
    violins, bows = a_family(), a_family()
    bow = a_unit("Archet", family=bows)
    a_fit(violins, bows, compulsory=True)
    browser.as_("accueil").post(
        "/prets/nouveau", data={"contact_id": cast.karim.id, "unit": bow.id, "due_day": "2099-12-10"}
    )
    assert lent_things() == [bow.id]


def test_the_manager_says_what_goes_with_what(browser: Browser, cast: Cast) -> None:
    violins, bows = a_family(name="Violon 1/2"), a_family(name="Archet 1/2")
    boss = browser.as_("gerant")
    assert "Archet 1/2" in boss.get("/reglages/familles/accessoires/choix?q=archet").text
    page = boss.post("/reglages/familles/accessoires", data={"main": f"family:{violins.id}"})
    assert (page.status_code, "Choisissez l" in page.text, "Violon 1/2" in page.text) == (422, True, True)
    same = {"main": f"family:{violins.id}", "other": f"family:{violins.id}"}
    assert boss.post("/reglages/familles/accessoires", data=same).status_code == 422
    pair = {"main": f"family:{violins.id}", "other": f"family:{bows.id}"}
    assert boss.post("/reglages/familles/accessoires", data=pair).status_code == 303
    boss.post("/reglages/familles/accessoires", data={**pair, "compulsory": "y"})
    row = db.session.query(Compatibility).one()
    assert row.compulsory
    violin = a_unit(family=violins)
    assert "Archet 1/2" in boss.get(f"/biens/{violin.id}").text
    boss.post(f"/reglages/familles/accessoires/{row.id}/retirer")
    assert db.session.query(Compatibility).count() == 0
    assert browser.as_("accueil").get("/reglages/familles/accessoires").status_code == 403


def test_a_return_says_what_of_the_set_is_missing(browser: Browser, cast: Cast) -> None:
    violin, bow, case = a_unit(), a_unit("Archet"), a_unit("Étui")
    items = [item.id for item in lent(cast.karim, violin, bow, case).items]
    desk = browser.as_("accueil")
    page = plain(desk.post("/prets/retours", data={"item": items[0], "code": bow.barcode}).text)
    assert "Il manque encore de Karim Benyahia" in page
    assert f": {case.label}" in page
    whole = plain(desk.post("/prets/retours", data={"item": items[:2], "code": case.barcode}).text)
    assert "Il manque encore" not in whole
