"""What a typeahead proposes for a relation: a few records whose names hold what is typed."""

from typing import Any, NamedTuple

from sqlalchemy import String, cast, or_, select

from app.admin.queries.columns import Column, title_expression, title_keys
from app.admin.queries.filters import like
from app.core.db import Archivable, db
from app.core.i18n import _

MOST = 10
DETAILS = ("phone", "email", "town", "serial", "title")


class Proposal(NamedTuple):
    """One line: the record, its name, and what tells it from its namesakes."""

    id: int
    name: str
    detail: str


def proposals(column: Column, words: list[str]) -> list[Proposal]:
    """Records, archived ones aside, whose name, phone, e-mail, town or serial holds every word."""
    target: Any = column.target
    details = [getattr(target, key) for key in DETAILS if key in target.__mapper__.columns]
    searched = [*(getattr(target, key) for key in title_keys(target)), *details]
    title = title_expression(target, target)
    query = select(target.id, title, *details).order_by(title, target.id).limit(MOST)
    if issubclass(target, Archivable):
        query = query.where(target.archived_at.is_(None))
    for word in words:
        query = query.where(or_(*(cast(name, String).ilike(like(word), escape="\\") for name in searched)))
    return [
        Proposal(key, name or _("n° %(id)s", id=key), next((str(text) for text in more if text), ""))
        for key, name, *more in db.session.execute(query)
    ]
