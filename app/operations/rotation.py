"""Which back-ups stay: the last of each of the last days, weeks and months that have one. The newest always does."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from typing import TypeVar

from app.core import clock

Key = TypeVar("Key", bound=Hashable)


def kept(moments: Sequence[tuple[Key, datetime]], *, days: int, weeks: int, months: int) -> set[Key]:
    """The keys that stay, of good back-ups and their moments."""
    newest = sorted(moments, key=lambda pair: pair[1], reverse=True)
    staying = {key for key, _moment in newest[:1]}
    rules: tuple[tuple[int, Callable[[date], Hashable]], ...] = (
        (days, lambda day: day),
        (weeks, lambda day: day.isocalendar()[:2]),
        (months, lambda day: (day.year, day.month)),
    )
    for count, period in rules:
        seen: set[Hashable] = set()
        for key, moment in newest:
            one = period(clock.local(moment).date())
            if one not in seen and len(seen) < count:
                seen.add(one)
                staying.add(key)
    return staying
