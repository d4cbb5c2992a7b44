"""What stands against a change: a colleague's, a value already taken, a record that would depend on itself."""

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.exc import IntegrityError

from app.admin.queries.columns import Column
from app.admin.queries.entities import Entity
from app.admin.states import Kind
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.history import HistoryEntry
from app.core.i18n import _

DEPTH = 50


def refuse_overwriting(entity: Entity, found: Any, seen: str) -> None:
    """Raises Conflict when a colleague changed the record since `seen`."""
    updated: datetime | None = getattr(found, "updated_at", None)
    if not seen or updated is None or updated.isoformat() == seen:
        return
    last = db.session.execute(
        select(HistoryEntry.actor_name, HistoryEntry.at)
        .where(HistoryEntry.subject_kind == entity.kind, HistoryEntry.subject_id == found.id)
        .order_by(HistoryEntry.id.desc())
        .limit(1)
    ).first()
    who, when = (last[0], clock.hour(last[1])) if last else (_("Quelqu'un"), clock.hour(updated))
    raise Conflict(_("%(who)s a modifié cette fiche à %(when)s. Relisez puis recommencez.", who=who, when=when))


def unique_groups(entity: Entity) -> list[tuple[str, ...]]:
    """The groups of columns whose values may not come twice."""
    table: Any = entity.model.__table__
    groups: list[tuple[str, ...]] = [(column.key,) for column in table.columns if column.unique]
    groups += [
        tuple(column.key for column in rule.columns) for rule in table.constraints if isinstance(rule, UniqueConstraint)
    ]
    return list(dict.fromkeys(groups))


def refuse_taken(entity: Entity, values: dict[str, Any], found: Any | None) -> None:
    """Raises DomainError(field=…) when another record has these values already."""
    model: Any = entity.model
    for group in unique_groups(entity):
        wanted = {name: values.get(name, getattr(found, name, None)) for name in group}
        if not any(name in values for name in group) or any(value is None for value in wanted.values()):
            continue
        same = select(model.id).filter_by(**wanted)
        if found is not None:
            same = same.where(model.id != found.id)
        if db.session.scalar(same.limit(1)) is not None:
            raise taken(entity, group, wanted)


def taken(entity: Entity, group: tuple[str, ...], wanted: dict[str, Any]) -> DomainError:
    """« Le n° 0126 est déjà pris. Le prochain libre est 0141. »"""
    name = next((key for key in group if key in entity.editable), group[0])
    column = entity.all_columns.get(name)
    label = column.label if column else name
    if len(group) > 1:
        labels = " ; ".join(entity.all_columns[key].label for key in group if key in entity.all_columns)
        return DomainError(
            _(
                "Une autre fiche a déjà les mêmes valeurs : %(labels)s. Modifiez celle-là, ou changez l'une de ces valeurs.",
                labels=labels,
            ),
            field=name,
        )
    value = wanted[name]
    if label.startswith("N°") and column is not None:
        free = _next_free(column, str(value))
        following = _(" Le prochain libre est %(free)s.", free=free) if free else ""
        return DomainError(_("Le n° %(value)s est déjà pris.", value=value) + following, field=name)
    return DomainError(
        _(
            "« %(value)s » est déjà pris : %(label)s doit être unique. Choisissez autre chose.",
            value=value,
            label=label.lower(),
        ),
        field=name,
    )


def _next_free(column: Column, value: str) -> str:
    if not value.isdigit() or column.kind is not Kind.TEXT:
        return ""
    numbers = db.session.scalars(select(column.attribute).where(column.attribute.is_not(None)))
    most = max((int(number) for number in numbers if number.isdigit() and len(number) <= len(value)), default=0)
    return str(most + 1).zfill(len(value))


def refuse_loop(entity: Entity, found: Any, name: str, value: Any) -> None:
    """A record is not its own parent, nor its parent's parent: raises DomainError(field=…)."""
    column = entity.all_columns[name]
    if column.target is not entity.model or value is None:
        return
    current, steps = value, 0
    while current is not None and steps < DEPTH:
        if current == found.id:
            raise DomainError(_("Une fiche ne peut pas dépendre d'elle-même. Choisissez-en une autre."), field=name)
        current = db.session.scalar(select(column.attribute).where(entity.model.id == current))  # type: ignore[attr-defined]
        steps += 1


def explain(entity: Entity, fault: IntegrityError, values: dict[str, Any]) -> DomainError:
    """What the database refused, as a sentence that names the field: two people may write the same value at once."""
    told = str(fault.orig)
    name = getattr(getattr(fault.orig, "diag", None), "constraint_name", None) or ""
    for group in unique_groups(entity):
        rule = f"uq_{entity.table}_{'_'.join(group)}"
        if name == rule or ", ".join(f"{entity.table}.{key}" for key in group) in told:
            return taken(entity, group, {key: values.get(key) for key in group})
    return DomainError(
        _("Une autre fiche s'y oppose : elle a changé pendant la saisie. Rechargez la page, puis recommencez.")
    )
