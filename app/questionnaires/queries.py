"""Reads of questionnaires: the forms, what was answered, and what is still to be answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select

from app.core.db import db
from app.core.subject import Subject
from app.questionnaires.items import NOT_APPLICABLE, ItemData, bounds_in_words, in_words, is_bad, item_from
from app.questionnaires.models import Questionnaire, QuestionnaireItem, Response
from app.questionnaires.states import ItemType, Use

ITEM_FIELDS = ("code", "label", "type", "hint", "compulsory", "choices", "unit", "minimum", "maximum", "bad_answer")


class QuestionnaireRow(NamedTuple):
    """A line of the list."""

    id: int
    code: str
    name: str
    use: Use
    version: int
    questions: int
    compulsory: int
    archived: bool


def questionnaire_rows(*, archived: bool = False) -> list[QuestionnaireRow]:
    """Every questionnaire, by use then name."""
    state = Questionnaire.archived_at.is_not(None) if archived else Questionnaire.archived_at.is_(None)
    counts = (
        select(
            QuestionnaireItem.questionnaire_id,
            func.count().label("questions"),
            func.count().filter(QuestionnaireItem.compulsory).label("compulsory"),
        )
        .group_by(QuestionnaireItem.questionnaire_id)
        .subquery()
    )
    query = (
        select(
            Questionnaire.id, Questionnaire.code, Questionnaire.name, Questionnaire.use, Questionnaire.version,
            func.coalesce(counts.c.questions, 0), func.coalesce(counts.c.compulsory, 0), Questionnaire.archived_at.is_not(None),
        )
        .outerjoin(counts, counts.c.questionnaire_id == Questionnaire.id)
        .where(state)
        .order_by(Questionnaire.use, Questionnaire.name)
    )  # fmt: skip
    return [QuestionnaireRow(*row) for row in db.session.execute(query)]


def questionnaire(questionnaire_id: int | None) -> Questionnaire | None:
    """One questionnaire, with its questions."""
    return db.session.get(Questionnaire, questionnaire_id) if questionnaire_id else None


def questionnaire_coded(code: str) -> Questionnaire | None:
    """The questionnaire of that code."""
    return db.session.scalar(select(Questionnaire).where(Questionnaire.code == code))


def questionnaires_for(use: Use) -> Sequence[tuple[int, str]]:
    """(id, name) of the questionnaires in use that serve for that, by name."""
    query = (
        select(Questionnaire.id, Questionnaire.name)
        .where(Questionnaire.use == use, Questionnaire.archived_at.is_(None))
        .order_by(Questionnaire.name)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def all_questionnaires() -> list[Questionnaire]:
    """Every questionnaire in use, for an export."""
    return list(
        db.session.scalars(
            select(Questionnaire).where(Questionnaire.archived_at.is_(None)).order_by(Questionnaire.code)
        )
    )


def items_of(found: Questionnaire) -> list[ItemData]:
    """Its questions as plain data."""
    return [item_from({name: getattr(item, name) for name in ITEM_FIELDS}) for item in found.items]


def as_data(found: Questionnaire) -> dict[str, Any]:
    """The questionnaire for a file: what `services.put_questionnaire` reads."""
    return {
        "code": found.code,
        "name": found.name,
        "use": found.use.value,
        "intro": found.intro,
        "items": [item.as_dict() for item in items_of(found)],
    }


def response_of(subject: Subject, use: Use, questionnaire_id: int | None = None) -> Response | None:
    """The newest answers given about a record for that use; to that questionnaire when it is given."""
    query = select(Response).where(
        Response.subject_kind == subject.kind, Response.subject_id == subject.id, Response.use == use
    )
    if questionnaire_id is not None:
        query = query.where(Response.questionnaire_id == questionnaire_id)
    return db.session.scalar(query.order_by(Response.id.desc()).limit(1))


_RESPONSES = (
    select(Response)
    .where(Response.subject_kind == bindparam("kind"), Response.subject_id == bindparam("id"))
    .order_by(Response.id)
)


def all_responses(subject: Subject) -> Sequence[Response]:
    """Every set of answers about a record, the oldest first."""
    return db.session.scalars(_RESPONSES, {"kind": subject.kind, "id": subject.id}).all()


def has_answers(questionnaire_id: int, version: int) -> bool:
    """True once somebody answered that version."""
    query = (
        select(Response.id).where(Response.questionnaire_id == questionnaire_id, Response.version == version).limit(1)
    )
    return db.session.scalar(query) is not None


def items_for(found: Questionnaire | None, response: Response | None) -> list[ItemData]:
    """The questions to show: finished answers keep their own, unfinished ones follow the questionnaire."""
    if response is not None and (response.completed_at is not None or found is None):
        return [item_from(data) for data in response.form]
    return items_of(found) if found is not None else []


def _answered(item: ItemData, given: dict[str, Any]) -> bool:
    if item.type == ItemType.PHOTO:
        return bool(given.get("file_ids"))
    if item.type == ItemType.SIGNATURE:
        return bool(given.get("file_ids") or given.get("value"))
    return bool(given.get("value"))


def missing_items(items: Sequence[ItemData], answers: dict[str, Any]) -> list[ItemData]:
    """The compulsory questions without an answer."""
    return [item for item in items if item.compulsory and not _answered(item, answers.get(item.code, {}))]


def missing(response: Response | None, found: Questionnaire | None) -> list[str]:
    """The labels of the compulsory questions still without an answer; empty when nothing is in the way."""
    answers = response.answers if response is not None else {}
    return [item.label for item in missing_items(items_for(found, response), answers)]


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and its answer, ready to show. `given` is False when nobody answered."""

    item: ItemData
    value: str
    words: str
    note: str
    given: bool
    bad: bool
    file_ids: list[int] = field(default_factory=list)

    @property
    def typed(self) -> str:
        """The answer as its field shows it."""
        return self.value.replace(".", ",") if self.item.type == ItemType.MEASURE else self.value

    @property
    def mark(self) -> tuple[str, str]:
        """(colour, icon) of its sign in a list."""
        if not self.given or self.value == NOT_APPLICABLE:
            return "gris", "minus"
        if self.bad:
            return ("rouge", "x") if self.item.type == ItemType.TRISTATE else ("ambre", "alert-triangle")
        if self.item.type in (ItemType.TRISTATE, ItemType.MEASURE) or self.item.bad_answer:
            return "vert", "check"
        return "gris", self.item.type.icon if self.file_ids else "minus"

    @property
    def bounds(self) -> str:
        """The bounds of a measure, in words."""
        return bounds_in_words(self.item)


def _answer(item: ItemData, given: dict[str, Any]) -> Answer:
    value = str(given.get("value", ""))
    return Answer(
        item, value, in_words(item, value), given.get("note", ""), _answered(item, given), is_bad(item, value),
        list(given.get("file_ids", ())),
    )  # fmt: skip


def points_of_items(items: Sequence[ItemData]) -> list[Answer]:
    """These questions, nobody having answered."""
    return [_answer(item, {}) for item in items]


def points_of(
    found: Questionnaire | None,
    response: Response | None = None,
    typed: Mapping[str, str] | None = None,
    prefix: str = "q-",
) -> list[Answer]:
    """What the form shows: the answers kept, or what was typed when it comes back with something to correct."""
    points = answers_of(response, found)
    if typed is None:
        return points
    return [_retyped(point, typed, f"{prefix}{point.item.code}") for point in points]


def _retyped(point: Answer, typed: Mapping[str, str], name: str) -> Answer:
    field_name = f"{name}_name" if point.item.type == ItemType.SIGNATURE else name
    return replace(point, value=typed.get(field_name, point.value), note=typed.get(f"{name}-note", point.note))


def answers_of(response: Response | None, found: Questionnaire | None = None) -> list[Answer]:
    """Every question with its answer, in order: for the read-only list, the slips, the report, and the form itself."""
    given = response.answers if response is not None else {}
    return [_answer(item, given.get(item.code, {})) for item in items_for(found, response)]
