"""Use, late returns and unmet requests, against naive counts over random pasts, day by day."""

import random
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.assets.models import Asset, Family
from app.assets.states import AssetState
from app.core import clock
from app.core.db import db, transaction
from app.insights.queries import advice, fleet, requests
from app.insights.queries.filters import Filters
from app.insights.queries.fleet import Time, Unit
from app.insights.queries.profits import Sums
from app.insights.queries.requests import Wanted, served
from app.insights.states import Advice, AgeBand, Span
from app.lending.models import LoanRequest
from app.lending.states import RequestState
from app.planning.queries.calendar import is_open_day
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.past_loans import a_past_repair, a_stay
from tests.factories.planning import a_closure, at

pytestmark = pytest.mark.row("A12")
Stay = tuple[int, datetime, datetime | None, datetime]
# Across both changes of the clock and a New Year.
FIRST, LAST = date(2025, 10, 6), date(2026, 4, 12)
PERIOD = Filters(Span.CHOSEN, FIRST, LAST)


def a_random_past(
    seed: int, cast: Cast
) -> tuple[list[Asset], list[Stay], list[tuple[int, datetime, datetime]], datetime]:
    """Six units of three families, out and under repair by turns, from before the period to now."""
    chance, now = random.Random(seed), at("2026-05-04 15:00")
    families = [a_family(name=name) for name in ("Violon", "Alto", "Archet")]
    bought = [None, date(2025, 12, 20), date(2020, 9, 1)]
    units = [
        an_asset(families[rank % 3], ours=True, bought_on=bought[rank % 3], label=f"Unité {rank}") for rank in range(6)
    ]
    stays, repairs = [], []
    for unit in units:
        moment = at("2025-08-20 09:00") + timedelta(hours=chance.randrange(400))
        if unit.bought_on is not None and unit.bought_on > FIRST:
            moment = at("2025-12-22 10:00")
        while moment < now - timedelta(days=3):
            end = moment + timedelta(hours=chance.choice((2, 30, 24 * 7, 24 * 20)) + chance.randrange(24))
            if chance.random() < 0.2 and end < now:
                a_past_repair(unit, moment, end)
                repairs.append((unit.id, moment, end))
            else:
                due = moment + timedelta(hours=chance.randrange(24, 24 * 20))
                back = end if end < now else None
                a_stay(unit, moment, back, due, cast.karim)
                stays.append((unit.id, moment, back, due))
                if back is None:
                    break
            moment = end + timedelta(hours=chance.choice((0, 5, 24 * 10)))
    return units, stays, repairs, now


def open_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=rank) for rank in range((last - first).days + 1)]
    return [day for day in days if is_open_day(day)]


def counted(days: list[date], stays: list[tuple[datetime, datetime | None]]) -> int:
    """How many of these days some stay touches."""

    def touches(day: date) -> bool:
        start, end = clock.start_of(day), clock.start_of(day + timedelta(days=1))
        return any(out < end and (back is None or back > start) for out, back in stays)

    return sum(touches(day) for day in days)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_use_is_what_one_counts_day_by_day(seed: int, cast: Cast) -> None:
    a_closure("Noël", "2025-12-24", "2026-01-02")
    units, stays, repairs, now = a_random_past(seed, cast)
    shown = fleet.units(PERIOD)
    found = fleet.usage(PERIOD, shown, now)
    created = clock.today()
    assert found.months == [date(2025, 10, 1) if month == 9 else date(2025 + month // 12, month % 12 + 1, 1)
                            for month in range(9, 16)]  # fmt: skip
    for unit in units:
        own = [(out, back) for unit_id, out, back, _due in stays if unit_id == unit.id]
        worked = [(start, end) for unit_id, start, end in repairs if unit_id == unit.id]
        seen = min((clock.local(out).date() for out, back in own if back is None or back > clock.start_of(FIRST)))
        fixed = [clock.local(start).date() for start, end in worked if end > clock.start_of(FIRST)]
        since = min(unit.bought_on or created, seen, *fixed)
        whole = Time()
        for rank, month in enumerate(found.months):
            following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
            days = open_days(max(month, FIRST, since), min(following - timedelta(days=1), LAST))
            expected = Time(len(days), counted(days, own), counted(days, list(worked)))
            assert found.of([unit.id], rank) == expected, (unit.label, month)
            whole = Time(*map(sum, zip(whole, expected, strict=True)))
        assert found.of([unit.id]) == whole
        assert found.of([unit.id]).out <= found.of([unit.id]).open


@pytest.mark.parametrize("seed", [4, 5])
def test_late_returns_are_counted_by_days_of_the_calendar(seed: int, cast: Cast) -> None:
    units, stays, _repairs, now = a_random_past(seed, cast)
    found = fleet.usage(PERIOD, fleet.units(PERIOD), now)
    start, end = clock.start_of(FIRST), clock.start_of(LAST + timedelta(days=1))
    expected = []
    for unit_id, _out, back, due in stays:
        if back is not None and start <= back < end:
            days = (clock.local(back).date() - clock.local(due).date()).days
            expected.append((unit_id, max(days, 0), False))
    backs = sorted(back for back in found.backs if not back.still_out)
    assert [tuple(back) for back in backs] == sorted(expected)
    assert any(back.days for back in backs)
    assert any(not back.days for back in backs)
    assert {unit.id for unit in units} >= {back.asset_id for back in backs}


def test_what_is_still_out_after_its_day_is_late_and_what_is_not_due_is_not_counted(cast: Cast) -> None:
    now = clock.now()
    year = Filters(Span.YEAR, clock.today() - timedelta(days=364), clock.today())
    family = a_family(name="Alto")
    late, early = an_asset(family, ours=True), an_asset(family, ours=True)
    a_stay(late, now - timedelta(days=9), None, now - timedelta(days=4), cast.karim)
    a_stay(early, now - timedelta(days=9), None, now + timedelta(days=4), cast.karim)
    found = fleet.usage(year, fleet.units(year), now)
    assert [(back.asset_id, back.days, back.still_out) for back in found.backs] == [(late.id, 4, True)]


def test_a_family_holds_those_below_it_and_a_thing_that_left_counts_no_day_after(cast: Cast) -> None:
    strings = a_family(name="Cordes")
    violins = a_family(name="Violons", parent_id=strings.id)
    an_asset(a_family(name="Vents"), ours=True)
    an_asset(violins, label="Violon d'un client")
    bought = clock.today() - timedelta(days=300)
    violin = an_asset(violins, ours=True, label="Violon", bought_on=bought)
    lost = an_asset(strings, ours=True, label="Alto", bought_on=bought)
    with transaction():
        row = db.session.get_one(Asset, lost.id)
        row.archived_at, row.state = clock.now() - timedelta(days=100), AssetState.OUT_OF_USE
    year = Filters(Span.YEAR, clock.today() - timedelta(days=364), clock.today(), family=strings.id)
    shown = fleet.units(year)
    assert [unit.label for unit in shown] == ["Alto", "Violon"]
    found = fleet.usage(year, shown, clock.now())
    assert found.of([violin.id]).open == len(open_days(bought, clock.today()))
    gone = clock.local(clock.now() - timedelta(days=100)).date()
    assert found.of([lost.id]).open == len(open_days(bought, gone))


# --- requests ---------------------------------------------------------------------------------------------------------


def a_request(family: Family, start: str, due: str, state: RequestState = RequestState.REFUSED) -> None:
    with transaction():
        db.session.add(LoanRequest(family_id=family.id, starts_at=at(start), due_at=at(due), state=state))


def test_requests_are_counted_by_what_became_of_them(cast: Cast) -> None:
    violins, altos = a_family(name="Violon"), a_family(name="Alto")
    a_request(violins, "2027-01-04 09:00", "2027-01-11 09:00")
    a_request(violins, "2027-01-08 09:00", "2027-01-15 09:00", RequestState.WAITING)
    a_request(violins, "2027-01-11 09:00", "2027-01-18 09:00", RequestState.LAPSED)
    a_request(violins, "2027-02-01 09:00", "2027-02-08 09:00", RequestState.ACCEPTED)
    a_request(altos, "2027-01-04 09:00", "2027-01-11 09:00", RequestState.CANCELLED)
    year = Filters(Span.YEAR, clock.today() - timedelta(days=364), clock.today())
    found = requests.requests(year)
    assert found[0] == Wanted(violins.id, "Violon", 1, 1, 1, 1, 0, served=2)
    assert (found[0].asked, found[0].missed) == (4, 3)
    assert (found[1].family, found[1].missed, found[1].called_off) == ("Alto", 0, 1)
    before = Filters(Span.CHOSEN, date(2025, 1, 1), date(2025, 12, 31))
    assert requests.requests(before) == []


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(1, 12)), max_size=8))
def test_one_more_unit_serves_the_most_that_any_choice_could(spans: list[tuple[int, int]]) -> None:
    origin = datetime(2026, 1, 1, tzinfo=UTC)
    dates = [(origin + timedelta(days=first), origin + timedelta(days=first + length)) for first, length in spans]

    def fit(chosen: tuple[tuple[datetime, datetime], ...]) -> bool:
        return all(a[1] <= b[0] or b[1] <= a[0] for a, b in combinations(chosen, 2))

    best = max(size for size in range(len(dates) + 1) if any(map(fit, combinations(dates, size))))
    assert served(dates) == best


# --- advice -----------------------------------------------------------------------------------------------------------


def a_known_unit(value: int | None = 60_000) -> Unit:
    return Unit(1, "Violon", "", 1, "Violon", date(2020, 9, 2), value, AssetState.IN_USE, date(2020, 9, 2), None)


@pytest.mark.parametrize(
    ("sums", "time", "value", "said", "figure"),
    [
        (Sums(90_000, 0, 30_000, 60_000), Time(200, 100), 60_000, Advice.REPLACE, "300,00 €, 50 %"),
        (Sums(0, 0, 5_000, 60_000), Time(200, 18), 60_000, Advice.GIVE_UP, "sorti 9 %"),
        (Sums(0, 0, 29_000, 60_000), Time(200, 100), 60_000, Advice.REPAIR, "48 %"),
        (Sums(70_000, 0, 0, 60_000), Time(200, 100), 60_000, Advice.KEEP, "100,00 € de gagné"),
        (Sums(20_000, 0, 0, 60_000), Time(30, 0), 60_000, Advice.KEEP, "400,00 € à couvrir"),
        (Sums(20_000, 0, 9_000), Time(200, 100), None, Advice.KEEP, "prix d'achat inconnu"),
    ],
)
def test_an_advice_names_its_figure(sums: Sums, time: Time, value: int | None, said: Advice, figure: str) -> None:
    found = advice.for_unit(a_known_unit(value), sums, time)
    reason = found.reason.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")
    assert found.advice == said
    assert figure in reason


def test_what_sleeps_is_given_up_and_what_is_wanted_is_bought() -> None:
    asleep = advice.for_unit(a_known_unit(), Sums(bought=60_000), Time(200, 8))
    assert (asleep.advice, "4" in asleep.reason) == (Advice.GIVE_UP, True)
    wanted = Wanted(1, "Violon", 5, 0, 0, 0, 0, served=3)
    assert advice.for_family(wanted, Time(100, 50)).advice == Advice.BUY
    assert "3 demandes sur 5" in advice.for_family(wanted, Time(100, 50)).reason.replace("\u00a0", " ")
    assert advice.for_family(wanted, Time(100, 49)).advice == Advice.SPREAD
    assert advice.for_family(wanted, Time()).advice == Advice.BUY, "nothing of that family yet"
    assert advice.for_family(Wanted(1, "Violon", 2, 0, 0, 0, 0, served=2), Time(100, 90)).advice == Advice.WAIT
    assert advice.for_family(Wanted(1, "Violon", 0, 0, 2, 0, 0, served=0), Time(100, 90)).advice == Advice.KEEP


def test_ages_are_whole_years() -> None:
    unit = a_known_unit()
    assert advice.age(unit, date(2026, 9, 1)) == 5
    assert advice.age(unit, date(2026, 9, 2)) == 6
    bands = [AgeBand.of(years) for years in (None, 0, 1, 2, 4, 5, 9, 10, 30)]
    assert bands == [
        AgeBand.UNKNOWN,
        *[AgeBand.NEW] * 2,
        *[AgeBand.YOUNG] * 2,
        *[AgeBand.OLD] * 2,
        *[AgeBand.OLDEST] * 2,
    ]
