"""Answers: judged by type, kept bit by bit, complete once every compulsory question is answered."""

import pytest

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.subject import Subject
from app.questionnaires.items import item_from
from app.questionnaires.models import Response
from app.questionnaires.queries import answers_of, missing, points_of, response_of
from app.questionnaires.services import answer, change_questionnaire, without_file
from app.questionnaires.states import Use
from tests.cast import Cast
from tests.factories.questionnaires import EVERY_TYPE, a_questionnaire

pytestmark = pytest.mark.row("D4")
TICKET = Subject("ticket", 1)


def given(questionnaire, typed, files=None, subject=TICKET) -> Response:
    with transaction():
        return answer(
            questionnaire,
            subject,
            Use.CHECK_IN,
            {f"q-{key}": value for key, value in typed.items()},
            by="Inès",
            files=files,
        )


def read(response) -> dict[str, str]:
    return {answered.item.code: answered.words for answered in answers_of(response) if answered.given}


def test_every_type_of_answer_is_kept_and_read_back_in_french(cast: Cast):
    response = given(
        a_questionnaire(),
        {
            "allume": "oui",
            "fuite": "so",
            "broyeur": "Bruit anormal",
            "terre": "0,12",
            "rayures": "2, côté gauche",
            "accord_name": "Karim",
        },
        files={"plaque": [7]},
    )
    assert read(response) == {
        "allume": "Oui", "fuite": "Sans objet", "broyeur": "Bruit anormal", "terre": "0,12\u00a0Ω",
        "rayures": "2, côté gauche", "plaque": "", "accord": "Karim",
    }  # fmt: skip
    assert response.completed_at is not None


def test_answers_are_kept_bit_by_bit_and_name_what_is_missing(cast: Cast):
    questionnaire = a_questionnaire()
    assert missing(None, questionnaire) == ["S'allume", "Continuité de terre", "Plaque signalétique"]
    response = given(questionnaire, {"allume": "oui"})
    assert response.completed_at is None
    response = given(questionnaire, {"terre": "0,1 Ω"})
    assert missing(response, questionnaire) == ["Plaque signalétique"]
    assert read(response)["allume"] == "Oui", "an answer given before stays"
    response = given(questionnaire, {}, files={"plaque": [3]})
    assert missing(response, questionnaire) == []
    assert response.completed_at is not None


def test_an_emptied_answer_opens_the_questionnaire_again(cast: Cast):
    questionnaire = a_questionnaire(EVERY_TYPE[3])
    assert given(questionnaire, {"terre": "0,1"}).completed_at is not None
    assert given(questionnaire, {"terre": ""}).completed_at is None


def test_a_photo_is_added_and_taken_away(cast: Cast):
    questionnaire = a_questionnaire(EVERY_TYPE[5])
    given(questionnaire, {}, files={"plaque": [3]})
    response = given(questionnaire, {}, files={"plaque": [4]})
    assert answers_of(response)[0].file_ids == [3, 4]
    with transaction():
        without_file(response, "plaque", 3)
        without_file(response, "plaque", 4)
    assert missing(response, questionnaire) == ["Plaque signalétique"]


def test_a_note_goes_with_its_answer(cast: Cast):
    response = given(a_questionnaire(), {"fuite": "oui", "fuite-note": "sous le bac"})
    leak = next(answered for answered in answers_of(response) if answered.item.code == "fuite")
    assert (leak.words, leak.note, leak.bad, leak.mark) == ("Oui", "sous le bac", True, ("rouge", "x"))


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"terre": "douze"}, "« Continuité de terre » : « douze » ne se lit pas comme une mesure"),
        ({"terre": "1/0"}, "ne se lit pas comme une mesure"),
        ({"terre": "nan"}, "ne se lit pas comme une mesure"),
        ({"allume": "peut-être"}, "répondez par oui, non ou sans objet"),
        ({"broyeur": "Cassé"}, "choisissez parmi Normal, Bruit anormal"),
        ({"rayures": "x" * 10_001}, "gardez-en 10\u00a0000 au plus"),
    ],
)
def test_what_cannot_be_read_is_refused_by_a_french_sentence(cast: Cast, typed, sentence):
    questionnaire = a_questionnaire()
    with pytest.raises(DomainError) as refusal:
        given(questionnaire, typed)
    assert sentence.replace("\u00a0", " ") in refusal.value.message.replace("\u00a0", " ")
    assert refusal.value.field == next(iter(typed))
    assert response_of(TICKET, Use.CHECK_IN) is None, "nothing is kept of a refused form"


def test_emoji_and_six_thousand_characters_are_kept_as_typed(cast: Cast):
    text = "😀 fuit à chaud… " * 400
    response = given(a_questionnaire(), {"rayures": text})
    assert read(response)["rayures"] == text.strip()


@pytest.mark.parametrize(("typed", "bad"), [("0,3", False), ("0,31", True), ("-1", False)])
def test_a_measure_outside_its_bounds_is_kept_and_flagged(cast: Cast, typed, bad):
    response = given(a_questionnaire(EVERY_TYPE[3]), {"terre": typed})
    assert answers_of(response)[0].bad is bad


def test_finished_answers_keep_their_questions_when_the_questionnaire_changes(cast: Cast):
    questionnaire = a_questionnaire(EVERY_TYPE[0])
    done = given(questionnaire, {"allume": "oui"})
    begun = given(questionnaire, {}, subject=Subject("ticket", 2))
    with transaction():
        change_questionnaire(
            questionnaire, "Contrôle", Use.CHECK_IN, "", [item_from({"label": "Chauffe", "compulsory": True})]
        )
    assert questionnaire.version == 2
    assert [point.item.label for point in points_of(questionnaire, done)] == ["S'allume"]
    assert missing(done, questionnaire) == []
    assert missing(begun, questionnaire) == ["Chauffe"], "unfinished answers follow the questionnaire"
    assert done.version == 1


def test_editing_before_anybody_answered_keeps_the_version(cast: Cast):
    questionnaire = a_questionnaire()
    with transaction():
        change_questionnaire(questionnaire, "Contrôle", Use.CHECK_IN, "", [item_from({"label": "Chauffe"})])
    assert questionnaire.version == 1


def test_what_was_typed_comes_back_to_be_corrected(cast: Cast):
    questionnaire = a_questionnaire()
    points = points_of(questionnaire, None, {"q-terre": "douze", "q-fuite-note": "bac"})
    assert {point.item.code: (point.typed, point.note) for point in points if point.typed or point.note} == {
        "terre": ("douze", ""), "fuite": ("", "bac"),
    }  # fmt: skip
