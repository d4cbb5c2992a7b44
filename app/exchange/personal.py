"""What exchange holds on people: the files that were imported, whole, and what was said of their lines."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from app.core.personal import LEFTOVERS, Outdated
from app.exchange.models import ImportNote, ImportRun


def _old_imports(cutoff: datetime) -> list[tuple[type[Any], ColumnElement[bool]]]:
    old = ImportRun.finished_at < cutoff
    return [(ImportNote, ImportNote.run_id.in_(select(ImportRun.id).where(old))), (ImportRun, old)]


OUTDATED = Outdated("imports", "Fichiers importés", LEFTOVERS, _old_imports)
