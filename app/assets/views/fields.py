"""Custom fields of a family, or of every family."""

from flask import Response, url_for

from app.assets import queries, services
from app.assets.forms import FieldForm
from app.assets.models import FieldDefinition
from app.assets.views.blueprints import SETTINGS, settings_bp
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say


def _home(family_id: int | None) -> str:
    if family_id is None:
        return url_for("families.shared_fields")
    return url_for("families.edit", family_id=family_id, onglet="champs")


@settings_bp.get("/champs-communs")
@requires(SETTINGS)
def shared_fields() -> Response:
    """The fields asked for every family."""
    return page(
        "assets/shared_fields.html",
        fields=queries.fields_of_one(None),
        archived_fields=queries.fields_of_one(None, archived=True),
    )


@settings_bp.route("/champs-communs/nouveau", methods=["GET", "POST"])
@requires(SETTINGS)
def new_shared_field() -> Response:
    """A field for every family."""
    return _edit(None, None)


@settings_bp.route("/<int:family_id>/champs/nouveau", methods=["GET", "POST"])
@requires(SETTINGS)
def new_field(family_id: int) -> Response:
    """A field for one family."""
    or_404(queries.family(family_id))
    return _edit(None, family_id)


@settings_bp.route("/champs/<int:field_id>", methods=["GET", "POST"])
@requires(SETTINGS)
def edit_field(field_id: int) -> Response:
    """Correct a field."""
    field = or_404(queries.field_definition(field_id))
    return _edit(field, field.family_id)


def _edit(field: FieldDefinition | None, family_id: int | None) -> Response:
    form = FieldForm(obj=field)
    if field is not None and not form.is_submitted():
        form.choices.data = "\n".join(field.choices)
    if form.validate_on_submit():
        try:
            with transaction():
                row = (
                    services.change_field(field, **form.values())
                    if field
                    else services.add_field(family_id, **form.values())
                )
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Champ « %(label)s » enregistré.", label=row.label))
            return go(_home(family_id))
    return page(
        "assets/field.html", form=form, field=field, family=queries.family(family_id), home=_home(family_id),
        status=422 if form.errors else 200,
    )  # fmt: skip


@settings_bp.post("/champs/<int:field_id>/<any(monter, descendre, archiver, restaurer):verb>")
@requires(SETTINGS)
def change_field(field_id: int, verb: str) -> Response:
    """Move a field, stop asking it, ask it again."""
    field = or_404(queries.field_definition(field_id))
    with transaction():
        if verb == "archiver":
            services.archive_field(field)
        elif verb == "restaurer":
            services.restore_field(field)
        else:
            services.move_field(field, verb == "monter")
    return go(_home(field.family_id))
