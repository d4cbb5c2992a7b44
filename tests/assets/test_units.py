"""Units: the list, the sheet, the form, and who may see what."""

import io

import pytest

from app.assets.models import Asset
from app.core.db import db, transaction
from app.core.settings import change_setting
from tests.cast import Cast
from tests.factories.assets import a_family, a_field, a_model, an_asset
from tests.factories.files import SVG_WITH_SCRIPT, a_pdf, a_photo
from tests.signing import Browser


def newest() -> Asset:
    return db.session.query(Asset).order_by(Asset.id.desc()).first()


@pytest.fixture
def desk(cast: Cast, browser: Browser) -> Browser:
    return browser.as_("accueil")


def test_a_unit_is_added_with_its_familys_fields(desk: Browser, cast: Cast):
    family = a_family(warranty_months=24)
    a_field(family, label="Pression", type="decimal")
    page = desk.get(f"/biens/nouveau?famille={family.id}")
    assert "champ-pression" in page.text
    answer = desk.post(
        "/biens/nouveau", family_id=family.id, label="Expresso", serial="AB-12 34", bought_on="2026-01-31", state="in_use",
        owner_id=cast.karim.id, data={"champ-pression": "9,5"}, value="1 234,5 €",
    )  # fmt: skip
    assert answer.status_code == 303
    asset = newest()
    assert (asset.serial_key, asset.custom, asset.value) == ("AB1234", {"pression": "9.5"}, 123450)
    assert asset.warranty_until.isoformat() == "2028-01-31"
    sheet = desk.get(answer.location).text
    assert "9,5" in sheet
    assert "Karim Benyahia" in sheet
    assert "Fiche créée" in sheet


def test_every_fault_comes_back_with_what_was_typed(desk: Browser):
    family = a_family()
    a_field(family, label="Cycles", type="integer", required=True)
    page = desk.post(
        "/biens/nouveau", family_id=family.id, label="Expresso 😀", state="in_use", bought_on="2062-06-14", data={"champ-cycles": "douze"},
    )  # fmt: skip
    assert page.status_code == 422
    assert "écrivez un nombre entier" in page.text
    assert 'value="douze"' in page.text
    assert "Expresso 😀" in page.text
    page = desk.post(
        "/biens/nouveau", family_id=family.id, label="Expresso", state="in_use", bought_on="2062-06-14", data={"champ-cycles": "12"},
    )  # fmt: skip
    assert page.status_code == 422
    assert "La date est dans le futur" in page.text


def test_a_taken_inventory_number_names_the_next_free_one(desk: Browser):
    family = a_family()
    for number in ("0126", "0127"):
        an_asset(family, inventory_number=number)
    page = desk.post("/biens/nouveau", family_id=family.id, label="Violon", state="in_use", inventory_number="0126")
    assert page.status_code == 422
    assert "Le n°\u00a00126 est déjà pris. Le prochain libre est 0128." in page.text


def test_the_choice_of_a_family_brings_its_fields(desk: Browser):
    family = a_family()
    a_field(family, label="Taille", type="choice", choices=["S", "M"])
    shown = desk.get(f"/biens/champs?family_id={family.id}", htmx=True)
    assert "champ-taille" in shown.text
    assert "<html" not in shown.text


def test_the_list_filters_searches_and_shows_the_fields_meant_for_it(desk: Browser, cast: Cast):
    coffee, bike = a_family(name="Cafetières"), a_family(name="Vélos")
    a_field(coffee, label="Bars", in_lists=True)
    an_asset(coffee, label="Brévia du hall", owner_id=cast.karim.id, serial="XK-778", custom={"bars": "quinze"})
    an_asset(bike, label="Vélo de prêt", ours=True)
    assert {"Brévia du hall", "Vélo de prêt"} <= set(_labels(desk.get("/biens").text))
    assert _labels(desk.get(f"/biens?famille={coffee.id}").text) == ["Brévia du hall"]
    assert "quinze" in desk.get(f"/biens?famille={coffee.id}").text
    assert _labels(desk.get("/biens?a-nous=oui").text) == ["Vélo de prêt"]
    assert _labels(desk.get("/biens?q=xk778").text) == ["Brévia du hall"]
    assert _labels(desk.get("/biens?q=benyahia").text) == ["Brévia du hall"]
    assert _labels(desk.get("/biens?q=introuvable").text) == []
    assert "<html" not in desk.get("/biens?q=velo", htmx=True).text


def _labels(html: str) -> list[str]:
    return [part.split("<")[0].split(">")[1] for part in html.split('<a class="ln"')[1:]]


def test_an_archived_unit_leaves_the_lists_and_comes_back(desk: Browser):
    asset = an_asset(label="Vieille machine")
    desk.post(f"/biens/{asset.id}/archiver")
    assert "Vieille machine" not in _labels(desk.get("/biens").text)
    assert "Vieille machine" in _labels(desk.get("/biens?archives=1").text)
    desk.post(f"/biens/{asset.id}/restaurer")
    assert "Vieille machine" in _labels(desk.get("/biens").text)


def test_a_change_is_told_in_the_history(desk: Browser):
    asset = an_asset()
    desk.post(
        f"/biens/{asset.id}/modifier",
        family_id=asset.family_id,
        label="Machine du bureau",
        serial="Z9",
        state="lost",
        shelf="B4",
    )
    sheet = desk.get(f"/biens/{asset.id}").text
    assert "Machine du bureau" in sheet
    assert "Désignation" in sheet
    assert "Perdu" in sheet


def test_typeaheads_find_owners_and_models(desk: Browser, cast: Cast):
    with transaction():
        cast.karim.notes = "indexé"
        db.session.add(cast.karim)
    assert f'data-value="{cast.karim.id}"' in desk.get("/biens/proprietaires?q=benya").text
    model = a_model(a_family(), brand="Lumen", name="43 pouces")
    assert f'data-value="{model.id}"' in desk.get("/biens/modeles?q=lum 43").text
    assert "Aucun modèle" in desk.get("/biens/modeles?q=zzz").text


@pytest.mark.row("D10")
def test_photos_and_documents_are_added_several_at_once_and_taken_away(desk: Browser):
    asset = an_asset()
    files = [(io.BytesIO(a_photo()), "plaque.jpg"), (io.BytesIO(a_pdf()), "notice.pdf")]
    answer = desk.client.post(
        f"/biens/{asset.id}/fichiers",
        data={"files": files, "label": "", "topic": "other", "csrf_token": _token(desk, f"/biens/{asset.id}")},
        content_type="multipart/form-data",
    )
    assert answer.status_code == 303
    sheet = desk.get(f"/biens/{asset.id}").text
    assert "plaque.jpg" in sheet
    assert "notice.pdf" in sheet
    remove = sheet.split(f"/biens/{asset.id}/fichiers/")[1].split("/")[0]
    desk.post(f"/biens/{asset.id}/fichiers/{remove}/retirer")
    sheet = desk.get(f"/biens/{asset.id}").text
    assert "Fichier retiré" in sheet


def _token(browser: Browser, url: str) -> str:
    browser.get(url)
    return browser.token


def test_a_file_of_another_unit_cannot_be_taken_away_by_its_number(desk: Browser):
    mine, other = an_asset(), an_asset()
    desk.post(f"/biens/{mine.id}/fichiers", data={"files": (io.BytesIO(a_photo()), "a.jpg"), "topic": "other"})
    number = desk.get(f"/biens/{mine.id}").text.split(f"/biens/{mine.id}/fichiers/")[1].split("/")[0]
    assert desk.post(f"/biens/{other.id}/fichiers/{number}/retirer").status_code == 404


def test_a_drawing_with_a_script_is_refused_by_a_sentence(desk: Browser):
    asset = an_asset()
    page = desk.post(
        f"/biens/{asset.id}/fichiers", data={"files": (io.BytesIO(SVG_WITH_SCRIPT), "dessin.svg"), "topic": "other"}
    )
    assert page.status_code == 422
    assert "n’est pas un fichier que l’on peut garder ici" in page.text


def test_the_noun_of_the_organisation_is_everywhere(desk: Browser):
    with transaction():
        change_setting("assets.noun", {"singular": "piscine", "plural": "piscines", "feminine": True})
    page = desk.get("/biens").text
    assert "<h1>Piscines</h1>" in page
    assert "Nouvelle piscine" in page
    assert 'title="Piscines"' in page


@pytest.mark.row("B1")
@pytest.mark.parametrize(
    ("who", "seen", "changed"),
    [("technicien", 200, 200), ("commercial", 200, 200), ("compta", 200, 403), ("client", 403, 403)],
)
def test_the_team_works_on_units_and_the_accountant_reads_them(cast: Cast, browser: Browser, who, seen, changed):
    asset = an_asset()
    visitor = browser.as_(who)
    assert visitor.get(f"/biens/{asset.id}").status_code == seen
    assert visitor.get(f"/biens/{asset.id}/modifier").status_code == changed


def test_a_list_of_many_asks_as_few_queries_as_a_list_of_one(desk: Browser, queries, cast: Cast):
    family = a_family()
    an_asset(family, owner_id=cast.karim.id)
    desk.get("/biens")
    queries.clear()
    desk.get("/biens")
    few = len(queries)
    for _number in range(12):
        an_asset(family, owner_id=cast.dan.id)
    queries.clear()
    desk.get("/biens")
    assert len(queries) == few <= 12
