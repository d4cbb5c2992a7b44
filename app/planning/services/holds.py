"""Slots held while somebody chooses: five minutes, renewed at each gesture, freed when the form is left or confirmed.

A held slot is no record: it leaves no history, and its row goes with it. It is its user's, whatever the page.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete

from app.accounts.models import User
from app.assets.models import Asset
from app.core import clock
from app.core.db import db, require_transaction
from app.core.i18n import _
from app.core.subject import subject_of
from app.planning.models import Booking
from app.planning.queries.bookings import held_by
from app.planning.queries.rules import rules_of
from app.planning.services.bookings import write
from app.planning.states import BookingState

KIND = "hold"
MINUTES = 5


def hold(units: Sequence[Asset], start: datetime, due: datetime, user: User) -> datetime:
    """Keep these units for the user from `start` to `due` (UTC), buffers around, for five minutes more; returns until when.

    What he held of them for other dates is given back. Raises Conflict that names who has one, or who is choosing it.
    """
    return hold_all([(units, start, due)], user)


def hold_all(slots: Sequence[tuple[Sequence[Asset], datetime, datetime]], user: User) -> datetime:
    """The same for several dates at once, each with its units."""
    require_transaction()
    until = clock.now() + timedelta(minutes=MINUTES)
    wanted = {key: unit for units, start, due in slots for unit in units for key in (_key(unit, start, due),)}
    held = {
        (row.asset_id, row.starts_at, row.ends_at): row
        for row in db.session.query(Booking).where(
            held_by(user.id), Booking.asset_id.in_({unit.id for unit in wanted.values()})
        )
    }
    gone = [row.id for key, row in held.items() if key not in wanted]
    if gone:
        db.session.execute(delete(Booking).where(Booking.id.in_(gone)).execution_options(synchronize_session="fetch"))
    for key in sorted(wanted, key=lambda each: (each[1], each[0])):  # in the order of reservations: two never cross
        row = held.get(key) or _new(wanted[key], user)
        rules = rules_of(wanted[key].family_id)
        write(
            row, starts_at=key[1], ends_at=key[2], buffer_before=rules.buffer_before, buffer_after=rules.buffer_after,
            expires_at=until,
        )  # fmt: skip
    return until


def _key(unit: Asset, start: datetime, due: datetime) -> tuple[int, datetime, datetime]:
    rules = rules_of(unit.family_id)
    return unit.id, start - timedelta(minutes=rules.buffer_before), due + timedelta(minutes=rules.buffer_after)


def _new(unit: Asset, user: User) -> Booking:
    about = subject_of(user)
    return Booking(
        kind=KIND, resource=f"asset:{unit.id}", asset_id=unit.id, state=BookingState.HELD, about_kind=about.kind,
        about_id=about.id, label=_("En cours de choix par %(name)s", name=user.name),
    )  # fmt: skip


def let_go(user: User, asset_ids: Iterable[int] | None = None) -> None:
    """Free what the user holds: of these units, or all of it."""
    require_transaction()
    gone = delete(Booking).where(held_by(user.id))
    if asset_ids is not None:
        gone = gone.where(Booking.asset_id.in_(list(asset_ids)))
    db.session.execute(gone.execution_options(synchronize_session="fetch"))
