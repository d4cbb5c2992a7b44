"""One booking: what it is, its move to another moment or unit, its cancellation; something taken by hand."""

from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Response, request, url_for
from flask_login import current_user

from app.accounts.models import User
from app.accounts.queries import allowed, workers
from app.assets.models import Asset
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.fields import chosen_id, options
from app.core.forms import put_error
from app.core.i18n import _
from app.core.permissions import requires
from app.core.web import go, or_404, page, say
from app.planning import services
from app.planning.forms import MoveForm, UseForm
from app.planning.models import Booking
from app.planning.queries.one import booking_for, first_free, free_like, unit_by_id, units_of
from app.planning.queries.words import used, when
from app.planning.services.changes import locked
from app.planning.services.repairs import end_words
from app.planning.states import BEGUN, MOVABLE, BookingState, kind_of
from app.planning.views.blueprint import EDIT, VIEW, bp


def _the_booking(booking_id: int) -> Booking:
    return or_404(booking_for(current_user, booking_id))


def _period(booking: Booking) -> tuple[datetime, datetime]:
    return used(booking.starts_at, booking.ends_at, booking.buffer_before, booking.buffer_after)


def _back() -> str:
    """The planning as it was left, filters and period included."""
    htmx = getattr(request, "htmx", None)
    parts = urlsplit((htmx.current_url if htmx else None) or request.referrer or "")
    home = url_for("planning.index")
    return f"{home}?{parts.query}" if parts.path == home and parts.query else home


@bp.get("/planning/reservations/<int:booking_id>")
@requires(VIEW)
def show(booking_id: int) -> Response:
    """What a bar stands for, and what may be done with it."""
    booking = _the_booking(booking_id)
    kind, edit = kind_of(booking.kind), allowed(current_user, EDIT)
    return page(
        "planning/booking.html", block="dialogue", booking=booking, kind=kind, when=when(*_period(booking)),
        repair_end=end_words(booking) if booking.state == BookingState.MAINTENANCE else "", url=kind.url(booking), may_move=edit and booking.state in (*MOVABLE, *BEGUN),
        may_cancel=edit and kind.by_hand and booking.state in MOVABLE,
    )  # fmt: skip


@bp.route("/planning/reservations/<int:booking_id>/deplacement", methods=["GET", "POST"])
@requires(EDIT)
def move(booking_id: int) -> Response:
    """Another moment, another unit: by the form, by the keyboard, by dragging the bar. The server decides."""
    booking = _the_booking(booking_id)
    form = MoveForm(**_dropped(booking))
    form.asset_id.choices = options(units_of(booking.asset.family_id) if booking.asset else [])
    form.asset_id.validate_choice = booking.asset is not None
    if not form.validate_on_submit():
        return _move_page(booking, form, 422 if form.errors else 200)
    try:
        with transaction():
            asset = db.session.get(Asset, form.asset_id.data) if form.asset_id.data else None
            services.shift(locked(booking), *form.moments(), asset)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _move_page(_the_booking(booking_id), form, error.status, taken=isinstance(error, Conflict))
    say(_("Réservation déplacée : %(when)s", when=when(*form.moments())))
    return go(_back())


def _dropped(booking: Booking) -> dict[str, Any]:
    """Where the booking is, or where its bar was dropped: the row (`ligne`) and the moment (`de`) of the address."""
    start, end = _period(booking)
    wanted = _moment(request.args.get("de", ""))
    if wanted is not None and booking.state in MOVABLE:
        start, end = wanted, wanted + (end - start)
    first, last, row = clock.local(start), clock.local(end), request.args.get("ligne", "").removeprefix("asset:")
    return {
        "first_day": first.date(), "first_time": first.time(), "last_day": last.date(), "last_time": last.time(),
        "asset_id": chosen_id(row) or booking.asset_id,
    }  # fmt: skip


def _moment(text: str) -> datetime | None:
    """« 2026-11-24T13:00 » by our clock, as UTC; None when it is no moment."""
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        return None
    return clock.at(typed.date(), typed.hour, typed.minute)


def _move_page(booking: Booking, form: MoveForm, status: int, *, taken: bool = False) -> Response:
    return page(
        "planning/move.html", block="dialogue", status=status, booking=booking, form=form, kind=kind_of(booking.kind),
        begun=booking.state in BEGUN, **(_alternatives(booking, form) if taken else {}),
    )  # fmt: skip


def _alternatives(booking: Booking, form: MoveForm) -> dict[str, Any]:
    """Other units for the same period, or the same unit as soon as it is free."""
    start, end = form.moments()
    wanted = db.session.get(Asset, form.asset_id.data) if form.asset_id.data else None
    if wanted is None:
        return {}
    later = first_free(f"asset:{wanted.id}", start, end - start, but=booking.id)
    return {
        "wanted": (start, end), "others": free_like(wanted, start, end),
        "later": (later, later + (end - start)) if later > start else None,
    }  # fmt: skip


@bp.post("/planning/reservations/<int:booking_id>/annulation")
@requires(EDIT)
def cancel(booking_id: int) -> Response:
    """Give back a period taken by hand."""
    booking = _the_booking(booking_id)
    if not kind_of(booking.kind).by_hand:
        raise DomainError(_("Cette réservation appartient à un autre dossier : ouvrez-le pour l'annuler."))
    with transaction():
        services.cancel(locked(booking))
    say(_("Réservation annulée"))
    return go(_back())


@bp.route("/planning/nouvelle", methods=["GET", "POST"])
@requires(EDIT)
def take() -> Response:
    """Take a unit or a person by hand: a concert, an absence."""
    form = UseForm(**_asked())
    if not form.validate_on_submit():
        return _take_page(form, 422 if form.errors else 200)
    try:
        with transaction():
            booking = _take(form)
    except DomainError as error:
        db.session.rollback()
        put_error(form, error)
        return _take_page(form, error.status)
    say(_("%(label)s : %(when)s", label=booking.label, when=when(*_period(booking))))
    return go(_back())


def _take_page(form: UseForm, status: int) -> Response:
    people = [(f"user:{key}", name) for key, name in workers()]
    units = [(f"asset:{key}", label) for key, label in units_of()]
    form.resource.choices = options([("", _("Choisissez")), *people, *units])
    return page("planning/take.html", block="dialogue", status=status, form=form)


def _asked() -> dict[str, Any]:
    """What the grid already knows: the row, and the moment of the cell."""
    start = clock.local(_moment(request.args.get("de", "")) or clock.at(clock.today() + timedelta(days=1), 9))
    day = start.date()
    return {
        "resource": request.args.get("ligne", ""), "first_day": day, "last_day": day,
        "first_time": time(start.hour, start.minute), "last_time": time(min(start.hour + 4, 23), start.minute),
    }  # fmt: skip


def _take(form: UseForm) -> Booking:
    kind, _sep, number = form.resource.data.partition(":")
    key = chosen_id(number) or 0
    who = db.session.get(User, key) if kind == "user" and key in dict(workers()) else None
    unit = unit_by_id(key) if kind == "asset" else None
    start, end = form.moments()
    if who is not None:
        return services.book_user(who, start, end, kind=form.kind.data, label=form.label.data)
    if unit is None:
        raise DomainError(_("Choisissez une personne ou un matériel en service."), field="resource")
    return services.book_asset(
        unit, start, end, kind=form.kind.data, label=form.label.data, state=BookingState.CONFIRMED
    )
