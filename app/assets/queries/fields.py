"""Reads of custom fields: the definitions, and their values in words."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from app.assets.models import FieldDefinition
from app.assets.queries.families import family_line
from app.assets.states import FieldType
from app.core.clock import table_date
from app.core.db import db
from app.core.i18n import _
from app.core.money import amount_input, euros


def fields_of(family_id: int | None) -> list[FieldDefinition]:
    """The custom fields of a family: everybody's, then its parents' and its own, by rank."""
    query = (
        select(FieldDefinition)
        .where(
            FieldDefinition.archived_at.is_(None),
            or_(FieldDefinition.family_id.is_(None), FieldDefinition.family_id.in_(family_line(family_id))),
        )
        .order_by(FieldDefinition.family_id.is_not(None), FieldDefinition.position, FieldDefinition.id)
    )
    return list(db.session.scalars(query))


def size_field(family_id: int | None) -> FieldDefinition | None:
    """The first choice of a family, « Taille » : what tells its units apart; None when it has none."""
    return next((field for field in fields_of(family_id) if field.type == FieldType.CHOICE), None)


def fields_of_one(family_id: int | None, *, archived: bool = False) -> list[FieldDefinition]:
    """The fields that belong to this family alone (to everybody when None), by rank."""
    owner = FieldDefinition.family_id.is_(None) if family_id is None else FieldDefinition.family_id == family_id
    state = FieldDefinition.archived_at.is_not(None) if archived else FieldDefinition.archived_at.is_(None)
    query = select(FieldDefinition).where(owner, state).order_by(FieldDefinition.position, FieldDefinition.id)
    return list(db.session.scalars(query))


def field_definition(field_id: int) -> FieldDefinition | None:
    """One field."""
    return db.session.get(FieldDefinition, field_id)


def list_fields(family_id: int | None) -> list[FieldDefinition]:
    """The fields that lists show: everybody's, and the family's when the list is of one family."""
    return [found for found in fields_of(family_id) if found.in_lists]


def in_words(field: FieldDefinition, value: Any) -> str:
    """A value as it is read: « 12,5 », « 1 240,00 € », « 24/11/2026 », « Oui »."""
    if value is None or value == "":
        return ""
    if field.type == FieldType.BOOLEAN:
        return _("Oui") if value else _("Non")
    if field.type == FieldType.AMOUNT:
        return euros(int(value))
    if field.type == FieldType.DATE:
        return table_date(date.fromisoformat(str(value)))
    if field.type == FieldType.DECIMAL:
        return str(value).replace(".", ",")
    return str(value)


def field_text(field: FieldDefinition, value: Any) -> str:
    """A value as its field shows it: « 1240,00 », « 2026-11-24 », « oui »."""
    if value is None or value == "":
        return ""
    if field.type == FieldType.AMOUNT:
        return amount_input(int(value))
    if field.type == FieldType.BOOLEAN:
        return "oui" if value else ""
    return str(value).replace(".", ",") if field.type == FieldType.DECIMAL else str(value)


def custom_pairs(
    fields: Sequence[FieldDefinition], values: dict[str, Any], *, on_slips: bool = False
) -> list[tuple[str, str]]:
    """(label, value in words) of the fields that have one; only those meant for the slips when asked."""
    shown = (field for field in fields if field.on_slips or not on_slips)
    pairs = ((field.label, in_words(field, values.get(field.code))) for field in shown)
    return [(label, words) for label, words in pairs if words]
