"""The waiting list: first come, first served; offered once, by a link answered in one tap; then the next; nobody forgotten."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from flask import Flask

from app.assets.models import Asset
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.outbox import OutboxMessage
from app.lending import services
from app.lending.jobs import keep_time, offer_waiting
from app.lending.models import Loan, LoanRequest
from app.lending.queries.waiting import in_line
from app.lending.states import LoanState, RequestState
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.contacts import a_contact
from tests.factories.lending import a_loan, a_unit, in_line_for
from tests.factories.planning import at
from tests.lending.test_desk import plain
from tests.signing import Browser

pytestmark = pytest.mark.row("A1")
DAYS = ("2099-12-01 09:00", "2099-12-10 18:00")


def states() -> list[RequestState]:
    db.session.rollback()
    return [row.state for row in db.session.query(LoanRequest).order_by(LoanRequest.id)]


def told() -> Counter[str]:
    """How many offers each address was sent."""
    rows = db.session.query(OutboxMessage).filter(OutboxMessage.template == "loan.offer", OutboxMessage.html != "")
    return Counter(row.recipient for row in rows)


def link_to(address: str) -> str:
    row = db.session.query(OutboxMessage).filter_by(template="loan.offer", recipient=address).first()
    assert row is not None
    found = re.search(r"/attente/[\w-]+", row.text)
    assert found
    return found.group()


@pytest.fixture
def taken(app: Flask, cast: Cast) -> tuple[Asset, Loan]:
    """The only violin of its family, and who has it."""
    violin = a_unit("Contrebasse")
    return violin, a_loan(a_contact(name="Odile Attali"), [violin], *DAYS)


def test_nothing_free_one_gets_in_line_at_the_desk_and_the_refusal_is_counted(
    browser: Browser, cast: Cast, taken: tuple[Asset, Loan]
) -> None:
    desk = browser.as_("accueil")
    asking = {"contact_id": cast.karim.id, "code": "contrebasse", "start_day": "2099-12-02", "due_day": "2099-12-08"}
    page = desk.post("/prets/nouveau", data=asking)
    assert "Inscrire en liste d" in page.text
    assert states() == [RequestState.REFUSED]
    desk.post("/prets/nouveau", data=asking)
    assert len(states()) == 1
    wait = {**asking, "do": "attendre", "attente": f"family:{taken[0].family_id}", "souple": "3"}
    nobody = desk.post("/prets/nouveau", data={**wait, "contact_id": ""})
    assert (nobody.status_code, "qui attend" in plain(nobody.text)) == (422, True)
    assert desk.post("/prets/nouveau", data=wait).status_code == 303
    assert states() == [RequestState.WAITING]
    shown = plain(desk.get("/prets/attente").text)
    assert "Karim Benyahia" in shown
    assert "± 3 j" in shown
    assert "attend déjà" in plain(desk.post("/prets/nouveau", data=wait).text)


def test_what_frees_is_offered_to_the_first_alone_and_once(cast: Cast, taken: tuple[Asset, Loan]) -> None:
    violin, loan = taken
    in_line_for(cast.karim, violin, *DAYS)
    in_line_for(cast.dan, violin, *DAYS)
    assert [each.position for each in in_line()] == [1, 2]
    assert offer_waiting() == 0
    with transaction():
        services.cancel(services.locked(loan))
    assert offer_waiting() == 1
    assert offer_waiting() == 0
    assert states() == [RequestState.OFFERED, RequestState.WAITING]
    assert told() == {"karim@benyahia.example": 1}


def test_one_tap_takes_it(browser: Browser, cast: Cast, taken: tuple[Asset, Loan]) -> None:
    violin, loan = taken
    in_line_for(cast.karim, violin, *DAYS)
    with transaction():
        services.cancel(services.locked(loan))
    offer_waiting()
    address = link_to("karim@benyahia.example")
    shown = browser.get(address)
    assert "Je le prends" in plain(shown.text)
    assert states() == [RequestState.OFFERED]
    assert browser.post(address, data={"reponse": "oui"}).status_code == 303
    assert states() == [RequestState.ACCEPTED]
    assert db.session.query(Loan).order_by(Loan.id.desc()).first().state == LoanState.RESERVED
    assert "réservé pour vous" in plain(browser.get(address).text)
    again = browser.post(address, data={"reponse": "non"})
    assert again.status_code == 422


def test_who_passes_or_does_not_answer_leaves_it_to_the_next(
    browser: Browser, cast: Cast, taken: tuple[Asset, Loan]
) -> None:
    violin, loan = taken
    third = a_contact(name="Lise Roux", email="lise@roux.example")
    for contact in (cast.karim, cast.dan, third):
        in_line_for(contact, violin, *DAYS)
    with transaction():
        services.cancel(services.locked(loan))
    offer_waiting()
    address = link_to("karim@benyahia.example")
    browser.get(address)
    browser.post(address, data={"reponse": "non"})
    offer_waiting()
    assert states() == [RequestState.PASSED, RequestState.OFFERED, RequestState.WAITING]
    with clock.told_at(clock.now() + timedelta(hours=25)):
        late = browser.post(link_to("dan@lestrange.example"), data={"reponse": "oui"})
        assert late.status_code in (410, 422)
        keep_time()
        offer_waiting()
        offer_waiting()
    assert states() == [RequestState.PASSED, RequestState.LAPSED, RequestState.OFFERED]
    assert set(told().values()) == {1}


def test_dates_that_may_move_are_offered_as_near_as_they_can(cast: Cast, taken: tuple[Asset, Loan]) -> None:
    violin = taken[0]
    in_line_for(cast.karim, violin, "2099-12-09 09:00", "2099-12-15 18:00", flexible_days=1)
    in_line_for(cast.dan, violin, "2099-12-09 09:00", "2099-12-15 18:00", flexible_days=3)
    offer_waiting()
    assert states() == [RequestState.WAITING, RequestState.OFFERED]
    loan = db.session.query(Loan).order_by(Loan.id.desc()).first()
    assert (loan.starts_at, loan.due_at) == (at("2099-12-11 09:00"), at("2099-12-17 18:00"))


def test_an_early_return_wakes_the_line(app: Flask, cast: Cast) -> None:
    violin, odile = a_unit(), a_contact(name="Odile Attali")
    with transaction():
        loan = services.lend_now(odile, [violin], clock.now() + timedelta(days=9))
        services.join(cast.karim, violin.family_id, clock.now() + timedelta(days=1), clock.now() + timedelta(days=5))
    offer_waiting()
    assert states() == [RequestState.WAITING]
    with transaction():
        services.take_back(services.locked(loan), services.locked(loan).items)
    offer_waiting()
    assert states() == [RequestState.OFFERED]


def test_one_who_leaves_the_line_gives_back_what_was_offered(
    browser: Browser, cast: Cast, taken: tuple[Asset, Loan]
) -> None:
    violin, loan = taken
    first = in_line_for(cast.karim, violin, *DAYS).id
    in_line_for(cast.dan, violin, *DAYS)
    with transaction():
        services.cancel(services.locked(loan))
    offer_waiting()
    assert browser.as_("accueil").post(f"/prets/attente/{first}/retirer").status_code == 303
    offer_waiting()
    assert states() == [RequestState.CANCELLED, RequestState.OFFERED]


def test_one_may_not_wait_twice_nor_for_the_past(app: Flask, cast: Cast) -> None:
    family = a_family()
    unit = a_unit(family=family)
    in_line_for(cast.karim, unit, *DAYS)
    with pytest.raises(DomainError, match="attend déjà"):
        in_line_for(cast.karim, unit, "2099-12-05 09:00", "2099-12-06 18:00")
    db.session.rollback()
    with pytest.raises(DomainError, match="déjà passé"):
        in_line_for(cast.karim, unit, "2020-12-05 09:00", "2020-12-06 18:00")


def test_the_desk_reads_somebody_s_place_in_line_on_his_record(browser: Browser, cast: Cast) -> None:
    violin = a_unit()
    in_line_for(cast.dan, violin, "2099-12-01 09:00", "2099-12-10 18:00")
    in_line_for(cast.karim, violin, "2099-12-05 09:00", "2099-12-12 18:00")
    desk = browser.as_("accueil")
    assert "2e de la liste" in plain(desk.get(f"/contacts/{cast.karim.id}/panneaux/loans", htmx=True).text)
    assert "1er de la liste" in plain(desk.get(f"/contacts/{cast.dan.id}/panneaux/loans", htmx=True).text)
