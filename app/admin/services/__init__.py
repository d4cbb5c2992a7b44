"""Verbs of admin: add, change, archive, restore, remove. Features that have their own verb are asked to do it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.admin.queries.entities import Entity
from app.admin.queries.listing import Row, one
from app.admin.queries.related import related
from app.admin.services.clashes import explain, refuse_loop, refuse_overwriting, refuse_taken, unique_groups
from app.admin.services.writers import PLAIN, WRITERS
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.revisions import bump
from app.core.subject import Subject

__all__ = ["BULK", "add", "archive", "change", "explain", "remove", "restore", "unique_groups"]

BULK = 1000


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
    refuse_taken(entity, values, None)
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
    refuse_overwriting(entity, found, seen)
    changed = {
        name: value for name, value in values.items() if name in entity.editable and getattr(found, name) != value
    }
    if not changed:
        return
    refuse_taken(entity, changed, found)
    for name, value in changed.items():
        refuse_loop(entity, found, name, value)
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
