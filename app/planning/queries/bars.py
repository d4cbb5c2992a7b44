"""What a row of the planning carries: bars of bookings, and marks that other features show beside them."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from app.planning.states import Look


class Mark(NamedTuple):
    """What a feature shows on a row without occupying it (a repair in somebody's hands): times in UTC."""

    resource: str
    starts_at: datetime
    ends_at: datetime
    look: Look
    title: str
    detail: str
    url: str


Marks = Callable[[Sequence[int], datetime, datetime], Iterable[Mark]]
_marks: list[Marks] = []


def declare_marks(source: Marks) -> None:
    """Start-up: a source of marks on people's rows, asked with (user ids, start, end)."""
    if source not in _marks:
        _marks.append(source)


class Bar(NamedTuple):
    """A bar of a row. `place`: the classes that place it (see `placed`)."""

    key: str
    url: str
    look: Look
    place: str
    title: str
    detail: str
    full: str
    move: str


def placed(first: int, length: int, lane: int, *, before: bool, after: bool) -> str:
    """Classes: cN begins at slot N, nN is N slots long, kN in lane N (from 1, six at most: several things in somebody's hands
    at once), open ends (lr, rr) go on before or after what is shown."""
    lanes = f" k{min(lane, 6)}" if lane > 1 else ""
    return f"c{first} n{length}{lanes}{' lr' if before else ''}{' rr' if after else ''}"


def marks(people: Sequence[int], start: datetime, end: datetime) -> Iterator[Mark]:
    """What every source shows of these people between two moments."""
    for source in _marks:
        yield from source(people, start, end)
