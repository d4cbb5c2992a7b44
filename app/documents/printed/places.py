"""Where a value stands for its label: beside it, else under it, in the same column."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

#: Columns by which a value may stray from its label's.
STRAY = 14
#: Lines looked at under a label.
UNDER = 2


class Placed(Protocol):
    """A value and its place in a line."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


V = TypeVar("V", bound=Placed)


class Seen(NamedTuple, Generic[V]):
    """A value, and the words among which it was read."""

    found: V
    excerpt: str


def near(
    lines: Sequence[str], label: re.Pattern[str], values: Callable[[str], Sequence[V]], *, last: bool = False
) -> Iterator[Seen[V]]:
    """The values that labels name, from the top: the first beside each on its line (`last`: the last one), else that of its
    column just under it."""
    for number, line in enumerate(lines):
        for match in label.finditer(line):
            beside = [found for found in values(line) if found.start >= match.end()]
            if beside:
                one = beside[-1 if last else 0]
                yield Seen(one, line[match.start() : one.end])
                continue
            under = _under(lines[number + 1 :], match, values)
            if under is not None:
                yield under


def _under(lines: Sequence[str], match: re.Match[str], values: Callable[[str], Sequence[V]]) -> Seen[V] | None:
    below = [line for line in lines[: 2 * UNDER] if line.strip()][:UNDER]
    for line in below:
        here = [found for found in values(line) if _apart(found, match) <= STRAY]
        if here:
            one = min(here, key=lambda found: _apart(found, match))
            return Seen(one, f"{match[0].strip()} {line[one.start : one.end]}")
    return None


def _apart(found: Placed, match: re.Match[str]) -> int:
    return max(0, found.start - match.end(), match.start() - found.end)
