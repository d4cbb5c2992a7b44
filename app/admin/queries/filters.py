"""Filters of a list: one per column and operation, under Flask-Admin's query names (`flt0_name.like=…`)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask_admin.model.filters import BaseFilter
from sqlalchemy import ColumnElement, String, cast, select

from app.admin.queries.columns import Column, title_expression
from app.admin.queries.formats import label_of
from app.admin.queries.words import kinds, noun
from app.admin.states import NUMBERS, TIMES, Kind
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import parse_cents, parse_decimal

Condition = Callable[[Column, Any], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Operation:
    """What is compared and how it reads between the column's name and the value."""

    code: str
    label: str
    condition: Condition


def like(text: str) -> str:
    """The pattern of a LIKE for a text anywhere, its own wildcards escaped."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _contains(column: Column, value: str) -> ColumnElement[bool]:
    return cast(column.attribute, String).ilike(like(value), escape="\\")


def _empty(column: Column, value: bool) -> ColumnElement[bool]:
    blank: ColumnElement[bool] = column.attribute.is_(None)
    if column.kind in (Kind.TEXT, Kind.LONG):
        blank = blank | (column.attribute == "")
    return blank if value else ~blank


def _from(column: Column, day: date) -> ColumnElement[bool]:
    return column.attribute >= (clock.start_of(day) if column.kind is Kind.MOMENT else day)


def _until(column: Column, day: date) -> ColumnElement[bool]:
    if column.kind is Kind.MOMENT:
        return column.attribute < clock.start_of(day + timedelta(days=1))
    return column.attribute <= day


def _subject(column: Column, value: tuple[str, int]) -> ColumnElement[bool]:
    return (column.expressions[0] == value[0]) & (column.expressions[1] == value[1])


CONTAINS = Operation("like", "contient", _contains)
LACKS = Operation("notlike", "ne contient pas", lambda column, value: ~_contains(column, value))
EQUALS = Operation("eq", "est égal à", lambda column, value: column.attribute == value)
MORE = Operation("gt", "est plus grand que", lambda column, value: column.attribute > value)
LESS = Operation("lt", "est plus petit que", lambda column, value: column.attribute < value)
AMONG = Operation("in", "est", lambda column, value: column.attribute.in_(value))
NOT_AMONG = Operation(
    "notin", "n'est pas", lambda column, value: column.attribute.not_in(value) | column.attribute.is_(None)
)
IS = Operation("is", "est", lambda column, value: column.attribute == value)
ABOUT = Operation("is", "est", _subject)
FROM = Operation("from", "à partir du", _from)
UNTIL = Operation("to", "jusqu'au", _until)
EMPTY = Operation("empty", "est vide", _empty)

OPERATIONS: dict[Kind, tuple[Operation, ...]] = {
    Kind.TEXT: (CONTAINS, LACKS, EQUALS, EMPTY),
    Kind.LONG: (CONTAINS, LACKS, EMPTY),
    Kind.LINES: (CONTAINS,),
    Kind.CHOICE: (AMONG, NOT_AMONG),
    Kind.WORD: (AMONG, NOT_AMONG),
    Kind.FLAG: (IS,),
    Kind.INTEGER: (EQUALS, MORE, LESS, EMPTY),
    Kind.CENTS: (EQUALS, MORE, LESS, EMPTY),
    Kind.DATE: (FROM, UNTIL, EMPTY),
    Kind.MOMENT: (FROM, UNTIL, EMPTY),
    Kind.REFERENCE: (IS, EMPTY),
    Kind.SUBJECT: (ABOUT,),
}


class ColumnFilter(BaseFilter):
    """One operation on one column. `clean` raises ValueError for what cannot be read."""

    def __init__(self, column: Column, operation: Operation) -> None:
        super().__init__(column.label, data_type=column.kind.value)
        self.column = column
        self.how = operation
        self.arg = f"{column.key}.{operation.code}"

    def operation(self) -> str:
        """How it reads."""
        return _(self.how.label)

    def clean(self, value: str) -> Any:
        """The value to compare with."""
        if self.how is EMPTY or self.column.kind is Kind.FLAG:
            if value not in ("0", "1"):
                raise ValueError(value)
            return value == "1"
        try:
            return _READERS.get(self.column.kind, _text)(self.column, value)
        except DomainError as refusal:
            raise ValueError(refusal.message) from refusal

    def apply(self, query: Any, value: Any) -> Any:
        """The query with this condition."""
        return query.where(self.how.condition(self.column, value))

    def words(self, value: str) -> str:
        """« Famille : Violon », « Nom contient « lemaître » »."""
        if self.how is EMPTY:
            return _("%(name)s est vide", name=self.name) if value == "1" else _("%(name)s est rempli", name=self.name)
        shown = _shown(self.column, value)
        if self.how in (AMONG, IS, ABOUT, EQUALS):
            return _("%(name)s : %(value)s", name=self.name, value=shown)
        if self.column.kind in (*NUMBERS, *TIMES):
            return f"{self.name} {self.operation()} {shown}"
        return _("%(name)s %(how)s « %(value)s »", name=self.name, how=self.operation(), value=shown)


def _text(_column: Column, value: str) -> str:
    if not value.strip():
        raise ValueError(value)
    return value.strip()


def _codes(column: Column, value: str) -> list[Any]:
    found = [code for code in value.split(",") if code]
    if not found:
        raise ValueError(value)
    return [column.choices(code) for code in found] if column.choices else found


def _about(_column: Column, value: str) -> tuple[str, int]:
    kind, _colon, key = value.partition(":")
    if kind not in kinds():
        raise ValueError(value)
    return kind, int(key)


_READERS: dict[Kind, Callable[[Column, str], Any]] = {
    Kind.CHOICE: _codes,
    Kind.WORD: _codes,
    Kind.INTEGER: lambda _column, value: int(parse_decimal(value, 0)),
    Kind.CENTS: lambda _column, value: parse_cents(value),
    Kind.DATE: lambda _column, value: date.fromisoformat(value),
    Kind.MOMENT: lambda _column, value: date.fromisoformat(value),
    Kind.REFERENCE: lambda _column, value: int(value),
    Kind.SUBJECT: _about,
}


def _shown_codes(column: Column, value: str) -> str:
    codes = [code for code in value.split(",") if code]
    if column.words:
        return ", ".join(column.words.word(code) for code in codes)
    return ", ".join(label_of(column.choices(code)) for code in codes) if column.choices else value


def _shown_record(column: Column, value: str) -> str:
    target: Any = column.target
    name = db.session.scalar(select(title_expression(target, target)).where(target.id == int(value)))
    return name or _("n° %(id)s", id=value)


def _shown_subject(column: Column, value: str) -> str:
    kind, key = _about(column, value)
    return _("%(noun)s n° %(id)s", noun=noun(kind), id=key)


_SHOWN: dict[Kind, Callable[[Column, str], str]] = {
    Kind.CHOICE: _shown_codes,
    Kind.WORD: _shown_codes,
    Kind.FLAG: lambda _column, value: _("Oui") if value == "1" else _("Non"),
    Kind.DATE: lambda _column, value: clock.table_date(date.fromisoformat(value)),
    Kind.MOMENT: lambda _column, value: clock.table_date(date.fromisoformat(value)),
    Kind.CENTS: lambda column, value: column.text(parse_cents(value)),
    Kind.REFERENCE: _shown_record,
    Kind.SUBJECT: _shown_subject,
}


def _shown(column: Column, value: str) -> str:
    show = _SHOWN.get(column.kind)
    return show(column, value) if show else value


def filters_of(columns: dict[str, Column]) -> list[ColumnFilter]:
    """Every filter of a list; « est vide » only where a value may be missing."""
    return [
        ColumnFilter(column, operation)
        for column in columns.values()
        for operation in OPERATIONS.get(column.kind, ())
        if operation is not EMPTY or column.nullable or column.kind in (Kind.TEXT, Kind.LONG)
    ]
