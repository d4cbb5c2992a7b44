"""The tabs at the top of the concierge's pages: whoever adds a page adds its line here."""

from flask import current_app, request, url_for
from flask_login import current_user

from app.accounts.queries import allowed
from app.concierge.queries.stays import to_map
from app.concierge.views.blueprint import MANAGE, VIEW
from app.core.i18n import _, _l

#: (key, endpoint, words, icon, right)
TABS = (
    ("months", "concierge.home", _l("Mois"), "calendar-month", VIEW),
    ("stays", "concierge.stays", _l("Séjours"), "bed", VIEW),
    ("lodgings", "concierge.lodgings", _l("Logements"), "home", VIEW),
    ("owners", "concierge.owners", _l("Propriétaires"), "users", VIEW),
    ("indicators", "insights.rentals", _l("Indicateurs"), "chart-bar", VIEW),
)


def tabs(here: str = "") -> list[dict[str, object]]:
    """Those whose page exists and that this person may open, for `ui.onglets`; `here`: the key of the one that is open."""
    return [
        {
            "label": _(str(words)), "url": url_for(endpoint), "icon": icon, "active": key == here or request.endpoint == endpoint,
            "late": _to_map() if key == "stays" else None,
        }
        for key, endpoint, words, icon, right in TABS
        if endpoint in current_app.view_functions and allowed(current_user, right)
    ]  # fmt: skip


def _to_map() -> int | None:
    """How many lodgings of the platforms wait to be mapped, for who may map them."""
    return to_map() or None if allowed(current_user, MANAGE) else None
