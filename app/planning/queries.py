"""Reads of the planning: who is free, what a record has booked."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, select

from app.assets.models import Asset, Family
from app.assets.states import AssetState
from app.core.db import db
from app.core.subject import Subject
from app.planning.models import Booking
from app.planning.states import OCCUPYING, BookingState

_ABOUT = (
    select(Booking)
    .where(Booking.about_kind == bindparam("kind"), Booking.about_id == bindparam("id"))
    .order_by(Booking.id)
)


def bookings_about(subject: Subject, *states: BookingState) -> list[Booking]:
    """The bookings made for a record, oldest first."""
    found = db.session.scalars(_ABOUT, {"kind": subject.kind, "id": subject.id})
    return [booking for booking in found if not states or booking.state in states]


def free_assets(
    start: datetime, end: datetime, family_id: int | None = None, limit: int = 20
) -> Sequence[tuple[int, str, str]]:
    """(id, label, family) of our own things free for the whole half-open period."""
    taken = exists().where(
        Booking.asset_id == Asset.id, Booking.state.in_(OCCUPYING), Booking.starts_at < end, Booking.ends_at > start
    )
    query = (
        select(Asset.id, Asset.label, Family.name)
        .join(Family, Family.id == Asset.family_id)
        .where(Asset.ours, Asset.archived_at.is_(None), Asset.state == AssetState.IN_USE, ~taken)
        .order_by(Asset.family_id != (family_id or 0), Family.name, Asset.label)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def clash(resource: str, start: datetime, end: datetime, but: int | None = None) -> Booking | None:
    """The first booking that occupies the resource during the half-open period."""
    query = (
        select(Booking)
        .where(
            Booking.resource == resource, Booking.state.in_(OCCUPYING), Booking.starts_at < end, Booking.ends_at > start
        )
        .order_by(Booking.starts_at)
        .limit(1)
    )
    if but is not None:
        query = query.where(Booking.id != but)
    return db.session.scalar(query)
