"""The history that the demonstration's events leave: one row each, put in order at the end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.core.subject import Subject

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the team, or a client, as history names him."""

    id: int
    name: str
    kind: str = "user"


NOBODY = Person(0, "Établi", "system")


class Diary:
    """Collects history rows in any order."""

    def __init__(self) -> None:
        self._rows: list[Row] = []

    def note(self, at: datetime, who: Person, verb: str, about: Subject, facts: Row | None = None) -> None:
        """One event."""
        self._rows.append(
            {
                "at": at, "actor_kind": who.kind, "actor_id": who.id or None, "actor_name": who.name, "verb": verb,
                "subject_kind": about.kind, "subject_id": about.id, "facts": facts or {},
            }
        )  # fmt: skip

    def rows(self) -> list[Row]:
        """Every event, the oldest first."""
        return sorted(self._rows, key=lambda row: row["at"])
