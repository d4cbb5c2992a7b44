"""Moving a booking, and a delay that takes the slots of those after it."""

import itertools
from datetime import timedelta

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.planning import services
from app.planning.models import Booking
from app.planning.states import KINDS, OCCUPYING, BookingKind, BookingState, Look, declare_kinds
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.planning import a_booking, at

pytestmark = [pytest.mark.row("A1"), pytest.mark.row("A6")]
S = BookingState


def test_a_booking_moves_to_another_moment_and_another_unit(app: Flask, cast: Cast) -> None:
    family = a_family()
    first, second = an_asset(family, ours=True), an_asset(family, ours=True)
    booking = a_booking(first, "2026-12-01 09:00", "2026-12-01 18:00")
    with transaction():
        services.shift(booking, at("2026-12-02 10:00"), at("2026-12-02 12:00"), second)
    assert (booking.resource, booking.starts_at) == (f"asset:{second.id}", at("2026-12-02 10:00"))


def test_a_taken_slot_is_refused_with_the_name_of_who_has_it_and_nothing_changes(app: Flask, cast: Cast) -> None:
    unit = an_asset(ours=True)
    a_booking(unit, "2026-12-03 09:00", "2026-12-03 18:00", label="Gala")
    booking = a_booking(unit, "2026-12-01 09:00", "2026-12-01 18:00")
    with pytest.raises(Conflict, match="Gala"), transaction():
        services.shift(booking, at("2026-12-03 12:00"), at("2026-12-03 14:00"))
    db.session.rollback()
    assert db.session.get_one(Booking, booking.id).starts_at == at("2026-12-01 09:00")


def test_touching_is_not_overlapping(app: Flask, cast: Cast) -> None:
    unit = an_asset(ours=True)
    a_booking(unit, "2026-12-01 09:00", "2026-12-01 12:00")
    assert a_booking(unit, "2026-12-01 12:00", "2026-12-01 18:00").id


def test_what_has_begun_keeps_its_start_and_may_end_later(app: Flask, cast: Cast) -> None:
    booking = a_booking(an_asset(ours=True), "2026-12-01 09:00", "2026-12-01 18:00")
    with transaction():
        services.give_out(booking)
    with pytest.raises(DomainError, match="seule la fin"), transaction():
        services.shift(booking, at("2026-12-01 10:00"), at("2026-12-01 18:00"))
    with transaction():
        services.shift(booking, at("2026-12-01 09:00"), at("2026-12-04 18:00"))
    assert booking.ends_at == at("2026-12-04 18:00")


def test_the_buffer_follows_the_booking(app: Flask, cast: Cast) -> None:
    booking = a_booking(an_asset(ours=True), "2026-12-01 08:30", "2026-12-01 18:15")
    with transaction():
        booking.buffer_before, booking.buffer_after = 30, 15
        db.session.flush()
        services.shift(booking, at("2026-12-05 09:00"), at("2026-12-05 12:00"))
    assert (booking.starts_at, booking.ends_at) == (at("2026-12-05 08:30"), at("2026-12-05 12:15"))


@pytest.fixture
def told() -> list[int]:
    """Whom a delay displaced, in the order they were told."""
    heard: list[int] = []
    declare_kinds(BookingKind("told", "Essai", Look.USE, displaced=lambda booking: heard.append(booking.id)))
    yield heard
    KINDS.pop("told")


def test_a_delay_frees_the_slots_it_touches_and_tells_each_once(app: Flask, cast: Cast, told: list[int]) -> None:
    unit = an_asset(ours=True)
    repair = a_booking(unit, "2026-12-01 09:00", "2026-12-04 18:00", S.MAINTENANCE)
    next_one = a_booking(unit, "2026-12-05 09:00", "2026-12-06 18:00", kind="told")
    later = a_booking(unit, "2026-12-08 18:00", "2026-12-09 18:00", kind="told")
    with transaction():
        displaced = services.stretch(repair, at("2026-12-08 18:00"))
    assert [booking.id for booking in displaced] == [next_one.id] == told
    assert (next_one.state, later.state) == (S.AT_RISK, S.CONFIRMED)


def test_a_delay_over_what_somebody_already_has_is_refused(app: Flask, cast: Cast, told: list[int]) -> None:
    unit = an_asset(ours=True)
    repair = a_booking(unit, "2026-12-01 09:00", "2026-12-04 18:00", S.MAINTENANCE)
    a_booking(unit, "2026-12-05 09:00", "2026-12-06 18:00", S.OUT, kind="told")
    with pytest.raises(Conflict), transaction():
        services.stretch(repair, at("2026-12-08 18:00"))
    db.session.rollback()
    assert told == []


BOOKINGS = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), min_size=1, max_size=12)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(BOOKINGS, st.lists(st.tuples(st.integers(0, 11), st.integers(0, 70), st.integers(1, 30)), max_size=12))
def test_whatever_is_booked_moved_and_delayed_nothing_overlaps_and_each_displaced_is_told_once(
    app: Flask, cast: Cast, wanted: list[tuple[int, int]], changes: list[tuple[int, int, int]]
) -> None:
    unit, origin, told = an_asset(ours=True), clock.at(clock.today(), 9), []
    declare_kinds(
        BookingKind(
            "told", "Essai", Look.USE, displaced=lambda booking: told.append(booking.id),
            moved=lambda booking: told.remove(booking.id) if booking.id in told and booking.state == S.CONFIRMED else None,
        )
    )  # fmt: skip
    made = [found for start, length in wanted if (found := _try_to_book(unit, origin, start, length))]
    for which, start, length in changes:
        _change(made[which % len(made)], origin, start, length) if made else None
    KINDS.pop("told")
    taken = sorted((row.starts_at, row.ends_at) for row in made if row.state in OCCUPYING)
    assert all(one[1] <= other[0] for one, other in itertools.pairwise(taken))
    assert len(told) == len(set(told))
    assert {row.id for row in made if row.state == S.AT_RISK} == {
        row.id for row in made if row.id in told and row.state != S.CANCELLED
    }


def _try_to_book(unit: object, origin: object, start: int, length: int) -> Booking | None:
    begins = origin + timedelta(hours=start)  # type: ignore[operator]
    try:
        with transaction():
            return services.book_asset(unit, begins, begins + timedelta(hours=length), kind="told", label="x")  # type: ignore[arg-type]
    except Conflict:
        return None


def _change(booking: Booking, origin: object, start: int, length: int) -> None:
    begins = origin + timedelta(hours=start)  # type: ignore[operator]
    try:
        with transaction():
            if start % 3 == 0:
                services.cancel(booking)
            elif start % 3 == 1 and booking.state == S.CONFIRMED:
                services.give_out(booking)
                services.stretch(booking, booking.ends_at + timedelta(hours=length))
            else:
                services.shift(booking, begins, begins + timedelta(hours=length))
    except DomainError:
        db.session.rollback()
        db.session.refresh(booking)
