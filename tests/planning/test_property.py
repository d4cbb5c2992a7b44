"""Whatever is booked, moved, delayed, cancelled, in whatever order: no overlap, nobody forgotten, who is displaced told once."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.models import User
from app.assets.models import Asset
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.history import HistoryEntry
from app.planning import services
from app.planning.models import Booking
from app.planning.states import BEGUN, KINDS, MACHINE, OCCUPYING, BookingKind, BookingState, Look
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.planning import at

pytestmark = pytest.mark.row("A1")
START = at("2099-03-20 09:00")
VERBS = (
    "book",
    "book",
    "book",
    "option",
    "move",
    "move",
    "cancel",
    "out",
    "delay",
    "delay",
    "early",
    "back",
    "repair",
    "hold",
)
STATES = {
    "cancel": (BookingState.OPTION, BookingState.CONFIRMED, BookingState.AT_RISK), "out": (BookingState.CONFIRMED,),
    "delay": BEGUN, "early": BEGUN, "back": BEGUN,
}  # fmt: skip
GESTURES = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 9), st.integers(1, 4), st.integers(0, 1), st.integers(0, 30)),
    min_size=5,
    max_size=14,
)


class Desk:
    """Two units, and all that was booked on them; `told`: how often the owner of each booking was told of its displacement."""

    def __init__(self, user: User, told: Counter[int]) -> None:
        family = a_family()
        self.user, self.told = user, told
        self.units = [an_asset(family, ours=True) for _ in range(2)]
        self.made: list[int] = []
        self.cancelled: set[int] = set()

    def do(self, verb: str, day: int, days: int, unit: int, rank: int) -> None:
        start, before = START + timedelta(days=day), Counter(self.told)
        try:
            with transaction():
                self._do(verb, start, start + timedelta(days=days), self.units[unit], rank)
        except DomainError:
            db.session.rollback()
            self.told.clear()
            self.told.update(before)

    def _do(self, verb: str, start: datetime, end: datetime, unit: Asset, rank: int) -> None:
        if verb in ("book", "option"):
            state = BookingState.OPTION if verb == "option" else BookingState.CONFIRMED
            made = services.book_asset(unit, start, end, kind="probe", label="Essai", state=state)
            self.made.append(made.id)
        elif verb == "hold":
            services.hold([unit], start, end, self.user)
        elif verb == "repair":
            booking = services.book_asset(
                unit, start, end, kind="probe", label="Réparation", state=BookingState.MAINTENANCE
            )
            self.made.append(booking.id)
        else:
            states = STATES.get(verb, tuple(BookingState))
            suited = [row for row in (db.session.get_one(Booking, key) for key in self.made) if row.state in states]
            if suited:
                self._change(verb, suited[rank % len(suited)], start, end, unit)

    def _change(self, verb: str, booking: Booking, start: datetime, end: datetime, unit: Asset) -> None:
        if verb == "move":
            services.shift(booking, start, end, None if booking.state in BEGUN else unit)
        elif verb == "cancel":
            services.cancel(booking)
            self.cancelled.add(booking.id)
        elif verb == "out":
            MACHINE.move(booking, BookingState.OUT)
            db.session.flush()
        elif verb in ("delay", "early"):
            services.stretch(booking, booking.ends_at + (end - start if verb == "delay" else -timedelta(hours=12)))
        elif verb == "back":
            services.take_back(booking, start)

    def check(self) -> None:
        db.session.expire_all()
        rows = db.session.scalars(select(Booking).where(Booking.asset_id.in_([unit.id for unit in self.units]))).all()
        taken = sorted((row for row in rows if row.state in OCCUPYING), key=lambda row: (row.resource, row.starts_at))
        for one, following in pairwise(taken):
            assert one.resource != following.resource or one.ends_at <= following.starts_at
        known = {row.id: row for row in rows}
        assert set(self.made) <= known.keys()
        for key in set(self.made) - self.cancelled:
            assert known[key].state in (*OCCUPYING, BookingState.AT_RISK, BookingState.RETURNED)
        assert {key: times for key, times in self.told.items() if times} == self._displaced()

    def _displaced(self) -> Counter[int]:
        """How often each booking lost its slot, by its history."""
        query = select(HistoryEntry.subject_id, HistoryEntry.facts).where(
            HistoryEntry.subject_kind == "booking", HistoryEntry.verb == "booking.moved", HistoryEntry.subject_id.in_(self.made)
        )  # fmt: skip
        return Counter(row[0] for row in db.session.execute(query) if row[1]["to"] == BookingState.AT_RISK)


@pytest.fixture
def told() -> Iterator[Counter[int]]:
    """How often the owner of each booking of this kind was told."""
    counter = Counter[int]()
    KINDS["probe"] = BookingKind("probe", "Essai", Look.LOAN, displaced=lambda booking: counter.update([booking.id]))
    yield counter
    del KINDS["probe"]


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(gestures=GESTURES)
def test_no_overlap_nobody_forgotten_every_displaced_person_told_once(
    app: Flask, cast: Cast, told: Counter[int], gestures: list[tuple[str, int, int, int, int]]
) -> None:
    told.clear()
    with clock.told_at(START - timedelta(days=1)):
        desk = Desk(cast.nadia, told)
        for gesture in (
            ("book", 0, 2, 0, 0),
            ("book", 3, 2, 0, 0),
            ("book", 1, 3, 1, 0),
            ("out", 0, 1, 0, 0),
            *gestures,
        ):
            desk.do(*gesture)
            desk.check()


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2027-03-27 22:00", "2027-03-28 04:00", 5),  # the night that is one hour shorter
        ("2027-10-30 22:00", "2027-10-31 04:00", 7),  # the night that is one hour longer
        ("2026-11-30 23:30", "2026-12-01 00:30", 1),  # across midnight, and a month
        ("2026-12-31 23:00", "2027-01-01 02:00", 3),  # across New Year
        ("2026-09-01 09:00", "2027-06-30 09:00", 302 * 24),  # a season across two years, both in summer time
        ("2028-02-29 09:00", "2028-02-29 18:00", 9),  # a day that three years do not have
        ("2028-02-28 18:00", "2028-03-01 09:00", 39),
    ],
)
def test_days_that_are_not_like_the_others_are_booked_to_the_minute(
    app: Flask, cast: Cast, start: str, end: str, hours: int
) -> None:
    unit, minute = an_asset(a_family(), ours=True), timedelta(minutes=1)
    with transaction():
        booking = services.book_asset(unit, at(start), at(end), kind="use", label="Concert")
    db.session.expire_all()
    found = db.session.get_one(Booking, booking.id)
    assert found.ends_at - found.starts_at == timedelta(hours=hours)
    assert clock.local(found.starts_at).strftime("%Y-%m-%d %H:%M") == start
    assert clock.local(found.ends_at).strftime("%Y-%m-%d %H:%M") == end
    for first, last in ((at(end) - minute, at(end) + minute), (at(start) - minute, at(start) + minute)):
        with pytest.raises(DomainError), transaction():
            services.book_asset(unit, first, last, kind="use", label="Autre")
        db.session.rollback()
    with transaction():
        services.book_asset(unit, at(end), at(end) + minute, kind="use", label="Après")
        services.book_asset(unit, at(start) - minute, at(start), kind="use", label="Avant")
