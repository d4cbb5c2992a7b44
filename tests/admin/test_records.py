"""One record: add, change, conflicts, refusals, archive and restore, inline edit, history."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.admin import services
from app.admin.queries.entities import Entity, entities
from app.assets.models import Asset, AssetModel, Family, FamilyQuestionnaire
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.history import HistoryEntry
from app.core.revisions import Revision
from tests.admin.conftest import first_id
from tests.cast import Cast
from tests.signing import Browser

pytestmark = pytest.mark.row("F1")


def entity(table: str) -> Entity:
    """The screen of a table."""
    return next(one for one in entities() if one.table == table)


def fields_of(page: Any) -> dict[str, str]:
    """What the form of a page would post: its inputs, areas and chosen options."""
    form = page.text.split('id="fiche"')[1].split("</form>")[0]
    found = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and ('type="checkbox"' not in tag or "checked" in tag):
            found[name[1]] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found[name] = unescape(text).strip()
    for name, options in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options)
        found[name] = chosen[1] if chosen else ""
    found.pop("csrf_token", None)
    return found


def last_event(kind: str) -> HistoryEntry:
    """The newest line of history about this kind."""
    found = db.session.query(HistoryEntry).filter_by(subject_kind=kind).order_by(HistoryEntry.id.desc()).first()
    assert found is not None
    db.session.rollback()
    return found


def test_saving_an_untouched_form_changes_nothing(camille: Browser):
    for screen in entities():
        if not screen.writable:
            continue
        url = f"{screen.path}edit/?id={first_id(screen)}"
        before = db.session.query(HistoryEntry).count()
        db.session.rollback()
        answer = camille.post(url, data=fields_of(camille.get(url)))
        assert answer.status_code == 303, (screen.table, answer.text.split('id="erreurs"')[-1][:400])
        assert db.session.query(HistoryEntry).count() == before, screen.table
        db.session.rollback()


def test_a_family_is_added_then_changed_and_its_history_says_before_and_after(camille: Browser):
    added = camille.post(
        "/admin/familles/new/",
        name="Guitare",
        warranty_months="24",
        repair_days="5",
        accessories="Housse\nSangle\nHousse\n",
        diagnosis_fee="1 234,5 €",
        icon="guitar-pick",
    )
    assert added.status_code == 303
    guitar = db.session.query(Family).filter_by(name="Guitare").one()
    assert (guitar.accessories, guitar.diagnosis_fee) == (["Housse", "Sangle"], 123_450)
    db.session.rollback()
    url = f"/admin/familles/edit/?id={guitar.id}"
    changed = camille.post(url, data={**fields_of(camille.get(url)), "diagnosis_fee": "49"})
    assert changed.status_code == 303
    event = last_event("family")
    assert event.actor_name == "Camille Ferrand"
    assert event.verb == "admin.changed"
    assert [text.replace("\u202f", " ").replace("\u00a0", " ") for text in event.facts["fields"]["diagnosis_fee"]] == [
        "1 234,50 €",
        "49,00 €",
    ]
    assert "→ 49,00" in camille.get(url).text.replace("\u00a0", " ")


def test_a_change_tells_the_processes_that_keep_families(camille: Browser):
    before = db.session.query(Revision.value).filter_by(name="families").scalar() or 0
    db.session.rollback()
    camille.post("/admin/familles/new/", name="Alto", warranty_months="24", repair_days="5", icon="tool")
    db.session.expire_all()
    assert db.session.query(Revision.value).filter_by(name="families").scalar() == before + 1


def test_contacts_are_written_by_their_own_feature(camille: Browser):
    camille.post("/admin/contacts/new/", kind="person", name="Lina Haddad", phone="0671482099", country="FR")
    lina = db.session.query(Contact).filter_by(name="Lina Haddad").one()
    assert lina.phone.replace("\u00a0", " ") == "06 71 48 20 99"
    assert lina.phone_key
    db.session.rollback()
    wrong = camille.post(
        f"/admin/contacts/edit/?id={lina.id}", kind="company", name="Lina Haddad", siret="123", country="FR"
    )
    assert wrong.status_code == 422
    assert "14 chiffres" in wrong.text
    assert 'href="#siret"' in wrong.text


def test_a_number_already_taken_says_which_is_free(camille: Browser, workshop: Cast):
    family = db.session.query(Family.id).scalar()
    db.session.rollback()
    answer = camille.post(
        "/admin/biens/new/", label="Alto", family_id=str(family), inventory_number="0126", state="in_use"
    )
    assert answer.status_code == 422
    text = answer.text.replace("\u00a0", " ")
    assert "Le n° 0126 est déjà pris. Le prochain libre est 0127." in text
    assert 'href="#inventory_number"' in text
    assert 'value="Alto"' in text


def test_a_pair_already_taken_names_its_fields(camille: Browser):
    found = db.session.query(FamilyQuestionnaire).one()
    values = {
        "family_id": str(found.family_id),
        "use": found.use.value,
        "questionnaire_id": str(found.questionnaire_id),
    }
    db.session.rollback()
    answer = camille.post("/admin/questionnaires-de-famille/new/", data=values)
    assert answer.status_code == 422
    assert "mêmes valeurs" in answer.text


def test_what_the_database_alone_refuses_reads_in_french(workshop: Cast):
    screen = entity("site")

    def write_twice() -> None:
        with transaction() as session:
            session.add(screen.model(name="Brignoles"))

    with pytest.raises(IntegrityError) as caught:
        write_twice()
    told = services.explain(screen, caught.value, {"name": "Brignoles"})
    assert told.field == "name"
    assert (
        told.message.replace("\u00a0", " ")
        == "« Brignoles » est déjà pris : nom doit être unique. Choisissez autre chose."
    )


@pytest.mark.parametrize(
    ("field", "typed", "said"),
    [
        ("value", "12,345", "a trop de décimales"), ("value", "cher", "ne se lit pas comme un nombre"), ("bought_on", "31/02/2027", "Saisissez 28/02/2027."),
        ("bought_on", "hier", "Écrivez une date comme 24/11/2026."), ("family_id", "", "Choisissez « famille »."), ("label", "", "Saisissez « Désignation »."),
        ("owner_id", "abc", "Choisissez dans la liste proposée."), ("owner_id_text", "Personne de ce nom", "Choisissez dans la liste proposée."),
        ("label", "x" * 300, "250 caractères au plus"),
    ],
)  # fmt: skip
def test_each_field_says_what_to_correct_and_keeps_what_was_typed(camille: Browser, field: str, typed: str, said: str):
    url = f"/admin/biens/edit/?id={first_id(entity('asset'))}"
    values = {**fields_of(camille.get(url)), field: typed}
    if field == "owner_id_text":
        values["owner_id"] = ""
    if field == "family_id":
        values["family_id_text"] = ""
    answer = camille.post(url, data=values)
    assert answer.status_code == 422
    assert said in answer.text.replace("\u00a0", " ").replace("&#39;", "'")
    assert typed in answer.text or field == "owner_id"  # the number behind a name: the name is what was typed


def test_a_name_typed_without_javascript_finds_its_record(camille: Browser, workshop: Cast):
    url = f"/admin/biens/edit/?id={first_id(entity('asset'))}"
    values = {**fields_of(camille.get(url)), "owner_id": "", "owner_id_text": "dan lestrange"}
    assert camille.post(url, data=values).status_code == 303
    assert db.session.query(Asset.owner_id).scalar() == workshop.dan.id


def test_two_writers_do_not_overwrite_each_other(camille: Browser):
    url = f"/admin/familles/edit/?id={first_id(entity('family'))}"
    opened = fields_of(camille.get(url))
    assert camille.post(url, data={**opened, "repair_days": "9"}).status_code == 303
    late = camille.post(url, data={**opened, "repair_days": "3"})
    assert late.status_code == 409
    assert "Camille Ferrand a modifié cette fiche à" in late.text
    assert "Relisez puis recommencez." in late.text
    assert 'value="3"' in late.text
    assert db.session.query(Family.repair_days).scalar() == 9
    db.session.rollback()
    assert camille.post(url, data=fields_of(late)).status_code == 303
    assert db.session.query(Family.repair_days).scalar() == 3


def test_a_family_is_never_under_itself(camille: Browser):
    key = first_id(entity("family"))
    url = f"/admin/familles/edit/?id={key}"
    answer = camille.post(url, data={**fields_of(camille.get(url)), "parent_id": str(key)})
    assert answer.status_code == 422
    assert "elle-même" in answer.text.replace("&#39;", "'")


def test_a_duplicate_starts_from_the_record_but_for_what_is_unique(camille: Browser):
    page = camille.get(f"/admin/biens/new/?from={first_id(entity('asset'))}")
    values = fields_of(page)
    assert values["label"] == "Violon 4/4 Lemaître"
    assert values["owner_id_text"] == "Karim Benyahia"
    assert values["inventory_number"] == ""


def test_beside_a_record_stand_what_uses_it_and_its_history(camille: Browser, workshop: Cast):
    page = camille.get(f"/admin/contacts/edit/?id={workshop.karim.id}")
    aside = page.text.split("<aside")[1]
    assert f'href="/admin/dossiers/?flt0_contact_id.is={workshop.karim.id}"' in aside
    assert f"flt0_owner_id.is={workshop.karim.id}" in aside
    assert f"flt0_subject_id.is=contact:{workshop.karim.id}" in aside
    listed = camille.get(f"/admin/pieces-jointes/?flt0_subject_id.is=contact:{workshop.karim.id}")
    assert listed.text.count("<tr data-id=") == 1


def test_a_ticket_is_read_here_and_worked_on_at_its_own_page(camille: Browser):
    page = camille.get(f"/admin/dossiers/details/?id={first_id(entity('ticket'))}")
    assert "R-2026-0001" in page.text
    assert "Ouvrir sa page" in page.text
    assert 'id="fiche"' not in page.text


# --- archive, restore, delete ---


def test_archiving_asks_with_the_count_then_does_it(camille: Browser, workshop: Cast):
    chosen = {"action": "archive", "rowid": [workshop.karim.id, workshop.dan.id], "url": "/admin/contacts/"}
    asked = camille.post("/admin/contacts/action/", htmx=True, data=chosen)
    assert asked.text.startswith("<dialog")
    assert "Archiver 2 fiches" in asked.text.replace("\u00a0", " ")
    assert db.session.query(Contact).filter(Contact.archived_at.is_not(None)).count() == 0
    db.session.rollback()
    done = camille.post("/admin/contacts/action/", data={**chosen, "confirmed": "1"})
    assert done.status_code == 303
    assert db.session.query(Contact).filter(Contact.archived_at.is_not(None)).count() == 2
    db.session.rollback()
    assert "Dan Lestrange" not in camille.get("/admin/contacts/").text.split("<tbody>")[-1]
    camille.post("/admin/contacts/action/", data={**chosen, "action": "restore", "confirmed": "1"})
    assert db.session.query(Contact).filter(Contact.archived_at.is_not(None)).count() == 0
    assert last_event("contact").verb == "contact.restored"


def test_without_javascript_the_question_is_a_page(camille: Browser, workshop: Cast):
    asked = camille.post("/admin/contacts/action/", data={"action": "archive", "rowid": workshop.dan.id})
    assert "<html" in asked.text
    assert "Archiver 1 fiche" in asked.text.replace("\u00a0", " ")
    assert 'name="confirmed"' in asked.text


def test_all_of_the_filter_is_chosen_and_nothing_else(camille: Browser, workshop: Cast):
    answer = camille.post(
        "/admin/contacts/action/",
        htmx=True,
        data={"action": "archive", "tout": "1", "url": "/admin/contacts/?flt0_name.like=dan"},
    )
    assert "Archiver 1 fiche" in answer.text.replace("\u00a0", " ")
    assert f'name="rowid" value="{workshop.dan.id}"' in answer.text


def test_nothing_chosen_is_said(camille: Browser):
    answer = camille.post("/admin/contacts/action/", action="archive")
    assert answer.status_code == 303
    assert "Cochez d" in camille.get("/admin/contacts/").text


def test_an_action_never_leads_out_of_the_site(camille: Browser, workshop: Cast):
    answer = camille.post(
        "/admin/contacts/action/",
        data={"action": "archive", "rowid": workshop.dan.id, "confirmed": "1", "url": "//evil.example/"},
    )
    assert answer.headers["Location"].startswith("/admin/contacts/")


def test_a_plain_link_is_really_deleted(camille: Browser):
    screen = entity("family_questionnaire")
    answer = camille.post(
        f"{screen.path}action/", data={"action": "delete", "rowid": first_id(screen), "confirmed": "1"}
    )
    assert answer.status_code == 303
    assert db.session.query(FamilyQuestionnaire).count() == 0
    assert last_event("family_questionnaire").verb == "admin.removed"


# --- inline edit ---


def cell(camille: Browser, **values: Any) -> Any:
    """Post one cell of a family."""
    key = first_id(entity("family"))
    return camille.post("/admin/familles/ajax/update/", htmx=True, data={"list_form_pk": key, **values})


def test_a_cell_is_edited_where_it_stands(camille: Browser):
    key = first_id(entity("family"))
    form = camille.get(f"/admin/familles/ajax/update/?list_form_pk={key}&col=diagnosis_fee", htmx=True)
    assert 'value="39,00"' in form.text
    answer = cell(camille, col="diagnosis_fee", diagnosis_fee="45,5")
    assert answer.status_code == 200
    assert answer.text.startswith("<td")
    assert "45,50" in answer.text
    assert db.session.query(Family.diagnosis_fee).scalar() == 4550
    assert last_event("family").facts["labels"] == {"diagnosis_fee": "Forfait diagnostic TTC"}


def test_a_wrong_cell_keeps_its_form_and_says_why(camille: Browser):
    answer = cell(camille, col="diagnosis_fee", diagnosis_fee="gratuit")
    assert answer.status_code == 422
    assert "ne se lit pas comme un nombre" in answer.text
    assert 'value="gratuit"' in answer.text


def test_a_cell_changed_by_somebody_else_comes_back_fresh(camille: Browser):
    answer = cell(camille, col="repair_days", repair_days="3", seen="2020-01-01T00:00:00+00:00")
    assert answer.status_code == 409
    assert "a modifié cette fiche" in answer.text
    assert db.session.query(Family.repair_days).scalar() == 5


@pytest.mark.parametrize("key", ["name", "archived_at", "id", "nothing", "created_at"])
def test_only_the_safe_columns_are_edited_in_the_list(camille: Browser, key: str):
    assert cell(camille, col=key, **{key: "x"}).status_code == 403


def test_models_written_by_their_feature_keep_what_was_not_changed(camille: Browser):
    key = first_id(entity("asset_model"))
    answer = camille.post(
        "/admin/modeles/ajax/update/",
        htmx=True,
        data={"list_form_pk": key, "col": "warranty_months", "warranty_months": "36"},
    )
    assert answer.status_code == 200
    found = db.session.query(AssetModel).one()
    assert (found.brand, found.name, found.warranty_months) == ("Lemaître", "Étude", 36)
