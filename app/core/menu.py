"""The side menu: features register entries; the page shows those that the person's rights open."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counter:
    """What a menu entry counts: `volume` in grey, `late` in red."""

    volume: int = 0
    late: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One menu entry. `label` may be a function (the noun for « bien » is a setting); `short` stands in its place where
    there is little room (the phone's bar); `shown`, when given, decides in the permission's place. From order 900 on,
    entries stand at the foot of the menu."""

    key: str
    label: str | Callable[[], str]
    icon: str
    endpoint: str
    permission: str
    order: int
    group: str = ""
    counter: Callable[[], Counter] | None = None
    roles: tuple[str, ...] | None = None
    shown: Callable[[], bool] | None = None
    short: str | Callable[[], str] = ""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as one person sees it on one page: values alone, so that the same menu gives the same markup."""

    label: str
    short: str
    icon: str
    url: str
    active: bool
    count: int
    late: int


@dataclass(frozen=True, slots=True)
class Section:
    """Lines under one title, which may be empty."""

    label: str
    lines: tuple[Line, ...]


FOOT = 900

ENTRIES: dict[str, Entry] = {}


def declare_menu(*entries: Entry) -> None:
    """Start-up: add entries, shown by order."""
    ENTRIES.update({entry.key: entry for entry in entries})


def entries() -> list[Entry]:
    """All entries, in order."""
    return sorted(ENTRIES.values(), key=lambda entry: entry.order)
