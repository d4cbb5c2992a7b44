"""The planning follows the stays: a booking each, refused where another has the slot, taken when that one goes."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.assets.models import Asset
from app.concierge.models import Lodging, Stay
from app.concierge.states import OCCUPYING, StayState
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.settings import setting
from app.core.subject import subject_of
from app.planning import services as planning
from app.planning.models import Booking
from app.planning.states import MOVABLE

STAY, BLOCK = "stay", "stay_block"
ARRIVAL_HOUR, DEPARTURE_HOUR = "concierge.arrival_hour", "concierge.departure_hour"


def slot_of(stay: Stay) -> tuple[datetime, datetime]:
    """From its arrival to its departure, in UTC, by the hours of the settings; a day at least an hour long."""
    start = clock.at(stay.arrival, setting(ARRIVAL_HOUR))
    end = clock.at(stay.departure, setting(DEPARTURE_HOUR))
    return start, max(end, start + timedelta(hours=1))


def wants_slot(stay: Stay) -> bool:
    """Whether it occupies its lodging."""
    return stay.lodging_id is not None and stay.state in OCCUPYING and stay.archived_at is None


def place(stay: Stay) -> bool:
    """Make the planning say what the stay says; False when it wants a slot that another has: it is then left without."""
    require_transaction()
    booking = db.session.get(Booking, stay.booking_id) if stay.booking_id else None
    if booking is not None and booking.state not in MOVABLE:
        booking = None
    if not wants_slot(stay):
        _let_go(stay, booking)
        return True
    asset = db.session.get_one(Asset, _asset_of(stay))
    if booking is not None and _kept(stay, booking, asset):
        return True
    try:
        if booking is None:
            _book(stay, asset)
        else:
            _move(stay, booking, asset)
    except Conflict:
        _let_go(stay, booking)
        return False
    return True


def _asset_of(stay: Stay) -> int:
    found = db.session.scalar(select(Lodging.asset_id).where(Lodging.id == stay.lodging_id))
    if found is None:
        raise DomainError(_("Ce logement n'existe plus."))
    return found


def words(stay: Stay) -> tuple[str, str]:
    """(kind, label) of its bar."""
    if stay.state == StayState.OWNER:
        return BLOCK, _("Propriétaire")
    if stay.state == StayState.BLOCKED:
        return BLOCK, _("Bloqué (%(channel)s)", channel=stay.channel) if stay.channel else _("Bloqué")
    who = stay.guest or _("Voyageur")
    return STAY, f"{who} ({stay.channel})" if stay.channel else who


def _kept(stay: Stay, booking: Booking, asset: Asset) -> bool:
    """True when its booking is right as it stands, but for its words, which are set."""
    booking.kind, booking.label = words(stay)
    return (booking.starts_at, booking.ends_at) == slot_of(stay) and booking.asset_id == asset.id


def _book(stay: Stay, asset: Asset) -> None:
    kind, label = words(stay)
    start, end = slot_of(stay)
    booking = planning.book_asset(asset, start, end, kind=kind, label=label, about=subject_of(stay))
    stay.booking_id = booking.id
    db.session.flush()


def _move(stay: Stay, booking: Booking, asset: Asset) -> None:
    start, end = slot_of(stay)
    planning.shift(booking, start, end, asset)


def _let_go(stay: Stay, booking: Booking | None) -> None:
    stay.booking_id = None
    db.session.flush()
    if booking is not None:
        planning.cancel(booking)


def look_again(asset_id: int) -> None:
    """Time of that thing is free again: the stays that were refused there take their slot, the earliest first."""
    if not setting("concierge.active"):
        return
    waiting = (
        select(Stay)
        .join(Lodging, Lodging.id == Stay.lodging_id)
        .where(
            Lodging.asset_id == asset_id,
            Stay.booking_id.is_(None),
            Stay.state.in_(OCCUPYING),
            Stay.archived_at.is_(None),
            Stay.departure >= clock.today(),
        )
        .order_by(Stay.arrival, Stay.id)
    )
    for stay in db.session.scalars(waiting).all():
        if stay.booking_id is None:
            _try(stay)


def _try(stay: Stay) -> None:
    try:
        _book(stay, db.session.get_one(Asset, _asset_of(stay)))
    except Conflict:
        return  # still refused: it stays shown as an overlap


def moved(booking: Any) -> None:
    """Somebody moves its bar on the planning. Raises DomainError: the days of a stay are those of its page."""
    stay = db.session.get(Stay, booking.about_id) if booking.about_kind == Stay.__kind__ else None
    if stay is None or stay.booking_id != booking.id:
        return
    if (booking.starts_at, booking.ends_at) != slot_of(stay) or booking.asset_id != _asset_of(stay):
        raise DomainError(_("Les dates d'un séjour viennent de la plateforme : ouvrez le séjour pour les corriger."))
