"""A subject is any record, named by its kind and id: what history, files, links and messages are about."""

from typing import Any, NamedTuple


class Subject(NamedTuple):
    """`kind` is the model's `__kind__`."""

    kind: str
    id: int


def subject_of(record: Any) -> Subject:
    """The subject of a saved row (its id must be known: flush first)."""
    if not record.__kind__ or record.id is None:
        raise ValueError(f"{record!r} is not a saved subject")
    return Subject(record.__kind__, record.id)
