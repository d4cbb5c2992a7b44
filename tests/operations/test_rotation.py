"""7 of the last days, 4 of the last weeks, 12 of the last months; the newest whatever happens."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.operations.rotation import kept

NOON = datetime(2026, 11, 22, 1, 15, tzinfo=UTC)


def nights(count: int) -> list[tuple[int, datetime]]:
    return [(rank, NOON - timedelta(days=rank)) for rank in range(count)]


def test_two_years_of_nights_leave_the_days_weeks_and_months_that_were_asked() -> None:
    left = sorted(kept(nights(730), days=7, weeks=4, months=12))
    assert left[:7] == list(range(7))
    months = {(NOON - timedelta(days=rank)).strftime("%Y-%m") for rank in left}
    assert len(months) == 12
    weeks = {(NOON - timedelta(days=rank)).isocalendar()[:2] for rank in left}
    assert len([week for week in weeks if week >= (2026, 44)]) == 4
    assert len(left) == 7 + 3 + 11 - 0 or len(left) <= 7 + 4 + 12


def test_several_of_one_day_leave_its_last() -> None:
    day = [("matin", NOON), ("soir", NOON + timedelta(hours=12)), ("veille", NOON - timedelta(days=1))]
    assert kept(day, days=7, weeks=0, months=0) == {"soir", "veille"}


def test_the_newest_stays_even_when_nothing_is_to_be_kept() -> None:
    assert kept(nights(5), days=0, weeks=0, months=0) == {0}


@given(st.lists(st.integers(0, 2000), min_size=1, max_size=60, unique=True), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))  # fmt: skip
def test_turning_over_twice_changes_nothing_and_keeps_no_more_than_asked(
    ages: list[int], days: int, weeks: int, months: int
) -> None:
    moments = [(age, NOON - timedelta(days=age)) for age in ages]
    left = kept(moments, days=days, weeks=weeks, months=months)
    assert min(ages) in left
    assert len(left) <= max(1, days + weeks + months)
    assert kept([pair for pair in moments if pair[0] in left], days=days, weeks=weeks, months=months) == left
