"""The blueprint, and what the three tabs of « Messages et appels » share."""

from typing import Any

from flask import Blueprint, g, url_for

from app.core.i18n import _
from app.messaging.queries import Counts, counts, lost_count

bp = Blueprint("messaging", __name__)


def counted() -> Counts:
    """What the menu and the tabs count, asked once a request."""
    if "messaging_counts" not in g:
        g.messaging_counts = counts()
    found: Counts = g.messaging_counts
    return found


def tabs(active: str) -> list[dict[str, Any]]:
    """The tabs with their counts: the same that the lists show."""
    found = counted()
    return [
        {"label": _("À lire"), "url": url_for("messaging.inbox"), "active": active == "inbox", "count": found.unread},
        {
            "label": _("À rappeler, à faire"), "url": url_for("messaging.tasks"), "active": active == "tasks",
            "count": found.tasks, "late": found.late,
        },
        {
            "label": _("Boîte d'envoi"), "url": url_for("messaging.outbox"), "active": active == "outbox",
            "count": None, "late": lost_count(),
        },
    ]  # fmt: skip
