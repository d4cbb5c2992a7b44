"""The permission table: edited by the manager, followed at once, audited; presets can be restored."""

import re

import pytest

from app.accounts import queries, services
from app.accounts.states import EDITABLE, Role
from app.core.db import transaction
from app.core.permissions import PERMISSIONS
from tests.accounts.helpers import words
from tests.cast import Cast
from tests.signing import Browser


def _form(page: str) -> dict[str, list[str]]:
    ticks = re.findall(r'name="droit" value="([^"]+)"[^>]*?( checked)?>', page)
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen
    return {"droit": [value for value, on in ticks if on], "seen": [seen.group(1)]}


@pytest.mark.row("B1")
def test_the_seven_roles_are_in_one_table_and_the_manager_has_everything(cast: Cast, browser: Browser) -> None:
    page = browser.as_("gerant").get("/reglages/droits").text
    for role in Role:
        assert f'id="role-{role.value}"' in page
    assert 'value="gerant:' not in page, "his rights are not to be taken"
    assert 'value="client:' not in page
    assert page.count('name="droit"') == len(PERMISSIONS) * len(EDITABLE)


@pytest.mark.row("B1")
def test_a_role_that_gets_a_right_opens_the_page_and_that_loses_it_gets_403(cast: Cast, browser: Browser) -> None:
    nadia = Browser(browser.app).as_("accueil")
    assert nadia.get("/reglages/organisation").status_code == 403
    form = _form(browser.as_("gerant").get("/reglages/droits").text)
    form["droit"].append("accueil:organisation.edit")
    assert browser.post("/reglages/droits", data=form).status_code == 303
    assert nadia.get("/reglages/organisation").status_code == 200
    form = _form(browser.get("/reglages/droits").text)
    form["droit"].remove("accueil:organisation.edit")
    browser.post("/reglages/droits", data=form)
    assert nadia.get("/reglages/organisation").status_code == 403


@pytest.mark.row("B1")
def test_every_change_of_rights_is_shown_with_who_did_it_and_only_what_changed(cast: Cast, browser: Browser) -> None:
    form = _form(browser.as_("gerant").get("/reglages/droits").text)
    form["droit"] += ["accueil:organisation.edit", "comptable:organisation.edit"]
    browser.post("/reglages/droits", data=form)
    page = words(browser.get("/reglages/droits"))
    assert "2 droits modifiés" in page
    journal = page.split('id="journal"')[1].split("</section>")[0]
    assert journal.count("Droit donné") == 2
    assert journal.count("Camille Ferrand") == 2
    assert "Accueil : Régler l’organisation" in journal
    assert "auj." in journal


def test_saving_an_unchanged_table_writes_nothing(cast: Cast, browser: Browser) -> None:
    form = _form(browser.as_("gerant").get("/reglages/droits").text)
    browser.post("/reglages/droits", data=form)
    page = words(browser.get("/reglages/droits"))
    assert "Aucun droit n’a changé" in page
    assert "Droit donné" not in page


def test_two_managers_do_not_undo_each_other_unknowingly(cast: Cast, browser: Browser) -> None:
    form = _form(browser.as_("gerant").get("/reglages/droits").text)
    with transaction():
        services.grant(Role.DESK, "organisation.edit", True)
    answer = browser.post("/reglages/droits", data=form)
    assert answer.status_code == 409
    assert "Relisez le tableau" in words(answer)
    assert "organisation.edit" in queries.rights_of(Role.DESK)


@pytest.mark.row("B1")
def test_the_presets_come_back_for_one_role_or_for_all(cast: Cast, browser: Browser) -> None:
    with transaction():
        services.grant(Role.DESK, "organisation.edit", True)
        services.grant(Role.SALES, "organisation.edit", True)
    browser.as_("gerant").post("/reglages/droits/origine", role="accueil")
    assert "organisation.edit" not in queries.rights_of(Role.DESK)
    assert "organisation.edit" in queries.rights_of(Role.SALES)
    browser.post("/reglages/droits/origine", role="")
    assert queries.changed_roles() == []


def test_nobody_gives_a_right_that_he_does_not_have(cast: Cast, browser: Browser) -> None:
    with transaction():
        services.grant(Role.DESK, "user.manage", True)
    form = _form(browser.as_("accueil").get("/reglages/droits").text)
    form["droit"].append("accueil:organisation.edit")
    assert browser.post("/reglages/droits", data=form).status_code == 403


@pytest.mark.row("B1")
def test_the_presets_respect_who_may_do_what(cast: Cast) -> None:
    """B1: sales make neither intervention nor shipping slips; only managers run users and settings; clients have their portal."""
    for code in ("user.manage", "organisation.edit"):
        assert {role for role in Role if code in queries.rights_of(role)} == {Role.MANAGER}
    for code in ("slip.work", "slip.shipping"):
        if code in PERMISSIONS:
            assert Role.SALES.value not in PERMISSIONS[code].roles
            assert Role.TECHNICIAN.value in PERMISSIONS[code].roles
