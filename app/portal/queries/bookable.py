"""What a member may book by himself: the families that allow it, their sizes, what is free, when."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.assets.models import Asset, Family
from app.assets.queries import size_field
from app.assets.states import AssetState
from app.core import clock
from app.core.db import db
from app.core.i18n import _, _n
from app.core.subject import Subject
from app.documents.queries import attachments_of_all
from app.lending.queries.find import Found, over
from app.planning.queries import is_open_day, next_open_day, rules_of
from app.planning.queries.availability import Dates

OPENS, CLOSES = time(9), time(18)
USUAL = 14


class FamilyRow(NamedTuple):
    """A family that members book; `units`: how many we have in use."""

    id: int
    name: str
    icon: str
    units: int


def bookable_families() -> list[FamilyRow]:
    """Those that members book by themselves and that have something to lend, by name. One query."""
    query = (
        select(Family.id, Family.name, Family.icon, func.count(Asset.id))
        .join(Asset, Asset.family_id == Family.id)
        .where(*_ours(), Family.archived_at.is_(None))
        .group_by(Family.id, Family.name, Family.icon)
        .order_by(Family.name)
    )
    return [row for row in map(FamilyRow._make, db.session.execute(query)) if rules_of(row.id).by_member]


def _ours() -> tuple[ColumnElement[bool], ...]:
    return (Asset.ours.is_(True), Asset.archived_at.is_(None), Asset.state == AssetState.IN_USE)


def bookable_unit(unit_id: int | None) -> Asset | None:
    """A unit of ours that members book; None for any other."""
    unit = db.session.scalar(select(Asset).where(Asset.id == unit_id, *_ours()))
    return unit if unit is not None and rules_of(unit.family_id).by_member else None


class Sizes(NamedTuple):
    """The choice that tells the units of a family apart (« Taille »): the values there are, each with its units."""

    label: str
    code: str
    units: dict[str, list[int]]


def sizes_of(family_id: int) -> Sizes | None:
    """From the first field of choice of the family; None when it has none, or when all its units are alike."""
    field = size_field(family_id)
    if field is None:
        return None
    found: dict[str, list[int]] = {choice: [] for choice in field.choices}
    for unit_id, custom in db.session.execute(
        select(Asset.id, Asset.custom).where(Asset.family_id == family_id, *_ours())
    ):
        if custom.get(field.code):
            found.setdefault(str(custom[field.code]), []).append(unit_id)
    known = {value: units for value, units in found.items() if units}
    return Sizes(field.label, field.code, known) if len(known) > 1 else None


# --- dates ----------------------------------------------------------------------------------------------------------


def usual_days(family_id: int) -> tuple[date, date]:
    """The days proposed: the first open day that the notice allows, and the usual return."""
    soonest = clock.local(clock.now() + timedelta(hours=rules_of(family_id).notice_hours))
    first = next_open_day(soonest.date() + timedelta(days=soonest.time() > OPENS))
    return first, usual_return(family_id, first)


def usual_return(family_id: int, first: date) -> date:
    """Two weeks later or the longest time allowed, on an open day; the same day when that is too long."""
    longest = rules_of(family_id).longest_days
    last = next_open_day(first + timedelta(days=min(USUAL, longest)))
    return last if (last - first).days <= longest else first


def moments(first: date, last: date) -> tuple[datetime, datetime]:
    """(hand-over, return) in UTC: the first day at 9, or now; the last at 18."""
    start, due = clock.at(first, OPENS.hour), clock.at(last, CLOSES.hour)
    return max(start, clock.now()) if first == clock.today() else start, due


def days_fault(family_id: int, first: date, last: date) -> str:
    """Why a member may not book a family from that day to that day, in a sentence; "" when he may."""
    rules, today = rules_of(family_id), clock.today()
    soonest = clock.local(clock.now() + timedelta(hours=rules.notice_hours))
    ready, latest = soonest.date() + timedelta(days=soonest.time() >= CLOSES), today + timedelta(days=rules.ahead_days)
    if last < first:
        return _("Le retour doit venir après la remise.")
    if first < today:
        return _("Ce jour est passé : choisissez une remise à venir.")
    if first < ready:
        day = clock.long_date(next_open_day(ready))
        return _("Il nous faut un peu de temps pour préparer : choisissez une remise à partir du %(day)s.", day=day)
    if first > latest:
        return _("On réserve jusqu'au %(day)s au plus tard.", day=clock.long_date(latest, year=True))
    return _too_long(last - first, rules.longest_days) or _closed(first) or _closed(last)


def _too_long(length: timedelta, longest: int) -> str:
    if length.days <= longest:
        return ""
    return _n(
        "La durée est de %(num)s jour au plus : avancez le retour.",
        "La durée est de %(num)s jours au plus : avancez le retour.", longest,
    )  # fmt: skip


def _closed(day: date) -> str:
    if is_open_day(day):
        return ""
    return _(
        "Nous sommes fermés le %(day)s : choisissez par exemple le %(next)s.",
        day=clock.long_date(day), next=clock.long_date(next_open_day(day)),
    )  # fmt: skip


# --- what is free ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wanted:
    """A family over some days, of one size when one is asked for."""

    family_id: int
    first: date
    last: date
    size: str = ""


def free_units(wanted: Wanted, sizes: Sizes | None, user_id: int) -> Found:
    """What is free, else the nearest other dates and what is like it (in families that members book)."""
    start, due = moments(wanted.first, wanted.last)
    chosen = sizes.units.get(wanted.size) if sizes is not None and wanted.size else None
    condition = Asset.family_id == wanted.family_id
    found = over(Asset.id.in_(chosen) if chosen is not None else condition, start, due, user_id=user_id)
    return replace(
        found, similar=[unit for unit in found.similar if rules_of(unit.family_id).by_member],
        later=_allowed(wanted.family_id, found.later), earlier=_allowed(wanted.family_id, found.earlier),
    )  # fmt: skip


def _allowed(family_id: int, dates: Sequence[Dates]) -> list[Dates]:
    return [
        one for one in dates
        if not days_fault(family_id, clock.local(one.start).date(), clock.local(one.due).date())
    ]  # fmt: skip


def pictures_of(unit_ids: Sequence[int]) -> dict[int, int]:
    """{unit: the file of its first picture that is opened to clients}; one query."""
    found = attachments_of_all([Subject("asset", unit_id) for unit_id in unit_ids], for_client=True)
    pictures = {about.id: [file.file_id for file in files if file.is_picture] for about, files in found.items()}
    return {unit_id: files[0] for unit_id, files in pictures.items() if files}
