"""Pages of lodgings: the list, one, a new one with its mandate, corrections."""

from flask import Response, request, url_for
from flask_login import current_user

from app.assets.queries import custom_pairs, fields_of
from app.concierge import services
from app.concierge.forms.lodgings import LodgingFields, NewLodgingForm, lodging_form
from app.concierge.forms.mandates import more_rows
from app.concierge.forms.terms import values_of
from app.concierge.models import Lodging
from app.concierge.queries import lodgings as queries
from app.concierge.queries.mandates import mandates_of
from app.concierge.queries.terms import default_terms
from app.concierge.services.lodgings import put_away, take_back
from app.concierge.services.mandates import owners_typed
from app.concierge.services.versions import current
from app.concierge.services.words import tariff_words
from app.concierge.views.blueprint import MANAGE, VIEW, bp
from app.concierge.views.mandates import time_line
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.forms import put_error
from app.core.history import events_of
from app.core.i18n import _
from app.core.pages import asked_page, page_address, paged
from app.core.permissions import requires
from app.core.subject import subject_of
from app.core.web import go, or_404, page, say
from app.documents.queries import attachments_of
from app.statements.models import TaxTariff


@bp.get("/logements")
@requires(VIEW)
def lodgings() -> Response:
    """What is let, for whom, on which terms today."""
    filters = queries.Filters.read(request.args)
    found = paged(queries.listing(filters), *asked_page())
    ids = [row.id for row in found.rows]
    return page(
        "concierge/lodgings.html", block="liste", page=found, filters=filters, counts=queries.counts(),
        running=queries.running_of(ids), nights=queries.nights_of(ids, clock.today().year),
        arrivals=queries.next_arrivals(ids), address=page_address, views=queries,
    )  # fmt: skip


def the_lodging(lodging_id: int) -> Lodging:
    """The lodging, or the 404 page."""
    return or_404(queries.lodging_for(current_user, lodging_id))


@bp.get("/logements/<int:lodging_id>")
@requires(VIEW)
def lodging(lodging_id: int) -> Response:
    """One lodging: facts, mandate and its terms over time, stays to come."""
    found = the_lodging(lodging_id)
    mandates = mandates_of(lodging_id)
    running = next((one for one in mandates if one.starts_on <= clock.today() and not _over(one.ends_on)), None)
    pictures = [one for one in attachments_of(subject_of(found.asset)) if one.is_picture]
    return page(
        "concierge/lodging.html", lodging=found, mandates=mandates, running=running, stays=queries.coming_stays(lodging_id),
        version=current(running) if running else None, line=time_line(running) if running else (),
        nights=queries.nights_of([lodging_id], clock.today().year).get(lodging_id, 0), pictures=pictures[:4],
        pairs=custom_pairs(fields_of(found.asset.family_id), found.asset.custom),
        tariff=tariff_words(TaxTariff(**found.tax) if found.tax else None), events=events_of(subject_of(found), 20),
    )  # fmt: skip


def _over(day: object) -> bool:
    return day is not None and str(day) < clock.today().isoformat()


@bp.route("/logements/nouveau", methods=["GET", "POST"])
@requires(MANAGE)
def lodging_new() -> Response:
    """A new lodging; with an owner, its mandate and first terms at once."""
    first = clock.today().replace(day=1)
    form = NewLodgingForm(data={**values_of(default_terms(first)), "starts_on": first, "nights_cap": 120})
    if more_rows(form, request.form.get("more", "")):
        return _new(form)
    if form.validate_on_submit():
        try:
            with transaction():
                found = _add(form)
        except DomainError as error:
            db.session.rollback()
            put_error(form, error)
        else:
            say(_("Logement ajouté : %(name)s", name=found.asset.label))
            return go(url_for("concierge.lodging", lodging_id=found.id))
    return _new(form)


def _new(form: NewLodgingForm) -> Response:
    form.offer_rows()
    form.offer_owners()
    status = 422 if form.errors or form.form_errors else 200
    return page("concierge/lodging_new.html", form=form, status=status)


def _add(form: NewLodgingForm) -> Lodging:
    found = services.add_lodging(
        label=form.label.data or "", family_id=form.family_id.data, asset_id=form.asset_id.data, **form.values()
    )
    owners = owners_typed(form.typed_owners(), current_user)
    if owners:
        first = form.starts_on.data or clock.today().replace(day=1)
        services.add_mandate(found, form.told(first, owners))
    return found


@bp.route("/logements/<int:lodging_id>/modification", methods=["GET", "POST"])
@requires(MANAGE)
def lodging_edit(lodging_id: int) -> Response:
    """Correct a lodging."""
    form = lodging_form(the_lodging(lodging_id))
    if form.validate_on_submit():
        try:
            with transaction():
                services.change_lodging(the_lodging(lodging_id), label=form.label.data or "", **form.values())
        except DomainError as error:
            db.session.rollback()
            put_error(form, error)
        else:
            say(_("Logement enregistré"))
            return go(url_for("concierge.lodging", lodging_id=lodging_id))
    return _edit(lodging_id, form)


def _edit(lodging_id: int, form: LodgingFields) -> Response:
    status = 422 if form.errors or form.form_errors else 200
    return page("concierge/lodging_edit.html", form=form, lodging=the_lodging(lodging_id), status=status)


@bp.post("/logements/<int:lodging_id>/<any(archive, reprise):verb>")
@requires(MANAGE)
def lodging_archive(lodging_id: int, verb: str) -> Response:
    """It is let no more, or again."""
    the_lodging(lodging_id)
    try:
        with transaction():
            (put_away if verb == "archive" else take_back)(the_lodging(lodging_id))
    except DomainError as error:
        say(error.message, "error")
    else:
        say(_("Logement mis de côté") if verb == "archive" else _("Logement de nouveau loué"))
    return go(url_for("concierge.lodging", lodging_id=lodging_id))


@bp.get("/logements/fiches")
@requires(MANAGE)
def asset_choices() -> Response:
    """Rows of the typeahead: things of ours that are no lodging yet."""
    text = request.args.get("q", "").strip()[:100]
    return page("concierge/asset_choices.html", found=queries.free_assets(text), text=text)
