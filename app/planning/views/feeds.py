"""The planning in somebody's own calendar, by a secret address."""

from flask import Response, make_response, url_for
from flask_login import current_user

from app.assets.queries import asset_for
from app.core.db import transaction
from app.core.i18n import _
from app.core.links import resolve
from app.core.permissions import public, requires
from app.core.subject import Subject, subject_of
from app.core.web import go, or_404, say
from app.planning.services.feeds import KIND, feed_of, new_feed, stop_feed
from app.planning.views.blueprint import EDIT, VIEW, bp

PROFILE = "accounts.profile"


@bp.get("/agenda/<token>.ics")
@public
def feed(token: str) -> Response:
    """The calendar that the secret opens. Raises Gone when the secret was replaced."""
    link = or_404(resolve(token, KIND))
    response = make_response(or_404(feed_of(link.subject)))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = "inline; filename=planning.ics"
    return response


@bp.post("/planning/agenda")
@requires(VIEW)
def open_own() -> Response:
    """A new secret address for one's own planning: the one before stops."""
    with transaction():
        new_feed(Subject("user", current_user.id))
    say(_("Adresse créée : copiez-la dans votre agenda"))
    return go(url_for(PROFILE) + "#agenda")


@bp.post("/planning/agenda/arret")
@requires(VIEW)
def stop_own() -> Response:
    """One's own secret address stops."""
    with transaction():
        stop_feed(Subject("user", current_user.id))
    say(_("Adresse retirée : les agendas qui la lisaient ne reçoivent plus rien"))
    return go(url_for(PROFILE) + "#agenda")


@bp.post("/biens/<int:asset_id>/agenda")
@requires(EDIT)
def open_asset(asset_id: int) -> Response:
    """A new secret address for the planning of a thing."""
    asset = or_404(asset_for(current_user, asset_id))
    with transaction():
        new_feed(subject_of(asset))
    say(_("Adresse créée : copiez-la dans un agenda"))
    return go(url_for("assets.show", asset_id=asset_id) + "#agenda")


@bp.post("/biens/<int:asset_id>/agenda/arret")
@requires(EDIT)
def stop_asset(asset_id: int) -> Response:
    """The secret address of a thing stops."""
    asset = or_404(asset_for(current_user, asset_id))
    with transaction():
        stop_feed(subject_of(asset))
    say(_("Adresse retirée : les agendas qui la lisaient ne reçoivent plus rien"))
    return go(url_for("assets.show", asset_id=asset_id) + "#agenda")
