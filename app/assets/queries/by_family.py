"""What is said family by family (how it is booked, on which terms it is lent): a family follows the nearest one above it that
says something, else what is said of those without anything of their own."""

from collections.abc import Mapping
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from sqlalchemy import select

from app.assets.queries.families import parents_of_families
from app.core.db import db
from app.core.revisions import kept_until

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


class ByFamily(Generic[T]):
    """`model`: a table with a `family_id` (NULL: all those without a row) and the fields of the dataclass `kind`, whose defaults
    hold where nothing is written. `key`: the revision that follows the table; what is read is kept until it changes."""

    def __init__(self, key: str, model: Any, kind: type[T]) -> None:
        self.key, self.model, self.kind = key, model, kind
        self.names = tuple(field.name for field in fields(kind))

        @kept_until(key)
        def read() -> dict[int | None, T]:
            rows = db.session.execute(select(model.family_id, *(getattr(model, name) for name in self.names)))
            return {row[0]: kind(*row[1:]) for row in rows}

        self._read = read

    def written(self) -> Mapping[int | None, T]:
        """What is written, by family; None for those without a row of their own."""
        return self._read()

    def of(self, family_id: int | None) -> T:
        """What holds for a family."""
        return self._nearest(family_id, self.written(), parents_of_families())

    def each(self) -> dict[int, T]:
        """What holds for each family."""
        known, above = self.written(), parents_of_families()
        return {family_id: self._nearest(family_id, known, above) for family_id in above}

    def _nearest(self, family_id: int | None, known: Mapping[int | None, T], above: Mapping[int, int | None]) -> T:
        seen = set()
        while family_id is not None and family_id not in seen:
            if family_id in known:
                return known[family_id]
            seen.add(family_id)
            family_id = above.get(family_id)
        return known.get(None) or self.kind()
