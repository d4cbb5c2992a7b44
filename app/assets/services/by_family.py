"""Writing what is said family by family."""

from dataclasses import asdict
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select

from app.assets.queries.by_family import ByFamily
from app.core.db import db, require_transaction
from app.core.history import record

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def say_of_family(table: ByFamily[T], family_id: int | None, said: T | None, verb: str) -> None:
    """Write what is said of a family (None: of all those without a row of their own), told by `verb`; `said` None gives it up."""
    require_transaction()
    row = db.session.scalar(select(table.model).where(table.model.family_id.is_not_distinct_from(family_id)))
    if said is None:
        if row is not None:
            db.session.delete(row)
            db.session.flush()
        return
    if row is None:
        row = table.model(family_id=family_id)
        db.session.add(row)
    for name, value in asdict(said).items():
        setattr(row, name, value)
    db.session.flush()
    record(row, verb)
