"""The owner's pages: his lodgings, their calendar and stays, the dates that he keeps for himself."""

from datetime import timedelta

from flask import Response, request, url_for
from flask_login import current_user

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import signed_in
from app.core.web import go, or_404, page, say
from app.documents.queries import stored_file
from app.documents.services import file_response
from app.portal.forms import OwnDatesForm
from app.portal.queries.owner import Owner, Place, my_mandates, owner_of
from app.portal.queries.owner_accounts import my_statements
from app.portal.queries.owner_stays import calendar_of, next_arrivals, nights_in, stays_between
from app.portal.services.own_dates import closed_by_hand, give_back, keep_dates
from app.portal.views.blueprint import bp
from app.statements.models import Month

YEARS_AHEAD = 3


def owner_or_404() -> Owner:
    """The owner who is signed in: pages that name a record do not exist for anybody else."""
    return or_404(owner_of(current_user))


def place_or_404(owner: Owner, lodging_id: int | None) -> Place:
    """One of his lodgings."""
    return or_404(owner.places.get(lodging_id or 0))


def month_asked() -> Month:
    """The month of the address (`mois`), this one when it is not one."""
    year, _dash, month = request.args.get("mois", "").partition("-")
    number, rank = chosen_id(year), chosen_id(month)
    if number and rank and abs(number - clock.today().year) <= 20 and rank <= 12:
        return Month(number, rank)
    return Month.of(clock.today())


@bp.get("/portail/logements")
@signed_in
def my_lodgings() -> Response:
    """His lodgings: who comes next, how full the month is; what we owe him."""
    owner = owner_of(current_user)
    if owner is None:
        return go(url_for("portal.home"))
    today = clock.today()
    month, statements = Month.of(today), my_statements(owner)
    stays = stays_between(owner, month.first, month.next.first)
    return page(
        "portal/owner_home.html", owner=owner, month=month, arrivals=next_arrivals(owner, today), today=today,
        nights={place.id: nights_in(month, place, stays) for place in owner.places.values()},
        current=owner.now(today), last=statements[0] if statements else None,
    )  # fmt: skip


@bp.get("/portail/logements/<int:lodging_id>")
@signed_in
def my_lodging(lodging_id: int) -> Response:
    """The calendar of one of them, month by month."""
    owner = owner_or_404()
    place, month, today = place_or_404(owner, lodging_id), month_asked(), clock.today()
    before, after = Month.of(month.first - timedelta(days=1)), month.next
    return page(
        "portal/owner_lodging.html", owner=owner, place=place, calendar=calendar_of(owner, place, month, today),
        before=before, after=after, may_keep=place in owner.now(today), today=today, mandates=my_mandates(owner, place.id),
    )  # fmt: skip


@bp.get("/portail/mandats/<int:mandate_id>")
@signed_in
def my_mandate(mandate_id: int) -> Response:
    """The paper that he signed."""
    mine = {mandate.id: mandate.file_id for mandate in my_mandates(owner_or_404())}
    return file_response(or_404(stored_file(or_404(mine.get(mandate_id)))))


@bp.get("/portail/sejours")
@signed_in
def my_stays() -> Response:
    """The stays to come and those of a year, with what they bring."""
    owner = owner_of(current_user)
    if owner is None:
        return go(url_for("portal.home"))
    today, chosen = clock.today(), chosen_id(request.args.get("logement"))
    year = chosen_id(request.args.get("annee")) or today.year
    year = year if abs(year - today.year) <= 20 else today.year
    places = [place_or_404(owner, chosen)] if chosen else list(owner.places.values())
    stays = stays_between(owner, today.replace(year, 1, 1), today.replace(year + 1, 1, 1), places, cancelled=True)
    return page(
        "portal/owner_stays.html", owner=owner, place=places[0] if chosen else None, year=year, today=today,
        coming=[stay for stay in stays if stay.departure >= today],
        past=[stay for stay in reversed(stays) if stay.departure < today],
    )  # fmt: skip


@bp.route("/portail/logements/<int:lodging_id>/mes-dates", methods=["GET", "POST"])
@signed_in
def my_dates(lodging_id: int) -> Response:
    """Keep dates for himself."""
    owner = owner_or_404()
    place, form = place_or_404(owner, lodging_id), OwnDatesForm()
    if not form.validate_on_submit():
        return _dates_page(place, form, 422 if form.errors else 200)
    arrival, departure = form.arrival.data, form.departure.data
    if arrival is None or departure is None:
        return _dates_page(place, form, 422)
    try:
        with transaction():
            keep_dates(owner, place, arrival, departure, form.note.data or "")
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _dates_page(place, form, error.status)
    say(_("C'est noté, la conciergerie est prévenue. Bon séjour !"))
    return go(url_for("portal.my_lodging", lodging_id=place.id, mois=arrival.strftime("%Y-%m")))


def _dates_page(place: Place, form: OwnDatesForm, status: int) -> Response:
    return page("portal/owner_dates.html", status=status, place=place, form=form, partners=closed_by_hand(place.id))


@bp.post("/portail/logements/<int:lodging_id>/mes-dates/<int:stay_id>/rendre")
@signed_in
def my_dates_back(lodging_id: int, stay_id: int) -> Response:
    """He gives them back."""
    owner = owner_or_404()
    place = place_or_404(owner, lodging_id)
    with transaction():
        month = or_404(give_back(owner, place, stay_id)).arrival.strftime("%Y-%m")
    say(_("Ces dates sont rendues, la conciergerie est prévenue."))
    return go(url_for("portal.my_lodging", lodging_id=place.id, mois=month))
