"""Profiles, for the manager: the list, one, his absences."""

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.queries import contact_for
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.repairers import queries, services
from app.repairers.forms import AbsenceForm, ProfileForm, profile_form
from app.repairers.models import Repairer
from app.repairers.queries import profiles
from app.repairers.queries.load import loads
from app.repairers.queries.money import account_of
from app.repairers.queries.quality import Quality, qualities
from app.repairers.views.blueprint import MANAGE, bp


def _repairer(repairer_id: int) -> Repairer:
    return or_404(queries.repairer_by_id(repairer_id))


@bp.get("/reparateurs")
@requires(MANAGE)
def index() -> Response:
    """Those who repair for us: what they know, how much they have, how it goes."""
    gone = request.args.get("partis") == "1"
    rows = db.session.execute(profiles.listing(gone=gone)).all()
    away = profiles.absences([row.user_id for row in rows])
    return page(
        "repairers/list.html", rows=rows, gone=gone, skills=profiles.skills_of([row.id for row in rows]), loads=loads(),
        past=qualities([row.user_id for row in rows]), none=Quality(), active=queries.active(),
        away={absence.user_id: absence for absence in reversed(away)}, today_is=clock.today(),
    )  # fmt: skip


@bp.route("/reparateurs/nouveau", methods=["GET", "POST"])
@requires(MANAGE)
def new() -> Response:
    """A new profile."""
    form = profile_form()
    if form.validate_on_submit():
        try:
            with transaction():
                repairer = services.add_repairer(form.told(), by=current_user)
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Réparateur ajouté : %(name)s", name=repairer.contact.name))
            return go(url_for("repairers.show", repairer_id=repairer.id))
    chosen = contact_for(current_user, form.contact_id.data) if form.contact_id.data else None
    return page("repairers/new.html", form=form, chosen=chosen, status=422 if form.errors or form.form_errors else 200)


@bp.route("/reparateurs/<int:repairer_id>", methods=["GET", "POST"])
@requires(MANAGE)
def show(repairer_id: int) -> Response:
    """One repairer: his profile is corrected in place."""
    repairer = _repairer(repairer_id)
    form = profile_form(repairer)
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_repairer(_repairer(repairer_id), form.told())
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Profil enregistré"))
            return go(url_for("repairers.show", repairer_id=repairer_id))
    return _show(repairer_id, form, AbsenceForm(formdata=None))


def _show(repairer_id: int, form: ProfileForm, absence: AbsenceForm) -> Response:
    repairer = _repairer(repairer_id)
    return page(
        "repairers/show.html", r=repairer, form=form, absence=absence, absences=profiles.absences([repairer.user_id]),
        past=qualities([repairer.user_id]).get(repairer.user_id, Quality()), account=account_of(repairer.contact_id),
        load=loads().get(repairer.id), events=events_of(subject_of(repairer), 20),
        status=422 if form.errors or form.form_errors or absence.errors or absence.form_errors else 200,
    )  # fmt: skip


@bp.post("/reparateurs/<int:repairer_id>/fermetures")
@requires(MANAGE)
def close(repairer_id: int) -> Response:
    """Days when he does not work."""
    repairer, form = _repairer(repairer_id), AbsenceForm()
    if form.validate_on_submit():
        try:
            with transaction():
                services.add_absence(_repairer(repairer_id), *form.days(), form.label.data or "")
        except DomainError as error:
            put_error(form, error)
        else:
            say(_("Fermeture notée"))
            return go(url_for("repairers.show", repairer_id=repairer_id))
    return _show(repairer_id, profile_form(repairer, typed=False), form)


@bp.post("/reparateurs/<int:repairer_id>/fermetures/<int:booking_id>/suppression")
@requires(MANAGE)
def reopen(repairer_id: int, booking_id: int) -> Response:
    """He works on those days after all."""
    repairer = _repairer(repairer_id)
    with transaction():
        services.drop_absence(repairer, or_404(profiles.absence_of(repairer.user_id, booking_id)))
    say(_("Fermeture retirée"))
    return go(url_for("repairers.show", repairer_id=repairer_id))


@bp.post("/reparateurs/<int:repairer_id>/depart")
@requires(MANAGE)
def leave(repairer_id: int) -> Response:
    """He works for us no more, or again."""
    repairer = _repairer(repairer_id)
    gone = request.form.get("gone") == "1"
    with transaction():
        services.archive(repairer, gone=gone)
    say(
        _("%(name)s ne reçoit plus de réparation", name=repairer.contact.name)
        if gone
        else _("%(name)s reçoit de nouveau des réparations", name=repairer.contact.name)
    )
    return go(url_for("repairers.show", repairer_id=repairer_id))
