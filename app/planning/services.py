"""Verbs of the planning: book, give out, take back. The database is the guard; its refusal becomes a sentence."""

from datetime import datetime, timedelta

from sqlalchemy.exc import IntegrityError

from app.assets.models import Asset
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import Subject
from app.planning.models import Booking
from app.planning.queries import bookings_about, clash
from app.planning.states import MACHINE, OCCUPYING, BookingState

FAR = timedelta(days=3650)


def book_asset(
    asset: Asset, start: datetime, end: datetime, *, kind: str, label: str, about: Subject | None = None,
    contact_id: int | None = None, state: BookingState = BookingState.CONFIRMED,
) -> Booking:  # fmt: skip
    """Take one of our things for a half-open period (UTC). Raises Conflict that names who has it and until when."""
    require_transaction()
    if start >= end:
        raise DomainError(_("La fin doit venir après le début."), field="ends_at")
    booking = Booking(
        kind=kind, resource=f"asset:{asset.id}", asset_id=asset.id, contact_id=contact_id, starts_at=start, ends_at=end,
        state=state, label=label, about_kind=about.kind if about else None, about_id=about.id if about else None,
    )  # fmt: skip
    _write(booking)
    record(booking, "booking.added", label=label, asset=asset.label)
    return booking


def _write(booking: Booking) -> None:
    try:
        with db.session.begin_nested():
            db.session.add(booking)
            db.session.flush()
    except IntegrityError as error:
        if "booking_no_overlap" not in str(error.orig):
            raise
        raise Conflict(_clash_message(booking)) from None


def _clash_message(wanted: Booking) -> str:
    other = clash(wanted.resource, wanted.starts_at, wanted.ends_at)
    if other is None:
        return _("Ce matériel vient d'être pris par quelqu'un d'autre. Choisissez-en un autre.")
    return _(
        "Déjà pris du %(start)s au %(end)s : %(label)s. Choisissez un autre matériel, ou une date à partir du %(end)s.",
        start=clock.card_date(clock.local(other.starts_at).date()),
        end=clock.card_date(clock.local(other.ends_at).date()),
        label=other.label,
    )


def give_out(booking: Booking) -> None:
    """The thing leaves with the person."""
    MACHINE.move(booking, BookingState.OUT)


def take_back(booking: Booking) -> None:
    """The thing is back: the period ends now, so that it is free at once."""
    MACHINE.move(booking, BookingState.RETURNED)
    booking.ends_at = max(clock.now(), booking.starts_at + timedelta(seconds=1))
    db.session.flush()


def out_for(subject: Subject) -> list[Booking]:
    """The things lent for a record and not back yet."""
    return bookings_about(subject, BookingState.OUT, BookingState.OVERDUE)


def start_maintenance(asset: Asset, about: Subject, label: str) -> Booking | None:
    """Our thing leaves the planning for as long as the repair lasts; None when a borrower still has it."""
    start = clock.now()
    if clash(f"asset:{asset.id}", start, start + FAR):
        return None
    return book_asset(
        asset, start, start + FAR, kind="maintenance", label=label, about=about, state=BookingState.MAINTENANCE
    )


def end_maintenance(subject: Subject) -> None:
    """The repair is over: the thing is free again."""
    for booking in bookings_about(subject, BookingState.MAINTENANCE):
        take_back(booking)


def cancel(booking: Booking) -> None:
    """Give the period back."""
    if booking.state in OCCUPYING:
        MACHINE.move(booking, BookingState.CANCELLED)
        db.session.flush()
