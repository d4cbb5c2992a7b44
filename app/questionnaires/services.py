"""Verbs of questionnaires: edit one, answer one. Answers keep the questions as they were."""

from collections.abc import Iterable, Mapping
from typing import Any

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import Subject
from app.questionnaires.items import MAX_TEXT, ItemData, item_from, read_answer, slug, with_codes
from app.questionnaires.models import Questionnaire, QuestionnaireItem, Response
from app.questionnaires.queries import (
    ITEM_FIELDS,
    as_data,
    has_answers,
    items_for,
    items_of,
    missing,
    missing_items,
    questionnaire_coded,
    response_of,
)
from app.questionnaires.states import ItemType, Use

__all__ = [
    "add_questionnaire", "answer", "archive_questionnaire", "change_questionnaire", "duplicate_questionnaire", "field_name",
    "file_fields", "missing", "put_questionnaire", "read_data", "restore_questionnaire", "signature_fields", "without_file",
]  # fmt: skip

PREFIX = "q-"
NOTE, PHOTO = "-note", "-photo"


def field_name(code: str, prefix: str = PREFIX) -> str:
    """The name of a question's field in a page."""
    return f"{prefix}{code}"


def file_fields(questionnaire: Questionnaire, response: Response | None = None, prefix: str = PREFIX) -> dict[str, str]:
    """{field name: question code} of what the page may send as photos: the caller keeps them and gives their ids back."""
    return {field_name(item.code, prefix) + PHOTO: item.code for item in items_for(questionnaire, response)}


def signature_fields(
    questionnaire: Questionnaire, response: Response | None = None, prefix: str = PREFIX
) -> dict[str, str]:
    """{field name: question code} of the signatures drawn, posted as data URLs."""
    return {
        field_name(item.code, prefix): item.code
        for item in items_for(questionnaire, response)
        if item.type == ItemType.SIGNATURE
    }


def answer(
    questionnaire: Questionnaire,
    subject: Subject,
    use: Use,
    typed: Mapping[str, str],
    *,
    by: str,
    files: Mapping[str, Iterable[int]] | None = None,
    prefix: str = PREFIX,
) -> Response:
    """Keep the answers typed so far; complete once every compulsory question is answered.

    A field absent from `typed` keeps its answer, an empty one loses it. `files` maps codes to ids of stored files, which
    are added. Raises DomainError(field=code); nothing is kept then.
    """
    require_transaction()
    several = use == Use.REPORT  # a record may have a report of each service done
    response = response_of(subject, use, questionnaire.id if several else None)
    if response is None or response.questionnaire_id != questionnaire.id:
        response = Response(
            questionnaire_id=questionnaire.id, use=use, subject_kind=subject.kind, subject_id=subject.id, answers={},
            version=questionnaire.version, by=by,
        )  # fmt: skip
        db.session.add(response)
    items = items_for(questionnaire, response)
    given = dict(response.answers)
    for item in items:
        entry = _entry(
            item, given.get(item.code, {}), typed, list((files or {}).get(item.code, ())), field_name(item.code, prefix)
        )
        given.pop(item.code, None)
        if entry:
            given[item.code] = entry
    _close(response, questionnaire, items, given, by)
    db.session.flush()
    whole = response.completed_at is not None
    record(subject, "questionnaire.answered", name=questionnaire.name, use=use.value, complete=whole)
    return response


def _entry(
    item: ItemData, before: dict[str, Any], typed: Mapping[str, str], added: list[int], name: str
) -> dict[str, Any]:
    value_field = f"{name}_name" if item.type == ItemType.SIGNATURE else name
    value = read_answer(item, typed[value_field]) if value_field in typed else before.get("value", "")
    note = typed[name + NOTE].strip()[:MAX_TEXT] if name + NOTE in typed else before.get("note", "")
    kept = [] if item.type == ItemType.SIGNATURE and added else list(before.get("file_ids", ()))
    entry = {"value": value, "note": note, "file_ids": kept + added}
    return {key: found for key, found in entry.items() if found}


def _close(
    response: Response, questionnaire: Questionnaire, items: list[ItemData], given: dict[str, Any], by: str
) -> None:
    if response.completed_at is None:
        response.version = questionnaire.version
        response.form = [item.as_dict() for item in items]
    response.answers, response.by = given, by
    whole = not missing_items(items, given)
    response.completed_at = (response.completed_at or clock.now()) if whole else None


def without_file(response: Response, code: str, file_id: int) -> None:
    """Take a photo away from an answer."""
    require_transaction()
    given = dict(response.answers)
    entry = dict(given.get(code, {}))
    entry["file_ids"] = [known for known in entry.get("file_ids", ()) if known != file_id]
    given[code] = {key: found for key, found in entry.items() if found}
    items = [item_from(data) for data in response.form]
    response.answers = given
    if missing_items(items, given):
        response.completed_at = None


# --- editing --------------------------------------------------------------------------------------------------


def add_questionnaire(
    name: str, use: Use, *, intro: str = "", code: str = "", items: Iterable[ItemData] = ()
) -> Questionnaire:
    """A new questionnaire. Raises DomainError."""
    require_transaction()
    row = Questionnaire(code=_free_code(code or slug(name)), name=_named(name), use=use, intro=intro.strip())
    row.items = _rows(with_codes(items))
    db.session.add(row)
    db.session.flush()
    record(row, "questionnaire.added")
    return row


def change_questionnaire(
    row: Questionnaire, name: str, use: Use, intro: str, items: Iterable[ItemData]
) -> Questionnaire:
    """Change a questionnaire. Once answered, other questions make another version; the answers keep theirs."""
    require_transaction()
    row.name, row.use, row.intro = _named(name), use, intro.strip()
    wanted = with_codes(items)
    before = items_of(row)
    if before != wanted:
        if has_answers(row.id, row.version):
            row.version += 1
        _replace_items(row, wanted)
        record(row, "questionnaire.changed", version=row.version, questions=len(wanted))
    db.session.flush()
    return row


def _replace_items(row: Questionnaire, wanted: list[ItemData]) -> None:
    kept = {item.code: item for item in row.items}
    rows = []
    for position, data in enumerate(wanted):
        item = kept.get(data.code) or QuestionnaireItem(code=data.code)
        for name in ITEM_FIELDS:
            setattr(item, name, getattr(data, name))
        item.position = position
        rows.append(item)
    row.items = rows


def _rows(items: list[ItemData]) -> list[QuestionnaireItem]:
    return [
        QuestionnaireItem(position=position, **{name: getattr(item, name) for name in ITEM_FIELDS})
        for position, item in enumerate(items)
    ]


def _named(name: str) -> str:
    if not name.strip():
        raise DomainError(_("Donnez un nom au questionnaire."), field="name")
    return name.strip()[:200]


def _free_code(wanted: str) -> str:
    base, code, number = wanted or "questionnaire", wanted or "questionnaire", 2
    while questionnaire_coded(code) is not None:
        code, number = f"{base}-{number}", number + 1
    return code


def duplicate_questionnaire(row: Questionnaire) -> Questionnaire:
    """A copy under another name, to be changed freely."""
    require_transaction()
    name = _("%(name)s (copie)", name=row.name)
    return add_questionnaire(name, row.use, intro=row.intro, code=f"{row.code}-copie", items=items_of(row))


def archive_questionnaire(row: Questionnaire) -> None:
    """Take it out of the lists; the answers given stay readable."""
    require_transaction()
    row.archived_at = clock.now()
    record(row, "questionnaire.archived")


def restore_questionnaire(row: Questionnaire) -> None:
    """Put it back in the lists."""
    require_transaction()
    row.archived_at = None
    record(row, "questionnaire.restored")


def put_questionnaire(data: Mapping[str, Any]) -> tuple[Questionnaire, bool]:
    """Write a questionnaire read from a file: (row, True when something changed). The code says which. Raises DomainError."""
    require_transaction()
    name, use, items = read_data(data)
    found = questionnaire_coded(slug(str(data.get("code", ""))) or slug(name))
    intro = str(data.get("intro", ""))
    if found is None:
        return add_questionnaire(name, use, intro=intro, code=slug(str(data.get("code", ""))), items=items), True
    before = as_data(found)
    change_questionnaire(found, name, use, intro, items)
    return found, as_data(found) != before


def read_data(data: Mapping[str, Any]) -> tuple[str, Use, list[ItemData]]:
    """(name, use, questions) of a file's questionnaire. Raises DomainError."""
    try:
        use = Use(data.get("use", ""))
        items = [item_from(item) for item in data.get("items", ())]
    except (ValueError, AttributeError, TypeError) as wrong:
        raise DomainError(
            _("Ce fichier ne décrit pas un questionnaire. Exportez-en un pour voir la forme attendue.")
        ) from wrong
    return _named(str(data.get("name", ""))), use, with_codes(items)
