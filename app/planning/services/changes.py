"""Moving a booking, and a delay that takes the slots of those after it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.assets.models import Asset
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.planning.models import Booking
from app.planning.queries import clash
from app.planning.queries.bookings import occupying
from app.planning.queries.words import used, when
from app.planning.services.bookings import write
from app.planning.states import BEGUN, MACHINE, MOVABLE, BookingState, kind_of, look_again


def locked(booking: Booking) -> Booking:
    """The booking, fresh and locked until the end of the transaction."""
    require_transaction()
    return db.session.scalars(
        select(Booking)
        .where(Booking.id == booking.id)
        .with_for_update(of=Booking)
        .execution_options(populate_existing=True)
    ).one()


def shift(booking: Booking, start: datetime, end: datetime, asset: Asset | None = None) -> None:
    """Move a booking to [start, end), from hand-over to return (UTC, buffers apart), and to another unit when one is given.

    What has begun keeps its start and its unit. Raises DomainError, or Conflict that names who has the slot.
    """
    require_transaction()
    if start >= end:
        raise DomainError(_("La fin doit venir après le début."), field="ends_at")
    first, last = used(booking.starts_at, booking.ends_at, booking.buffer_before, booking.buffer_after)
    elsewhere = asset is not None and asset.id != booking.asset_id
    if booking.state in BEGUN and (elsewhere or start != first):
        raise DomainError(_("C'est déjà commencé : seule la fin peut changer."), field="starts_at")
    if booking.state not in (*BEGUN, *MOVABLE):
        raise DomainError(_("Cette réservation est terminée ou annulée : faites-en une nouvelle."))
    changes: dict[str, Any] = {
        "starts_at": start - timedelta(minutes=booking.buffer_before),
        "ends_at": end + timedelta(minutes=booking.buffer_after),
    }
    if asset is not None and elsewhere:
        changes |= {"asset_id": asset.id, "resource": f"asset:{asset.id}"}
    if booking.state == BookingState.MAINTENANCE:
        changes["expected_at"] = changes["ends_at"]
    left = booking.asset_id
    write(booking, _settled(booking, changes), **changes)
    record(booking, "booking.shifted", when=when(start, end), was=when(first, last))
    kind_of(booking.kind).moved(booking)
    look_again(left)


def _settled(booking: Booking, changes: dict[str, Any]) -> BookingState | None:
    """What is at risk and goes where nobody is has a slot again."""
    resource = changes.get("resource", booking.resource)
    if booking.state != BookingState.AT_RISK or clash(resource, changes["starts_at"], changes["ends_at"], booking.id):
        return None
    return BookingState.CONFIRMED


def touched(booking: Booking, until: datetime) -> list[Booking]:
    """The bookings whose slot a longer one would take, in order of time."""
    return in_the_way(booking.resource, booking.starts_at, until, booking.id)


def in_the_way(resource: str, start: datetime, until: datetime, but: int | None = None) -> list[Booking]:
    """The bookings that occupy a resource during a half-open period (UTC), in order of time."""
    query = select(Booking).where(
        Booking.resource == resource, occupying(), Booking.starts_at < until, Booking.ends_at > start
    )
    if but is not None:
        query = query.where(Booking.id != but)
    return list(db.session.scalars(query.order_by(Booking.starts_at)))


def lock_asset(asset_id: int | None) -> None:
    """Whoever changes who has that thing takes his turn."""
    require_transaction()
    if asset_id is not None:
        db.session.execute(select(Asset.id).where(Asset.id == asset_id).with_for_update(key_share=True))


def stretch(booking: Booking, until: datetime) -> list[Booking]:
    """Lengthen (or shorten) what has begun until that moment (UTC); each booking it takes the slot of becomes « at risk » and
    its owner is told. Returns those. Raises Conflict when one of them has begun too."""
    lock_asset(booking.asset_id)
    displaced = touched(booking, until) if until > booking.ends_at else []
    push_aside(displaced)
    write(booking, ends_at=max(until, booking.starts_at + timedelta(seconds=1)))
    tell(displaced, booking.asset_id)
    return displaced


def push_aside(others: Sequence[Booking]) -> None:
    """These lose their slot to something that has begun; to be told of (`tell`) once it has it. Raises Conflict when one of
    them has begun too."""
    if any(other.state in BEGUN for other in others):
        raise Conflict(_("Quelqu'un l'a déjà en main à cette date : vérifiez le retour avant d'annoncer ce retard."))
    for other in others:
        MACHINE.move(other, BookingState.CANCELLED if other.state == BookingState.HELD else BookingState.AT_RISK)
    db.session.flush()


def tell(displaced: Sequence[Booking], asset_id: int | None) -> None:
    """Tell the owners of what lost its slot, once each, then whoever waits for the thing."""
    for other in displaced:
        kind_of(other.kind).displaced(other)
    look_again(asset_id)


def settle(booking: Booking, start: datetime, end: datetime, unit: Asset | None = None) -> None:
    """What is at risk, or waits, has [start, end) for good (UTC, buffers apart), on another unit when one is given.

    Raises Conflict that names who has it.
    """
    found: dict[str, Any] = {
        "starts_at": start - timedelta(minutes=booking.buffer_before),
        "ends_at": end + timedelta(minutes=booking.buffer_after),
    }
    if unit is not None:
        found |= {"asset_id": unit.id, "resource": f"asset:{unit.id}", "label": unit.label}
    write(booking, BookingState.CONFIRMED if booking.state != BookingState.CONFIRMED else None, **found)
    record(booking, "booking.shifted", when=when(start, end), unit=booking.label)


def use_of(booking: Booking) -> tuple[datetime, datetime]:
    """From hand-over to return: the period without its buffers."""
    return used(booking.starts_at, booking.ends_at, booking.buffer_before, booking.buffer_after)


def start_now(booking: Booking) -> None:
    """The thing leaves now: an early hand-over takes the time before, when nobody has it. Raises Conflict, IllegalMove."""
    now = clock.now()
    if booking.state == BookingState.OPTION:
        confirm(booking)
    if booking.starts_at > now:
        write(booking, starts_at=now)
    MACHINE.move(booking, BookingState.OUT)
    db.session.flush()


def confirm(booking: Booking) -> None:
    """The option, or the slot held, is a reservation."""
    MACHINE.move(booking, BookingState.CONFIRMED)
    booking.expires_at = None
    db.session.flush()


def swap_units(booking: Booking, unit: Asset) -> None:
    """Another unit takes the place of the one reserved. Raises Conflict that names who has it."""
    left, risk = booking.asset_id, booking.state == BookingState.AT_RISK
    write(
        booking,
        BookingState.CONFIRMED if risk else None,
        asset_id=unit.id,
        resource=f"asset:{unit.id}",
        label=unit.label,
    )
    look_again(left)
    record(booking, "booking.shifted", when=when(*use_of(booking)), unit=unit.label)


def keep_late(booking: Booking, until: datetime) -> bool:
    """What is late stays taken until then. True the first time. What somebody else already has is left to him."""
    first = booking.state == BookingState.OUT
    if first:
        MACHINE.move(booking, BookingState.OVERDUE)
    stretch(booking, until)
    return first


def back_in_time(booking: Booking) -> None:
    """A late thing whose return was put off is late no more."""
    MACHINE.move(booking, BookingState.OUT)
    db.session.flush()
