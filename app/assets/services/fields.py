"""Verbs of custom fields: define them, and judge what is typed in them."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from app.assets.models import FieldDefinition
from app.assets.queries import family_line, fields_of, fields_of_one
from app.assets.states import FieldType
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import parse_cents, parse_decimal
from app.core.search import fold

OPTIONS = ("label", "type", "choices", "hint", "required", "on_slips", "in_lists")
TRUE = frozenset(("oui", "on", "1", "true", "y"))
MAX_TEXT = 10_000


def add_field(family_id: int | None, **options: Any) -> FieldDefinition:
    """A field for a family, or for all when `family_id` is None. `code` is made from the label when absent. Raises DomainError."""
    require_transaction()
    values = _checked(options)
    code = _code(options.get("code") or values["label"])
    if not code:
        raise DomainError(_("Donnez un libellé avec des lettres, par exemple « Taille »."), field="label")
    if code in _taken(family_id):
        raise DomainError(
            _(
                "Un champ « %(label)s » existe déjà ici. Changez ce libellé, ou modifiez l'autre champ.",
                label=values["label"],
            ),
            field="label",
        )
    last = max((field.position for field in fields_of_one(family_id)), default=-1)
    row = FieldDefinition(family_id=family_id, code=code, position=last + 1, **values)
    db.session.add(row)
    db.session.flush()
    record(row, "field.added", label=row.label)
    return row


def change_field(field: FieldDefinition, **options: Any) -> FieldDefinition:
    """Change a field; its code stays, so the values typed stay too. Its type changes only to text. Raises DomainError."""
    require_transaction()
    values = _checked(options)
    if values["type"] != field.type and values["type"] not in (FieldType.TEXT, FieldType.LONG):
        raise DomainError(
            _(
                "Un champ déjà rempli ne change de type que pour du texte. Créez plutôt un autre champ, puis archivez celui-ci."
            ),
            field="type",
        )
    for name, value in values.items():
        setattr(field, name, value)
    db.session.flush()
    record(field, "field.changed", label=field.label)
    return field


def _checked(options: Mapping[str, Any]) -> dict[str, Any]:
    values = {name: options[name] for name in OPTIONS if name in options}
    values["label"] = str(values.get("label", "")).strip()
    if not values["label"]:
        raise DomainError(_("Donnez un libellé au champ."), field="label")
    values["type"] = FieldType(values.get("type", FieldType.TEXT))
    choices = list(dict.fromkeys(text.strip() for text in values.get("choices", ()) if text.strip()))
    values["choices"] = choices if values["type"] == FieldType.CHOICE else []
    if values["type"] == FieldType.CHOICE and len(choices) < 2:
        raise DomainError(_("Donnez au moins deux choix, un par ligne."), field="choices")
    return values


def _code(text: str) -> str:
    return re.sub(r"\W+", "_", fold(text)).strip("_")[:40]


def _taken(family_id: int | None) -> set[str]:
    """Codes that would be confused with another field of the same units, archived ones included."""
    query = select(FieldDefinition.code)
    if family_id is not None:
        query = query.where(
            or_(FieldDefinition.family_id.is_(None), FieldDefinition.family_id.in_(family_line(family_id)))
        )
    return set(db.session.scalars(query))


def move_field(field: FieldDefinition, up: bool) -> None:
    """One place up or down among the fields of its family."""
    require_transaction()
    rows = fields_of_one(field.family_id)
    place = rows.index(field)
    rows.insert(max(0, place - 1) if up else place + 1, rows.pop(place))
    for position, row in enumerate(rows):
        row.position = position


def archive_field(field: FieldDefinition) -> None:
    """No longer asked; the values typed are kept."""
    require_transaction()
    field.archived_at = clock.now()
    record(field, "field.archived", label=field.label)


def restore_field(field: FieldDefinition) -> None:
    """Asked again, with the values it had."""
    require_transaction()
    field.archived_at = None
    record(field, "field.restored", label=field.label)


# --- values ---------------------------------------------------------------------------------------------------


def custom_values(family_id: int | None, typed: Mapping[str, str]) -> dict[str, Any]:
    """The values of a family's custom fields from what was typed, `{code: text}`. Raises DomainError(field=code)."""
    values, faults = read_custom(family_id, typed)
    for code, sentence in faults.items():
        raise DomainError(sentence, field=code)
    return values


def read_custom(family_id: int | None, typed: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """(values by code, faults by code: one French sentence each)."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in fields_of(family_id):
        text = typed.get(field.code, "").strip()
        if not text:
            if field.required:
                faults[field.code] = _("Remplissez « %(label)s ».", label=field.label)
            continue
        try:
            values[field.code] = _READERS[field.type](field, text)
        except DomainError as error:
            faults[field.code] = error.message
    return values, faults


def _text(field: FieldDefinition, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise DomainError(_("« %(label)s » : gardez 10 000 caractères au plus.", label=field.label))
    return text


def _integer(field: FieldDefinition, text: str) -> int:
    try:
        return int(parse_decimal(text, 0))
    except DomainError:
        raise DomainError(_("« %(label)s » : écrivez un nombre entier, par exemple 12.", label=field.label)) from None


def _decimal(field: FieldDefinition, text: str) -> str:
    try:
        return f"{parse_decimal(text, 6).normalize():f}"
    except DomainError:
        raise DomainError(_("« %(label)s » : écrivez un nombre, par exemple 12,5.", label=field.label)) from None


def _amount(field: FieldDefinition, text: str) -> int:
    try:
        return parse_cents(text)
    except DomainError:
        raise DomainError(_("« %(label)s » : écrivez un montant, par exemple 1234,50.", label=field.label)) from None


def _date(field: FieldDefinition, text: str) -> str:
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d/%m/%y"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007
        except ValueError:
            continue
        if date(1500, 1, 1) <= found <= date(2200, 12, 31):
            return found.isoformat()
    raise DomainError(_("« %(label)s » : écrivez une date qui existe, par exemple 24/11/2026.", label=field.label))


def _one_of(field: FieldDefinition, text: str) -> str:
    if text not in field.choices:
        raise DomainError(
            _("« %(label)s » : choisissez parmi %(choices)s.", label=field.label, choices=", ".join(field.choices))
        )
    return text


_READERS: dict[FieldType, Callable[[FieldDefinition, str], Any]] = {
    FieldType.TEXT: _text,
    FieldType.LONG: _text,
    FieldType.INTEGER: _integer,
    FieldType.DECIMAL: _decimal,
    FieldType.AMOUNT: _amount,
    FieldType.DATE: _date,
    FieldType.BOOLEAN: lambda _field, text: text.lower() in TRUE,
    FieldType.CHOICE: _one_of,
}
