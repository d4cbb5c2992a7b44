"""The unit of a loan becomes another one: its accessories follow, or the desk is asked."""

import pytest
from flask import Flask

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.lending.services import offers
from app.lending.states import Answer
from app.messaging.models import Task
from app.planning.models import Booking
from app.planning.states import BookingState
from tests.cast import Cast
from tests.factories.assets import a_family, a_fit
from tests.factories.lending import a_unit
from tests.factories.repairs import delayed, in_days, in_repair
from tests.lending.test_offers import booked, the_one, violins

pytestmark = [pytest.mark.row("A2"), pytest.mark.row("A6")]


def a_violin_and_its_own_case(cast: Cast, *, other_case: bool) -> tuple[Asset, Asset, Asset]:
    """Karim's violin and its case, booked together; the other violin takes another case (the third, when there is one free)."""
    violin, other = violins()
    cases = a_family(name="Étui")
    case, fits = a_unit("Étui", family=cases), a_unit("Étui léger", family=cases)
    a_fit(violin, case, compulsory=True)
    a_fit(other, fits, compulsory=True)
    if not other_case:
        booked(cast.dan, fits)
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin, case)
    delayed(ticket, in_days(6))
    with transaction():
        offers.answer(the_one().id, Answer.SWITCH)
    return other, case, fits


def lent_to(contact: Contact) -> set[str]:
    rows = db.session.query(Booking.resource).filter(Booking.contact_id == contact.id, Booking.about_kind == "loan")
    return {row.resource for row in rows.filter(Booking.state == BookingState.CONFIRMED)}


def test_an_accessory_that_does_not_fit_the_other_unit_is_exchanged_for_one_that_does(app: Flask, cast: Cast) -> None:
    other, _case, fits = a_violin_and_its_own_case(cast, other_case=True)
    assert lent_to(cast.karim) == {f"asset:{other.id}", f"asset:{fits.id}"}
    assert db.session.query(Task).filter_by(subject_kind="loan").count() == 0


def test_the_desk_is_asked_when_no_accessory_that_fits_is_free(app: Flask, cast: Cast) -> None:
    other, case, _taken = a_violin_and_its_own_case(cast, other_case=False)
    assert lent_to(cast.karim) == {f"asset:{other.id}", f"asset:{case.id}"}
    task = db.session.query(Task).filter_by(subject_kind="loan").one()
    assert case.label in task.label
    assert other.label in task.label


def test_an_accessory_that_another_thing_of_the_loan_needs_stays_with_it(app: Flask, cast: Cast) -> None:
    (violin, other), viola, bow = violins(), a_unit("Alto"), a_unit("Archet")
    a_fit(violin, bow, compulsory=True)
    a_fit(viola, bow, compulsory=True)
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin, viola, bow)
    delayed(ticket, in_days(6))
    with transaction():
        offers.answer(the_one().id, Answer.SWITCH)
    assert lent_to(cast.karim) == {f"asset:{unit.id}" for unit in (other, viola, bow)}
    assert db.session.query(Task).filter_by(subject_kind="loan").count() == 0


def test_what_is_held_for_who_lost_his_thing_is_of_the_same_size_first(app: Flask, cast: Cast) -> None:
    family = a_family()
    lost, _small = a_unit("Violon 3/4", family=family), a_unit("Violon 1/2", family=family)
    same = a_unit("Violon 3/4", family=family)
    ticket = in_repair(lost, cast.camille, in_days(2))
    booked(cast.karim, lost)
    delayed(ticket, in_days(6))
    held = the_one().held
    assert held is not None
    assert held.asset_id == same.id
