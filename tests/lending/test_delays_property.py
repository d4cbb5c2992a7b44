"""Whatever is repaired, delayed, ended early, answered and cancelled: no overlap, nobody forgotten, each told once."""

import itertools
from collections import Counter

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.outbox import OutboxMessage
from app.lending import services
from app.lending.models import Displacement, Loan, LoanItem
from app.lending.services import offers
from app.lending.states import OFFER_OPEN, TO_HAND_OVER, Answer, LoanState, OfferState
from app.planning.models import Booking
from app.planning.states import OCCUPYING, BookingState
from app.tickets.models import Ticket
from app.tickets.services import announce_delay, locked
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.contacts import a_contact
from tests.factories.lending import a_loan, a_unit
from tests.factories.repairs import finished, in_days, in_repair

pytestmark = pytest.mark.row("A6")
STEP = st.tuples(st.sampled_from(("repair", "delay", "end", "answer", "cancel")), st.integers(0, 9), st.integers(1, 12))
LOANS = st.lists(st.tuples(st.integers(0, 2), st.integers(1, 25), st.integers(1, 9)), min_size=2, max_size=6)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(LOANS, st.lists(STEP, min_size=3, max_size=9))
def test_no_overlap_nobody_forgotten_everyone_displaced_told_once(
    app: Flask, cast: Cast, wanted: list[tuple[int, int, int]], steps: list[tuple[str, int, int]]
) -> None:
    family = a_family()
    units, tickets = [a_unit(family=family) for _ in range(3)], list[Ticket]()
    loans = [loan for which, first, days in wanted if (loan := _reserved(a_contact(), units[which], first, days))]
    asked = 0
    for verb, which, number in steps:
        _do(verb, which, number, cast, units, loans, tickets)
        db.session.expire_all()
        _nothing_overlaps(units)
        _nobody_is_forgotten(loans)
        displaced = db.session.query(Displacement).filter(Displacement.item_id.in_(_items(loans))).count()
        assert displaced >= asked
        asked = displaced
        _each_was_told_once(loans)


def _reserved(contact: Contact, unit: Asset, first: int, days: int) -> Loan | None:
    try:
        return a_loan(contact, [unit], f"{in_days(first)} 09:00", f"{in_days(first + days)} 18:00")
    except DomainError:
        db.session.rollback()
        return None


def _do(
    verb: str, which: int, number: int, cast: Cast, units: list[Asset], loans: list[Loan], tickets: list[Ticket]
) -> None:
    try:
        if verb == "repair":
            tickets.append(in_repair(units[which % 3], cast.camille, in_days(number)))
        elif verb == "delay" and tickets:
            ticket = tickets[which % len(tickets)]
            with transaction():
                announce_delay(locked(ticket), in_days(number * 2), "")
        elif verb == "end" and tickets:
            finished(tickets.pop(which % len(tickets)))
        elif verb == "answer":
            _answer(which, number)
        elif verb == "cancel" and loans:
            with transaction():
                services.cancel(services.locked(loans[which % len(loans)]))
    except DomainError:
        db.session.rollback()


def _answer(which: int, number: int) -> None:
    found = db.session.query(Displacement.id).filter(Displacement.state.in_(OFFER_OPEN)).order_by(Displacement.id).all()
    if found:
        with transaction():
            offers.answer(found[which % len(found)][0], list(Answer)[number % 3])


def _items(loans: list[Loan]) -> list[int]:
    return [row[0] for row in db.session.query(LoanItem.id).filter(LoanItem.loan_id.in_([loan.id for loan in loans]))]


def _nothing_overlaps(units: list[Asset]) -> None:
    for unit in units:
        rows = db.session.query(Booking).filter(Booking.asset_id == unit.id, Booking.state.in_(OCCUPYING))
        taken = sorted((row.starts_at, row.ends_at) for row in rows)
        assert all(one[1] <= other[0] for one, other in itertools.pairwise(taken))


def _nobody_is_forgotten(loans: list[Loan]) -> None:
    """A loan to come has its thing, or somebody was asked about it; one that was given up holds nothing."""
    for loan in loans:
        fresh = db.session.get_one(Loan, loan.id)
        item = db.session.query(LoanItem).filter_by(loan_id=loan.id).one()
        booking = db.session.get_one(Booking, item.booking_id)
        rows = db.session.query(Displacement).filter_by(item_id=item.id).all()
        open_ones = [row for row in rows if row.state in OFFER_OPEN]
        assert len(open_ones) <= 1
        assert item.asset_id == booking.asset_id
        if fresh.state in TO_HAND_OVER:
            assert booking.state == BookingState.CONFIRMED or (booking.state == BookingState.AT_RISK and open_ones)
            assert booking.state == BookingState.AT_RISK or not any(row.state == OfferState.ASKED for row in open_ones)
        else:
            assert (fresh.state, booking.state) == (LoanState.CANCELLED, BookingState.CANCELLED)
            assert not open_ones
        held = db.session.query(Booking).filter_by(about_kind="loan", about_id=loan.id, state=BookingState.HELD).all()
        assert {row.id for row in held} == {row.held_id for row in open_ones if row.held_id}


def _each_was_told_once(loans: list[Loan]) -> None:
    for loan in loans:
        count = db.session.query(Displacement).join(LoanItem).filter(LoanItem.loan_id == loan.id).count()
        sent = db.session.query(OutboxMessage.channel).filter_by(contact_id=loan.contact_id, template="loan.displaced")
        assert set(Counter(sent.all()).values()) <= {count}
        assert bool(count) == bool(sent.count())
