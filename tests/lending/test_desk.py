"""The lending desk: a walk-in loan in four fields, a set reserved together, hand-over and returns by scan."""

import re
from datetime import timedelta

import pytest
from flask import Flask

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.outbox import OutboxMessage
from app.lending import services
from app.lending.jobs import keep_time
from app.lending.models import Loan
from app.lending.states import LoanState
from app.planning.models import Booking
from app.planning.queries.rules import Rules
from app.planning.services.rules import set_rules
from app.planning.states import BookingState
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.lending import a_loan, a_unit, lent
from tests.factories.planning import at
from tests.signing import Browser

pytestmark = [pytest.mark.row("A1"), pytest.mark.row("A4")]


def the_loan() -> Loan:
    db.session.rollback()
    return db.session.query(Loan).one()


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_a_walk_in_loan_is_a_borrower_a_scan_and_a_date(browser: Browser, cast: Cast) -> None:
    violin, desk = a_unit(), browser.as_("accueil")
    scan = desk.post(
        "/prets/nouveau", data={"contact_id": cast.karim.id, "code": violin.barcode, "due_day": "2099-12-01"}
    )
    assert f'name="unit" value="{violin.id}"' in scan.text
    answer = desk.post("/prets/nouveau", data={"contact_id": cast.karim.id, "unit": violin.id, "due_day": "2099-12-01"})
    assert answer.status_code == 303
    loan = the_loan()
    assert (loan.state, loan.number[:2]) == (LoanState.OUT, "P-")
    assert clock.local(loan.due_at).strftime("%d/%m/%Y %H:%M") == "01/12/2099 18:00"
    page = plain(desk.get(answer.location).text)
    assert "Karim Benyahia" in page
    assert "Rendre" in page


def test_a_loan_without_a_thing_or_a_borrower_says_so_and_keeps_what_was_typed(browser: Browser, cast: Cast) -> None:
    desk = browser.as_("accueil")
    nothing = desk.post(
        "/prets/nouveau", data={"contact_id": cast.karim.id, "due_day": "2099-12-01", "notes": "Concert"}
    )
    assert nothing.status_code == 422
    assert "Ajoutez au moins un matériel" in nothing.text
    assert "Concert" in nothing.text
    nobody = desk.post("/prets/nouveau", data={"unit": a_unit().id, "due_day": "2099-12-01"})
    assert nobody.status_code == 422
    assert "Choisissez l" in nobody.text


def test_a_scan_never_goes_through_somebody_else_s_reservation(browser: Browser, cast: Cast) -> None:
    family = a_family()
    violin, other = a_unit(family=family), a_unit(family=family)
    a_loan(cast.dan, [violin], "2026-12-01 09:00", "2099-11-01 18:00")
    page = browser.as_("accueil").post(
        "/prets/nouveau", data={"contact_id": cast.karim.id, "code": violin.barcode, "due_day": "2099-12-01"}
    )
    assert page.status_code == 409
    assert "Dan Lestrange" in page.text
    assert f'value="{other.id}"' in page.text
    assert f'name="unit" value="{violin.id}"' not in page.text


def test_words_find_what_is_free_then_when_the_rest_will_be(browser: Browser, cast: Cast) -> None:
    free, taken = a_unit("Contrebasse"), a_unit("Contrebasse")
    lent(cast.dan, taken, days=3)
    desk, asked = browser.as_("accueil"), {"contact_id": cast.karim.id, "code": "contrebasse", "due_day": "2099-12-01"}
    shown = desk.post("/prets/nouveau", data=asked).text
    assert free.label in shown
    assert taken.label not in shown
    lent(cast.dan, free, days=5)
    later = plain(desk.post("/prets/nouveau", data=asked).text)
    assert later.index(taken.label) < later.index(free.label)
    assert "pris, libre dès le" in later


def test_a_set_is_reserved_together_or_not_at_all(app: Flask, cast: Cast) -> None:
    violin, bow = a_unit(), a_unit("Archet")
    a_loan(cast.dan, [bow], "2026-12-03 09:00", "2026-12-04 18:00")
    with pytest.raises(Conflict, match="Archet"):
        a_loan(cast.karim, [violin, bow], "2026-12-01 09:00", "2026-12-10 18:00")
    db.session.rollback()
    assert db.session.query(Booking).count() == 1
    assert db.session.query(Loan).count() == 1


def test_buffers_of_a_family_keep_time_around_each_loan(app: Flask, cast: Cast) -> None:
    violin = a_unit()
    with transaction():
        set_rules(violin.family_id, Rules(buffer_before=30, buffer_after=60))
    a_loan(cast.karim, [violin], "2026-12-01 09:00", "2026-12-02 18:00")
    with pytest.raises(Conflict):
        a_loan(cast.dan, [violin], "2026-12-02 19:00", "2026-12-05 18:00")
    db.session.rollback()
    assert a_loan(cast.dan, [violin], "2026-12-02 19:30", "2026-12-05 18:00").number


def test_another_unit_of_the_family_takes_the_place_at_hand_over(browser: Browser, cast: Cast) -> None:
    family = a_family()
    reserved, scanned = a_unit(family=family), a_unit(family=family)
    loan = a_loan(cast.karim, [reserved], "2026-12-01 09:00", "2099-12-02 18:00")
    desk = browser.as_("accueil")
    assert desk.post(f"/prets/{loan.number}/remise", data={"code": scanned.barcode}).status_code == 303
    assert the_loan().state == LoanState.OUT
    booking = db.session.query(Booking).one()
    assert (booking.resource, booking.state) == (f"asset:{scanned.id}", BookingState.OUT)


def test_a_thing_of_another_family_is_refused_at_hand_over(browser: Browser, cast: Cast) -> None:
    loan = a_loan(cast.karim, [a_unit()], "2026-12-01 09:00", "2099-12-02 18:00")
    page = browser.as_("accueil").post(f"/prets/{loan.number}/remise", data={"code": a_unit("Guitare").barcode})
    assert page.status_code == 422
    assert "ne fait pas partie de ce prêt" in plain(page.text)
    assert the_loan().state == LoanState.RESERVED


def test_ten_returns_are_ten_scans_and_one_key(browser: Browser, cast: Cast) -> None:
    units = [a_unit() for _ in range(10)]
    for rank, unit in enumerate(units):
        lent(cast.karim if rank % 2 else cast.dan, unit)
    desk, items = browser.as_("accueil"), []
    for unit in units:
        page = desk.post("/prets/retours", data={"item": items, "code": unit.barcode}).text
        items = re.findall(r'name="item" value="(\d+)"', page)
    assert len(items) == 10
    assert 'data-key="F9"' in page
    assert desk.post("/prets/retours", data={"item": items, "do": "rendre"}).status_code == 303
    db.session.rollback()
    assert {loan.state for loan in db.session.query(Loan)} == {LoanState.RETURNED}


def test_a_return_scan_says_what_is_unknown_not_out_or_scanned_twice(browser: Browser, cast: Cast) -> None:
    out, shelved = a_unit(), a_unit()
    item = lent(cast.karim, out).items[0].id
    desk = browser.as_("accueil")
    unknown = desk.post("/prets/retours", data={"code": "INCONNU"})
    assert (unknown.status_code, "ne porte" in unknown.text) == (422, True)
    assert "n&#39;est prêté à personne" in plain(
        desk.post("/prets/retours", data={"code": shelved.barcode}).text
    ).replace("’", "&#39;")
    twice = desk.post("/prets/retours", data={"item": item, "code": out.barcode})
    assert "déjà dans la liste" in twice.text
    assert twice.text.count('name="item"') == 1


def test_part_of_a_loan_comes_back_and_the_rest_stays_out(app: Flask, cast: Cast) -> None:
    loan = lent(cast.karim, a_unit(), a_unit("Archet"))
    with transaction():
        services.take_back(services.locked(loan), loan.items[:1])
    assert the_loan().state == LoanState.OUT
    with transaction():
        services.take_back(services.locked(loan), loan.items[1:], note="Mèche à changer")
    assert the_loan().state == LoanState.RETURNED


def test_a_return_may_be_dated_back_but_not_before_the_hand_over(app: Flask, cast: Cast) -> None:
    loan = lent(cast.karim, a_unit())
    with pytest.raises(DomainError, match="entre la remise"), transaction():
        services.take_back(services.locked(loan), loan.items, clock.now() - timedelta(days=2))
    db.session.rollback()
    with transaction():
        services.take_back(services.locked(loan), loan.items, clock.now())
    assert the_loan().returned_at


def test_an_option_lapses_by_itself_and_frees_its_slot(app: Flask, cast: Cast) -> None:
    violin = a_unit()
    with clock.told_at(clock.now() - timedelta(days=3)), transaction():
        services.reserve(cast.karim, [violin], at("2026-12-01 09:00"), at("2026-12-05 18:00"), option=True)
    assert keep_time() == 1
    assert the_loan().state == LoanState.CANCELLED
    assert a_loan(cast.dan, [violin], "2026-12-01 09:00", "2026-12-05 18:00").number
    assert keep_time() == 0


def test_a_late_loan_keeps_its_thing_and_who_waits_for_it_is_told_once(app: Flask, cast: Cast) -> None:
    violin = a_unit()
    with clock.told_at(clock.now() - timedelta(days=3)), transaction():
        services.lend_now(cast.karim, [violin], clock.now() + timedelta(days=2))
    late = the_loan()
    with transaction():
        waiting = services.reserve(
            cast.dan, [violin], clock.now() + timedelta(minutes=20), clock.now() + timedelta(days=5)
        )
    assert keep_time() == 1
    db.session.rollback()
    states = dict(db.session.query(Booking.about_id, Booking.state))
    assert states == {late.id: BookingState.OVERDUE, waiting.id: BookingState.AT_RISK}
    told = db.session.query(OutboxMessage.channel).filter_by(contact_id=cast.dan.id, template="loan.displaced").all()
    assert len(told) == len(set(told)) > 0
    keep_time()
    assert db.session.query(OutboxMessage).filter_by(contact_id=cast.dan.id, template="loan.displaced").count() == len(
        told
    )
    with transaction():
        services.take_back(services.locked(late), services.locked(late).items)
    assert db.session.get_one(Loan, late.id).state == LoanState.RETURNED


def test_the_return_date_is_put_off_unless_somebody_waits(browser: Browser, cast: Cast) -> None:
    violin = a_unit()
    loan, desk = lent(cast.karim, violin, days=2), browser.as_("accueil")
    a_loan(cast.dan, [violin], "2099-12-01 09:00", "2099-12-05 18:00")
    refused = desk.post(f"/prets/{loan.number}/prolongation", data={"due_day": "2099-12-02"})
    assert refused.status_code == 409
    assert "Déjà pris" in plain(refused.text)
    assert desk.post(f"/prets/{loan.number}/prolongation", data={"due_day": "2099-11-20"}).status_code == 303
    db.session.rollback()
    assert clock.local(db.session.get_one(Loan, loan.id).due_at).date().isoformat() == "2099-11-20"


def test_the_day_shows_what_leaves_and_comes_back_without_a_filter(browser: Browser, cast: Cast) -> None:
    today, one, other = lent(cast.karim, a_unit(), days=1), a_unit(), a_unit()
    with transaction():
        tonight = clock.at(clock.today(), 23, 59)  # still today, whatever the hour of the test
        soon = services.reserve(cast.dan, [one], tonight, clock.now() + timedelta(days=5))
        later = services.reserve(cast.dan, [other], clock.now() + timedelta(days=9), clock.now() + timedelta(days=12))
        services.extend(services.locked(today), tonight)
    page = browser.as_("accueil").get("/prets").text
    assert soon.number in page
    assert today.number in page
    assert later.number not in page
    assert later.number in browser.as_("accueil").get("/prets?vue=a-venir").text


def test_what_is_prepared_is_ticked(browser: Browser, cast: Cast) -> None:
    loan = a_loan(cast.karim, [a_unit()], "2026-12-01 09:00", "2099-12-02 18:00")
    item, desk = loan.items[0].id, browser.as_("accueil")
    desk.post(f"/prets/{loan.number}/preparation/{item}", data={"ready": "1"})
    assert 'aria-pressed="true"' in desk.get(f"/prets/{loan.number}").text
    desk.post(f"/prets/{loan.number}/preparation/{item}", data={"ready": "0"})
    assert 'aria-pressed="false"' in desk.get(f"/prets/{loan.number}").text


def test_a_loan_stands_on_the_planning_and_opens_from_it(browser: Browser, cast: Cast) -> None:
    loan = a_loan(cast.karim, [a_unit()], "2026-12-01 09:00", "2026-12-02 18:00")
    address, number = f"/planning/reservations/{loan.items[0].booking_id}", loan.number
    desk = browser.as_("accueil")
    assert f'"{address}"' in desk.get("/planning?jour=2026-12-01").text
    assert f"/prets/{number}" in desk.get(address).text


def test_cancelling_gives_everything_back_and_a_lent_thing_cannot_be_cancelled(browser: Browser, cast: Cast) -> None:
    violin = a_unit()
    loan, desk = a_loan(cast.karim, [violin], "2026-12-01 09:00", "2026-12-02 18:00"), browser.as_("accueil")
    assert desk.post(f"/prets/{loan.number}/annulation").status_code == 303
    again = lent(cast.dan, violin, days=30)
    assert desk.post(f"/prets/{again.number}/annulation").status_code == 409


def test_two_pages_on_one_loan_the_second_is_told(browser: Browser, cast: Cast) -> None:
    loan = a_loan(cast.karim, [a_unit()], "2026-12-01 09:00", "2099-12-02 18:00")
    desk, seen = browser.as_("accueil"), {"version": loan.version}
    assert desk.post(f"/prets/{loan.number}/remise", data=seen).status_code == 303
    stale = desk.post(f"/prets/{loan.number}/remise", data=seen)
    assert stale.status_code == 409
    assert "a changé entre-temps" in stale.text


def test_the_sheet_of_a_day_says_what_leaves_and_comes_back_and_from_which_shelf(browser: Browser, cast: Cast) -> None:
    violin, bow, late = a_unit(shelf="B2"), a_unit("Archet"), a_unit("Alto")
    day = (clock.today() + timedelta(days=3)).isoformat()
    loan = a_loan(cast.karim, [violin, bow], f"{day} 10:00", f"{day} 18:00")
    out = lent(cast.dan, late)
    with transaction():
        fresh = services.locked(out)
        fresh.starts_at, fresh.due_at = clock.now() - timedelta(days=9), clock.now() - timedelta(days=2)
    item = loan.items[0].id
    desk = browser.as_("accueil")
    sheet = plain(desk.get(f"/prets/feuille?jour={day}").text)
    assert "B2" in sheet
    assert bow.label in sheet
    assert late.label not in sheet
    assert desk.post(f"/prets/feuille/{item}", data={"ready": "1", "jour": day}).location.endswith(day)
    assert 'aria-pressed="true"' in desk.get(f"/prets/feuille?jour={day}").text
    today = plain(desk.get("/prets/feuille").text)
    assert late.label in today
    assert "En retard" in today


def test_the_page_of_a_thing_of_ours_shows_its_loans_and_lends_it(browser: Browser, cast: Cast) -> None:
    unit, theirs = a_unit(), an_asset(owner=cast.karim)
    loan, desk = lent(cast.karim, unit), browser.as_("accueil")
    page = desk.get(f"/biens/{unit.id}").text
    assert loan.number in page
    assert f"/prets/nouveau?bien={unit.id}" in page
    assert unit.label in desk.get(f"/prets/nouveau?bien={unit.id}").text
    assert "/prets/nouveau?bien=" not in desk.get(f"/biens/{theirs.id}").text
