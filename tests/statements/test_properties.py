"""What holds for any month: nothing is lost between months, owners or runs."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.i18n import NBSP
from app.statements.models import Base, Book, Contract, Entry, Fixed, Line, Month, Rate, Share, Stay, Terms
from app.statements.services import corrections, lines_of, statements_of
from app.statements.states import ACCOUNT, Account, Across, LineKind, Mode, Per, Service, StayKind, TouristTax

pytestmark = [pytest.mark.row("E3"), pytest.mark.row("E6")]
OCTOBER = Month(2026, 10)
CHANNELS = ("Airbnb", "Booking", "Direct")

euros = st.integers(0, 500_000)
terms = st.builds(
    Terms,
    since=st.just(date(2026, 1, 1)),
    mode=st.sampled_from(Mode),
    rate=st.integers(0, 4000),
    base=st.builds(Base, *[st.booleans()] * 5),
    rates=st.lists(st.builds(Rate, st.integers(0, 4000), st.sampled_from(CHANNELS)), max_size=2).map(tuple),
    platforms=st.just((("Airbnb", 1550), ("Booking", 1730))),
    minimum_stay=st.sampled_from([0, 4500]),
    minimum_month=st.sampled_from([0, 12_345]),
    fixed=st.lists(st.builds(Fixed, st.just("Frais"), st.integers(1, 9999), st.sampled_from(Per)), max_size=2).map(
        tuple
    ),
    cleaning=st.sampled_from(Service),
    cleaning_cents=st.integers(0, 9000),
    linen=st.sampled_from(Service),
    tourist_tax=st.sampled_from(TouristTax),
    across=st.sampled_from(Across),
    vat=st.sampled_from([0, 2000]),
)


@st.composite
def books(draw: st.DrawFn) -> Book:
    """A lodging of one to three owners, stays about October, a few entries."""
    parts = draw(st.sampled_from([(10_000,), (6000, 4000), (3333, 3333, 3334)]))
    owners = tuple(Share(f"P{rank}", part) for rank, part in enumerate(parts))
    stays = [_stay(draw, rank) for rank in range(draw(st.integers(0, 6)))]
    entries = st.builds(
        Entry,
        st.just("P0"),
        st.sampled_from([LineKind.DISBURSED, LineKind.PAYOUT, LineKind.OTHER]),
        st.just("x"),
        euros,
    )
    return Book(
        OCTOBER,
        (Contract("Gîte", owners, (draw(terms),)),),
        tuple(stays),
        tuple(draw(st.lists(entries, max_size=2))),
        openings={"P0": draw(st.integers(-50_000, 50_000))},
    )


def _stay(draw: st.DrawFn, rank: int) -> Stay:
    arrival = date(2026, 9, 20) + timedelta(days=draw(st.integers(0, 45)))
    return Stay(
        f"S{rank}", "Gîte", arrival, arrival + timedelta(days=draw(st.integers(1, 40))), draw(st.sampled_from(CHANNELS)),
        kind=draw(st.sampled_from(StayKind)), rent=draw(euros), cleaning=draw(st.integers(0, 9000)),
        linen=draw(st.integers(0, 3000)), tourist_tax=draw(st.integers(0, 2000)),
        platform=draw(st.none() | st.integers(0, 9000)), refund=draw(st.integers(0, 5000)),
        cleaning_cost=draw(st.integers(0, 8000)), adults=draw(st.integers(1, 4)),
    )  # fmt: skip


@given(books(), st.randoms())
@settings(max_examples=150, deadline=None)
def test_the_order_of_the_stays_changes_nothing(book: Book, chance: object) -> None:
    stays = list(book.stays)
    chance.shuffle(stays)  # type: ignore[attr-defined]
    assert statements_of(replace(book, stays=tuple(stays))) == statements_of(book)


@given(books())
@settings(max_examples=200, deadline=None)
def test_the_account_always_closes_to_the_cent(book: Book) -> None:
    for statement in statements_of(book):
        sums = Counter()  # type: ignore[var-annotated]
        for line in statement.lines:
            sums[ACCOUNT[line.kind]] += line.cents
        assert statement.closing == (
            statement.opening + sums[Account.RECEIPT] - sums[Account.EXPENSE] - sums[Account.FEE] - sums[Account.PAYOUT]
        )


@given(books())
@settings(max_examples=150, deadline=None)
def test_a_stay_cut_at_midnight_keeps_its_sum(book: Book) -> None:
    """Counted night by night over the months, or at once in the month it leaves: the same cents."""
    contract = book.contracts[0]
    spread = replace(
        contract, versions=tuple(replace(t, across=Across.NIGHTS, minimum_month=0, fixed=()) for t in contract.versions)
    )
    whole = replace(spread, versions=tuple(replace(t, across=Across.DEPARTURE) for t in spread.versions))
    assert _over_months(book, spread) == _over_months(book, whole)


@given(books())
@settings(max_examples=100, deadline=None)
def test_what_the_owners_share_is_what_one_alone_would_have(book: Book) -> None:
    contract = book.contracts[0]
    alone = replace(contract, owners=(Share("P0"),))
    assert _by_kind(lines_of(replace(book, contracts=(alone,)))) == _by_kind(lines_of(book))


@given(books(), st.integers(0, 5), euros)
@settings(max_examples=150, deadline=None)
def test_a_correction_brings_a_closed_month_to_what_is_due(book: Book, rank: int, rent: int) -> None:
    changed = tuple(replace(s, rent=rent, kind=StayKind.CANCELLED) if s.ref == f"S{rank}" else s for s in book.stays)
    told, due = lines_of(book), lines_of(replace(book, stays=changed))
    corrected = corrections(OCTOBER, told, due, "octobre 2026")
    assert _by_kind([*told, *corrected]) == _by_kind(due)
    assert corrections(OCTOBER, due, due, "octobre 2026") == []


def test_a_correction_says_what_it_replaces() -> None:
    contract = Contract("Gîte", (Share("Odile"),), (Terms(date(2026, 1, 1), rate=2000),))
    stay = Stay("A1", "Gîte", date(2026, 10, 1), date(2026, 10, 4), "Airbnb", rent=40_000)
    book = Book(OCTOBER, (contract,), (stay,))
    later = lines_of(replace(book, stays=(replace(stay, kind=StayKind.CANCELLED, rent=0),)))
    (line,) = corrections(OCTOBER, lines_of(book), later, "octobre 2026")
    assert (line.cents, line.of) == (-8000, OCTOBER)
    assert line.label.replace(NBSP, " ") == "Correction (octobre 2026) : Commission de gestion"


def _over_months(book: Book, contract: Contract) -> Counter[tuple[str, str, LineKind]]:
    sums: Counter[tuple[str, str, LineKind]] = Counter()
    for month in (Month(2026, 9), OCTOBER, Month(2026, 11), Month(2026, 12)):
        for line in lines_of(replace(book, month=month, contracts=(contract,))):
            sums[line.owner, line.stay, line.kind] += line.cents
    return +sums


def _by_kind(lines: list[Line]) -> dict[object, int]:
    sums: Counter[object] = Counter()
    for line in lines:
        sums[line.stay, line.kind, line.vat] += line.cents
    return {key: cents for key, cents in sums.items() if cents}
