"""« Réglages »: features register their pages; the index shows as cards those that the person's rights open."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingsPage:
    """One card of the index. `group` is the heading it stands under."""

    key: str
    label: str
    description: str
    icon: str
    endpoint: str
    permission: str
    order: int
    group: str = "Organisation"


PAGES: dict[str, SettingsPage] = {}


def declare_settings_page(
    key: str,
    label: str,
    description: str,
    icon: str,
    endpoint: str,
    permission: str,
    order: int,
    group: str = "Organisation",
) -> None:
    """Start-up: add a page to « Réglages », shown by order under its group."""
    PAGES[key] = SettingsPage(key, label, description, icon, endpoint, permission, order, group)


def settings_pages() -> list[SettingsPage]:
    """All pages, in order."""
    return sorted(PAGES.values(), key=lambda page: page.order)
