"""Homes and who represents whom: a child of two homes, a payer apart, order of calls, authorisations; a parent sees his own."""

from collections.abc import Iterable
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.contacts.models import Contact
from app.contacts.queries import consents_about, consents_of
from app.contacts.states import Purpose
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.settings import change_setting
from app.members import services
from app.members.models import Household, HouseholdMember
from app.members.queries import homes_of, may_act_for, memberships_of, representatives_of, to_pay_for, wards_of
from app.members.states import Role
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.members import a_child, a_fee, a_home, a_membership, a_season, members_on
from tests.factories.sales import a_business
from tests.signing import Browser

pytestmark = [pytest.mark.row("A7"), pytest.mark.usefixtures("cast")]


def names(rows: Iterable[Any]) -> list[str]:
    return [row.name for row in rows]


def test_a_child_of_two_homes_is_seen_by_both_parents_and_by_nobody_else(app: Flask, cast: Cast) -> None:
    child, half_brother = a_child("Lina"), a_child("Tom")
    mother, father, partner = a_contact(name="Mère"), cast.karim, a_contact(name="Compagne")
    a_home(mother, child)
    second = a_home(father, child, half_brother)
    with transaction():
        services.join(db.session.get_one(Household, second.id), partner, Role.ADULT)
        services.put_guardian(child, partner, represents=False)
    assert names(wards_of(mother)) == ["Mère", "Lina"]
    assert names(wards_of(father)) == ["Karim Benyahia", "Lina", "Tom"]
    assert names(wards_of(partner)) == ["Compagne", "Tom"]
    assert names(wards_of(cast.dan)) == ["Dan Lestrange"]
    assert [home.household.name for home in homes_of(child.id)] == ["Foyer Mère", "Foyer Karim Benyahia"]
    user = db.session.get_one(type(cast.camille), cast.karim.user_id)
    assert names(wards_of(user)) == names(wards_of(father))
    assert wards_of(cast.hugo) == []


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.sets(st.integers(0, 3), max_size=2), st.sets(st.integers(0, 4), max_size=3)), max_size=3))
def test_whatever_the_homes_one_sees_those_one_lives_with_and_no_other(
    app: Flask, homes: list[tuple[set[int], set[int]]]
) -> None:
    adults, children = [a_contact() for _n in range(4)], [a_child() for _n in range(5)]
    for parents, kids in homes:
        with transaction():
            home = services.add_household("Foyer", None)
            people = [(adults[n], Role.ADULT) for n in sorted(parents)] + [
                (children[n], Role.CHILD) for n in sorted(kids)
            ]
            for contact, role in people:
                services.join(home, db.session.get_one(Contact, contact.id), role)
    for n, adult in enumerate(adults):
        expected = {children[kid].id for parents, kids in homes if n in parents for kid in kids} | {adult.id}
        assert {row.id for row in wards_of(adult)} == expected
        assert all(may_act_for(adult, child.id) == (child.id in expected) for child in children)
    for child in children:
        assert [row.id for row in wards_of(child)] == [child.id]


def test_what_a_parent_s_pages_are_made_of(app: Flask) -> None:
    members_on()
    parent, child, other = a_contact(name="Nour"), a_child("Lina"), a_contact(name="Autre")
    season = a_season("2026-2027")
    a_membership(child, season, a_home(parent, child))
    a_membership(other, season)
    ids = [row.id for row in wards_of(parent)]
    assert [(row.name, row.season, row.payer) for row in memberships_of(ids)] == [("Lina", "2026-2027", "Nour")]
    assert [row.gross for row in to_pay_for(ids)] == [4000]


def test_the_payer_may_live_elsewhere_and_a_company_may_pay_without_living_there(app: Flask) -> None:
    child, company = a_child(), a_business()
    with transaction():
        home = services.add_household(
            "Foyer aidé", db.session.get_one(Contact, company.id), postcode="83170", town="Brignoles"
        )
        services.join(home, db.session.get_one(Contact, child.id), Role.CHILD)
    [found] = homes_of(child.id)
    assert [one.name for one in found.members] == [child.name]
    assert found.household.payer_id == company.id
    assert found.postal_line == "83170 Brignoles"
    with pytest.raises(DomainError, match="société"), transaction():
        services.join(db.session.get_one(Household, home.id), db.session.get_one(Contact, company.id), Role.ADULT)
    db.session.rollback()


def test_a_home_without_an_address_has_its_payer_s(app: Flask) -> None:
    payer = a_contact(postcode="83400", town="Hyères")
    a_home(payer)
    assert homes_of(payer.id)[0].postal_line == "83400 Hyères"


def test_authorisations_keep_the_text_and_the_day_and_the_newest_holds(app: Flask) -> None:
    parent, child = a_contact(), a_child()
    a_home(parent, child)
    with transaction():
        services.authorise(child, parent, {Purpose.FETCH: True, Purpose.PHOTOS: True}, source="papier signé")
    first = consents_about(child.id)[parent.id, Purpose.PHOTOS]
    assert (first.given, first.source) == (True, "papier signé")
    assert "photos" in first.wording
    with transaction():
        services.authorise(child, parent, {Purpose.FETCH: True, Purpose.PHOTOS: True}, source="encore")
        change_setting("members.text_photos", "Nouveau texte.")
    assert consents_about(child.id)[parent.id, Purpose.PHOTOS].id == first.id
    with transaction():
        services.authorise(child, parent, {Purpose.FETCH: True, Purpose.PHOTOS: True}, source="rentrée")
    assert consents_about(child.id)[parent.id, Purpose.PHOTOS].wording == "Nouveau texte."
    with transaction():
        services.authorise(child, parent, {Purpose.FETCH: True}, source="retrait")
    [said] = representatives_of(child.id)
    assert (said.said[Purpose.FETCH].given, said.said[Purpose.PHOTOS].given) == (True, False)
    assert consents_of(parent.id) == {}


def test_the_desk_makes_a_home_and_calls_the_right_parent_first(browser: Browser, cast: Cast) -> None:
    members_on()
    child, second, desk = a_child("Lina"), a_contact(name="Alix Rey", phone="06 11 22 33 44"), browser.as_("accueil")
    made = desk.post(
        "/adherents/foyers/nouveau",
        data={
            "contact": child.id,
            "role": "child",
            "name": "Famille Rey",
            "payer_id": cast.karim.id,
            "payer_id_text": "Karim",
        },
    )
    assert made.status_code == 303
    assert desk.post(made.location + "/membres", data={"contact_id": second.id, "role": "adult"}).status_code == 303
    twice = desk.post(made.location + "/membres", data={"contact_id": second.id, "role": "adult"})
    assert twice.status_code == 422
    assert "déjà partie" in twice.text
    assert [row.name for row in representatives_of(child.id)] == ["Karim Benyahia", "Alix Rey"]
    desk.post(f"{made.location}/membres/{second.id}/appeler")
    assert [row.name for row in representatives_of(child.id)] == ["Alix Rey", "Karim Benyahia"]
    page = desk.get(f"/adherents/personnes/{child.id}").text
    for words in ("Famille Rey", "Alix Rey", "Payeur", "Représentants légaux"):
        assert words in page
    said = desk.post(
        f"/adherents/enfants/{child.id}/representants/{second.id}", data={"represents": "1", "photos": "1"}
    )
    assert said.status_code == 303
    assert consents_about(child.id)[second.id, Purpose.PHOTOS].given


def test_other_trades_see_none_of_it(browser: Browser, cast: Cast) -> None:
    boss = browser.as_("gerant")
    home, contact = boss.get("/tableau-de-bord").text, boss.get(f"/contacts/{cast.karim.id}").text
    assert 'href="/adherents"' not in home
    assert "Foyer et adhésion" not in contact
    assert Purpose.PHOTOS.label not in contact
    members_on()
    assert 'href="/adherents"' in boss.get("/tableau-de-bord").text
    assert "Foyer et adhésion" in boss.get(f"/contacts/{cast.karim.id}").text


def test_the_desk_enrols_somebody_with_its_price_explained(browser: Browser, cast: Cast) -> None:
    members_on()
    season, article = a_season("2026-2027"), a_fee().id
    desk = browser.as_("accueil")
    form = desk.get(f"/adherents/personnes/{cast.karim.id}/adhesion").text.replace("\u00a0", " ").replace("\u202f", " ")
    assert "40,00 €" in form
    assert "Pourquoi ce prix" in form
    made = desk.post(
        f"/adherents/personnes/{cast.karim.id}/adhesion",
        data={"season_id": season.id, "article_id": article, "household_id": "", "do": "facturer"},
    )
    assert made.status_code == 303
    assert "Régler" in desk.get(made.location).text
    again = desk.post(
        f"/adherents/personnes/{cast.karim.id}/adhesion",
        data={"season_id": season.id, "article_id": article, "household_id": "", "do": "facturer"},
    )
    assert again.status_code == 409
    assert "déjà une adhésion" in again.text
    listed = desk.get(f"/adherents?saison={season.id}&q=karim&reste=1").text
    assert "Karim Benyahia" in listed


def test_the_list_takes_few_statements_however_long(browser: Browser, queries: list[str]) -> None:
    members_on()
    season = a_season()
    for _n in range(12):
        a_membership(a_contact(), season, issue=False)
    desk = browser.as_("accueil")
    desk.get("/adherents")
    queries.clear()
    assert desk.get("/adherents").status_code == 200
    assert len(queries) <= 12


def test_a_child_who_has_no_record_yet_is_added_by_his_name_and_the_founder_pays(browser: Browser, cast: Cast) -> None:
    members_on()
    desk, mother = browser.as_("accueil"), a_contact(name="Nour Sahli", first_name="Nour", last_name="Sahli")
    form = desk.get(f"/adherents/foyers/nouveau?contact={mother.id}").text
    assert f'name="payer_id" value="{mother.id}"' in form
    desk.post(
        "/adherents/foyers/nouveau",
        contact=mother.id,
        name="Famille Sahli",
        payer_id=mother.id,
        payer_id_text="Nour Sahli",
    )
    home = db.session.query(Household).one()
    assert home.payer_id == mother.id
    place = f"/adherents/foyers/{home.id}/membres"
    assert desk.post(place, contact_id_text="Adam Sahli", role="child").status_code == 303
    assert names(wards_of(mother)) == ["Nour Sahli", "Adam Sahli"]
    for typed, word in (
        ("", "Choisissez la personne"),
        ("Adam", "son prénom et son nom"),
        ("adam sahli", "a déjà une fiche"),
    ):
        refused = desk.post(place, contact_id_text=typed, role="child")
        assert refused.status_code == 422
        assert word in refused.text.replace("\u00a0", " ")
    assert db.session.query(Contact).filter_by(last_name="Sahli").count() == 2


def test_a_child_who_founds_a_home_does_not_pay_for_it(browser: Browser, cast: Cast) -> None:
    members_on()
    child = a_child("Lina")
    sent = {"contact": child.id, "name": "Chez Lina", "payer_id": child.id, "payer_id_text": "Lina", "role": "child"}
    browser.as_("accueil").post("/adherents/foyers/nouveau", **sent)
    home = db.session.query(Household).one()
    assert home.payer_id is None
    assert [row.role for row in db.session.query(HouseholdMember)] == [Role.CHILD]
