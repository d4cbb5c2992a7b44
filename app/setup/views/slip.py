"""« Réglages › Bon d'entrée »: its blocks, on or off, in order, with the organisation's own texts, previewed as printed."""

from flask import Response, request, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.permissions import requires
from app.core.settings import change_setting
from app.core.web import go, page, say
from app.documents.queries import SLIP_SETTING, SlipPart, default_slip, slip_parts
from app.setup import services
from app.setup.forms import TokenForm, act, posted_parts
from app.setup.views.blueprint import RIGHT, bp


@bp.get("/reglages/bon-entree")
@requires(RIGHT)
def slip() -> Response:
    """The editor."""
    return _editor(slip_parts())


def _editor(parts: list[SlipPart], *, status: int = 200, fault: str = "", added: bool = False) -> Response:
    return page(
        "settings/slip.html", block="editeur", oob=("apercu",), status=status, parts=parts, fault=fault, added=added,
        with_text=services.WITH_TEXT, pages=_pages(parts), form=TokenForm(),
    )  # fmt: skip


def _pages(parts: list[SlipPart]) -> list[str]:
    try:
        return services.preview_slip(parts)
    except DomainError:
        return []


@bp.post("/reglages/bon-entree")
@requires(RIGHT)
def save_slip() -> Response:
    """A button of the editor (nothing is kept yet), « Enregistrer », or back to the first slip."""
    parts, action = posted_parts(request.form), request.form.get("do", "")
    if action == "reset":
        with transaction():
            change_setting(SLIP_SETTING, default_slip())
        say(_("Le bon d'entrée est revenu à l'origine."))
        return go(url_for("setup.slip"))
    if action:
        return _editor(act(parts, action, services.new_text_key(parts)), added=action == "add")
    try:
        with transaction():
            services.save_slip(parts)
    except DomainError as error:
        return _editor(parts, status=422, fault=error.message)
    say(_("Bon d'entrée enregistré. Il sert dès la prochaine impression."))
    return go(url_for("setup.slip"))


@bp.post("/reglages/bon-entree/apercu")
@requires(RIGHT)
def slip_preview() -> Response:
    """The slip as it would print, while it is edited."""
    return page("settings/slip_preview.html", pages=_pages(posted_parts(request.form)))
