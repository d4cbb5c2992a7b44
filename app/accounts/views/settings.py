"""« Réglages »: the index of every settings page that this person may open."""

from flask import Response, abort
from flask_login import current_user

from app.accounts import queries
from app.accounts.views.blueprint import bp
from app.core.permissions import signed_in
from app.core.settings_pages import SettingsPage, settings_pages
from app.core.web import page


@bp.get("/reglages")
@signed_in
def settings() -> Response:
    """The cards, by group; 403 for somebody who may open none."""
    groups: dict[str, list[SettingsPage]] = {}
    for card in settings_pages():
        if queries.allowed(current_user, card.permission):
            groups.setdefault(card.group, []).append(card)
    if not groups:
        abort(403)
    return page("accounts/settings.html", groups=groups)
