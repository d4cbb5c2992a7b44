"""The days on which a reservation comes back, and its hours, whatever the season or the length of the month."""

from collections.abc import Sequence
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.core import clock
from app.core.errors import DomainError
from app.lending.queries.repeating import LIMIT, Rule
from app.lending.services.series import periods
from app.lending.states import Every
from tests.factories.planning import at
from tests.lending.test_desk import plain

pytestmark = pytest.mark.row("A1")
WEEK, FORTNIGHT, MONTH, MONTH_DAY = Every.WEEK, Every.FORTNIGHT, Every.MONTH, Every.MONTH_DAY
JANUARY_31 = date(2027, 1, 31)


def days(rule: Rule, first: str) -> list[str]:
    return [day.isoformat() for day in rule.days(date.fromisoformat(first))]


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        (Rule(WEEK, times=3), "2026-12-23", ["2026-12-23", "2026-12-30", "2027-01-06"]),
        (Rule(WEEK, (0, 2), until=date(2026, 12, 9)), "2026-12-02", ["2026-12-02", "2026-12-07", "2026-12-09"]),
        (Rule(WEEK, (2,), times=2), "2026-12-04", ["2026-12-09", "2026-12-16"]),
        (Rule(FORTNIGHT, times=3), "2026-12-02", ["2026-12-02", "2026-12-16", "2026-12-30"]),
        (Rule(FORTNIGHT, (0, 2), times=4), "2026-12-02", ["2026-12-02", "2026-12-14", "2026-12-16", "2026-12-28"]),
        (Rule(MONTH, times=4), "2027-01-31", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        (Rule(MONTH, times=2), "2028-01-29", ["2028-01-29", "2028-02-29"]),
        (
            Rule(MONTH, times=13),
            "2028-02-29",
            [*(f"2028-{m:02d}-29" for m in range(2, 13)), "2029-01-29", "2029-02-28"],
        ),
        (Rule(MONTH_DAY, times=3), "2026-12-09", ["2026-12-09", "2027-01-13", "2027-02-10"]),
        (Rule(MONTH_DAY, times=3), "2026-12-30", ["2026-12-30", "2027-01-27", "2027-02-24"]),
        (Rule(MONTH, times=2, anchor=JANUARY_31), "2027-03-01", ["2027-03-31", "2027-04-30"]),
        (Rule(FORTNIGHT, times=2, anchor=date(2026, 12, 2)), "2026-12-03", ["2026-12-16", "2026-12-30"]),
    ],
)
def test_the_days_of_a_rule(rule: Rule, first: str, expected: Sequence[str]) -> None:
    assert days(rule, first) == expected


def test_a_rule_that_never_ends_or_gives_too_much_or_nothing_says_how_to_go_on(app: Flask) -> None:
    first = date(2026, 12, 2)
    for rule, words in (
        (Rule(WEEK), "Dites quand la série s'arrête"),
        (Rule(WEEK, until=date(2029, 1, 1)), f"{LIMIT} dates au plus"),
        (Rule(WEEK, (4,), until=date(2026, 12, 3)), "Aucune date jusque-là"),
    ):
        with pytest.raises(DomainError) as refused:
            rule.days(first)
        assert words in plain(refused.value.message).replace("’", "'")
    assert len(Rule(WEEK, times=LIMIT).days(first)) == LIMIT


@given(
    st.sampled_from(list(Every)), st.frozensets(st.integers(0, 6)), st.dates(date(2024, 1, 1), date(2040, 1, 1)),
    st.integers(1, LIMIT),
)  # fmt: skip
def test_whatever_the_rule_days_are_in_order_and_an_extension_goes_on_as_if_it_had_been_longer(
    every: Every, weekdays: frozenset[int], first: date, times: int
) -> None:
    found = Rule(every, tuple(weekdays), times=times).days(first)
    assert len(found) == times
    assert found == sorted(set(found))
    assert found[0] >= first
    if every in (WEEK, FORTNIGHT):
        assert {day.weekday() for day in found} <= (weekdays or {first.weekday()})
    if times > 1:
        rest = Rule(every, tuple(weekdays), times=times - 1, anchor=first).days(
            date.fromordinal(found[0].toordinal() + 1)
        )
        assert rest == found[1:]


@pytest.mark.parametrize("first", ["2027-03-24", "2027-10-27", "2026-12-30"])
def test_the_hours_of_the_clock_stay_whatever_the_season(app: Flask, first: str) -> None:
    found = periods(Rule(WEEK, times=3), at(f"{first} 14:00"), at(f"{first} 15:30"))
    assert {clock.local(start).strftime("%H:%M") for start, _due in found} == {"14:00"}
    assert {clock.local(due).strftime("%H:%M") for _start, due in found} == {"15:30"}


def test_a_date_that_would_begin_before_the_last_one_is_back_is_refused(app: Flask) -> None:
    with pytest.raises(DomainError, match="retour de la précédente"):
        periods(Rule(WEEK, times=3), at("2026-12-02 09:00"), at("2026-12-10 18:00"))
    assert len(periods(Rule(WEEK, times=3), at("2026-12-02 09:00"), at("2026-12-09 09:00"))) == 3
