"""What is left of each date of a schedule: nothing is stored, it follows from what was paid, the oldest date first."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple


class Dated(NamedTuple):
    """So many cents to be paid by a day."""

    due_on: date | None
    amount: int


class Part(NamedTuple):
    """The same, with what is left of it. `rank` counts from 1."""

    rank: int
    due_on: date | None
    amount: int
    left: int


def parts_of(dated: Sequence[Dated], paid: int) -> list[Part]:
    """Each date with what `paid` cents leave of it."""
    found, before = list[Part](), 0
    for rank, (due_on, amount) in enumerate(dated, 1):
        left = amount - min(amount, max(0, paid - before))
        found.append(Part(rank, due_on, amount, left))
        before += amount
    return found
