"""Families: what they bring to their units, and the documents that follow."""

import io

import pytest

from app.assets.models import Family
from app.assets.queries import documents_for, models_of, questionnaire_for
from app.assets.services import add_family, change_family, choose_questionnaires
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.questionnaires.states import Use
from tests.cast import Cast
from tests.factories.assets import a_family, a_model, an_asset
from tests.factories.files import a_pdf
from tests.factories.questionnaires import a_questionnaire
from tests.signing import Browser


@pytest.fixture
def manager(cast: Cast, browser: Browser) -> Browser:
    return browser.as_("gerant")


def test_a_family_is_created_with_all_it_brings(manager: Browser):
    answer = manager.post(
        "/reglages/familles/nouvelle", name="Lave-linge", icon="wash-machine", accessories="Cordon\r\n\r\nTuyau\r\nCordon",
        common_faults="Fuit", warranty_months="24", repair_days="7", diagnosis_fee="29,90", refusal_notice="Risque de fuite.",
    )  # fmt: skip
    assert answer.status_code == 303
    family = db.session.query(Family).filter_by(name="Lave-linge").one()
    assert (family.accessories, family.common_faults, family.diagnosis_fee) == (["Cordon", "Tuyau"], ["Fuit"], 2990)
    page = manager.get(f"/reglages/familles/{family.id}").text
    assert "29,90" in page
    assert "Cordon\nTuyau" in page


def test_the_same_name_twice_is_refused_with_what_was_typed(manager: Browser):
    a_family(name="Vélos")
    page = manager.post("/reglages/familles/nouvelle", name="vélos", icon="bike", warranty_months="24", repair_days="5")
    assert page.status_code == 422
    assert "existe déjà. Modifiez-la" in page.text
    assert 'value="vélos"' in page.text


def test_a_family_cannot_be_its_own_ancestor(cast: Cast):
    parent = a_family()
    child = a_family(parent_id=parent.id)
    with pytest.raises(DomainError, match="sous elle-même"), transaction():
        change_family(parent, parent_id=child.id)


@pytest.mark.row("D4")
def test_a_family_chooses_its_questionnaires_or_takes_its_parents(manager: Browser):
    checks, own = a_questionnaire(), a_questionnaire(name="À elle")
    parent = a_family()
    child = a_family(parent_id=parent.id)
    manager.post(
        f"/reglages/familles/{parent.id}/questionnaires",
        check_in=checks.id,
        check_out="",
        preliminary="",
        satisfaction="",
    )
    assert questionnaire_for(child.id, Use.CHECK_IN).id == checks.id
    with transaction():
        choose_questionnaires(child, {Use.CHECK_IN: own.id})
    assert questionnaire_for(child.id, Use.CHECK_IN).id == own.id
    assert questionnaire_for(child.id, Use.CHECK_OUT) is None


@pytest.mark.row("D7")
def test_documents_of_the_model_and_of_every_family_above_follow_the_unit(manager: Browser):
    parent = a_family()
    family = a_family(parent_id=parent.id)
    model = a_model(family)
    for url, label, topic, seen in (
        (f"/reglages/familles/{parent.id}/fichiers", "Risques", "refusal", "y"),
        (f"/reglages/familles/{family.id}/fichiers", "Vue éclatée", "exploded", ""),
        (f"/reglages/familles/modeles/{model.id}/fichiers", "Notice", "manual", "y"),
    ):
        fields = {"files": (io.BytesIO(a_pdf()), f"{topic}.pdf"), "label": label, "topic": topic} | (
            {"for_client": "y"} if seen else {}
        )
        assert manager.post(url, data=fields).status_code == 303
    assert [document.title for document in documents_for(family.id, model.id)] == ["Notice", "Vue éclatée", "Risques"]
    assert [document.title for document in documents_for(family.id, model.id, for_client=True)] == ["Notice", "Risques"]
    asset = an_asset(family, model_id=model.id)
    sheet = manager.get(f"/biens/{asset.id}").text
    assert "Documents de la famille et du modèle" in sheet
    assert "Vue éclatée" in sheet


@pytest.mark.row("D7")
def test_a_client_opens_the_documents_meant_for_him_of_what_he_owns_only(
    manager: Browser, cast: Cast, browser: Browser
):
    family = a_family()
    an_asset(family, owner_id=cast.karim.id)
    for label, fields in (("Notice", {"for_client": "y"}), ("Vue éclatée", {})):
        manager.post(
            f"/reglages/familles/{family.id}/fichiers",
            data={"files": (io.BytesIO(a_pdf()), f"{label}.pdf"), "topic": "other"} | fields,
        )
    urls = [document.url for document in documents_for(family.id)]
    karim = browser.as_("client")
    assert [karim.get(url).status_code for url in urls] == [200, 404]
    assert [browser.as_("dan").get(url).status_code for url in urls] == [404, 404]


def test_models_are_added_once_and_archived(manager: Browser):
    family = a_family()
    url = f"/reglages/familles/{family.id}/modeles"
    assert manager.post(url, family_id=family.id, brand="Lumen", name="43", warranty_months="36").status_code == 303
    again = manager.post(url, family_id=family.id, brand="lumen", name="43")
    assert again.status_code == 422
    assert "existe déjà" in again.text
    model = models_of(family.id)[0]
    manager.post(
        f"/reglages/familles/modeles/{model.id}",
        family_id=family.id,
        brand="Lumen",
        name="43 pouces",
        warranty_months="",
    )
    assert models_of(family.id)[0].name == "43 pouces"
    manager.post(f"/reglages/familles/modeles/{model.id}/archiver")
    assert models_of(family.id) == []


def test_archived_families_are_no_longer_proposed(manager: Browser):
    family = a_family(name="Fax")
    manager.post(f"/reglages/familles/{family.id}/archiver")
    assert "Fax" in manager.get("/reglages/familles?archives=1").text
    assert "Fax" not in manager.get("/biens/nouveau").text


@pytest.mark.parametrize("who", ["accueil", "technicien", "commercial", "compta", "client"])
def test_only_the_manager_sets_families(cast: Cast, browser: Browser, who):
    with transaction():
        family = add_family(name="À régler")
    visitor = browser.as_(who)
    for url in ("/reglages/familles", f"/reglages/familles/{family.id}", "/reglages/familles/champs-communs"):
        assert visitor.get(url).status_code == 403
    assert visitor.post(f"/reglages/familles/{family.id}", name="Piratée").status_code == 403
