"""A repair on our own thing: it leaves the planning until the end announced, and those it displaces are known beforehand."""

from datetime import date, timedelta

import pytest
from flask import Flask

from app.assets.models import Asset
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.lending import services as lending
from app.messaging.models import Task
from app.planning import services as planning
from app.planning.models import Booking
from app.planning.services.repairs import end_words
from app.planning.states import BookingState
from app.tickets import services
from app.tickets.jobs import keep_repairs
from app.tickets.models import Ticket
from app.tickets.states import Outcome
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.lending import a_unit, lent
from tests.factories.planning import a_booking
from tests.factories.repairs import finished, in_days, in_repair, the_repair

pytestmark = pytest.mark.row("A6")
S = BookingState
DAY = timedelta(days=1)


def reserved(unit: Asset, first: int, last: int) -> Booking:
    return a_booking(unit, f"{in_days(first)} 09:00", f"{in_days(last)} 18:00")


def corrected(ticket: Ticket, day: date) -> None:
    with transaction():
        fresh = services.locked(ticket)
        services.change_details(fresh, promised_on=day)
        services.keep_to_promise(fresh)


def test_a_promised_repair_holds_its_thing_to_the_end_of_that_day(app: Flask, cast: Cast) -> None:
    ticket = in_repair(a_unit(), cast.nadia, in_days(4))
    booking = the_repair(ticket)
    assert booking is not None
    assert booking.ends_at == booking.expected_at == clock.start_of(in_days(5))
    assert end_words(booking) == f"fin prévue {clock.long_date(in_days(4))}"


def test_without_a_date_the_thing_is_held_for_the_usual_time_and_the_planning_says_so(app: Flask, cast: Cast) -> None:
    booking = the_repair(in_repair(a_unit(), cast.nadia, None))
    assert booking is not None
    assert booking.expected_at is None
    assert clock.start_of(in_days(5)) <= booking.ends_at <= clock.start_of(in_days(30))
    assert end_words(booking).startswith("sans date de fin")


def test_a_repair_that_begins_over_a_reservation_puts_it_at_risk_instead_of_being_refused(
    app: Flask, cast: Cast
) -> None:
    unit = a_unit()
    soon, later = reserved(unit, 2, 3), reserved(unit, 9, 10)
    assert the_repair(in_repair(unit, cast.nadia, in_days(4))) is not None
    assert (soon.state, later.state) == (S.AT_RISK, S.CONFIRMED)


def test_what_a_borrower_still_has_leaves_the_planning_on_its_return(app: Flask, cast: Cast) -> None:
    unit = a_unit()
    loan = lent(cast.karim, unit)
    ticket = in_repair(unit, cast.nadia, in_days(20))
    assert the_repair(ticket) is None
    with transaction():
        lending.take_back(lending.locked(loan), lending.locked(loan).items)
    assert the_repair(ticket) is not None


def test_who_is_affected_is_known_before_a_delay_and_two_are_never_offered_the_same_unit(
    app: Flask, cast: Cast
) -> None:
    family = a_family()
    unit, other = a_unit(family=family), a_unit(family=family)
    ticket = in_repair(unit, cast.nadia, in_days(2))
    reserved(unit, 4, 6)
    reserved(unit, 7, 9)
    a_booking(other, f"{in_days(8)} 09:00", f"{in_days(8)} 10:00")
    found = services.affected_by(ticket, in_days(8))
    assert [list(one.others) for one in found] == [[other.label], []]
    assert services.affected_by(ticket, in_days(3)) == []
    assert db.session.query(Booking).filter(Booking.state == S.AT_RISK).count() == 0


def test_a_delay_frees_the_slots_it_takes_once_each(app: Flask, cast: Cast) -> None:
    unit = a_unit()
    ticket, booking = in_repair(unit, cast.nadia, in_days(2)), reserved(unit, 4, 6)
    with transaction():
        displaced = services.announce_delay(services.locked(ticket), in_days(5), "La colle doit sécher")
    assert (displaced, booking.state) == ([booking], S.AT_RISK)
    with transaction():
        assert services.announce_delay(services.locked(ticket), in_days(7), "") == []
    with pytest.raises(DomainError, match="plus tard"), transaction():
        services.announce_delay(services.locked(ticket), in_days(6), "")


def test_a_corrected_date_never_takes_somebody_s_slot_in_silence(app: Flask, cast: Cast) -> None:
    unit = a_unit()
    ticket, booking = in_repair(unit, cast.nadia, in_days(2)), reserved(unit, 4, 6)
    with pytest.raises(DomainError, match="Annoncer un retard"):
        corrected(ticket, in_days(5))
    db.session.rollback()
    assert booking.state == S.CONFIRMED
    corrected(ticket, in_days(3))
    repair = the_repair(ticket)
    assert repair is not None
    assert repair.ends_at == clock.start_of(in_days(4))


def test_a_repair_not_over_in_time_keeps_its_thing_day_by_day_and_the_desk_is_told_once(app: Flask, cast: Cast) -> None:
    unit = a_unit()
    ticket, booking = in_repair(unit, cast.nadia, in_days(2)), reserved(unit, 3, 6)
    for hour in (1, 2, 25):
        with clock.told_at(clock.start_of(in_days(3)) + timedelta(hours=hour)):
            keep_repairs()
    repair = the_repair(ticket)
    assert repair is not None
    assert (repair.ends_at, booking.state) == (clock.start_of(in_days(5)), S.AT_RISK)
    tasks = [task.label for task in db.session.query(Task).filter(Task.subject_kind == "ticket")]
    assert len(tasks) == 1
    assert ticket.number in tasks[0]


def test_an_early_end_frees_the_thing_and_a_retired_one_tells_those_who_had_it_reserved(app: Flask, cast: Cast) -> None:
    unit, scrapped = a_unit(), a_unit()
    ticket = in_repair(unit, cast.nadia, in_days(9))
    finished(ticket)
    assert reserved(unit, 3, 4).id
    lost, other = reserved(scrapped, 20, 22), in_repair(scrapped, cast.nadia, in_days(3))
    finished(other, Outcome.RETIRED)
    assert lost.state == S.AT_RISK


def test_the_end_of_a_repair_may_be_moved_on_the_planning_and_its_ticket_follows(app: Flask, cast: Cast) -> None:
    ticket = in_repair(a_unit(), cast.nadia, in_days(2))
    repair = the_repair(ticket)
    assert repair is not None
    with transaction():
        planning.shift(repair, repair.starts_at, clock.at(in_days(6), 12))
    assert ticket.promised_on == in_days(6)
