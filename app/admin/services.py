"""Verbs of admin: add, change, archive, restore, remove. Features that have their own verb are asked to do it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint, select
from sqlalchemy.exc import IntegrityError

from app.admin.queries.columns import Column
from app.admin.queries.entities import Entity
from app.admin.queries.listing import Row, one
from app.admin.queries.related import related
from app.admin.states import Kind
from app.assets import services as assets
from app.contacts import services as contacts
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import HistoryEntry, record
from app.core.i18n import _
from app.core.revisions import bump
from app.core.subject import Subject
from app.questionnaires import services as questionnaires

BULK = 1000
DEPTH = 50


@dataclass(frozen=True, slots=True)
class Writer:
    """How a feature writes its own records: it keeps true what depends on a field (search keys, checks, codes).

    A verb the feature does not have is done here; `tells`: its history already says what was before and after.
    """

    add: Callable[..., Any] | None = None
    change: Callable[..., Any] | None = None
    archive: Callable[[Any], None] | None = None
    restore: Callable[[Any], None] | None = None
    tells: bool = False


def _whole(change: Callable[..., Any], names: tuple[str, ...]) -> Callable[..., Any]:
    """A verb that wants every value, called with those that change."""
    return lambda row, **changed: change(row, **{**{name: getattr(row, name) for name in names}, **changed})


WRITERS: dict[str, Writer] = {
    "contact": Writer(
        contacts.add_contact, contacts.change_contact, contacts.archive_contact, contacts.restore_contact, tells=True
    ),
    "asset": Writer(assets.add_asset, assets.change_asset, assets.archive_asset, assets.restore_asset, tells=True),
    "family": Writer(assets.add_family, assets.change_family, assets.archive_family, assets.restore_family),
    "asset_model": Writer(
        assets.add_model,
        _whole(assets.change_model, ("family_id", "brand", "name", "warranty_months")),
        assets.archive_model,
    ),
    "field_definition": Writer(
        assets.add_field,
        _whole(assets.change_field, ("label", "type", "choices", "hint", "required", "on_slips", "in_lists")),
        assets.archive_field,
        assets.restore_field,
    ),
    "questionnaire": Writer(
        questionnaires.add_questionnaire,
        None,
        questionnaires.archive_questionnaire,
        questionnaires.restore_questionnaire,
    ),
}
PLAIN = Writer()


def _only_writable(entity: Entity) -> None:
    require_transaction()
    if not entity.writable:
        raise DomainError(_("Cette fiche se modifie sur sa propre page."))


def _locked(entity: Entity, key: int) -> Any:
    found = db.session.get(entity.model, key, with_for_update=True, populate_existing=True)
    if found is None:
        raise DomainError(_("Cette fiche n'existe plus. Revenez à la liste."))
    return found


def _subject(entity: Entity, key: int) -> Subject:
    return Subject(entity.kind, key)


def _bump(entity: Entity) -> None:
    for name in entity.revisions:
        bump(name)


def add(entity: Entity, values: dict[str, Any]) -> int:
    """A new record; returns its id. Raises DomainError(field=…)."""
    _only_writable(entity)
    _refuse_taken(entity, values, None)
    writer = WRITERS.get(entity.table, PLAIN)
    made: Any = writer.add(**values) if writer.add else entity.model(**values)
    db.session.add(made)
    db.session.flush()
    if not writer.add:
        record(_subject(entity, made.id), "admin.added")
    _bump(entity)
    return int(made.id)


def change(entity: Entity, key: int, values: dict[str, Any], seen: str = "") -> None:
    """Change a record that has not changed since `seen` (ISO moment of its last change). Raises Conflict, DomainError."""
    _only_writable(entity)
    found = _locked(entity, key)
    _refuse_overwriting(entity, found, seen)
    changed = {
        name: value for name, value in values.items() if name in entity.editable and getattr(found, name) != value
    }
    if not changed:
        return
    _refuse_taken(entity, changed, found)
    for name, value in changed.items():
        _refuse_loop(entity, found, name, value)
    _write(entity, found, changed)
    _bump(entity)


def _write(entity: Entity, found: Any, changed: dict[str, Any]) -> None:
    writer = WRITERS.get(entity.table, PLAIN)
    before = one(entity, found.id)
    if writer.change:
        writer.change(found, **changed)
    else:
        for name, value in changed.items():
            setattr(found, name, value)
    db.session.flush()
    if not writer.tells:
        record(_subject(entity, found.id), "admin.changed", **_facts(entity, changed, before, one(entity, found.id)))


def _facts(entity: Entity, changed: Iterable[str], before: Row | None, after: Row | None) -> dict[str, Any]:
    """What the history keeps of a change: each field before and after, as it read, and what it was called."""

    def read(row: Row | None, name: str) -> str:
        return entity.all_columns[name].text(row.values[name]) if row else ""

    names = list(changed)
    return {
        "fields": {name: [read(before, name), read(after, name)] for name in names},
        "labels": {name: entity.all_columns[name].label for name in names},
    }


def _refuse_overwriting(entity: Entity, found: Any, seen: str) -> None:
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


def _refuse_taken(entity: Entity, values: dict[str, Any], found: Any | None) -> None:
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


def _refuse_loop(entity: Entity, found: Any, name: str, value: Any) -> None:
    """A record is not its own parent, nor its parent's parent."""
    column = entity.all_columns[name]
    if column.target is not entity.model or value is None:
        return
    current, steps = value, 0
    while current is not None and steps < DEPTH:
        if current == found.id:
            raise DomainError(_("Une fiche ne peut pas dépendre d'elle-même. Choisissez-en une autre."), field=name)
        current = db.session.scalar(select(column.attribute).where(entity.model.id == current))  # type: ignore[attr-defined]
        steps += 1


def archive(entity: Entity, keys: Iterable[int]) -> int:
    """Take records out of the lists; returns how many were there. Their past stays readable."""
    return _file(entity, keys, archived=True)


def restore(entity: Entity, keys: Iterable[int]) -> int:
    """Put archived records back in the lists; returns how many were archived."""
    return _file(entity, keys, archived=False)


def _file(entity: Entity, keys: Iterable[int], *, archived: bool) -> int:
    require_transaction()
    if not entity.archives:
        raise DomainError(_("Ces fiches ne s'archivent pas ici."))
    model: Any = entity.model
    empty = model.archived_at.is_(None) if archived else model.archived_at.is_not(None)
    rows = list(db.session.scalars(select(model).where(model.id.in_(list(keys)), empty).with_for_update()))
    writer = WRITERS.get(entity.table, PLAIN)
    verb = writer.archive if archived else writer.restore
    for row in rows:
        if verb:
            verb(row)
        else:
            row.archived_at = clock.now() if archived else None
            record(_subject(entity, row.id), "admin.archived" if archived else "admin.restored")
    db.session.flush()
    _bump(entity)
    return len(rows)


def remove(entity: Entity, keys: Iterable[int]) -> int:
    """Really delete records that nothing refers to; returns how many. Raises DomainError naming what keeps one."""
    require_transaction()
    if not entity.deletes:
        raise DomainError(_("Ces fiches ne se suppriment pas : archivez-les."))
    count = 0
    for key in keys:
        found = _locked(entity, key)
        users = related(entity, key)
        if users:
            words = ", ".join(f"{link.label.lower()} ({link.shown})" for link in users)
            raise DomainError(_("Cette fiche sert encore : %(words)s. Détachez-la d'abord.", words=words))
        record(_subject(entity, key), "admin.removed")
        db.session.delete(found)
        count += 1
    db.session.flush()
    _bump(entity)
    return count


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
