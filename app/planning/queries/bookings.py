"""Reads of the planning: who is free, what a record has booked."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, Exists, Integer, and_, bindparam, exists, or_, select

from app.assets.models import Asset, Family
from app.assets.states import AssetState
from app.core import clock
from app.core.db import UTC, db
from app.core.subject import Subject
from app.planning.models import Booking
from app.planning.queries.rules import Buffers, families_by_buffers
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


Moment = datetime | BindParameter[datetime]
UserId = int | BindParameter[int]
# Said by every condition on bookings: built once.
_OCCUPIES = Booking.state.in_(OCCUPYING)
_STAYS = or_(Booking.state != BookingState.HELD, Booking.expires_at.is_(None))


def occupying(at: BindParameter[datetime] | None = None) -> ColumnElement[bool]:
    """The condition that a booking occupies: now, or at the moment that a statement built once is given."""
    return and_(_OCCUPIES, live(at))


def live(at: BindParameter[datetime] | None = None) -> ColumnElement[bool]:
    """The condition that a booking is no slot held while somebody chose, whose time is over."""
    return or_(_STAYS, Booking.expires_at > (clock.now() if at is None else at))


def taken(
    start: Moment, end: Moment, but_of: UserId | None = None, at: BindParameter[datetime] | None = None
) -> Exists:
    """The condition that a unit (`Asset`) is occupied during some of the half-open period. `but_of`: what this user is
    choosing is free to him."""
    found = exists().where(
        Booking.asset_id == Asset.id, occupying(at), Booking.starts_at < end, Booking.ends_at > start
    )
    return found if but_of is None else found.where(~held_by(but_of))


def held_by(user_id: UserId) -> ColumnElement[bool]:
    """The condition that a booking is a slot held while this user chooses."""
    return and_(Booking.state == BookingState.HELD, Booking.about_kind == "user", Booking.about_id == user_id)


def busy(*, mine: bool = False) -> ColumnElement[bool]:
    """The condition that a unit (`Asset`) cannot be lent over a period, the buffers of its family around; `mine`: but for what
    somebody is choosing. Executed with `busy_over`."""
    return _busy(families_by_buffers(), mine)


@lru_cache(maxsize=16)
def _busy(buffers: tuple[tuple[Buffers, tuple[int, ...] | None], ...], mine: bool) -> ColumnElement[bool]:
    holder, now = bindparam("holder", type_=Integer) if mine else None, bindparam("now", type_=UTC)
    conditions = []
    for (before, after), families in buffers:
        found = taken(bindparam(f"from_{before}", type_=UTC), bindparam(f"until_{after}", type_=UTC), holder, now)
        conditions.append(and_(Asset.family_id.in_(families), found) if families is not None else found)
    return or_(*conditions)


def busy_over(start: datetime, due: datetime, but_of: int | None = None) -> dict[str, Any]:
    """What `busy` is executed with: from `start` to `due`, for this user."""
    found: dict[str, Any] = {"now": clock.now(), "holder": but_of}
    for (before, after), _families in families_by_buffers():
        found[f"from_{before}"] = start - timedelta(minutes=before)
        found[f"until_{after}"] = due + timedelta(minutes=after)
    return found


def free_assets(
    start: datetime, end: datetime, family_id: int | None = None, limit: int = 20
) -> Sequence[tuple[int, str, str]]:
    """(id, label, family) of our own things free for the whole half-open period."""
    query = (
        select(Asset.id, Asset.label, Family.name)
        .join(Family, Family.id == Asset.family_id)
        .where(Asset.ours, Asset.archived_at.is_(None), Asset.state == AssetState.IN_USE, ~taken(start, end))
        .order_by(Asset.family_id != (family_id or 0), Family.name, Asset.label)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def clash(resource: str, start: datetime, end: datetime, but: int | None = None) -> Booking | None:
    """The first booking that occupies the resource during the half-open period."""
    query = (
        select(Booking)
        .where(Booking.resource == resource, occupying(), Booking.starts_at < end, Booking.ends_at > start)
        .order_by(Booking.starts_at)
        .limit(1)
    )
    if but is not None:
        query = query.where(Booking.id != but)
    return db.session.scalar(query)
