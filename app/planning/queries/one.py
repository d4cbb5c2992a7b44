"""One booking as a person may see it, and what else could be had when its slot is taken."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset
from app.assets.queries import size_field
from app.assets.states import AssetState
from app.core.db import db
from app.planning.models import Booking
from app.planning.queries.availability import called
from app.planning.queries.bookings import busy, busy_over, occupying

VIEW = "planning.view"
LENDABLE = (Asset.ours, Asset.archived_at.is_(None), Asset.state == AssetState.IN_USE)
_WHOLE = (joinedload(Booking.asset), joinedload(Booking.user), joinedload(Booking.contact))


def booking_for(user: User, booking_id: int) -> Booking | None:
    """The booking with its unit or person and its client; None when this person may not see the planning."""
    if not allowed(user, VIEW):
        return None
    return db.session.scalar(select(Booking).where(Booking.id == booking_id).options(*_WHOLE))


def units_of(family_id: int | None = None) -> Sequence[tuple[int, str]]:
    """(id, label) of our units in use, by label: of a family, or all of them."""
    query = (
        select(Asset.id, Asset.label, Asset.inventory_number)
        .where(*LENDABLE)
        .order_by(Asset.label, Asset.inventory_number)
    )
    found = query if family_id is None else query.where(Asset.family_id == family_id)
    return [(row[0], called(row[1], row[2])) for row in db.session.execute(found)]


def unit_by_id(asset_id: int) -> Asset | None:
    """One of our units in use."""
    return db.session.scalar(select(Asset).where(Asset.id == asset_id, *LENDABLE))


def free_like(
    asset: Asset, start: datetime, end: datetime, limit: int = 3, *, fitting: bool = False
) -> Sequence[tuple[int, str]]:
    """(id, label) of other units that may be lent from `start` to `end`: of the same family, those of the same size first, among
    them those of the same model, then those called the same (« Violon 3/4 »); `fitting`: that size alone, a child has no use
    of another."""
    stem = asset.label.partition(" n° ")[0]
    field = size_field(asset.family_id)
    size = asset.custom.get(field.code) if field is not None else None
    unlike = [func.coalesce(Asset.custom[field.code].as_string(), "") != size] if field is not None and size else []
    query = (
        select(Asset.id, Asset.label, Asset.inventory_number)
        .where(
            *LENDABLE, Asset.family_id == asset.family_id, Asset.id != asset.id, ~busy(),
            *(~other for other in unlike if fitting),
        )
        .order_by(
            *unlike, Asset.model_id.is_distinct_from(asset.model_id), ~Asset.label.startswith(stem, autoescape=True), Asset.label,
            Asset.inventory_number,
        )
        .limit(limit)
    )  # fmt: skip
    found = db.session.execute(query, busy_over(start, end))
    return [(row[0], called(row[1], row[2])) for row in found]


def first_free(resource: str, start: datetime, length: timedelta, but: int | None = None) -> datetime:
    """The first moment from `start` when the resource is free for `length`."""
    query = (
        select(Booking.starts_at, Booking.ends_at)
        .where(Booking.resource == resource, occupying(), Booking.ends_at > start)
        .order_by(Booking.starts_at)
    )
    if but is not None:
        query = query.where(Booking.id != but)
    for begins, ends in db.session.execute(query):
        if begins >= start + length:
            break
        start = max(start, ends)
    return start
