"""A delay travels: who was to have the thing is told once, another unit is held for him, he answers in one tap."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.assets.models import Asset
from app.assets.states import FieldType
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.links import SignedLink
from app.core.outbox import OutboxMessage
from app.lending import services
from app.lending.jobs import call_unanswered, keep_time
from app.lending.models import Displacement, Loan
from app.lending.services import offers
from app.lending.states import Answer, LoanState, OfferState
from app.messaging.models import Task
from app.messaging.states import TaskState
from app.planning.models import Booking
from app.planning.states import OCCUPYING, BookingState
from app.tickets.models import Ticket
from app.tickets.services import announce_delay, locked
from tests.cast import Cast
from tests.factories.assets import a_family, a_field, a_model
from tests.factories.lending import a_loan, a_unit, lent
from tests.factories.repairs import delayed, finished, in_days, in_repair
from tests.signing import Browser

pytestmark = pytest.mark.row("A6")
S, O, A = BookingState, OfferState, Answer  # noqa: E741


def violins(count: int = 2) -> list[Asset]:
    family = a_family()
    return [a_unit(family=family) for _ in range(count)]


def booked(contact: Contact, *units: Asset, first: int = 4, last: int = 12) -> Loan:
    return a_loan(contact, units, f"{in_days(first)} 09:00", f"{in_days(last)} 18:00")


def the_one() -> Displacement:
    db.session.expire_all()
    found = offers.displacement_by_id(db.session.query(Displacement.id).one()[0])
    assert found is not None
    return found


def told(contact: Contact, code: str = "loan.displaced") -> list[OutboxMessage]:
    query = db.session.query(OutboxMessage).filter_by(contact_id=contact.id, template=code)
    return query.order_by(OutboxMessage.id).all()


def link_in(message: OutboxMessage, name: str = "") -> str:
    found = re.search(rf"(/pret/reponse/[\w-]+{re.escape(name)})", message.text)
    assert found, message.text
    return found.group(1)


def tap(browser: Browser, address: str, answer: str) -> int:
    """What the phone does: the link, then the button."""
    page = browser.get(address)
    seen = re.search(r'name="vu" value="(\w+)"', page.text)
    data = {"choix": answer, "vu": seen.group(1) if seen else "asked"}
    return browser.post(address.partition("?")[0], data=data).status_code


def test_the_next_borrower_is_told_at_once_another_unit_is_held_and_one_tap_switches_him(
    browser: Browser, cast: Cast
) -> None:
    violin, other = violins()
    ticket, loan = in_repair(violin, cast.camille, in_days(2)), booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    assert loan.items[0].booking.state == S.AT_RISK
    assert {message.channel.value for message in told(cast.karim)} == {"email", "sms"} or len(told(cast.karim)) == 1
    mail = told(cast.karim)[0]
    assert other.label.replace(" ", "") in re.sub(r"\s", "", mail.text)
    found = the_one()
    assert found.held is not None
    assert (found.state, found.held.asset_id, found.held.state) == (O.ASKED, other.id, S.HELD)
    before = db.session.query(Booking).count()
    page = browser.get(link_in(mail, "?choix=prendre"))
    assert page.status_code == 200
    assert "Prendre" in page.text
    assert "Annuler ma réservation" not in page.text
    assert (the_one().state, db.session.query(Booking).count()) == (O.ASKED, before)
    assert tap(browser, link_in(mail, "?choix=prendre"), "prendre") == 303
    found = the_one()
    assert (found.state, found.item.asset_id, found.item.booking.resource) == (
        O.SWITCHED,
        other.id,
        f"asset:{other.id}",
    )
    assert found.item.booking.state == S.CONFIRMED
    assert "vous attend" in browser.get(link_in(mail)).text


def test_two_taps_or_two_devices_do_the_right_thing(browser: Browser, cast: Cast) -> None:
    violin, _other = violins()
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    address = link_in(told(cast.karim)[0])
    browser.get(address)
    assert browser.post(address, data={"choix": "prendre", "vu": "asked"}).status_code == 303
    assert browser.post(address, data={"choix": "prendre", "vu": "asked"}).status_code == 303
    late = browser.post(address, data={"choix": "annuler", "vu": "asked"})
    assert late.status_code == 409
    assert "déjà répondu" in late.text
    assert db.session.query(Loan).one().state == LoanState.RESERVED
    assert browser.post(address, data={"choix": "n'importe quoi", "vu": "asked"}).status_code == 422


def test_waiting_gives_new_dates_after_the_repair_and_the_same_return(browser: Browser, cast: Cast) -> None:
    violin, other = violins()
    ticket, loan = in_repair(violin, cast.camille, in_days(2)), booked(cast.karim, violin)
    delayed(ticket, in_days(5))
    due, held = loan.due_at, the_one().held_id
    assert tap(browser, link_in(told(cast.karim)[0]), "attendre") == 303
    found, loan = the_one(), db.session.query(Loan).one()
    assert (found.state, found.item.booking.state) == (O.WAITING, S.CONFIRMED)
    assert in_days(6) <= clock.local(loan.starts_at).date() <= in_days(10)
    assert loan.due_at == due
    assert db.session.get_one(Booking, held).state == S.CANCELLED
    assert "Vos nouvelles dates" in browser.get(link_in(told(cast.karim)[0])).text
    assert other.id


def test_a_second_delay_tells_who_waits_the_new_date_and_leaves_who_moved_alone(app: Flask, cast: Cast) -> None:
    violin, _other = violins()
    ticket = in_repair(violin, cast.camille, in_days(2))
    moved, waits = booked(cast.karim, violin, first=3, last=4), booked(cast.dan, violin, first=6, last=30)
    delayed(ticket, in_days(8))
    first, second = (row.id for row in db.session.query(Displacement.id).order_by(Displacement.starts_at))
    with transaction():
        offers.answer(first, A.SWITCH)
    with transaction():
        offers.answer(second, A.WAIT)
    delayed(ticket, in_days(12))
    assert len(told(cast.karim)) == len({message.channel for message in told(cast.karim)})
    assert told(cast.karim, "loan.new_date") == []
    again = told(cast.dan, "loan.new_date")
    assert len(again) == len({message.channel for message in again}) > 0
    assert db.session.query(Displacement).count() == 2
    later = db.session.get_one(Loan, waits.id)
    assert clock.local(later.starts_at).date() > in_days(12)
    assert moved.id


def test_without_another_unit_only_waiting_or_cancelling_is_offered(browser: Browser, cast: Cast) -> None:
    violin = a_unit()
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    address = link_in(told(cast.karim)[0])
    assert the_one().held is None
    page = browser.get(address).text
    assert 'value="prendre"' not in page
    assert 'value="attendre"' in page
    assert tap(browser, address, "annuler") == 303
    assert db.session.query(Loan).one().state == LoanState.CANCELLED
    assert the_one().item.booking.state == S.CANCELLED
    assert "est annulée" in browser.get(address).text


@pytest.mark.parametrize(("sizes", "held"), [(("1/2", ""), ""), (("1/2", "4/4"), "4/4")])
def test_the_unit_held_has_the_size_that_was_reserved(
    app: Flask, cast: Cast, sizes: tuple[str, str], held: str
) -> None:
    family = a_family()
    code = a_field(family, label="Taille", type=FieldType.CHOICE, choices=["1/2", "4/4"]).code
    violin, *_others = [a_unit(family=family, custom={code: size} if size else {}) for size in ("4/4", *sizes)]
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    kept = the_one().held
    assert (kept.asset.custom[code] if kept is not None and kept.asset is not None else "") == held


def test_without_an_answer_the_desk_has_one_call_to_make_and_an_answer_settles_it(app: Flask, cast: Cast) -> None:
    violin, _other = violins()
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    assert call_unanswered() == 0
    with clock.told_at(clock.now() + timedelta(hours=25)):
        assert (call_unanswered(), call_unanswered()) == (1, 0)
        task = db.session.query(Task).filter(Task.call, Task.contact_id == cast.karim.id).one()
        assert "menacé" in task.label
        with transaction():
            offers.answer(the_one().id, A.SWITCH)
    assert db.session.get_one(Task, task.id).state == TaskState.DONE


def test_the_held_unit_goes_back_to_the_others_when_its_time_is_over(browser: Browser, cast: Cast) -> None:
    violin, other = violins()
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    with clock.told_at(clock.now() + timedelta(hours=50)):
        assert booked(cast.dan, other).number
        found = the_one()
        with pytest.raises(Conflict, match="plus disponible"), transaction():
            offers.answer(found.id, A.SWITCH)
        db.session.rollback()
        assert 'value="prendre"' not in browser.get(link_in(told(cast.karim)[0])).text


def test_an_early_end_gives_the_booking_back_and_tells_it_once(app: Flask, cast: Cast) -> None:
    violin, other = violins()
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    finished(ticket)
    found = the_one()
    assert (found.state, found.item.booking.state) == (O.RESTORED, S.CONFIRMED)
    assert found.item.booking.resource == f"asset:{violin.id}"
    back = told(cast.karim, "loan.given_back")
    assert len(back) == len({message.channel for message in back}) > 0
    assert booked(cast.dan, other).number


def test_an_early_end_leaves_who_answered_otherwise(app: Flask, cast: Cast) -> None:
    violin, other = violins()
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    with transaction():
        offers.answer(the_one().id, A.SWITCH)
    finished(ticket)
    assert the_one().item.asset_id == other.id
    assert told(cast.karim, "loan.given_back") == []


def test_who_waits_may_come_earlier_when_the_repair_ends_early(app: Flask, cast: Cast) -> None:
    violin = a_unit()
    ticket, loan = in_repair(violin, cast.camille, in_days(2)), booked(cast.karim, violin, first=4, last=60)
    wanted = loan.starts_at
    delayed(ticket, in_days(20))
    with transaction():
        offers.answer(the_one().id, A.WAIT)
    assert db.session.query(Loan).one().starts_at > wanted
    finished(ticket)
    assert db.session.query(Loan).one().starts_at == wanted
    back = told(cast.karim, "loan.given_back")
    assert len(back) == len({message.channel for message in back}) > 0


def test_a_late_loan_goes_the_same_way_and_waiting_has_no_date_until_it_is_back(app: Flask, cast: Cast) -> None:
    violin = a_unit()
    with clock.told_at(clock.now() - timedelta(days=3)), transaction():
        late = services.lend_now(cast.karim, [violin], clock.now() + timedelta(days=2))
    with transaction():
        services.reserve(cast.dan, [violin], clock.now() + timedelta(minutes=20), clock.now() + timedelta(days=40))
    keep_time()
    found = the_one()
    with transaction():
        offers.answer(found.id, A.WAIT)
    assert the_one().item.booking.state == S.AT_RISK
    for hours in (2, 4, 30):
        with clock.told_at(clock.now() + timedelta(hours=hours)):
            keep_time()
    assert told(cast.dan, "loan.new_date") == []
    with transaction():
        fresh = services.locked(late)
        services.take_back(fresh, fresh.items)
    assert the_one().item.booking.state == S.CONFIRMED
    assert told(cast.dan, "loan.new_date") != []


def test_a_model_reserved_without_a_number_just_gets_another_number(app: Flask, cast: Cast) -> None:
    family = a_family()
    model = a_model(family)
    one, other = (a_unit(family=family, model_id=model.id) for _ in range(2))
    ticket = in_repair(one, cast.camille, in_days(2))
    loan = booked(cast.karim, one)
    with transaction():
        loan.items[0].booking.any_unit = True
    delayed(ticket, in_days(6))
    assert db.session.query(Displacement).count() == 0
    assert told(cast.karim) == []
    db.session.expire_all()
    assert db.session.query(Booking).filter_by(about_kind="loan").one().resource == f"asset:{other.id}"


def test_a_set_keeps_its_accessories_and_waits_or_is_cancelled_whole(app: Flask, cast: Cast) -> None:
    (violin, other), bow = violins(), a_unit("Archet")
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin, bow)
    delayed(ticket, in_days(6))
    with transaction():
        offers.answer(the_one().id, A.SWITCH)
    rows = db.session.query(Booking.resource).filter(Booking.about_kind == "loan", Booking.state == S.CONFIRMED)
    assert {row.resource for row in rows} == {f"asset:{other.id}", f"asset:{bow.id}"}


def test_whoever_cannot_be_reached_by_message_is_called(app: Flask, cast: Cast) -> None:
    violin, ticket = a_unit(), None
    ticket = in_repair(violin, cast.camille, in_days(2))
    with transaction():
        db.session.get_one(Contact, cast.karim.id).email = ""
        db.session.get_one(Contact, cast.karim.id).phone = "04 94 00 00 00"
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    assert db.session.query(Task).filter(Task.call, Task.contact_id == cast.karim.id).count() == 1


def test_a_forged_link_is_unknown_and_an_expired_one_says_how_to_go_on(browser: Browser, cast: Cast) -> None:
    violin = a_unit()
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    address = link_in(told(cast.karim)[0])
    assert browser.get(address + "x").status_code == 404
    with transaction():
        for link in db.session.query(SignedLink).filter_by(kind="offer"):
            link.expires_at = clock.now() - timedelta(minutes=1)
    page = browser.get(address)
    assert page.status_code == 410
    assert "a expiré" in page.text


def test_the_desk_sees_who_is_threatened_answers_in_his_name_and_chooses_by_hand(browser: Browser, cast: Cast) -> None:
    violin, second, third = violins(3)
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    delayed(ticket, in_days(6))
    key = the_one().id
    desk = browser.as_("accueil")
    page = desk.get("/prets/menaces").text
    for word in ("Karim Benyahia", violin.label, second.label, "Sans réponse"):
        assert word in page
    assert "Menacés" in desk.get("/prets").text
    assert third.label in desk.get(f"/prets/menaces/{key}/materiel").text
    assert desk.post(f"/prets/menaces/{key}", data={"choix": "prendre", "unit": third.id}).status_code == 303
    assert the_one().item.asset_id == third.id
    assert "Aucun prêt menacé" in desk.get("/prets/menaces").text


def test_a_threatened_loan_is_settled_by_the_scan_of_another_unit_or_by_its_cancellation(
    browser: Browser, cast: Cast
) -> None:
    violin, other = violins()
    ticket = in_repair(violin, cast.camille, in_days(2))
    loan = booked(cast.karim, violin, last=200)
    delayed(ticket, in_days(6))
    number = loan.number
    desk = browser.as_("accueil")
    assert desk.post(f"/prets/{number}/remise", data={"code": other.barcode}).status_code == 303
    assert the_one().state == O.SWITCHED
    assert db.session.query(Loan).one().state == LoanState.OUT


def test_nothing_of_a_delay_is_kept_when_it_is_not_committed(app: Flask, cast: Cast) -> None:
    violin, _other = violins()
    ticket = in_repair(violin, cast.camille, in_days(2))
    booked(cast.karim, violin)
    with pytest.raises(RuntimeError), transaction():
        _announce_then_die(ticket)
    db.session.rollback()
    assert db.session.query(Displacement).count() == 0
    assert told(cast.karim) == []
    assert db.session.query(Booking).filter(Booking.state.in_(OCCUPYING)).count() == 2
    assert lent(cast.dan, a_unit()).number


def _announce_then_die(ticket: Ticket) -> None:
    announce_delay(locked(ticket), in_days(6), "")
    raise RuntimeError
