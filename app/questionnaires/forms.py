"""Forms of questionnaires: the head by WTForms, the questions by their own rows (they come and go while editing)."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import SelectField, TextAreaField
from wtforms.validators import DataRequired, Length

from app.core.errors import DomainError
from app.core.fields import TidyField, options
from app.core.i18n import _l
from app.questionnaires.items import ItemData, item_from
from app.questionnaires.states import ItemType, Use

TYPES = frozenset(ItemType)
TEXTS = ("code", "label", "type", "hint", "unit", "minimum", "maximum", "bad_answer")


class QuestionnaireForm(FlaskForm):
    """Its name, what it serves for, what is said above it."""

    name = TidyField(_l("Nom"), [DataRequired(_l("Donnez un nom au questionnaire.")), Length(max=200)])
    use = SelectField(_l("Sert pour"), choices=options(Use.choices()))
    intro = TextAreaField(
        _l("Introduction"), [Length(max=2000)], description=_l("Lue au-dessus des questions."), render_kw={"rows": 2}
    )


class ImportForm(FlaskForm):
    """A questionnaire exported as JSON."""

    file = FileField(_l("Fichier JSON"))


class Row(NamedTuple):
    """A question being edited. `key` names its fields; `error` is the sentence shown under it."""

    key: str
    data: dict[str, Any]
    error: str = ""

    @property
    def type(self) -> ItemType:
        """Its type, chosen when it was added."""
        return ItemType(self.data["type"]) if self.data["type"] in TYPES else ItemType.TEXT


def rows_of(items: list[ItemData]) -> list[Row]:
    """The rows of the questions kept."""
    return [Row(item.code, item.as_dict()) for item in items]


def posted_rows(form: MultiDict[str, str]) -> list[Row]:
    """The rows as they were posted, in their order."""
    return [Row(key, _posted(form, key)) for key in dict.fromkeys(form.getlist("row"))]


def _posted(form: Mapping[str, str], key: str) -> dict[str, Any]:
    data: dict[str, Any] = {name: form.get(f"{key}.{name}", "") for name in TEXTS}
    data["compulsory"] = f"{key}.compulsory" in form
    data["choices"] = form.get(f"{key}.choices", "").splitlines()
    return data


def act(rows: list[Row], action: str) -> list[Row]:
    """The rows after a button: « add:measure », « up:key », « down:key », « remove:key »."""
    verb, _colon, what = action.partition(":")
    rows = list(rows)
    if verb == "add" and what in TYPES:
        bad = "non" if what == ItemType.TRISTATE else ""
        number = next(n for n in range(1, 10_000) if f"n{n}" not in {row.key for row in rows})
        blank = ItemData(label="", type=ItemType(what), bad_answer=bad)
        return [*rows, Row(f"n{number}", blank.as_dict())]
    place = next((index for index, row in enumerate(rows) if row.key == what), None)
    if place is None:
        return rows
    row = rows.pop(place)
    if verb == "up":
        rows.insert(max(0, place - 1), row)
    elif verb == "down":
        rows.insert(place + 1, row)
    return rows


def read_rows(rows: list[Row]) -> tuple[list[ItemData], list[Row]]:
    """(questions that can be read, rows with the sentence of what is to be corrected)."""
    items, judged = [], []
    for row in rows:
        try:
            items.append(item_from(row.data))
            judged.append(row)
        except DomainError as error:
            judged.append(row._replace(error=error.message))
    return items, judged
