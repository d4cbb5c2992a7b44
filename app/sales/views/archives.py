"""The archive of a year of sales: asked, made by a job, downloaded."""

from flask import Response, url_for

from app.core.db import transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.documents.services import file_response
from app.sales.forms.archives import ArchiveForm
from app.sales.queries import archives as queries
from app.sales.services.archive import ask_archive
from app.sales.views.blueprint import invoices as bp


@bp.route("/factures/archives", methods=["GET", "POST"])
@requires("invoice.archive")
def archives() -> Response:
    """Those kept, and one more; how far it is, asked again by itself while it is made."""
    form = ArchiveForm()
    if form.validate_on_submit():
        try:
            with transaction():
                ask_archive(form.year.data)
            say(_("L'archive de %(year)s se prépare : elle paraîtra dans la liste", year=form.year.data))
            return go(url_for("invoices.archives"))
        except DomainError as error:
            put_error(form, error)
    asked = queries.archives_asked()
    return page(
        "sales/documents/archives.html", block="liste", form=form, rows=queries.archives(),
        running=[run for run in asked if not run.finished], failed=asked[0] if asked and asked[0].state.value == "failed" else None,
        status=422 if form.errors or form.form_errors else 200,
    )  # fmt: skip


@bp.get("/factures/archives/<int:file_id>")
@requires("invoice.archive")
def archive_file(file_id: int) -> Response:
    """One of them, to keep."""
    return file_response(or_404(queries.archive_file(file_id)), download=True)
