"""Panels: a low page shows what higher features registered for it, without knowing them.

Slots in use: "contact", "asset", "ticket.main", "ticket.aside", "dashboard", "profile", "settings".
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of another feature's page. `render` gets the page's record and returns the template's variables, or None to be absent."""

    key: str
    template: str
    order: int
    render: Callable[[Any], dict[str, Any] | None]
    permission: str | None = None
    label: str = ""


_slots: dict[str, dict[str, Panel]] = defaultdict(dict)


def declare_panels(slot: str, *panels: Panel) -> None:
    """Start-up: put panels in a slot."""
    _slots[slot].update({panel.key: panel for panel in panels})


def panels(slot: str) -> list[Panel]:
    """The panels of a slot, in order."""
    return sorted(_slots[slot].values(), key=lambda panel: panel.order)
