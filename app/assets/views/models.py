"""Makers' models: their warranty and their documents."""

from flask import Response, url_for
from flask_login import current_user

from app.assets import queries, services
from app.assets.forms import FilesForm, ModelForm
from app.assets.models import AssetModel
from app.assets.views.blueprints import SETTINGS, settings_bp
from app.assets.views.families import family_page
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import Subject
from app.core.web import go, or_404, page, say
from app.documents.queries import attachments_of


@settings_bp.post("/<int:family_id>/modeles")
@requires(SETTINGS)
def add_model(family_id: int) -> Response:
    """A model of the family."""
    row = or_404(queries.family(family_id))
    form = ModelForm().ready()
    if form.validate():
        try:
            with transaction():
                model = services.add_model(family_id, form.brand.data, form.name.data, form.warranty_months.data)
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Modèle %(brand)s %(name)s ajouté.", brand=model.brand, name=model.name))
            return go(url_for("families.edit", family_id=family_id, onglet="modeles"))
    return family_page(row, tab="modeles", model_form=form, status=422)


@settings_bp.route("/modeles/<int:model_id>", methods=["GET", "POST"])
@requires(SETTINGS)
def edit_model(model_id: int) -> Response:
    """Correct a model; its documents."""
    model = or_404(queries.model_for(current_user, model_id))
    form = ModelForm(obj=model, family_id=str(model.family_id)).ready()
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_model(
                    model, family_id=form.family_id.data, brand=form.brand.data, name=form.name.data,
                    warranty_months=form.warranty_months.data,
                )  # fmt: skip
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Modèle %(brand)s %(name)s enregistré.", brand=model.brand, name=model.name))
            return go(url_for("families.edit", family_id=model.family_id, onglet="modeles"))
    return _page(model, form)


def _page(model: AssetModel, form: ModelForm) -> Response:
    return page(
        "assets/model.html", form=form, model=model, family=queries.family(model.family_id), files_form=FilesForm(),
        files=attachments_of(Subject("model", model.id)), status=422 if form.errors else 200,
    )  # fmt: skip


@settings_bp.post("/modeles/<int:model_id>/archiver")
@requires(SETTINGS)
def archive_model(model_id: int) -> Response:
    """No longer proposed."""
    model = or_404(queries.model_for(current_user, model_id))
    with transaction():
        services.archive_model(model)
    say(_("Le modèle est archivé."))
    return go(url_for("families.edit", family_id=model.family_id, onglet="modeles"))
