"""The stays of an owner's lodgings as he may read them: dates, platform and amounts; of a guest, no more than « Marie D. »."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select

from app.concierge.models import Stay
from app.concierge.queries.nights import Nights, end_of, nights_of
from app.concierge.states import StayState
from app.core.clock import MONTHS
from app.core.db import db
from app.portal.queries.owner import Owner, Place
from app.statements.models import Month

#: Nights that are taken.
TAKING = (StayState.BOOKED, StayState.OWNER, StayState.BLOCKED)
MOST = 400


class OwnStay(NamedTuple):
    """A stay. Amounts in cents: `rent` what the nights bring, refunds taken off (None: not said, or put aside
    from the months); `platform` what it keeps.

    `mine`: the owner who is signed in added it himself."""

    id: int
    place: Place
    state: StayState
    arrival: date
    departure: date
    channel: str
    guest: str
    guests: int
    rent: int | None
    cleaning: int
    platform: int | None
    mine: bool

    @property
    def nights(self) -> int:
        """At least one."""
        return max((self.departure - self.arrival).days, 1)

    @property
    def kept(self) -> bool:
        """Kept by an owner, or blocked: no guest."""
        return self.state in (StayState.OWNER, StayState.BLOCKED)


def shortened(name: str) -> str:
    """« Marie D. »: the first name and the initial; "" of nothing."""
    words = name.split()
    return f"{words[0]} {words[-1][0].upper()}." if len(words) > 1 else "".join(words)


_COLUMNS: tuple[Any, ...] = (
    Stay.id, Stay.lodging_id, Stay.state, Stay.arrival, Stay.departure, Stay.channel, Stay.guest, Stay.adults, Stay.children,
    Stay.rent, Stay.refund, Stay.cleaning, Stay.platform, Stay.told, Stay.excluded,
)  # fmt: skip


def stays_between(
    owner: Owner, first: date, end: date, places: Iterable[Place] | None = None, *, cancelled: bool = False
) -> list[OwnStay]:
    """Stays that have a night from `first` to the eve of `end`, of these lodgings or of all, by arrival. One statement.

    `cancelled`: also the cancelled ones that left something."""
    ids = [place.id for place in (places if places is not None else owner.places.values())]
    states = (*TAKING, StayState.CANCELLED) if cancelled else TAKING
    query = (
        select(*_COLUMNS)
        .where(
            Stay.lodging_id.in_(ids), Stay.archived_at.is_(None), Stay.state.in_(states), Stay.arrival < end,
            Stay.departure >= first,
        )
        .order_by(Stay.arrival, Stay.id)
        .limit(MOST)
    )  # fmt: skip
    found = [_own(row, owner) for row in db.session.execute(query)]
    return [one for one in found if one.place.his(one.arrival) and end_of(one.arrival, one.departure) > first.toordinal()
            and (one.state != StayState.CANCELLED or one.rent)]  # fmt: skip


def _own(row: Any, owner: Owner) -> OwnStay:
    mine = row.told.get("owner") == owner.contact.id
    return OwnStay(
        row.id, owner.places[row.lodging_id], row.state, row.arrival, row.departure, row.channel,
        shortened(row.guest) if row.state in (StayState.BOOKED, StayState.CANCELLED) else "", row.adults + row.children,
        None if row.rent is None or row.excluded else row.rent - row.refund, 0 if row.excluded else row.cleaning,
        None if row.excluded else row.platform, mine,
    )  # fmt: skip


def next_arrivals(owner: Owner, today: date) -> dict[int, OwnStay]:
    """The next arrival of a guest in each lodging, today included."""
    found: dict[int, OwnStay] = {}
    for stay in stays_between(owner, today, today + timedelta(days=400)):
        if stay.state == StayState.BOOKED and stay.arrival >= today:
            found.setdefault(stay.place.id, stay)
    return found


def nights_in(month: Month, place: Place, stays: Iterable[OwnStay]) -> Nights:
    """How the nights of a month were used."""
    taken = [(stay.state, stay.arrival, stay.departure) for stay in stays if stay.place.id == place.id]
    return nights_of(place.held, taken, month.first, month.next.first)[0]


class Day(NamedTuple):
    """A night of the calendar. `stay`: who has it; `his`: a mandate of his holds; `arrives`: the stay begins that day."""

    day: date
    stay: OwnStay | None
    his: bool
    past: bool

    @property
    def arrives(self) -> bool:
        """Whether the stay begins that day."""
        return self.stay is not None and self.stay.arrival == self.day


@dataclass(frozen=True, slots=True)
class Calendar:
    """A month of a lodging: whole weeks, the days of other months left empty; its stays; its nights."""

    month: Month
    weeks: list[list[Day | None]]
    stays: list[OwnStay]
    nights: Nights

    @property
    def label(self) -> str:
        """« Décembre 2026 »."""
        return month_label(self.month)


def month_label(month: Month) -> str:
    """« Décembre 2026 »."""
    return f"{MONTHS[month.month - 1]} {month.year}".capitalize()


def calendar_of(owner: Owner, place: Place, month: Month, today: date) -> Calendar:
    """The nights of a month, one by one. One statement."""
    stays = stays_between(owner, month.first, month.next.first, [place])
    by_night: dict[int, OwnStay] = {}
    for stay in sorted(stays, key=lambda one: one.state == StayState.BOOKED):
        by_night |= dict.fromkeys(range(stay.arrival.toordinal(), end_of(stay.arrival, stay.departure)), stay)
    cells: list[Day | None] = [None] * month.first.weekday()
    for at in range(month.first.toordinal(), month.next.first.toordinal()):
        day = date.fromordinal(at)
        cells.append(Day(day, by_night.get(at), place.his(day), day < today))
    cells += [None] * (-len(cells) % 7)
    weeks = [cells[at : at + 7] for at in range(0, len(cells), 7)]
    return Calendar(month, weeks, stays, nights_in(month, place, stays))
