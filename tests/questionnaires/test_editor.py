"""The editor of questionnaires, as the manager uses it."""

import io
import json
import re

import pytest

from app.core.db import db
from app.core.subject import Subject
from app.questionnaires.models import Questionnaire
from app.questionnaires.queries import items_of, questionnaire_coded
from app.questionnaires.states import Use
from tests.cast import Cast
from tests.factories.questionnaires import a_questionnaire
from tests.questionnaires.test_answers import given
from tests.signing import Browser

pytestmark = pytest.mark.row("D4")
LIST = "/reglages/questionnaires"


def fields_of(html: str) -> dict[str, list[str]]:
    """What the editor's form would post."""
    form = re.search(r'<form class="cd" id="editeur".*?</form>', html, re.DOTALL).group(0)
    values: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name, kind = re.search(r'name="([^"]*)"', tag), re.search(r'type="([^"]*)"', tag)
        if name and not (kind and kind.group(1) == "checkbox" and " checked" not in tag):
            value = re.search(r'value="([^"]*)"', tag)
            values.setdefault(name.group(1), []).append(value.group(1) if value else "")
    for name, body in re.findall(r'<textarea [^>]*name="([^"]*)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        values[name] = [body]
    for name, body in re.findall(r'<select [^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option[^>]*selected[^>]*value="([^"]*)"|<option value="([^"]*)" selected', body)
        values[name] = [(chosen.group(1) or chosen.group(2)) if chosen else ""]
    values.pop("csrf_token", None)
    values.pop("do", None)
    return values


@pytest.fixture
def manager(cast: Cast, browser: Browser) -> Browser:
    return browser.as_("gerant")


def test_a_manager_builds_a_questionnaire_from_nothing(manager: Browser):
    answer = manager.post(f"{LIST}/nouveau", name="Entrée des vélos", use="check_in", intro="")
    url = answer.location
    page = manager.get(url)
    for kind in ("tristate", "choice", "measure", "text", "photo", "signature"):
        page = manager.post(url, data=fields_of(page.text), do=f"add:{kind}")
        assert page.status_code == 200
    typed = fields_of(page.text) | {
        "n1.label": "Freins", "n1.compulsory": "1", "n2.label": "Pneus", "n2.choices": "Bons\r\nUsés", "n3.label": "Pression",
        "n3.unit": "bar", "n3.minimum": "2,5", "n4.label": "Remarques", "n5.label": "Cadre", "n6.label": "Accord",
    }  # fmt: skip
    assert manager.post(url, data=typed).status_code == 303
    items = items_of(questionnaire_coded("entree-des-velos"))
    assert [(item.label, item.type.value) for item in items] == [
        ("Freins", "tristate"), ("Pneus", "choice"), ("Pression", "measure"), ("Remarques", "text"), ("Cadre", "photo"), ("Accord", "signature"),
    ]  # fmt: skip
    assert items[0].compulsory
    assert items[1].choices == ["Bons", "Usés"]
    assert (items[2].unit, items[2].minimum) == ("bar", "2.5")
    preview = manager.get(url).text
    assert "au moins 2,5" in preview


def test_questions_move_and_go_by_buttons_and_nothing_is_kept_before_saving(manager: Browser):
    row = a_questionnaire()
    url = f"{LIST}/{row.id}"
    page = manager.post(url, data=fields_of(manager.get(url).text), do="down:allume")
    page = manager.post(url, data=fields_of(page.text), do="remove:broyeur")
    assert items_of(db.session.get(Questionnaire, row.id))[0].code == "allume"
    manager.post(url, data=fields_of(page.text))
    assert [item.code for item in items_of(db.session.get(Questionnaire, row.id))] == [
        "fuite",
        "allume",
        "terre",
        "rayures",
        "plaque",
        "accord",
    ]


def test_a_faulty_question_is_named_and_what_was_typed_stays(manager: Browser):
    row = a_questionnaire()
    url = f"{LIST}/{row.id}"
    typed = fields_of(manager.get(url).text) | {"broyeur.choices": "Un seul", "allume.label": "S'allume bien"}
    page = manager.post(url, data=typed)
    assert page.status_code == 422
    assert "donnez au moins deux choix" in page.text
    assert "S&#39;allume bien" in page.text


def test_a_number_that_is_none_is_refused_with_an_example(manager: Browser):
    row = a_questionnaire()
    url = f"{LIST}/{row.id}"
    page = manager.post(url, data=fields_of(manager.get(url).text) | {"terre.maximum": "beaucoup"})
    assert page.status_code == 422
    assert "Écrivez par exemple 0,5." in page.text


def test_the_preview_follows_what_is_typed(manager: Browser):
    row = a_questionnaire()
    typed = fields_of(manager.get(f"{LIST}/{row.id}").text) | {"rayures.label": "Chocs et rayures"}
    shown = manager.post(f"{LIST}/{row.id}/apercu", data=typed, htmx=True)
    assert "Chocs et rayures" in shown.text
    assert "<html" not in shown.text


def test_answered_questions_make_another_version(manager: Browser):
    row = a_questionnaire()
    given(row, {"allume": "oui"}, subject=Subject("ticket", 9))
    url = f"{LIST}/{row.id}"
    page = manager.get(url)
    assert "créera la version 2" in page.text.replace("\u00a0", " ")
    manager.post(url, data=fields_of(page.text) | {"rayures.label": "Chocs"})
    assert db.session.get(Questionnaire, row.id).version == 2


def test_duplicate_archive_and_restore(manager: Browser):
    row = a_questionnaire()
    copy = manager.post(f"{LIST}/{row.id}/dupliquer").location
    assert "(copie)" in manager.get(copy).text
    manager.post(f"{LIST}/{row.id}/archiver")
    assert f'{LIST}/{row.id}"' not in manager.get(LIST).text
    assert f'{LIST}/{row.id}"' in manager.get(f"{LIST}?archives=1").text
    manager.post(f"{LIST}/{row.id}/restaurer")
    assert f'{LIST}/{row.id}"' in manager.get(LIST).text


def test_a_questionnaire_travels_as_json(manager: Browser):
    row = a_questionnaire()
    exported = manager.get(f"{LIST}/{row.id}/export")
    data = json.loads(exported.text)
    assert "attachment" in exported.headers["Content-Disposition"]
    same = manager.post(f"{LIST}/import", data={"file": (io.BytesIO(exported.data), "q.json")})
    assert "rien n’a changé" in manager.get(same.location).text
    data["code"], data["name"] = "autre", "Un autre"
    manager.post(f"{LIST}/import", data={"file": (io.BytesIO(json.dumps(data).encode()), "q.json")})
    other = questionnaire_coded("autre")
    assert other.use == Use.CHECK_IN
    assert items_of(other) == items_of(db.session.get(Questionnaire, row.id))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"pas du json", "pas du JSON lisible"), (b"[1, 2]", "ne décrit pas un questionnaire"),
        (b'{"name": "x", "use": "?"}', "ne décrit pas un questionnaire"), (b'{"name": "", "use": "check_in"}', "Donnez un nom"),
        (b'{"name": "x", "use": "check_in", "items": [{"label": "A", "type": "measure", "minimum": "z"}]}', "ne se lit pas comme un nombre"),
    ],
)  # fmt: skip
def test_a_wrong_file_is_refused_by_a_french_sentence(manager: Browser, content, sentence):
    answer = manager.post(f"{LIST}/import", data={"file": (io.BytesIO(content), "q.json")})
    assert answer.status_code == 422
    assert sentence in answer.text


@pytest.mark.parametrize("who", ["accueil", "technicien", "commercial", "comptable", "client"])
def test_only_the_manager_edits_questionnaires(cast: Cast, browser: Browser, who):
    row = a_questionnaire()
    name = {"comptable": "compta"}.get(who, who)
    visitor = browser.as_(name)
    assert visitor.get(LIST).status_code == 403
    assert visitor.post(f"{LIST}/{row.id}", do="add:text").status_code == 403
