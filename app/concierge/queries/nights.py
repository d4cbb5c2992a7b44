"""Nights of a lodging: let, kept by its owner, blocked. A stay that covers two months is counted by its nights. Plain data in and out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from app.concierge.states import StayState

#: From the strongest: of two stays of one night, the let one is counted.
_RANKS = {StayState.BLOCKED: 1, StayState.OWNER: 2, StayState.BOOKED: 3}

Held = tuple[date, date | None]
Taken = tuple[StayState, date, date]


@dataclass(slots=True)
class Nights:
    """Nights under a mandate, and of these: let to guests, kept by the owner, blocked."""

    under: int = 0
    sold: int = 0
    owner: int = 0
    blocked: int = 0

    @property
    def available(self) -> int:
        """What could be let: the owner's nights and the blocked ones taken off."""
        return self.under - self.owner - self.blocked

    def add(self, other: "Nights") -> None:
        """The sum of both, in this one."""
        self.under += other.under
        self.sold += other.sold
        self.owner += other.owner
        self.blocked += other.blocked


def end_of(arrival: date, departure: date) -> int:
    """The ordinal of the day after the last night: a stay of one day counts as a night."""
    return max(departure.toordinal(), arrival.toordinal() + 1)


def nights_of(
    held: Iterable[Held], stays: Iterable[Taken], first: date, end: date, ranks: Sequence[int] = ()
) -> list[Nights]:
    """Nights from `first` to the eve of `end`; `ranks`: the group of each night (its month), one group when it is not given."""
    low, high = first.toordinal(), end.toordinal()
    marks = [-1] * (high - low)
    for begins, last in held:
        for at in range(max(begins.toordinal(), low), min((last.toordinal() + 1) if last else high, high)):
            marks[at - low] = 0
    for state, arrival, departure in stays:
        rank = _RANKS.get(state, 0)
        for at in range(max(arrival.toordinal(), low), min(end_of(arrival, departure), high)):
            if -1 < marks[at - low] < rank:
                marks[at - low] = rank
    groups = ranks or [0] * len(marks)
    found = [Nights() for _rank in range(max(groups, default=0) + 1)]
    for mark, group in zip(marks, groups, strict=True):
        one = found[group]
        one.under += mark >= 0
        one.sold += mark == 3
        one.owner += mark == 2
        one.blocked += mark == 1
    return found


def part_of(cents: int, arrival: date, departure: date, first: date, end: date) -> int:
    """The part of an amount that the nights from `first` to the eve of `end` bear, in cents: parts of a stay add up to it."""
    start, stop = arrival.toordinal(), end_of(arrival, departure)
    low, high = (min(max(day.toordinal(), start), stop) for day in (first, end))
    whole = stop - start
    return cents * (high - start) // whole - cents * (low - start) // whole
