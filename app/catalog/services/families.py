"""Verbs of the tree of families."""

from typing import Any

from sqlalchemy import select

from app.catalog.models import ArticleFamily
from app.catalog.queries.families import under
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.search import fold

FIELDS = ("name", "parent_id", "position", "icon")


def add_family(**values: Any) -> ArticleFamily:
    """A new branch from `FIELDS`. Raises DomainError."""
    require_transaction()
    row = ArticleFamily(**_checked(values, None))
    db.session.add(row)
    db.session.flush()
    record(row, "article_family.added", name=row.name)
    return row


def change_family(row: ArticleFamily, **values: Any) -> ArticleFamily:
    """Change some of `FIELDS`. Raises DomainError."""
    require_transaction()
    for key, value in _checked({"name": row.name, "parent_id": row.parent_id, **values}, row).items():
        setattr(row, key, value)
    db.session.flush()
    record(row, "article_family.changed", name=row.name)
    return row


def _checked(values: dict[str, Any], row: ArticleFamily | None) -> dict[str, Any]:
    checked = {key: values[key] for key in FIELDS if key in values}
    checked["name"] = str(checked.get("name") or "").strip()[:120]
    if not checked["name"]:
        raise DomainError(_("Donnez un nom à la famille, par exemple « Pompes »."), field="name")
    parent_id = checked.get("parent_id")
    if row is not None and parent_id and parent_id in under(row.id):
        raise DomainError(
            _("Une famille ne peut pas être rangée sous elle-même. Choisissez-en une autre."), field="parent_id"
        )
    if _beside(checked["name"], parent_id, row) is not None:
        raise DomainError(
            _("La famille « %(name)s » existe déjà à cet endroit. Choisissez un autre nom.", name=checked["name"]),
            field="name",
        )
    return checked


def _beside(name: str, parent_id: int | None, row: ArticleFamily | None) -> int | None:
    query = select(ArticleFamily.id, ArticleFamily.name).where(ArticleFamily.parent_id == parent_id)
    known = (found for found, called in db.session.execute(query) if fold(called) == fold(name))
    return next((found for found in known if row is None or found != row.id), None)


def archive_family(row: ArticleFamily) -> None:
    """No longer proposed; its articles keep it."""
    require_transaction()
    row.archived_at = clock.now()
    record(row, "article_family.archived", name=row.name)


def restore_family(row: ArticleFamily) -> None:
    """Proposed again."""
    require_transaction()
    row.archived_at = None
    record(row, "article_family.restored", name=row.name)


def families_at(paths: set[str]) -> dict[str, int]:
    """{« Filtration > Pompes »: id} of these paths; the branches that do not exist are made."""
    require_transaction()
    known: dict[tuple[int | None, str], int] = {
        (row.parent_id, fold(row.name)): row.id
        for row in db.session.execute(select(ArticleFamily.id, ArticleFamily.parent_id, ArticleFamily.name))
    }
    made = {}
    for path in sorted(paths):
        parent: int | None = None
        for name in (part.strip()[:120] for part in path.replace("›", ">").split(">")):
            if not name:
                continue
            if (parent, fold(name)) not in known:
                known[parent, fold(name)] = add_family(name=name, parent_id=parent).id
            parent = known[parent, fold(name)]
        if parent is not None:
            made[path] = parent
    return made
