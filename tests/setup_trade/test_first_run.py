"""The first run: an empty installation leads to one page, and the organisation works from there."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.models import Organisation, User
from app.accounts.queries import organisation
from app.accounts.states import Role, Trade
from app.assets.models import Family, FieldDefinition
from app.assets.queries import noun, questionnaire_for
from app.catalog.models import Article
from app.catalog.queries import find_articles, parts_of
from app.catalog.states import ArticleKind
from app.core.db import db, transaction
from app.core.history import HistoryEntry
from app.questionnaires.models import Questionnaire
from app.questionnaires.states import Use
from app.setup.queries import remaining
from app.setup.services import apply_preset
from tests.cast import Cast
from tests.factories.lending import a_unit
from tests.factories.members import a_season
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("F6")
ANSWERS = {
    "organisation": "Atelier du Port",
    "trade": "workshop",
    "name": "Lise Morvan",
    "email": "lise@port.example",
    "password": "trois moules bleues",
}


def token(client: FlaskClient) -> str:
    page = client.get("/bienvenue").text
    return page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]


def begin(client: FlaskClient, **answers: str):
    return client.post("/bienvenue", data=ANSWERS | answers | {"csrf_token": token(client)})


@pytest.mark.parametrize("url", ["/", "/connexion", "/recherche", "/dossiers", "/reglages", "/biens/1"])
def test_without_an_organisation_every_page_leads_to_the_first_run(client: FlaskClient, url):
    answer = client.get(url)
    assert (answer.status_code, answer.location) == (303, "/bienvenue")


def test_health_answers_before_the_first_run(client: FlaskClient):
    assert client.get("/sante").status_code == 200


def test_one_form_makes_the_organisation_its_manager_and_signs_him_in(client: FlaskClient):
    answer = begin(client)
    assert (answer.status_code, answer.location) == (303, "/bienvenue/a-faire")
    page = client.get(answer.location).text
    assert "Atelier du Port" in page
    assert "Prendre en charge un premier appareil" in page
    manager = db.session.scalars(select(User)).one()
    assert (manager.role, manager.name) == (Role.MANAGER, "Lise Morvan")
    assert organisation().trade == Trade.WORKSHOP
    assert db.session.scalar(select(func.count(Family.id))) > 20
    assert client.get("/reglages/familles").status_code == 200
    assert client.get("/biens").status_code == 200


def test_a_slip_prints_before_the_organisation_gave_its_address(client: FlaskClient):
    begin(client)
    assert 'src="data:image/png;base64,' in client.get("/reglages/bon-entree").text


def test_the_first_run_happens_once(client: FlaskClient, app):
    begin(client)
    stranger = app.test_client()
    assert stranger.get("/bienvenue").location == "/"
    assert begin_again(stranger).location == "/"
    assert db.session.scalar(select(func.count(Organisation.id))) == 1


def begin_again(client: FlaskClient):
    page = client.get("/connexion").text
    value = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    return client.post("/bienvenue", data=ANSWERS | {"csrf_token": value})


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"organisation": " "}, "Saisissez le nom de votre organisation."),
        ({"name": ""}, "Saisissez votre nom."),
        ({"email": "lise"}, "n’a pas la forme nom@exemple.fr"),
        ({"password": "court"}, "trop court"),
        ({"password": "lise@port.example"}, "reprend votre nom ou votre adresse"),
        ({"trade": "plombier"}, "Votre métier"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_typed_is_lost(client: FlaskClient, wrong, sentence):
    answer = begin(client, **wrong)
    assert answer.status_code == 422
    assert sentence in answer.text
    if "organisation" not in wrong:
        assert 'value="Atelier du Port"' in answer.text
    assert db.session.scalar(select(func.count(User.id))) == 0


def facts() -> dict[str, int]:
    return {
        model.__name__: db.session.scalar(select(func.count()).select_from(model))
        for model in (Family, FieldDefinition, Questionnaire, Article, HistoryEntry)
    }


@pytest.mark.row("C11")
@pytest.mark.parametrize("trade", list(Trade))
def test_each_trade_begins_with_a_small_catalogue(client: FlaskClient, trade):
    begin(client, trade=trade.value)
    kinds = set(db.session.scalars(select(Article.kind)))
    assert {ArticleKind.SERVICE, ArticleKind.STANDARD} <= kinds
    assert client.get("/articles").text.count("TYPE-") >= 8
    whole = db.session.scalars(select(Article).where(Article.kind == ArticleKind.STANDARD)).all()
    assert all(parts_of(article.id) and article.minutes for article in whole)


@pytest.mark.row("C4")
def test_the_pool_company_begins_with_a_pool_quoted_as_one_and_services_with_their_questionnaire(client: FlaskClient):
    begin(client, trade="pool")
    [pool] = find_articles("piscine équipée")
    assert pool.kind == ArticleKind.BUNDLE
    assert [part.optional for part in parts_of(pool.id)] == [False, False, False, True]
    [winter] = find_articles("mise en hivernage")
    questionnaire_id = db.session.get_one(Article, winter.id).questionnaire_id
    assert db.session.get_one(Questionnaire, questionnaire_id).code == "analyse-eau"


@pytest.mark.parametrize("trade", list(Trade))
def test_a_preset_applied_twice_changes_nothing(cast: Cast, trade):
    with transaction():
        assert apply_preset(trade)
    before = facts()
    with transaction():
        assert apply_preset(trade) == []
    assert facts() == before


def test_a_preset_never_undoes_what_was_changed(cast: Cast):
    with transaction():
        apply_preset(Trade.WORKSHOP)
    family = db.session.scalars(select(Family).where(Family.name == "Lave-linge")).one()
    with transaction():
        family.accessories, family.warranty_months = ["Rien"], 36
    with transaction():
        apply_preset(Trade.QUALIREPAR)
    db.session.expire_all()
    assert (family.accessories, family.warranty_months) == (["Rien"], 36)


@pytest.mark.row("D15")
def test_the_ten_trade_sheets_come_as_models_to_align(cast: Cast):
    with transaction():
        apply_preset(Trade.QUALIREPAR)
    sheets = db.session.scalars(select(Family).where(Family.trade_sheet != "")).all()
    assert sorted(int(sheet.trade_sheet.split()[1]) for sheet in sheets) == list(range(1, 11))
    for sheet in sheets:
        for use in (Use.CHECK_IN, Use.CHECK_OUT):
            questionnaire = questionnaire_for(sheet.id, use)
            assert "modèle à aligner sur votre fiche officielle" in questionnaire.name
            assert any(item.compulsory for item in questionnaire.items)


@pytest.mark.row("D15")
def test_a_family_of_a_sheet_takes_its_check_points(cast: Cast):
    with transaction():
        apply_preset(Trade.WORKSHOP)
    fridge = db.session.scalars(select(Family).where(Family.name == "Réfrigérateur")).one()
    labels = [item.label for item in questionnaire_for(fridge.id, Use.CHECK_OUT).items]
    assert "Contrôle d’étanchéité sans fuite" in labels


def test_each_trade_speaks_its_own_words(cast: Cast):
    with transaction():
        apply_preset(Trade.POOL)
    assert noun().title == "Piscines"


def test_the_checklist_empties_itself_by_what_is_really_done(cast: Cast, browser: Browser):
    manager = browser.as_("gerant")
    before = {state.step.key for state in remaining()}
    assert {"particulars", "logo", "opening", "mail", "sms", "slip", "ticket"} <= before
    assert not {"colleague", "contacts"} & before, "the cast has colleagues and contacts"
    a_ticket()
    manager.post("/reglages/bon-entree", data={"part": ["client"], "client.on": "1"})
    assert {state.step.key for state in remaining()} == before - {"ticket", "slip"}


def test_the_dashboards_panel_shows_what_comes_next_and_goes_away_by_itself(cast: Cast, browser: Browser):
    manager = browser.as_("gerant")
    assert "/bienvenue/a-faire/panneau" in manager.get("/tableau-de-bord").text
    panel = manager.get("/bienvenue/a-faire/panneau").text
    assert "Compléter les coordonnées et le SIRET" in panel
    for state in remaining():
        manager.post(f"/bienvenue/a-faire/{state.step.key}/masquer")
    assert manager.get("/bienvenue/a-faire/panneau").text.strip() == ""


def test_a_step_is_dismissed_and_recalled(cast: Cast, browser: Browser):
    manager = browser.as_("gerant")
    shown = manager.post("/bienvenue/a-faire/sms/masquer", htmx=True)
    assert "Brancher les SMS" not in shown.text
    assert "sms" not in {state.step.key for state in remaining()}
    manager.post("/bienvenue/a-faire/rappeler")
    assert "sms" in {state.step.key for state in remaining()}


@pytest.mark.parametrize("who", ["accueil", "technicien", "client"])
def test_only_the_manager_sees_the_checklist(cast: Cast, browser: Browser, who):
    assert browser.as_(who).get("/bienvenue/a-faire").status_code == 403


@pytest.mark.row("F6")
def test_a_school_is_led_to_its_season_its_instruments_and_its_first_loan_and_no_other_trade_is(
    cast: Cast, browser: Browser
):
    school = {"season", "fleet", "loan", "repairer"}
    assert not school & {state.step.key for state in remaining()}
    with transaction():
        apply_preset(Trade.SCHOOL)
    assert school <= {state.step.key for state in remaining()}
    a_season()
    a_unit()
    assert {"loan", "repairer"} == school & {state.step.key for state in remaining()}
    assert "Faire un premier prêt" in browser.as_("gerant").get("/bienvenue/a-faire").text
