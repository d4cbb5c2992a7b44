"""Files of units, families and models: one way to add them and to take them away."""

from flask import Response, request, url_for
from flask_login import current_user

from app.assets import queries
from app.assets.forms import FilesForm
from app.assets.views.blueprints import EDIT, SETTINGS, bp, settings_bp
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.i18n import _, _n
from app.core.permissions import requires
from app.core.subject import Subject
from app.core.web import go, not_found, or_404, say
from app.documents import services
from app.documents.queries import attachment_for
from app.documents.states import FileKind


def add_files(subject: Subject, back: str) -> Response:
    """Keep what was sent, attached to that record; a refusal names the file and says what to do."""
    form = FilesForm()
    if not form.validate():
        raise DomainError(_("Ces fichiers ne sont pas arrivés entiers. Rechargez la page, puis recommencez."))
    ready = services.prepare_uploads(request.files.getlist("files"), FileKind.DOCUMENT)
    if not ready:
        raise DomainError(_("Choisissez au moins une photo ou un document."))
    with transaction():
        for item in ready:
            file = services.keep(item, by=current_user.name)
            services.attach(
                file, subject, form.label.data or "", topic=form.topic.data, for_client=form.for_client.data
            )
    say(_n("%(num)s fichier ajouté.", "%(num)s fichiers ajoutés.", len(ready)))
    return go(back)


def remove_file(subject: Subject, attachment_id: int, back: str) -> Response:
    """Take a file away from that record, and from no other."""
    attachment = or_404(attachment_for(current_user, attachment_id))
    if (attachment.subject_kind, attachment.subject_id) != subject:
        not_found()
    with transaction():
        services.detach(attachment)
    say(_("Le fichier est retiré."))
    return go(back)


@bp.post("/<int:asset_id>/fichiers")
@requires(EDIT)
def add(asset_id: int) -> Response:
    """Photos and documents of a unit."""
    or_404(queries.asset_for(current_user, asset_id))
    return add_files(Subject("asset", asset_id), url_for("assets.show", asset_id=asset_id))


@bp.post("/<int:asset_id>/fichiers/<int:attachment_id>/retirer")
@requires(EDIT)
def remove(asset_id: int, attachment_id: int) -> Response:
    """Take one away."""
    return remove_file(Subject("asset", asset_id), attachment_id, url_for("assets.show", asset_id=asset_id))


@settings_bp.post("/<int:family_id>/fichiers")
@requires(SETTINGS)
def add_to_family(family_id: int) -> Response:
    """Documents that follow into each ticket of the family."""
    or_404(queries.family(family_id))
    return add_files(Subject("family", family_id), url_for("families.edit", family_id=family_id, onglet="documents"))


@settings_bp.post("/<int:family_id>/fichiers/<int:attachment_id>/retirer")
@requires(SETTINGS)
def remove_from_family(family_id: int, attachment_id: int) -> Response:
    """Take one away."""
    back = url_for("families.edit", family_id=family_id, onglet="documents")
    return remove_file(Subject("family", family_id), attachment_id, back)


@settings_bp.post("/modeles/<int:model_id>/fichiers")
@requires(SETTINGS)
def add_to_model(model_id: int) -> Response:
    """Documents that follow into each ticket of the model."""
    or_404(queries.model_for(current_user, model_id))
    return add_files(Subject("model", model_id), url_for("families.edit_model", model_id=model_id))


@settings_bp.post("/modeles/<int:model_id>/fichiers/<int:attachment_id>/retirer")
@requires(SETTINGS)
def remove_from_model(model_id: int, attachment_id: int) -> Response:
    """Take one away."""
    return remove_file(Subject("model", model_id), attachment_id, url_for("families.edit_model", model_id=model_id))
