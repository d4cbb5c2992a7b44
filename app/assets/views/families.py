"""« Réglages › Familles »: the list, and one family with its four tabs."""

from flask import Response, request, url_for

from app.assets import queries, services
from app.assets.forms import FamilyForm, FilesForm, ModelForm, QuestionnairesForm
from app.assets.models import Family
from app.assets.views.blueprints import SETTINGS, settings_bp
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import Subject, subject_of
from app.core.web import go, or_404, page, say
from app.documents.queries import attachments_of

TABS = ("general", "champs", "questionnaires", "documents", "modeles")


@settings_bp.get("")
@requires(SETTINGS)
def index() -> Response:
    """Families, by name, those of a parent under it."""
    archived = "archives" in request.args
    rows = queries.family_rows(archived=archived)
    names = {row.id: row.name for row in rows}
    rows.sort(key=lambda row: (names.get(row.parent_id or 0, row.name), row.parent_id is not None, row.name))
    shared = queries.fields_of_one(None)
    return page("assets/families.html", rows=rows, names=names, archived=archived, shared=shared)


@settings_bp.route("/nouvelle", methods=["GET", "POST"])
@requires(SETTINGS)
def new() -> Response:
    """A new family: its fields, questionnaires and documents come next."""
    form = FamilyForm().ready()
    if form.validate_on_submit():
        try:
            with transaction():
                row = services.add_family(**form.values())
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Famille « %(name)s » créée.", name=row.name))
            return go(url_for("families.edit", family_id=row.id, onglet="champs"))
    return page("assets/family_new.html", form=form, status=422 if form.errors else 200)


@settings_bp.get("/<int:family_id>")
@requires(SETTINGS)
def edit(family_id: int) -> Response:
    """One family."""
    row = or_404(queries.family(family_id))
    return family_page(row)


def family_page(
    row: Family,
    *,
    tab: str = "",
    form: FamilyForm | None = None,
    model_form: ModelForm | None = None,
    status: int = 200,
) -> Response:
    """The family's page on one of its tabs."""
    tab = tab or request.args.get("onglet", TABS[0])
    about = Subject("family", row.id)
    return page(
        "assets/family.html", status=status, row=row, tab=tab if tab in TABS else TABS[0],
        form=form or FamilyForm.of(row), questionnaires=QuestionnairesForm.of(row), files_form=FilesForm(),
        model_form=(model_form or ModelForm(formdata=None, family_id=str(row.id))).ready(), fields=queries.fields_of_one(row.id),
        inherited=[field for field in queries.fields_of(row.id) if field.family_id != row.id],
        archived_fields=queries.fields_of_one(row.id, archived=True), models=queries.models_of(row.id),
        files=attachments_of(about), events=events_of(subject_of(row), 15),
    )  # fmt: skip


@settings_bp.post("/<int:family_id>")
@requires(SETTINGS)
def save(family_id: int) -> Response:
    """Keep the general tab."""
    row = or_404(queries.family(family_id))
    form = FamilyForm().ready(row)
    if form.validate():
        try:
            with transaction():
                services.change_family(row, **form.values())
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Famille « %(name)s » enregistrée.", name=row.name))
            return go(url_for("families.edit", family_id=row.id))
    return family_page(row, tab="general", form=form, status=422)


@settings_bp.post("/<int:family_id>/questionnaires")
@requires(SETTINGS)
def choose(family_id: int) -> Response:
    """Keep the questionnaires of each moment."""
    row = or_404(queries.family(family_id))
    form = QuestionnairesForm.of(row)
    if not form.validate():
        raise DomainError(_("Choisissez les questionnaires dans les listes proposées."))
    with transaction():
        services.choose_questionnaires(row, form.values())
    say(_("Questionnaires de « %(name)s » enregistrés.", name=row.name))
    return go(url_for("families.edit", family_id=row.id, onglet="questionnaires"))


@settings_bp.post("/<int:family_id>/<any(archiver, restaurer):verb>")
@requires(SETTINGS)
def archive(family_id: int, verb: str) -> Response:
    """No longer proposed, or again."""
    row = or_404(queries.family(family_id))
    with transaction():
        (services.archive_family if verb == "archiver" else services.restore_family)(row)
    say(
        _("« %(name)s » est archivée.", name=row.name)
        if verb == "archiver"
        else _("« %(name)s » est restaurée.", name=row.name)
    )
    return go(url_for("families.index"))
