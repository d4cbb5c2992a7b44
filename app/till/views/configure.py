"""Tills themselves: added, changed, the training mode, the clock, the archives."""

from typing import Any

from flask import Response, request, url_for

from app.accounts.queries import sites
from app.core.db import transaction
from app.core.errors import DomainError
from app.core.fields import options
from app.core.forms import put_error
from app.core.i18n import _
from app.core.jobs import later
from app.core.permissions import requires
from app.core.queue import HEAVY
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents.queries import stored_file
from app.documents.services import attachments_of, file_response
from app.stock.queries import places
from app.till import queries, services
from app.till.forms import ArchiveForm, TillForm
from app.till.models import Till
from app.till.services import archive
from app.till.views.blueprint import bp, in_order, the_till

BUILD = "app.till.jobs.build_archive"


def _choices(form: TillForm) -> TillForm:
    form.site_id.choices = options([("", _("Aucun")), *((str(key), name) for key, name in sites())])
    form.place_id.choices = options(
        [("", _("Aucun : la caisse ne touche pas au stock")), *((str(key), name) for key, name in places())]
    )
    return form


@bp.route("/caisse/reglages", methods=["GET", "POST"])
@requires("till.configure")
def configure() -> Response:
    """The tills, and a new one."""
    form = _choices(TillForm())
    if form.validate_on_submit():
        try:
            with transaction():
                made = services.add_till(
                    form.code.data, form.name.data, site_id=form.site_id.data, place_id=form.place_id.data
                )
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("%(name)s ajoutée", name=made.name))
            return go(url_for("till.configure"))
    return page("till/configure.html", tills=queries.tills(), form=form, status=422 if form.errors else 200)


@bp.route("/caisse/<code>/reglages", methods=["GET", "POST"])
@requires("till.configure")
def change(code: str) -> Response:
    """One till: its name, its stock, its training mode, its archives."""
    till = the_till(code)
    form = _choices(TillForm(obj=till))
    if form.validate_on_submit():
        values: dict[str, Any] = {"name": form.name.data, "site_id": form.site_id.data, "place_id": form.place_id.data}
        in_order(till.id, lambda: services.change_till(till, **values))
        say(_("Caisse enregistrée"))
        return go(url_for("till.change", code=code))
    return page(
        "till/change.html", till=till, form=form, archive=ArchiveForm(formdata=None), files=attachments_of(subject_of(till)),
        status=422 if form.errors else 200,
    )  # fmt: skip


@bp.post("/caisse/<code>/ecole")
@requires("till.configure")
def training(code: str) -> Response:
    """Begin or end the training mode; who does is the supervisor."""
    till = the_till(code)
    on = request.form.get("on") == "1"
    in_order(till.id, lambda: services.set_training(till.id, on))
    say(
        _("Mode école : les tickets sont factices") if on else _("Mode école terminé : les tickets comptent de nouveau")
    )
    return go(url_for("till.change", code=code))


@bp.post("/caisse/<code>/horloge")
@requires("till.configure")
def accept_clock(code: str) -> Response:
    """Go on from the present time: it was the past that was wrong. Written to the journal."""
    till = the_till(code)
    with transaction():
        services.accept_clock(till.id)
    say(_("La caisse continue à l'heure présente ; c'est noté au journal"))
    return go(url_for("till.change", code=code))


@bp.post("/caisse/<code>/archives")
@requires("till.configure")
def archives(code: str) -> Response:
    """Ask for the archive of a period; the worker builds it."""
    till = the_till(code)
    form = ArchiveForm()
    if form.validate_on_submit():
        try:
            _ask_archive(till, form)
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("L'archive se prépare ; elle paraîtra dans la liste."))
            return go(url_for("till.change", code=code))
    till = the_till(code)
    return page(
        "till/change.html", till=till, form=_choices(TillForm(obj=till, formdata=None)), archive=form,
        files=attachments_of(subject_of(till)), status=422,
    )  # fmt: skip


def _ask_archive(till: Till, form: ArchiveForm) -> None:
    begins, ends = form.period
    archive.check_period(begins, ends)
    with transaction():
        later(
            BUILD, till.id, begins.isoformat(), ends.isoformat(), bool(form.export.data),
            label=_("Archive de %(name)s", name=till.name), queue_name=HEAVY,
        )  # fmt: skip


@bp.get("/caisse/<code>/archives/<int:file_id>")
@requires("till.configure")
def archive_file(code: str, file_id: int) -> Response:
    """An archive that was built."""
    till = the_till(code)
    known = any(item.file_id == file_id for item in attachments_of(subject_of(till)))
    return file_response(or_404(stored_file(file_id) if known else None), download=True)
