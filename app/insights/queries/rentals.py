"""Lodgings in figures: nights, what they bring by platform, our fees, how soon owners are told. Six statements, whatever the period.

A stay is counted by its nights: of two months, each has its part of them and of the price. Amounts are cents; rents as guests
pay them, refunds taken off, fees without tax.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, select

from app.assets.models import Asset
from app.concierge.models import (
    Lodging,
    OwnerStatement,
    RentalMandate,
    RentalMonth,
    StatementLine,
    Stay,
    StaySourceLodging,
)
from app.concierge.queries.months import usual_month
from app.concierge.queries.nights import Held, Nights, Taken, nights_of, part_of
from app.concierge.queries.stays import to_look_at, unmapped
from app.concierge.states import FROZEN, StatementState, StayState
from app.core import clock
from app.core.db import db
from app.insights.queries.filters import Filters
from app.statements.models import Month
from app.statements.states import ACCOUNT, Account, LineKind

#: The commission, and what raises it to its minimum.
COMMISSION = (LineKind.COMMISSION, LineKind.MINIMUM)
FEES = tuple(kind for kind in LineKind if ACCOUNT[kind] is Account.FEE and kind is not LineKind.VAT)
COUNTED = (StayState.BOOKED, StayState.OWNER, StayState.BLOCKED, StayState.CANCELLED)
#: Characters of a registration number.
REGISTERED = 13


@dataclass(slots=True)
class Place:
    """A lodging. `held`: the days of its mandates, both included; `cap`: nights a year of a main residence, 0 of another."""

    id: int
    name: str
    town: str
    registration: str
    cap: int
    held: list[Held] = field(default_factory=list)

    def under(self, first: date, last: date) -> bool:
        """Whether a mandate holds on a day of the period."""
        return any(begins <= last and (ends is None or ends >= first) for begins, ends in self.held)


class StayRow(NamedTuple):
    """What figures read of a stay; `rent` less what was given back, in cents."""

    lodging_id: int
    state: StayState
    channel: str
    arrival: date
    departure: date
    rent: int


class Fees(NamedTuple):
    """Of a month: our commission and our other fees, in cents without tax; `sure` when all is approved, else some is a preview."""

    commission: int
    others: int
    sure: bool


class Sending(NamedTuple):
    """Of a month: how many statements, how many left, after how many days from its end (mean, most)."""

    statements: int
    sent: int
    days: float
    most: int


@dataclass
class Rentals:
    """What the sections are made of, for a period of whole days; read when one of them asks for it."""

    filters: Filters

    @property
    def end(self) -> date:
        """The day after the last."""
        return self.filters.end + timedelta(days=1)

    @cached_property
    def months(self) -> list[Month]:
        """Those of the period, whole or not."""
        found = [Month.of(self.filters.start)]
        while found[-1].next.first <= self.filters.end:
            found.append(found[-1].next)
        return found

    @cached_property
    def places(self) -> dict[int, Place]:
        """The lodgings under a mandate during the period, by their names."""
        rows = db.session.execute(
            select(
                Lodging.id, Asset.label, Lodging.town, Lodging.registration, Lodging.main_residence, Lodging.nights_cap,
                RentalMandate.starts_on, RentalMandate.ends_on,
            )
            .join(Asset, Asset.id == Lodging.asset_id)
            .join(RentalMandate, RentalMandate.lodging_id == Lodging.id)
            .where(RentalMandate.archived_at.is_(None))
            .order_by(Asset.label, Lodging.id)
        )  # fmt: skip
        found: dict[int, Place] = {}
        for id_, name, town, registration, main, cap, first, last in rows:
            found.setdefault(id_, Place(id_, name, town, registration, cap if main else 0)).held.append((first, last))
        return {id_: place for id_, place in found.items() if place.under(self.filters.start, self.filters.end)}

    @cached_property
    def stays(self) -> dict[int, list[StayRow]]:
        """The stays of the period that began under a mandate, by lodging."""
        return self._stays(self.filters.start, self.end)

    def _stays(self, first: date, end: date, among: Iterable[int] | None = None) -> dict[int, list[StayRow]]:
        rent = func.coalesce(Stay.rent, 0) - Stay.refund
        query = select(Stay.lodging_id, Stay.state, Stay.channel, Stay.arrival, Stay.departure, rent).where(
            Stay.archived_at.is_(None), Stay.excluded == "", Stay.state.in_(COUNTED), Stay.lodging_id.is_not(None),
            Stay.arrival < end, Stay.departure >= first,
        )  # fmt: skip
        if among is not None:
            query = query.where(Stay.lodging_id.in_(list(among)))
        found: dict[int, list[StayRow]] = defaultdict(list)
        for row in db.session.execute(query):
            stay = StayRow(*tuple[Any, ...](row))
            place = self.places.get(stay.lodging_id)
            if place is not None and place.under(stay.arrival, stay.arrival):
                found[stay.lodging_id].append(stay)
        return found

    @cached_property
    def nights(self) -> dict[int, list[Nights]]:
        """{lodging: its nights, month by month}."""
        start, ranks = self.filters.start, []
        for rank, month in enumerate(self.months):
            first, last = max(month.first, start), min(month.last, self.filters.end)
            ranks += [rank] * ((last - first).days + 1)
        return {
            place.id: nights_of(place.held, _taken(self.stays.get(place.id, ())), start, self.end, ranks)
            for place in self.places.values()
        }

    def nights_by_month(self) -> list[Nights]:
        """Of all lodgings."""
        return [total(months[rank] for months in self.nights.values()) for rank in range(len(self.months))]

    @cached_property
    def income(self) -> dict[tuple[int, str, int], int]:
        """{(lodging, platform, rank of the month): cents}."""
        found: dict[tuple[int, str, int], int] = defaultdict(int)
        for stay, rank, cents in self._earned():
            found[stay.lodging_id, stay.channel, rank] += cents
        return found

    def _earned(self) -> Iterator[tuple[StayRow, int, int]]:
        spans = [
            (rank, max(month.first, self.filters.start), min(month.next.first, self.end))
            for rank, month in enumerate(self.months)
        ]
        for stays in self.stays.values():
            for stay in stays:
                if stay.rent and stay.state in (StayState.BOOKED, StayState.CANCELLED):
                    for rank, first, end in spans:
                        cents = part_of(stay.rent, stay.arrival, stay.departure, first, end)
                        if cents:
                            yield stay, rank, cents

    @cached_property
    def sold(self) -> dict[str, tuple[int, int]]:
        """{platform: (stays, nights)} let in the period."""
        found: dict[str, tuple[int, int]] = {}
        for stay in (one for stays in self.stays.values() for one in stays if one.state == StayState.BOOKED):
            nights = max((stay.departure - stay.arrival).days, 1)
            here = part_of(nights, stay.arrival, stay.departure, self.filters.start, self.end)
            if here:
                stays, before = found.get(stay.channel, (0, 0))
                found[stay.channel] = (stays + 1, before + here)
        return found

    @cached_property
    def fees(self) -> list[Fees]:
        """Month by month: frozen lines where the statement is approved, else those of its preview."""
        frozen = OwnerStatement.state.in_(FROZEN)
        rank = RentalMonth.rank  # PostgreSQL groups by the very expression
        query = (
            select(rank, StatementLine.kind, frozen, func.sum(StatementLine.cents))
            .join(OwnerStatement, OwnerStatement.id == StatementLine.statement_id)
            .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
            .where(self._within(), OwnerStatement.state != StatementState.EXCLUDED, StatementLine.kind.in_(FEES))
            .group_by(rank, StatementLine.kind, frozen)
        )
        sums: dict[int, list[tuple[LineKind, bool, int]]] = defaultdict(list)
        for month, kind, sure, cents in db.session.execute(query):
            sums[month].append((kind, bool(sure), int(cents)))
        return [_fees(sums[month.rank]) for month in self.months]

    @cached_property
    def sendings(self) -> list[Sending]:
        """Month by month: how soon owners have their statement."""
        query = (
            select(RentalMonth.rank, OwnerStatement.sent_at)
            .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
            .where(self._within(), OwnerStatement.state != StatementState.EXCLUDED)
        )
        rows: dict[int, list[Any]] = defaultdict(list)
        for month, sent_at in db.session.execute(query):
            rows[month].append(sent_at)
        return [_sending(month, rows[month.rank]) for month in self.months]

    def _within(self) -> ColumnElement[bool]:
        return RentalMonth.rank.between(self.months[0].rank, self.months[-1].rank)

    def unregistered(self) -> list[Place]:
        """The lodgings without a whole registration number."""
        return [place for place in self.places.values() if len(place.registration.replace(" ", "")) != REGISTERED]

    def residences(self) -> list[tuple[Place, int]]:
        """(main residence, nights let in the calendar year of the last day), the nearest to its cap first."""
        year = self.filters.end.year
        first, end = date(year, 1, 1), date(year + 1, 1, 1)
        capped = [place for place in self.places.values() if place.cap]
        stays = self._stays(first, end, [place.id for place in capped]) if capped else {}
        found = [
            (place, nights_of(place.held, _taken(stays.get(place.id, ())), first, end)[0].sold) for place in capped
        ]
        return sorted(found, key=lambda one: (one[1] - one[0].cap, one[0].name), reverse=True)


class Today(NamedTuple):
    """Stays to look at, guests who arrive, partners' lodgings to map; statements to check of the month one counts, `counted` or not."""

    look: int
    arrivals: int
    links: int
    statements: int
    counted: bool


def letting_today(day: date) -> Today:
    """For the dashboard, in one statement."""
    month = usual_month()
    row = (RentalMonth.year == month.year, RentalMonth.month == month.month)
    parts = (
        select(func.count(Stay.id)).where(Stay.archived_at.is_(None), to_look_at()),
        select(func.count(Stay.id)).where(
            Stay.arrival == day, Stay.state == StayState.BOOKED, Stay.archived_at.is_(None)
        ),
        select(func.count(StaySourceLodging.id)).where(unmapped()),
        select(func.count(OwnerStatement.id))
        .join(RentalMonth, RentalMonth.id == OwnerStatement.month_id)
        .where(*row, OwnerStatement.state == StatementState.PREVIEW),
        select(func.count(RentalMonth.id)).where(*row, RentalMonth.counted_at.is_not(None)),
    )
    look, arrivals, links, statements, counted = db.session.execute(
        select(*(part.scalar_subquery() for part in parts))
    ).one()
    return Today(look, arrivals, links, statements, bool(counted))


def total(nights: Iterable[Nights]) -> Nights:
    """Their sum."""
    whole = Nights()
    for one in nights:
        whole.add(one)
    return whole


def _taken(stays: Iterable[StayRow]) -> Iterator[Taken]:
    return ((stay.state, stay.arrival, stay.departure) for stay in stays)


def _fees(rows: list[tuple[LineKind, bool, int]]) -> Fees:
    commission = sum(cents for kind, _sure, cents in rows if kind in COMMISSION)
    others = sum(cents for kind, _sure, cents in rows if kind not in COMMISSION)
    return Fees(commission, others, all(sure for _kind, sure, _cents in rows))


def _sending(month: Month, moments: list[Any]) -> Sending:
    days = [(clock.local(at).date() - month.last).days for at in moments if at is not None]
    return Sending(len(moments), len(days), sum(days) / len(days) if days else 0, max(days, default=0))
