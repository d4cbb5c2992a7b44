"""Kinds of records that files, messages, history and links are about: how to fetch one for a person, and its page."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from app.core.subject import Subject


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """`fetch_for(user, id)` returns the row this person may see, or None; `url(row)` is its page; `label(row)` its name.

    `contact_id(row)` says whom messages about it are exchanged with, None when nobody.
    """

    kind: str
    fetch_for: Callable[[Any, int], Any | None]
    url: Callable[[Any], str]
    label: Callable[[Any], str]
    contact_id: Callable[[Any], int | None] = lambda _row: None
    icon: str = "point"


SUBJECTS: dict[str, SubjectKind] = {}


def declare_subject(subject: SubjectKind) -> None:
    """Start-up: make a kind of record one that files and messages may be about."""
    SUBJECTS[subject.kind] = subject


def subject_for(user: Any, subject: Subject) -> Any | None:
    """The row, when the kind is known and this person may see it."""
    known = SUBJECTS.get(subject.kind)
    return known.fetch_for(user, subject.id) if known else None
