"""Verbs of the planning: book, give out, take back. The database is the guard; its refusal becomes a sentence."""

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, delete
from sqlalchemy.exc import IntegrityError

from app.accounts.models import User
from app.assets.models import Asset
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import Subject
from app.planning.models import Booking
from app.planning.queries import bookings_about, clash
from app.planning.states import MACHINE, MOVABLE, BookingState, look_again


def book_asset(
    asset: Asset, start: datetime, end: datetime, *, kind: str, label: str, about: Subject | None = None,
    contact_id: int | None = None, state: BookingState = BookingState.CONFIRMED,
) -> Booking:  # fmt: skip
    """Take one of our things for a half-open period (UTC). Raises Conflict that names who has it and until when."""
    booking = Booking(resource=f"asset:{asset.id}", asset_id=asset.id, kind=kind, label=label, state=state)
    return _book(booking, start, end, about, contact_id, asset.label)


def book_user(
    user: User, start: datetime, end: datetime, *, kind: str, label: str, about: Subject | None = None,
    contact_id: int | None = None,
) -> Booking:  # fmt: skip
    """Take one of us for a half-open period (UTC). Raises Conflict that names what is already there."""
    booking = Booking(resource=f"user:{user.id}", user_id=user.id, kind=kind, label=label, state=BookingState.CONFIRMED)
    return _book(booking, start, end, about, contact_id, user.name)


def _book(
    booking: Booking, start: datetime, end: datetime, about: Subject | None, contact_id: int | None, what: str
) -> Booking:
    require_transaction()
    if start >= end:
        raise DomainError(_("La fin doit venir après le début."), field="ends_at")
    booking.starts_at, booking.ends_at, booking.contact_id = start, end, contact_id
    booking.about_kind, booking.about_id = (about.kind, about.id) if about else (None, None)
    write(booking)
    record(booking, "booking.added", label=booking.label, asset=what)
    return booking


def write(booking: Booking, to: BookingState | None = None, **changes: Any) -> None:
    """Send a booking, with these changes and in the state `to`, to the database, whose guard decides. Raises Conflict that
    names who has the slot."""
    values = {name: changes.get(name, getattr(booking, name)) for name in ("resource", "starts_at", "ends_at")}
    if not _written(booking, to, changes) and not (end_lapsed_holds() and _written(booking, to, changes)):
        raise Conflict(_clash_message(values["resource"], values["starts_at"], values["ends_at"], booking.id))


def _written(booking: Booking, to: BookingState | None, changes: dict[str, Any]) -> bool:
    try:
        with db.session.begin_nested():
            for name, value in changes.items():
                setattr(booking, name, value)
            if to is not None:
                MACHINE.move(booking, to)
            db.session.add(booking)
            db.session.flush()
    except IntegrityError as error:
        if "booking_no_overlap" not in str(error.orig):
            raise
        return False
    return True


def end_lapsed_holds() -> int:
    """Free the slots held whose time is over; how many there were."""
    require_transaction()
    over = delete(Booking).where(Booking.state == BookingState.HELD, Booking.expires_at <= clock.now())
    return cast("CursorResult[Any]", db.session.execute(over)).rowcount


def _clash_message(resource: str, start: datetime, end: datetime, but: int | None) -> str:
    other = clash(resource, start, end, but)
    if other is None:
        return _("Ce matériel vient d'être pris par quelqu'un d'autre. Choisissez-en un autre.")
    if other.state == BookingState.HELD and other.expires_at is not None:
        return _(
            "%(label)s jusqu'à %(hour)s : choisissez-en un autre, ou réessayez ensuite.",
            label=other.label, hour=clock.hour(other.expires_at),
        )  # fmt: skip
    return _(
        "Déjà pris du %(start)s au %(end)s : %(label)s. Libre dès le %(end)s : choisissez une autre date ou un autre matériel.",
        start=clock.card_date(clock.local(other.starts_at).date()),
        end=clock.card_date(clock.local(other.ends_at).date()),
        label=other.label,
    )


def give_out(booking: Booking) -> None:
    """The thing leaves with the person."""
    MACHINE.move(booking, BookingState.OUT)


def take_back(booking: Booking, at: datetime | None = None) -> None:
    """The thing is back, now or at that moment (UTC): the period ends then, so that it is free at once."""
    MACHINE.move(booking, BookingState.RETURNED)
    booking.ends_at = max(at or clock.now(), booking.starts_at + timedelta(seconds=1))
    db.session.flush()
    look_again(booking.asset_id)


def out_for(subject: Subject) -> list[Booking]:
    """The things lent for a record and not back yet."""
    return bookings_about(subject, BookingState.OUT, BookingState.OVERDUE)


def cancel(booking: Booking) -> None:
    """Give the period back. What ended or has begun is left as it is."""
    if booking.state in (*MOVABLE, BookingState.HELD):
        MACHINE.move(booking, BookingState.CANCELLED)
        db.session.flush()
        look_again(booking.asset_id)
