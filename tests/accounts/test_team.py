"""« Équipe »: accounts listed, invited, changed, closed; the last manager stays."""

import pytest

from app.accounts import services
from app.accounts.states import Role
from app.core.db import transaction
from tests.accounts.helpers import try_to_sign_in, words
from tests.cast import Cast
from tests.factories.accounts import a_user
from tests.signing import PASSWORD, Browser


def _fields(**changes: str) -> dict[str, str]:
    return {"name": "Inès Rousseau", "email": "technicien@demo.example", "phone": "", "role": "technicien",
            "site_id": "", "hours_per_week": "35", **changes}  # fmt: skip


def test_accounts_are_listed_by_state(cast: Cast, browser: Browser) -> None:
    with transaction():
        services.invite("zoe@demo.example", "Zoé Marin", Role.DESK)
        services.deactivate(cast.hugo.id, by=cast.camille)
    browser.as_("gerant")
    active = words(browser.get("/reglages/equipe"))
    assert "Inès Rousseau" in active
    assert "Zoé Marin" not in active
    assert "Hugo Lemoine" not in active
    assert "Karim Benyahia" not in active
    assert "Zoé Marin" in words(browser.get("/reglages/equipe?voir=invite"))
    assert "Hugo Lemoine" in words(browser.get("/reglages/equipe?voir=desactive"))
    assert "Karim Benyahia" in words(browser.get("/reglages/equipe?voir=clients"))
    assert browser.get("/reglages/equipe?voir=nimporte").status_code == 200


@pytest.mark.row("B1")
@pytest.mark.parametrize("who", ["accueil", "commercial", "technicien", "luthier", "compta", "client"])
def test_only_the_manager_opens_the_team_the_rights_and_the_organisation(
    cast: Cast, browser: Browser, who: str
) -> None:
    browser.as_(who)
    for url in (
        "/reglages/equipe",
        "/reglages/droits",
        "/reglages/organisation",
        f"/reglages/equipe/{cast.ines.id}",
    ):
        assert browser.get(url).status_code == 403, url
    assert browser.post(f"/reglages/equipe/{cast.ines.id}/desactiver").status_code == 403


@pytest.mark.row("B1")
def test_settings_show_to_each_the_pages_he_may_open_and_nothing_to_those_without_one(
    cast: Cast, browser: Browser
) -> None:
    assert browser.as_("technicien").get("/reglages").status_code == 403
    desk = words(browser.as_("accueil").get("/reglages"))
    assert "Importer" in desk
    assert "Équipe" not in desk
    assert "Équipe" in words(browser.as_("gerant").get("/reglages"))


def test_a_colleague_changes_role_and_the_rights_follow_at_once(cast: Cast, browser: Browser) -> None:
    ines = Browser(browser.app).as_("technicien")
    assert ines.get("/reglages").status_code == 403
    browser.as_("gerant").post(f"/reglages/equipe/{cast.ines.id}", data=_fields(role="gerant", hours_per_week="28"))
    assert ines.get("/reglages").status_code == 200
    page = words(browser.get(f"/reglages/equipe/{cast.ines.id}"))
    assert "Compte modifié" in page
    assert 'value="28"' in page


def test_somebody_deactivated_is_out_at_the_next_request_and_comes_back_when_reopened(
    cast: Cast, browser: Browser
) -> None:
    ines = Browser(browser.app).as_("technicien")
    browser.as_("gerant").post(f"/reglages/equipe/{cast.ines.id}/desactiver")
    assert ines.get("/profil", follow=False).status_code == 303
    assert try_to_sign_in(ines, "technicien@demo.example", PASSWORD).status_code == 422
    browser.post(f"/reglages/equipe/{cast.ines.id}/reactiver")
    assert try_to_sign_in(ines, "technicien@demo.example", PASSWORD).status_code == 303


def test_the_manager_ends_every_session_of_somebody(cast: Cast, browser: Browser) -> None:
    others = [Browser(browser.app).as_("technicien") for _other in range(2)]
    browser.as_("gerant").post(f"/reglages/equipe/{cast.ines.id}/deconnecter")
    assert {other.get("/profil", follow=False).status_code for other in others} == {303}


def test_the_last_manager_cannot_leave_nor_change_role(cast: Cast, browser: Browser) -> None:
    browser.as_("gerant")
    changed = browser.post(
        f"/reglages/equipe/{cast.camille.id}", data=_fields(name="Camille", email="gerant@demo.example", role="accueil")
    )
    assert changed.status_code == 422
    assert "dernier gérant" in words(changed)
    closed = browser.post(f"/reglages/equipe/{cast.camille.id}/desactiver")
    assert closed.status_code == 422
    assert "dernier gérant" in words(closed)
    assert browser.get("/reglages/equipe").status_code == 200


def test_an_invited_manager_who_never_came_does_not_count(cast: Cast, browser: Browser) -> None:
    with transaction():
        services.invite("zoe@demo.example", "Zoé Marin", Role.MANAGER)
    assert browser.as_("gerant").post(f"/reglages/equipe/{cast.camille.id}/desactiver").status_code == 422


def test_with_two_managers_one_may_go_but_not_by_his_own_hand(cast: Cast, browser: Browser) -> None:
    second = a_user(Role.MANAGER, email="second@demo.example")
    assert browser.as_("second").post(f"/reglages/equipe/{second.id}/desactiver").status_code == 422
    assert browser.post(f"/reglages/equipe/{cast.camille.id}/desactiver").status_code == 303


def test_who_manages_accounts_without_being_a_manager_makes_no_manager(cast: Cast, browser: Browser) -> None:
    with transaction():
        services.grant(Role.DESK, "user.manage", True)
    browser.as_("accueil")
    refused = browser.post(
        f"/reglages/equipe/{cast.nadia.id}", data=_fields(name="Nadia", email="accueil@demo.example", role="gerant")
    )
    assert refused.status_code == 403
    assert browser.post(f"/reglages/equipe/{cast.camille.id}/deconnecter").status_code == 403
    assert (
        browser.post(
            "/reglages/equipe/inviter", name="X", email="x@demo.example", role="gerant", site_id=""
        ).status_code
        == 403
    )


def test_a_client_never_becomes_one_of_the_team(cast: Cast, browser: Browser) -> None:
    browser.as_("gerant")
    url = f"/reglages/equipe/{cast.karim.user_id}"
    browser.post(url, name="Karim", email="client@demo.example", phone="", role="gerant")
    assert browser.as_("client").get("/reglages").status_code == 403


def test_an_unknown_account_does_not_exist(cast: Cast, browser: Browser) -> None:
    assert browser.as_("gerant").get("/reglages/equipe/999999").status_code == 404


def test_the_list_costs_the_same_for_few_and_for_many(cast: Cast, browser: Browser, queries: list[str]) -> None:
    browser.as_("gerant").get("/reglages/equipe")
    queries.clear()
    browser.get("/reglages/equipe")
    first = len(queries)
    for _more in range(10):
        a_user(Role.TECHNICIAN)
    queries.clear()
    browser.get("/reglages/equipe")
    assert len(queries) == first <= 12
