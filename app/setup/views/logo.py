"""« Réglages › Logo »."""

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.services import change_organisation
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, page, say
from app.documents.services import keep, prepare_uploads
from app.documents.states import FileKind
from app.setup.forms import LogoForm
from app.setup.views.blueprint import RIGHT, bp


@bp.route("/reglages/logo", methods=["GET", "POST"])
@requires(RIGHT)
def logo() -> Response:
    """The organisation's logo, on screens and documents."""
    form = LogoForm()
    if not form.validate_on_submit():
        return page("settings/logo.html", form=form)
    try:
        ready = prepare_uploads(request.files.getlist("logo"), FileKind.LOGO)
        if not ready:
            raise DomainError(_("Choisissez le fichier de votre logo."))
    except DomainError as error:
        form.logo.errors = [error.message]
        return page("settings/logo.html", form=form, status=422)
    with transaction():
        change_organisation(logo_file_id=keep(ready[0], by=current_user.name).id)
    say(_("Logo enregistré. Il est sur vos écrans et vos documents."))
    return go(url_for("setup.logo"))


@bp.post("/reglages/logo/retirer")
@requires(RIGHT)
def remove_logo() -> Response:
    """Go back to the icon."""
    with transaction():
        change_organisation(logo_file_id=None)
    say(_("Le logo est retiré."))
    return go(url_for("setup.logo"))
