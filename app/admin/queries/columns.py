"""The columns of a model as its screens use them, read once from the mapper.

Only columns with a French label are shown: what has none is technical or secret (hashes, keys, sealed values).
Foreign keys show the name of the record they point to; a pair `subject_kind`, `subject_id` shows as one link.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, get_args

from markupsafe import Markup, escape
from sqlalchemy import Boolean, ColumnElement, Date, Integer, String, cast, literal
from sqlalchemy.orm import InstrumentedAttribute, aliased
from sqlalchemy.sql.sqltypes import JSON

from app.admin.queries import formats
from app.admin.queries.words import CODED, Words, kinds, noun
from app.admin.states import Kind
from app.core.db import UTC, Base, Cents, LabelType
from app.core.i18n import _
from app.core.labels import LabelEnum
from app.core.search import fold

# Texts of several lines, told by their name: their SQL type does not say it.
LONG = frozenset(
    ("notes", "body", "sms", "intro", "wording", "text", "fault", "extra_work", "diagnosis", "report", "conditions",
     "refusal_notice", "request", "response", "refusal_reason", "waiting_note", "last_error", "error", "ship_to", "mediator")
)  # fmt: skip

# What a reference is called when the noun of its target does not say enough.
REFERENCES: dict[tuple[str, str], str] = {
    ("contact", "company_id"): "Société",
    ("contact", "user_id"): "Compte du portail",
    ("family", "parent_id"): "Famille parente",
    ("asset", "owner_id"): "Propriétaire",
    ("ticket", "contact_id"): "Client",
    ("ticket", "assignee_id"): "Attribué à",
    ("ticket", "received_by_id"): "Reçu par",
    ("ticket", "parent_id"): "Dossier d'origine",
    ("ticket", "signature_file_id"): "Signature au dépôt",
    ("ticket", "exit_signature_file_id"): "Signature à la remise",
    ("quote", "contact_id"): "Client",
    ("quote", "file_id"): "PDF",
    ("quote", "signature_file_id"): "Signature",
    ("task", "assignee_id"): "Attribuée à",
    ("booking", "user_id"): "Personne",
    ("user_session", "user_id"): "Personne",
}

TITLES: dict[str, tuple[str, ...]] = {"asset_model": ("brand", "name"), "outbox_message": ("recipient", "subject")}
TITLE_NAMES = ("number", "name", "label", "title", "recipient", "code")


@dataclass(frozen=True, eq=False)
class Column:
    """One column. `expressions` are what a list selects: the value, or (id, name) of a reference."""

    key: str
    label: str
    kind: Kind
    attribute: InstrumentedAttribute[Any]
    expressions: tuple[ColumnElement[Any], ...]
    text: Callable[[Any], str]
    html: Callable[[Any], Markup | str]
    hint: str = ""
    nullable: bool = True
    required: bool = False
    unique: bool = False
    choices: type[LabelEnum] | None = None
    words: Words | None = None
    target: type[Base] | None = None
    alias: Any = None
    default: Any = None

    @property
    def sort(self) -> ColumnElement[Any]:
        """What a list is ordered by."""
        return self.expressions[-1]


def capital(text: str) -> str:
    """The text with a capital letter."""
    return text[:1].upper() + text[1:]


def title_keys(model: type[Base]) -> tuple[str, ...]:
    """The columns that name a record."""
    known = TITLES.get(model.__tablename__)
    if known:
        return known
    columns = model.__mapper__.column_attrs.keys()
    return next(((name,) for name in TITLE_NAMES if name in columns), ())


def title_expression(model: type[Base], entity: Any) -> ColumnElement[Any]:
    """How a record of that model is named, as SQL; `entity` is the model or an alias of it."""
    keys = title_keys(model)
    if not keys:
        return literal(f"{capital(model.__fr__.singular)} n° ") + cast(entity.id, String)
    expression: ColumnElement[Any] = getattr(entity, keys[0])
    for key in keys[1:]:
        expression = expression + literal(" ") + getattr(entity, key)
    return expression


def columns_of(model: type[Base], hidden: tuple[str, ...] = ()) -> dict[str, Column]:
    """Every column a person may see, by key, in the order of the model."""
    found: dict[str, Column] = {}
    for attribute in model.__mapper__.column_attrs:
        if attribute.key in hidden or len(attribute.columns) != 1:
            continue
        column = _reference(model, attribute.key) or _subject(model, attribute.key) or _plain(model, attribute.key)
        if column is not None:
            found[column.key] = column
    return found


def _plain(model: type[Base], key: str) -> Column | None:
    sql: Any = model.__mapper__.columns[key]
    label = sql.info.get("label")
    if not label or key in ("subject_kind", "about_kind"):
        return None
    kind, attribute = _kind(model, key, sql), getattr(model, key)
    words = CODED.get((model.__tablename__, key))
    write = words.word if words else None
    return Column(
        key=key,
        label=_(label),
        kind=kind,
        attribute=attribute,
        expressions=(attribute,),
        text=(lambda value: write(value) if value else "") if write else formats.text_of(kind),
        html=(lambda value: formats.cut(write(value)) if value else formats.EMPTY) if write else formats.html_of(kind),
        hint=_(sql.info.get("hint") or ""),
        nullable=bool(sql.nullable),
        required=not sql.nullable and sql.default is None and kind is not Kind.FLAG,
        unique=bool(sql.unique),
        choices=sql.type.enum_class if isinstance(sql.type, LabelType) else None,
        words=words,
        default=sql.default.arg if sql.default is not None and sql.default.is_scalar else None,
    )


def _kind(model: type[Base], key: str, sql: Any) -> Kind:
    if (model.__tablename__, key) in CODED:
        return Kind.WORD
    types = (
        (UTC, Kind.MOMENT),
        (Cents, Kind.CENTS),
        (LabelType, Kind.CHOICE),
        (Boolean, Kind.FLAG),
        (Date, Kind.DATE),
        (Integer, Kind.INTEGER),
    )
    for sql_type, kind in types:
        if isinstance(sql.type, sql_type):
            return kind
    if isinstance(sql.type, JSON):
        annotation = next(
            (c.__annotations__[key] for c in model.__mro__ if key in getattr(c, "__annotations__", {})), None
        )
        return Kind.LINES if get_args(annotation) == (list[str],) else Kind.STRUCTURE
    return Kind.LONG if key in LONG else Kind.TEXT


def _reference(model: type[Base], key: str) -> Column | None:
    sql = model.__mapper__.columns[key]
    if len(sql.foreign_keys) != 1:
        return None
    table = next(iter(sql.foreign_keys)).column.table
    target = next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)
    alias = aliased(target)
    attribute = getattr(model, key)
    return Column(
        key=key,
        label=_(REFERENCES.get((model.__tablename__, key)) or capital(target.__fr__.singular)),
        kind=Kind.REFERENCE,
        attribute=attribute,
        expressions=(attribute, title_expression(target, alias)),
        text=_reference_text,
        html=lambda value: _link(target, value[0], _reference_text(value)),
        nullable=bool(sql.nullable),
        required=not sql.nullable,
        unique=bool(sql.unique),
        target=target,
        alias=alias,
    )


def _reference_text(value: tuple[int | None, str | None]) -> str:
    key, name = value
    return "" if key is None else (name or _("n° %(id)s", id=key))


def _link(target: type[Base], key: int | None, name: str) -> Markup | str:
    if key is None:
        return formats.EMPTY
    return Markup('<a href="{}">{}</a>').format(record_url(target, key), name)


def record_url(model: type[Base], key: int) -> str:
    """The page of a record in the administration."""
    return f"{path_of(model)}details/?id={key}"


@cache
def path_of(model: type[Base]) -> str:
    """« /admin/questionnaires-de-famille/ »: the French noun, or the table's name when two records share a noun."""
    nouns = [mapper.class_.__fr__.plural for mapper in Base.registry.mappers]
    noun = model.__fr__.plural
    name = noun if nouns.count(noun) == 1 else model.__tablename__
    return f"/admin/{re.sub(r'[^a-z0-9]+', '-', fold(name))}/"


def _subject(model: type[Base], key: str) -> Column | None:
    if not key.endswith("_id") or key[:-3] not in ("subject", "about"):
        return None
    kind_attribute = getattr(model, f"{key[:-3]}_kind", None)
    if kind_attribute is None:
        return None
    attribute = getattr(model, key)
    return Column(
        key=key,
        label=_("Fiche"),
        kind=Kind.SUBJECT,
        attribute=attribute,
        expressions=(kind_attribute, attribute),
        text=_subject_text,
        html=_subject_html,
    )


def _subject_text(value: tuple[str | None, int | None]) -> str:
    kind, key = value
    if not kind:
        return ""
    return _("%(noun)s n° %(id)s", noun=capital(noun(kind)), id=key) if key else capital(noun(kind))


def _subject_html(value: tuple[str | None, int | None]) -> Markup | str:
    kind, key = value
    model = kinds().get(kind or "")
    if model is None or not key:
        return escape(_subject_text(value)) or formats.EMPTY
    return _link(model, key, _subject_text(value))
