"""Repairers: one with what he knows, the list with loads and quality, their absences."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.accounts.states import Role
from app.assets.models import Family
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.revisions import kept_until
from app.planning.models import Booking
from app.planning.states import OCCUPYING
from app.repairers.models import Repairer, RepairerSkill

ABSENCE = "absence"
_WHOLE = (
    joinedload(Repairer.contact),
    joinedload(Repairer.user),
    selectinload(Repairer.skills).joinedload(RepairerSkill.family),
)


def repairer_by_id(repairer_id: int | None) -> Repairer | None:
    """The repairer with his contact, his account and his skills."""
    query = select(Repairer).where(Repairer.id == repairer_id).options(*_WHOLE)
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


@kept_until("repairers")
def _accounts() -> Mapping[int, int]:
    query = select(Repairer.user_id, Repairer.id).where(Repairer.archived_at.is_(None))
    return {row[0]: row[1] for row in db.session.execute(query)}


def own_id(user: User) -> int | None:
    """The id of his profile, for an outside repairer whose profile is in use; None for anybody else."""
    return _accounts().get(user.id) if user.is_authenticated and user.role == Role.REPAIRER else None


def profile_of(user: User) -> Repairer | None:
    """His own profile, for an outside repairer whose profile is in use; None for anybody else."""
    mine = own_id(user)
    return repairer_by_id(mine) if mine is not None else None


def names() -> dict[int, str]:
    """{id: name} of every repairer, those who left included."""
    query = select(Repairer.id, Contact.name).join(Contact, Contact.id == Repairer.contact_id)
    return {row[0]: row[1] for row in db.session.execute(query.order_by(func.lower(Contact.name)))}


def in_use() -> list[tuple[int, str]]:
    """(id, name) of those who work for us now, by name."""
    query = (
        select(Repairer.id, Contact.name)
        .join(Contact, Contact.id == Repairer.contact_id)
        .join(User, User.id == Repairer.user_id)
        .where(Repairer.archived_at.is_(None), User.active, User.archived_at.is_(None))
        .order_by(func.lower(Contact.name))
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


_LISTED: tuple[Any, ...] = (
    Repairer.id, Repairer.user_id, Repairer.hours, Repairer.hourly, Repairer.metres, Contact.name, Contact.town,
    Contact.phone, User.email, User.active,
)  # fmt: skip


def listing(*, gone: bool = False) -> Select[Any]:
    """The repairers, by name."""
    return (
        select(*_LISTED)
        .join(Contact, Contact.id == Repairer.contact_id)
        .join(User, User.id == Repairer.user_id)
        .where(Repairer.archived_at.is_not(None) if gone else Repairer.archived_at.is_(None))
        .order_by(func.lower(Contact.name))
    )


def skills_of(ids: Collection[int]) -> dict[int, list[Any]]:
    """Of each repairer, (family, level, lead_days, price), by family."""
    query = (
        select(
            RepairerSkill.repairer_id, Family.name.label("family"), RepairerSkill.level, RepairerSkill.lead_days,
            RepairerSkill.price,
        )
        .join(Family, Family.id == RepairerSkill.family_id)
        .where(RepairerSkill.repairer_id.in_(ids))
        .order_by(Family.name)
    )  # fmt: skip
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(query):
        found[row.repairer_id].append(row)
    return found


class Absence(NamedTuple):
    """Days when he does not work, both included, and the booking that says so."""

    id: int
    user_id: int
    first: date
    last: date
    label: str


def absences(user_ids: Sequence[int], since: datetime | None = None) -> list[Absence]:
    """The absences of these people that are not over, in order."""
    query = (
        select(Booking.id, Booking.user_id, Booking.starts_at, Booking.ends_at, Booking.label)
        .where(
            and_(Booking.user_id.is_not(None), Booking.user_id.in_(user_ids)), Booking.kind == ABSENCE,
            Booking.state.in_(OCCUPYING), Booking.ends_at > (since or clock.start_of(clock.today())),
        )
        .order_by(Booking.starts_at)
    )  # fmt: skip
    return [_absence(row) for row in db.session.execute(query)]


def _absence(row: Any) -> Absence:
    first, last = clock.local(row.starts_at).date(), clock.local(row.ends_at)
    over = last.hour == last.minute == 0 and last.date() > first
    return Absence(row.id, row.user_id, first, date.fromordinal(last.toordinal() - over), row.label)


def absence_of(user_id: int, booking_id: int) -> Booking | None:
    """One of his absences."""
    query = select(Booking).where(Booking.id == booking_id, Booking.user_id == user_id, Booking.kind == ABSENCE)
    return db.session.scalars(query.where(Booking.state.in_(OCCUPYING))).one_or_none()


def free_suppliers(also: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of the suppliers who are not repairers yet; `also` this one."""
    taken = select(Repairer.contact_id).where(Repairer.contact_id != (also or 0))
    query = select(Contact.id, Contact.name).where(
        Contact.archived_at.is_(None), Contact.supplier | (Contact.id == (also or 0)), Contact.id.not_in(taken)
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(func.lower(Contact.name)))]


def free_accounts(also: int | None = None) -> list[tuple[int, str]]:
    """(id, name) of the outside repairers' accounts that have no profile yet; `also` this one."""
    taken = select(Repairer.user_id).where(Repairer.user_id != (also or 0))
    query = select(User.id, User.name).where(
        User.role == Role.REPAIRER, User.active, User.archived_at.is_(None), User.id.not_in(taken)
    )
    return [(row[0], row[1]) for row in db.session.execute(query.order_by(func.lower(User.name)))]
