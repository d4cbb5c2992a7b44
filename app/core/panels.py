"""Panels: a low page shows what higher features registered for it, without knowing them.

Slots in use: "contact", "asset", "ticket.top", "ticket.main", "ticket.aside", "document", "bill", "document.client", "deposit.client", "dashboard", "profile", "settings".
"""

from collections import defaultdict
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of another feature's page. `render` gets the page's record and returns the template's variables, or None to be absent.
    `heavy`: a page that can fetches it once it is scrolled to (see the contacts' page)."""

    key: str
    template: str
    order: int
    render: Callable[[Any], dict[str, Any] | None]
    permission: str | None = None
    label: str = ""
    heavy: bool = False


_slots: dict[str, dict[str, Panel]] = defaultdict(dict)


def declare_panels(slot: str, *panels: Panel) -> None:
    """Start-up: put panels in a slot."""
    _slots[slot].update({panel.key: panel for panel in panels})


def panels(slot: str, record: Any, rights: Container[str]) -> list[tuple[str, dict[str, Any]]]:
    """(template, its variables) of the panels that these rights open and that have something to show, in order."""
    shown = ((panel.template, panel.render(record)) for panel in opened(slot, rights))
    return [(template, variables) for template, variables in shown if variables is not None]


def opened(slot: str, rights: Container[str]) -> list[Panel]:
    """The panels of a slot that these rights open, in order."""
    found = [panel for panel in _slots[slot].values() if panel.permission is None or panel.permission in rights]
    return sorted(found, key=lambda panel: panel.order)
