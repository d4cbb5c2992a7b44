"""« Réserver », in five taps at most: for whom, what, the days and a thing that is free, then « Réserver ». Reads change nothing;
choosing a thing keeps it five minutes."""

from datetime import date
from typing import Any

from flask import Response, request, url_for
from flask_login import current_user

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.fields import chosen_id
from app.core.i18n import _
from app.core.permissions import signed_in
from app.core.web import go, not_found, or_404, page, say
from app.documents.queries import stored_file
from app.documents.services import file_response
from app.lending.queries.find import Found
from app.portal.queries import bookable
from app.portal.queries.bookable import FamilyRow, Wanted
from app.portal.queries.loans import last_things
from app.portal.queries.month import month_of
from app.portal.queries.people import Circle, circle_of
from app.portal.services.booking import Asked, book, keep, set_of
from app.portal.views.blueprint import bp
from app.portal.views.member import circle_or_404, person_asked, ways_out, who_asks

SHOWN_MONTHS, FAR_YEARS = 18, 10


@bp.get("/portail/reserver")
@signed_in
def my_book() -> Response:
    """`pour`, `famille`, `taille`, `du`, `au`: what is not chosen yet is asked."""
    circle = circle_of(current_user)
    if circle is None:
        return go(url_for("portal.home"))
    return _step(circle, person_asked(circle), chosen_id(request.args.get("famille")))


def _step(
    circle: Circle, person: Contact | None, family_id: int | None, fault: str = "", status: int = 200
) -> Response:
    families = bookable.bookable_families()
    family = next((row for row in families if row.id == family_id), None)
    if family_id is not None and family is None:
        not_found()
    common: dict[str, Any] = {"circle": circle, "person": person, "fault": fault, "status": status}
    if person is None or family is None:
        names = {row.id for row in families}
        last = {who: unit for who, unit in last_things(circle.ids).items() if unit.family_id in names}
        ways = ways_out(person) if person is not None else []
        return page("portal/book_what.html", families=families, last=last, family=family, ways=ways, **common)
    return _units(person, family, common)


def _units(person: Contact, family: FamilyRow, common: dict[str, Any]) -> Response:
    first, last = _days(request.values, family.id)
    sizes = bookable.sizes_of(family.id)
    wanted = Wanted(family.id, first, last, _size(person, family, sizes))
    fault = bookable.days_fault(family.id, first, last)
    found = Found() if fault else bookable.free_units(wanted, sizes, current_user.id)
    ways = ways_out(person, first)
    common |= {"fault": common["fault"] or fault, "status": 422 if fault else common["status"]}
    shown = [*found.units, *found.similar]
    return page(
        "portal/book_units.html", family=family, sizes=sizes, wanted=wanted, found=found, ways=ways,
        pictures=bookable.pictures_of([unit.id for unit in shown]), **common,
    )  # fmt: skip


def _days(values: Any, family_id: int) -> tuple[date, date]:
    """The days asked for; those proposed where none is, or where what was typed is no day."""
    first = _day(values.get("du")) or bookable.usual_days(family_id)[0]
    last = _day(values.get("au")) or bookable.usual_return(family_id, first)
    return first, last


def _day(text: str | None) -> date | None:
    """The day typed; None when it is none, or beyond what anybody books."""
    try:
        day = date.fromisoformat(text or "")
    except ValueError:
        return None
    return day if abs(day.year - clock.today().year) <= FAR_YEARS else None


def asked_days(values: Any) -> tuple[date, date] | None:
    """Both days of a form; None when one is missing."""
    first, last = _day(values.get("du")), _day(values.get("au"))
    return (first, last) if first is not None and last is not None else None


def _size(person: Contact, family: FamilyRow, sizes: bookable.Sizes | None) -> str:
    """The size asked for; that of the last loan when none was; « toutes » when any will do."""
    if sizes is None:
        return ""
    asked = request.values.get("taille")
    if asked is None:
        last = last_things([person.id]).get(person.id)
        asked = str(last.custom.get(sizes.code, "")) if last is not None and last.family_id == family.id else ""
    return asked if asked in sizes.units else ""


# --- a thing is chosen ----------------------------------------------------------------------------------------------


def _asked(values: Any) -> Asked | None:
    """What the form or the address names: `unite` (« 12 », or « 12:modele » when any of its model will do), `du`, `au`, `avec`."""
    picked, _sep, how = str(values.get("unite", "")).partition(":")
    unit = bookable.bookable_unit(chosen_id(picked))
    if unit is None:
        return None
    extras = [key for key in map(chosen_id, values.getlist("avec")) if key is not None]
    return Asked(unit, *_days(values, unit.family_id), how == "modele", extras)


@bp.post("/portail/reserver/choix")
@signed_in
def my_choice() -> Response:
    """Keep the whole set five minutes, then read it over."""
    who, asked = who_asks(), _asked(request.form)
    if who is None or asked is None:
        return start_again()
    circle, person = who
    if ways_out(person, asked.first):  # nothing is kept for who may not book
        return _step(circle, person, asked.unit.family_id, status=422)
    try:
        with transaction():
            keep(asked, current_user)
    except DomainError as error:
        db.session.rollback()
        return _step(circle, circle.person(person.id), asked.unit.family_id, error.message, error.status)
    return go(_confirm_url(person.id, asked))


def start_again() -> Response:
    """To the first step, with the reason."""
    say(_("Choisissez d'abord ce que vous voulez réserver."), "error")
    return go(url_for("portal.my_book"))


def _confirm_url(person_id: int, asked: Asked) -> str:
    unit = f"{asked.unit.id}:modele" if asked.any_unit else str(asked.unit.id)
    return url_for(
        "portal.my_booking", pour=person_id, unite=unit, du=asked.first.isoformat(), au=asked.last.isoformat()
    )


@bp.route("/portail/reserver/confirmer", methods=["GET", "POST"])
@signed_in
def my_booking() -> Response:
    """The thing, what comes along, for whom, when; then it is reserved."""
    who, asked = who_asks(), _asked(request.values)
    if who is None or asked is None:
        return start_again()
    circle, person = who
    if request.method == "GET":
        return _confirm(circle, person, asked)
    try:
        with transaction():
            loan = book(person, asked, current_user)
    except DomainError as error:
        db.session.rollback()
        return _confirm(circle, or_404(circle.person(person.id)), or_404(_asked(request.values)), error)
    say(_("C'est réservé : nous vous attendons le %(when)s.", when=clock.full(loan.starts_at)))
    return go(url_for("portal.my_loan", loan_number=loan.number))


def _confirm(circle: Circle, person: Contact, asked: Asked, error: DomainError | None = None) -> Response:
    whole = set_of(asked, current_user)
    start, due = asked.period
    return page(
        "portal/book_confirm.html", circle=circle, person=person, asked=asked, whole=whole, start=start, due=due,
        fault=error.message if error else "", status=error.status if error else 200, ways=ways_out(person, asked.first),
        pictures=bookable.pictures_of([unit.id for unit in whole.units]),
    )  # fmt: skip


# --- to look at -----------------------------------------------------------------------------------------------------


@bp.get("/portail/disponibilites")
@signed_in
def my_calendar() -> Response:
    """How many are free each day of a month (`mois`: « 2026-12 »), family by family."""
    circle = circle_of(current_user)
    if circle is None:
        return go(url_for("portal.home"))
    families = bookable.bookable_families()
    asked = chosen_id(request.args.get("famille"))
    family = next((row for row in families if row.id == asked), families[0] if families and asked is None else None)
    if asked is not None and family is None:
        not_found()
    today = clock.today().replace(day=1)
    first = _day(f"{request.args.get('mois', '')}-01") or today
    latest = clock.months_after(today, SHOWN_MONTHS)
    first = min(max(first, today), latest)
    return page(
        "portal/calendar.html", families=families, family=family, month=month_of(family.id, first) if family else None,
        before=clock.months_after(first, -1) if first > today else None,
        after=clock.months_after(first, 1) if first < latest else None, pour=request.args.get("pour", ""),
    )  # fmt: skip


@bp.get("/portail/materiel/<int:unit_id>/photo")
@signed_in
def unit_picture(unit_id: int) -> Response:
    """The picture of something that members book, when one is opened to clients."""
    unit = or_404(bookable.bookable_unit(unit_id))
    if current_user.is_client:
        circle_or_404()
    return file_response(or_404(stored_file(bookable.pictures_of([unit.id]).get(unit.id))), thumbnail=True)
