"""What the planning shows of time: days, weeks, months, and the slots of their bars, on any day of the year."""

from datetime import date, timedelta

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from app.planning.queries.spans import EDGES, Span
from app.planning.states import View
from tests.factories.planning import at

pytestmark = [pytest.mark.row("A1"), pytest.mark.row("F2")]


@pytest.mark.parametrize(
    ("view", "day", "title"),
    [
        (View.DAY, date(2026, 11, 24), "mardi 24 novembre 2026"),
        (View.WEEK, date(2026, 11, 24), "23 – 29 novembre 2026"),
        (View.WEEK, date(2026, 12, 31), "28 déc. 2026 – 3 janvier 2027"),
        (View.WEEK, date(2026, 12, 1), "30 nov. – 6 décembre 2026"),
        (View.MONTH, date(2028, 2, 29), "février 2028"),
    ],
)
def test_a_span_says_what_it_shows(view: View, day: date, title: str) -> None:
    assert Span.of(view, day).title == title


def test_february_of_a_leap_year_has_29_days() -> None:
    assert Span.of(View.MONTH, date(2028, 2, 1)).days == 29


def test_a_bar_of_the_week_stands_on_the_parts_of_its_days(app: Flask) -> None:
    week = Span.of(View.WEEK, date(2026, 11, 24))
    assert week.slot_from(at("2026-11-24 09:30")) == 4
    assert week.slot_until(at("2026-11-25 18:00")) == 12
    assert week.slot_until(at("2026-11-25 13:00")) == 10
    assert week.slot_from(at("2026-11-20 09:00")) == 0
    assert week.slot_until(at("2027-06-30 09:00")) == 28


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25"])
def test_the_days_when_the_clock_changes_have_as_many_slots_as_the_others(app: Flask, day: str) -> None:
    shown = Span.of(View.DAY, date.fromisoformat(day))
    assert shown.end - shown.start in (timedelta(hours=23), timedelta(hours=25))
    assert shown.slot_from(at(f"{day} 09:00")) == 4
    assert shown.slot_until(at(f"{day} 18:00")) == 22


@given(
    st.sampled_from(View),
    st.dates(date(2024, 1, 1), date(2029, 1, 1)),
    st.integers(-90, 90 * 24),
    st.integers(1, 60 * 24),
)
def test_a_bar_is_always_inside_what_is_shown(view: View, day: date, hours: int, length: int) -> None:
    span = Span.of(view, day)
    start = span.start + timedelta(hours=hours)
    first, until = span.slot_from(start), span.slot_until(start + timedelta(hours=length))
    assert 0 <= first <= span.slots
    assert first <= until + 1
    assert until <= span.slots == span.days * len(EDGES[view])


@given(st.sampled_from(View), st.dates(date(2024, 1, 1), date(2029, 1, 1)), st.data())
def test_a_slot_gives_back_the_moment_that_falls_in_it(view: View, day: date, data: st.DataObject) -> None:
    span = Span.of(view, day)
    slot = data.draw(st.integers(0, span.slots - 1))
    assert span.slot_from(span.moment_of(slot)) == slot
