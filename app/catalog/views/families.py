"""The tree of families."""

from flask import Response, request, url_for

from app.catalog import queries, services
from app.catalog.forms import FamilyForm
from app.catalog.models import ArticleFamily
from app.catalog.views.blueprint import EDIT, VIEW, bp
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say


@bp.get("/familles")
@requires(VIEW)
def families() -> Response:
    """The tree, with how many articles each branch has."""
    archived = "archives" in request.args
    branches = [branch for branch in queries.tree(archived) if branch.archived is archived or not archived]
    return page("catalog/families.html", branches=branches, archived=archived)


@bp.route("/familles/nouvelle", methods=["GET", "POST"])
@requires(EDIT)
def new_family() -> Response:
    """A new branch."""
    form = FamilyForm.of(None)
    if request.method == "GET":
        form.parent_id.data = chosen_id(request.args.get("sous", ""))
    return _save(form, None) if form.is_submitted() else _form_page(form, None)


@bp.route("/familles/<int:family_id>", methods=["GET", "POST"])
@requires(EDIT)
def edit_family(family_id: int) -> Response:
    """Change a branch."""
    row = or_404(queries.family_of(family_id))
    form = FamilyForm.of(row)
    return _save(form, row) if form.is_submitted() else _form_page(form, row)


def _save(form: FamilyForm, row: ArticleFamily | None) -> Response:
    if not form.validate():
        return _form_page(form, row, 422)
    try:
        with transaction():
            values = form.values()
            saved = services.add_family(**values) if row is None else services.change_family(row, **values)
    except DomainError as error:
        put_error(form, error)
        return _form_page(form, row, error.status)
    say(_("Famille « %(name)s » enregistrée.", name=saved.name))
    return go(url_for("catalog.families"))


def _form_page(form: FamilyForm, row: ArticleFamily | None, status: int = 200) -> Response:
    return page("catalog/family.html", status=status, form=form, row=row)


@bp.post("/familles/<int:family_id>/<any(archiver, restaurer):verb>")
@requires(EDIT)
def archive_family(family_id: int, verb: str) -> Response:
    """No longer proposed, or again."""
    row = or_404(queries.family_of(family_id))
    with transaction():
        (services.archive_family if verb == "archiver" else services.restore_family)(row)
    say(
        _("« %(name)s » est archivée.", name=row.name)
        if verb == "archiver"
        else _("« %(name)s » est restaurée.", name=row.name)
    )
    return go(url_for("catalog.families"))
