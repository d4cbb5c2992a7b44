"""From the columns of an entity to a WTForms class: one field per column, with native controls."""

from datetime import datetime
from functools import cache
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from sqlalchemy import func, select
from wtforms import BooleanField, Field, HiddenField
from wtforms.validators import Length

from app.admin.forms.fields import Day, Filled, Lines, LongText, Moment, OneOf, Reference, WholeNumber
from app.admin.queries.columns import Column, title_expression
from app.admin.queries.entities import Entity
from app.admin.states import NUMBERS, TIMES, Kind
from app.core.db import db
from app.core.fields import AmountField, TidyField
from app.core.i18n import _

SHORT, LONG = 250, 20_000

FIELDS: dict[Kind, type[Field]] = {
    Kind.TEXT: TidyField,
    Kind.LONG: LongText,
    Kind.FLAG: BooleanField,
    Kind.INTEGER: WholeNumber,
    Kind.CENTS: AmountField,
    Kind.DATE: Day,
    Kind.MOMENT: Moment,
    Kind.LINES: Lines,
    Kind.REFERENCE: Reference,
}


class RecordForm(FlaskForm):  # type: ignore[misc]
    """The form of one record. `seen` is when the record shown was last changed: two writers do not overwrite each other."""

    seen = HiddenField()
    columns: dict[str, Column]
    form_errors: list[str]

    def values(self) -> dict[str, Any]:
        """What to write, by column: empty texts are "" where the column wants a text, None elsewhere."""
        return {key: self._value(column, self[key]) for key, column in self.columns.items() if key in self}

    @staticmethod
    def _value(column: Column, field: Field) -> Any:
        if isinstance(field, OneOf):
            return field.value
        if column.kind in (Kind.TEXT, Kind.LONG):
            text = (field.data or "").strip()
            return text or (None if column.nullable else "")
        return field.data

    def validate(self, extra_validators: Any = None) -> bool:
        """As WTForms does, once names typed without choosing from the list are found."""
        for key, column in self.columns.items():
            if column.kind is Kind.REFERENCE and key in self:
                self._find_by_name(column, self[key])
        return bool(super().validate(extra_validators))

    @staticmethod
    def _find_by_name(column: Column, field: Reference) -> None:
        field.name_shown = request.form.get(f"{field.name}_text", field.name_shown).strip()
        if field.data is not None or not field.name_shown or column.target is None:
            return
        title = title_expression(column.target, column.target)
        same = select(column.target.id).where(func.lower(title) == field.name_shown.lower()).limit(2)  # type: ignore[attr-defined]
        found = list(db.session.scalars(same))
        if len(found) == 1:
            field.data = found[0]
        else:
            field.process_errors = [_("Choisissez dans la liste proposée.")]

    def show(self, values: dict[str, Any]) -> None:
        """Fill the fields from the values of a record."""
        for key in self.columns:
            if key in self and key in values:
                self[key].process_data(values[key])

    def refuse(self, key: str | None, message: str) -> None:
        """Put a refusal of the services on its field, else on the form."""
        if key in self:
            self[key].errors = [message]
        else:
            self.form_errors = [*self.form_errors, message]


def stamp(moment: datetime | None) -> str:
    """How the moment of the last change travels in a form."""
    return moment.isoformat() if moment else ""


@cache
def form_class(entity: Entity, new: bool = False) -> type[RecordForm]:
    """The form of an entity, made once; a new record says more than one that exists may change."""
    columns = {key: entity.all_columns[key] for key in entity.editable if new or key not in entity.at_birth}
    return _made(f"{entity.model.__name__}Form", columns)


@cache
def cell_form(entity: Entity, key: str) -> type[RecordForm]:
    """The form of one cell of the list."""
    return _made(f"{entity.model.__name__}Cell", {key: entity.all_columns[key]})


def _made(name: str, columns: dict[str, Column]) -> type[RecordForm]:
    fields = {key: _field(column) for key, column in columns.items()}
    return type(name, (RecordForm,), {"columns": columns, **fields})


def _field(column: Column) -> Any:
    options: dict[str, Any] = {"description": column.hint, "default": column.default}
    needed = column.required or (not column.nullable and column.kind in (*NUMBERS, *TIMES))
    validators: list[Any] = [Filled(_wanted(column))] if needed and column.kind is not Kind.FLAG else []
    if column.kind is Kind.CHOICE:
        options["default"] = column.default.value if column.default is not None else None
        return OneOf(column.label, validators, members=column.choices, blank=column.nullable, **options)
    if column.kind in (Kind.TEXT, Kind.LONG):
        most = SHORT if column.kind is Kind.TEXT else LONG
        validators.append(Length(max=most, message=_("Raccourcissez : %(most)s caractères au plus.", most=most)))
    if column.kind is Kind.FLAG:
        validators = []
    return FIELDS[column.kind](column.label, validators, **options)


def _wanted(column: Column) -> str:
    if column.kind is Kind.REFERENCE:
        return _("Choisissez « %(label)s ».", label=column.label.lower())
    return _("Saisissez « %(label)s ».", label=column.label)
