"""« Réglages › Configuration »: all the low-code settings as one file, out and in."""

import json
from typing import Any

from flask import Response, make_response, request, url_for

from app.accounts.queries import our_organisation
from app.accounts.states import Trade
from app.core import clock
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.web import go, page, say
from app.questionnaires.items import slug
from app.setup import queries, services
from app.setup.forms import ConfigurationForm
from app.setup.views.blueprint import RIGHT, bp

MAX_FILE = 3_000_000


@bp.get("/reglages/configuration")
@requires(RIGHT)
def configuration() -> Response:
    """Download, upload, presets."""
    return _page(ConfigurationForm(formdata=None))


def _page(form: ConfigurationForm, *, changes: list[services.Change] | None = None, status: int = 200) -> Response:
    return page("settings/configuration.html", form=form, changes=changes, trades=queries.TRADES, status=status)


@bp.get("/reglages/configuration/export")
@requires(RIGHT)
def export_configuration() -> Response:
    """The file."""
    response = make_response(json.dumps(services.export_configuration(), ensure_ascii=False, indent=1))
    name = f"etabli-{slug(our_organisation().name) or 'configuration'}-{clock.today().isoformat()}.json"
    response.headers["Content-Type"] = "application/json; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/reglages/configuration")
@requires(RIGHT)
def import_configuration() -> Response:
    """First what the file would change; then, once confirmed, the change."""
    form = ConfigurationForm()
    confirmed = bool(form.content.data)
    try:
        data = _read(form)
        with transaction():
            changes = (services.apply_configuration if confirmed else services.preview_configuration)(data)
    except DomainError as error:
        form.file.errors = [error.message]
        form.content.data = ""
        return _page(form, status=422)
    if confirmed:
        say(_n("%(num)s changement appliqué.", "%(num)s changements appliqués.", len(changes)))
        return go(url_for("setup.configuration"))
    form.content.data = json.dumps(data, ensure_ascii=False)
    return _page(form, changes=changes)


def _read(form: ConfigurationForm) -> dict[str, Any]:
    upload = request.files.get("file")
    text = form.content.data or ""
    if not text and upload is not None and upload.filename:
        text = upload.stream.read(MAX_FILE).decode("utf-8-sig", "replace")
    if not text:
        raise DomainError(_("Choisissez le fichier JSON d'une configuration exportée."))
    try:
        data = json.loads(text)
    except ValueError:
        raise DomainError(
            _("Ce fichier n'est pas du JSON lisible. Exportez de nouveau la configuration, puis recommencez.")
        ) from None
    if not isinstance(data, dict):
        raise DomainError(
            _("Ce fichier n'est pas une configuration d'Établi. Exportez-en une pour voir la forme attendue.")
        )
    return data


@bp.post("/reglages/configuration/metier")
@requires(RIGHT)
def add_preset() -> Response:
    """Add what a trade's preset brings and is not here yet."""
    asked = request.form.get("trade", "")
    if asked not in frozenset(Trade):
        raise DomainError(_("Choisissez un métier dans la liste."))
    with transaction():
        changes = services.apply_preset(Trade(asked))
    say(
        _n("%(num)s élément ajouté.", "%(num)s éléments ajoutés.", len(changes))
        if changes
        else _("Tout y était déjà : rien n'a changé.")
    )
    return go(url_for("setup.configuration"))
