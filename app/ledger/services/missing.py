"""Which sources have no entry yet: what `catch_up` writes, and what `flask verify` complains about.

A source is found by what it is, not by a rank that only grows: a draft made first may be issued last, and two writers
commit in any order. The unique index of entries on (kind, id, step) answers.
"""

from typing import Any

from sqlalchemy import ColumnElement, exists

from app.ledger.models import Entry


def unwritten(kind: str, source_id: Any, step: str = "") -> ColumnElement[bool]:
    """True of the rows of a source that have no entry of that step."""
    return ~written(kind, source_id, step)


def written(kind: str, source_id: Any, step: str = "") -> ColumnElement[bool]:
    """True of those that have one."""
    return exists().where(Entry.source_kind == kind, Entry.source_id == source_id, Entry.step == step)
