"""The planning's rows and their bars: whom and what, over a span of time.

Everything is read in a few statements of plain columns: a month of 75 units with 300 bookings is drawn on every change.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select

from app.accounts.queries import workers
from app.assets.models import Asset, AssetModel, Family
from app.assets.states import AssetState
from app.contacts.models import Contact
from app.core.db import db
from app.core.i18n import _
from app.core.search import fold
from app.planning.models import Booking
from app.planning.queries.bars import Bar, marks, placed
from app.planning.queries.bookings import live
from app.planning.queries.filters import TEAM, Filters
from app.planning.queries.spans import Span
from app.planning.queries.words import Booked, Words
from app.planning.states import DRAWN

AT_ONCE = 120  # rows drawn with the page; the groups after them come when they are scrolled to


@dataclass(slots=True)
class Row:
    """An asset or a person, with its bars in order of time. `number` is what tells a unit from its like: never cut."""

    key: str
    title: str
    detail: str
    url: str
    number: str = ""
    bars: list[Bar] = field(default_factory=list)
    lanes: list[tuple[datetime, int]] = field(default_factory=list)

    @property
    def seen(self) -> tuple[str, str, str, str, str, int, tuple[Bar, ...]]:
        """What `ui.ligne_planning` draws: values alone, so that the same row gives the same markup."""
        return self.key, self.title, self.detail, self.url, self.number, len(self.lanes), tuple(self.bars)


@dataclass(slots=True)
class Group:
    """A family, or the team. `pending`: its rows come later; `total` counts them all."""

    key: str
    label: str
    total: int
    rows: list[Row] = field(default_factory=list)
    pending: bool = False


_UNITS = (
    Asset.family_id, Family.name, Asset.id, Asset.label, Asset.inventory_number, Asset.brand, Asset.shelf, AssetModel.name,
)  # fmt: skip
BOOKED = (
    Booking.id, Booking.resource, Booking.kind, Booking.state, Booking.starts_at, Booking.ends_at, Booking.label,
    Booking.expires_at, Booking.expected_at, Booking.buffer_before, Booking.buffer_after, Contact.name.label("client"),
)  # fmt: skip


def grid(span: Span, filters: Filters, words: Words, only: str = "") -> list[Group]:
    """The groups that the filters want, with the bars of the span; `only` one of them, whole."""
    groups = [group for group in _groups(filters) if not only or group.key == only]
    drawn = 0
    for group in groups:
        group.pending = not only and drawn + len(group.rows) > AT_ONCE and drawn > 0
        drawn += 0 if group.pending else len(group.rows)
    rows = {row.key: row for group in groups if not group.pending for row in group.rows}
    _draw(rows, span, words)
    if filters.text:
        _keep(groups, lambda row: _matches(row, fold(filters.text)))
    if filters.taken:
        _keep(groups, lambda row: bool(row.bars))
    for group in groups:
        group.rows = [] if group.pending else group.rows
    return [group for group in groups if group.rows or group.pending]


def group_counts(site: int | None) -> list[tuple[str, str, int]]:
    """(key, label, number of rows) of every group, for the filters; counted by the database."""
    counts = [(str(row[0]), row[1], row[2]) for row in db.session.execute(_counts(site))]
    return [*counts, (TEAM, _("Équipe"), len(workers()))]


@lru_cache(maxsize=50)
def _counts(site: int | None) -> Select[int, str, int]:
    units = select(Asset.family_id, func.count().label("units")).where(*_of_site(site)).group_by(Asset.family_id)
    counted = units.subquery()
    query = select(counted.c.family_id, Family.name, counted.c.units).join(Family, Family.id == counted.c.family_id)
    return query.order_by(Family.name)


def _of_site(site: int | None) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [
        Asset.ours.is_(True),
        Asset.archived_at.is_(None),
        Asset.state == AssetState.IN_USE,
    ]
    return conditions if site is None else [*conditions, or_(Asset.site_id == site, Asset.site_id.is_(None))]


def _groups(filters: Filters) -> list[Group]:
    conditions = _of_site(filters.site)
    families = [int(key) for key in filters.groups if key != TEAM]
    if filters.groups:
        conditions.append(Asset.family_id.in_(families))
    query = (
        select(*_UNITS)
        .join(Family, Family.id == Asset.family_id)
        .outerjoin(AssetModel, AssetModel.id == Asset.model_id)
        .where(*conditions)
        .order_by(Family.name, Asset.label, Asset.inventory_number, Asset.id)
    )
    found: dict[int, Group] = {}
    for row in db.session.execute(query):
        group = found.setdefault(row[0], Group(str(row[0]), row[1], 0))
        group.rows.append(_unit(*row[2:]))
    groups = list(found.values())
    if filters.shows(TEAM):
        groups.append(Group(TEAM, _("Équipe"), 0, [Row(f"user:{key}", name, "", "") for key, name in workers()]))
    for group in groups:
        group.total = len(group.rows)
    return groups


def _unit(asset_id: int, label: str, inventory: str | None, brand: str, shelf: str, model: str | None) -> Row:
    title, mark, number = label.partition(" n° ")
    number = f"n° {number}" if mark else inventory or ""
    detail = ", ".join(part for part in (model or brand, shelf) if part and part not in title)
    return Row(f"asset:{asset_id}", title, detail, f"/biens/{asset_id}", number)


def _ids(rows: Iterable[str], prefix: str) -> list[int]:
    return [int(key.removeprefix(prefix)) for key in rows if key.startswith(prefix)]


def _draw(rows: dict[str, Row], span: Span, words: Words) -> None:
    people, frame = _ids(rows, "user:"), _Frame(span)
    for row in map(Booked._make, db.session.execute(_bookings(span, rows))):
        here = rows[row.resource]
        here.bars.append(words.booking(row, frame.place(here.lanes, row.starts_at, row.ends_at)))
    if people:
        for mark in marks(people, span.start, span.end):
            if mark.resource in rows:
                here = rows[mark.resource]
                here.bars.append(words.mark(mark, frame.place(here.lanes, mark.starts_at, mark.ends_at)))


def _bookings(span: Span, rows: Iterable[str]) -> Any:
    return (
        select(*BOOKED)
        .outerjoin(Contact, Contact.id == Booking.contact_id)
        .where(
            Booking.resource.in_(rows), Booking.state.in_(DRAWN), live(), Booking.starts_at < span.end, Booking.ends_at > span.start,
        )
        .order_by(Booking.starts_at, Booking.id)
    )  # fmt: skip


class _Frame:
    """Where things stand in a span; worked out once for all that begin, or end, together."""

    def __init__(self, span: Span) -> None:
        self.start, self.end, self.slots = span.start, span.end, span.slots
        self.slot_from, self.slot_until = cache(span.slot_from), cache(span.slot_until)

    def place(self, lanes: list[tuple[datetime, int]], start: datetime, end: datetime) -> str:
        """Take the first lane that is free then: two that touch inside one slot stand side by side. The classes of its bar."""
        lane = next((rank for rank, (busy, _slot) in enumerate(lanes) if busy <= start), len(lanes))
        if lane == len(lanes):
            lanes.append((start, 0))
        first = min(max(self.slot_from(start), lanes[lane][1]), self.slots - 1)
        last = max(self.slot_until(end), first + 1)
        lanes[lane] = (end, last)
        return placed(
            first, last - first, lane + 1, before=first == 0 and start < self.start, after=last >= self.slots and end > self.end,
        )  # fmt: skip


def _keep(groups: list[Group], wanted: Callable[[Row], bool]) -> None:
    for group in groups:
        group.rows = [row for row in group.rows if wanted(row)]


def _matches(row: Row, text: str) -> bool:
    return any(
        text in fold(word) for word in (f"{row.title} {row.number}", row.detail, *(bar.title for bar in row.bars))
    )
