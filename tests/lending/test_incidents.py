"""Incidents: told at the desk or by the borrower with photos, decided once; a repair is a ticket on our own thing."""

import re
from io import BytesIO

import pytest
from flask import Flask

from app.assets.states import AssetState
from app.core.db import db, transaction
from app.core.outbox import Channel, OutboxMessage
from app.core.subject import subject_of
from app.documents.services import attachments_of
from app.lending.models import Incident, Loan
from app.lending.queries.find import scanned
from app.lending.services import locked as locked_loan
from app.lending.services import take_back
from app.lending.services.borrower import borrower_link
from app.lending.services.incidents import decide, tell
from app.lending.states import IncidentState, LoanState, Teller
from app.messaging.models import Task
from app.messaging.states import TaskState
from app.planning.models import Booking
from app.planning.queries import bookings_about
from app.planning.states import BookingState
from app.tickets.models import Ticket
from tests.cast import Cast
from tests.factories.assets import a_family
from tests.factories.files import a_png
from tests.factories.lending import a_loan, a_unit, lent
from tests.signing import Browser

pytestmark = pytest.mark.row("A4")


def told(loan: Loan, words: str = "L'âme est tombée") -> Incident:
    with transaction():
        return tell(loan.items[0].asset, words, Teller.DESK, item=loan.items[0], loan=loan)


def the_incident() -> Incident:
    db.session.rollback()
    return db.session.query(Incident).one()


def open_tasks() -> list[str]:
    return [task.label for task in db.session.query(Task).where(Task.state == TaskState.OPEN)]


def test_the_desk_tells_an_incident_by_a_scan_with_photos(browser: Browser, cast: Cast) -> None:
    violin, desk = a_unit(), browser.as_("accueil")
    loan = lent(cast.karim, violin)
    sent = {"code": violin.barcode, "words": "Une cheville cassée", "photos": (BytesIO(a_png()), "cheville.png")}
    answer = desk.post("/incidents/nouveau", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303
    incident = the_incident()
    assert (incident.loan_id, incident.contact_id, incident.state) == (loan.id, cast.karim.id, IncidentState.OPEN)
    page = desk.get(answer.location).text
    assert "Une cheville cassée" in page
    assert "vignette" in page
    assert any("Incident à trier" in label for label in open_tasks())
    assert "Une cheville cassée" in desk.get("/incidents").text
    assert "Une cheville cassée" in desk.get(f"/prets/{loan.number}").text
    assert "Une cheville cassée" in desk.get(f"/biens/{violin.id}").text


def test_an_incident_without_words_or_thing_says_so_and_keeps_what_was_typed(browser: Browser, cast: Cast) -> None:
    desk = browser.as_("accueil")
    empty = desk.post("/incidents/nouveau", data={"code": a_unit().barcode, "words": ""})
    assert empty.status_code == 422
    unknown = desk.post("/incidents/nouveau", data={"code": "NIMPORTE", "words": "Fendu"})
    assert unknown.status_code == 422
    assert "Fendu" in unknown.text
    assert db.session.query(Incident).count() == 0


def test_the_borrower_tells_with_his_phone_by_the_link_of_his_messages(
    browser: Browser, app: Flask, cast: Cast
) -> None:
    violin, bow = a_unit(), a_unit("Archet")
    loan = lent(cast.karim, violin, bow)
    second = loan.items[1].id
    with transaction():
        link = borrower_link(loan)
    path = "/pret/" + link.rpartition("/")[2]
    page = browser.get(path).text
    assert violin.label in page
    assert "Signaler un problème" in page
    sent = {"ligne": second, "words": "Mèche arrachée", "photos": (BytesIO(a_png()), "archet.png")}
    assert browser.post(f"{path}/probleme", data=sent, content_type="multipart/form-data").status_code == 303
    incident = the_incident()
    assert (incident.asset_id, incident.teller) == (bow.id, Teller.BORROWER)
    assert len(attachments_of(subject_of(incident))) == 1
    assert browser.get("/pret/" + "x" * 30).status_code == 404


def test_a_repair_makes_one_ticket_with_words_and_photos_and_the_unit_leaves_the_planning(
    browser: Browser, cast: Cast
) -> None:
    violin, desk = a_unit(), browser.as_("gerant")
    loan = lent(cast.karim, violin)
    sent = {"ligne": loan.items[0].id, "words": "Table fendue", "photos": (BytesIO(a_png()), "table.png")}
    desk.post("/incidents/nouveau", data=sent, content_type="multipart/form-data")
    with transaction():
        fresh = locked_loan(loan)
        take_back(fresh, fresh.items)
    incident = the_incident()
    assert desk.post(f"/incidents/{incident.id}/decision", data={"decision": "repair"}).status_code == 303
    assert desk.post(f"/incidents/{incident.id}/decision", data={"decision": "repair"}).status_code in (409, 422)
    ticket = db.session.query(Ticket).one()
    assert (ticket.asset_id, ticket.contact_id, ticket.fault) == (violin.id, None, "Table fendue")
    assert len(attachments_of(subject_of(ticket))) == 1
    assert bookings_about(subject_of(ticket), BookingState.MAINTENANCE)
    assert not any("Incident à trier" in label for label in open_tasks())
    page = desk.get(f"/dossiers/{ticket.number}").text
    assert f"/incidents/{incident.id}" in page
    assert ticket.number in desk.get(f"/incidents/{incident.id}").text


def test_a_repair_decided_while_it_is_still_out_begins_when_it_comes_back(app: Flask, cast: Cast) -> None:
    loan = lent(cast.karim, a_unit())
    incident = told(loan)
    with transaction():
        decide(incident, IncidentState.REPAIR, cast.camille)
    ticket = db.session.query(Ticket).one()
    assert not bookings_about(subject_of(ticket), BookingState.MAINTENANCE)
    with transaction():
        fresh = locked_loan(loan)
        take_back(fresh, fresh.items)
    assert bookings_about(subject_of(ticket), BookingState.MAINTENANCE)


def test_another_unit_replaces_the_broken_one_and_the_loan_goes_on(browser: Browser, cast: Cast) -> None:
    family = a_family()
    broken, other = a_unit(family=family), a_unit(family=family)
    loan = lent(cast.karim, broken)
    incident = told(loan)
    sent = {"decision": "repair", "code": other.barcode}
    assert browser.as_("accueil").post(f"/incidents/{incident.id}/decision", data=sent).status_code == 303
    db.session.rollback()
    fresh = db.session.query(Loan).one()
    assert fresh.state == LoanState.OUT
    out = db.session.query(Booking).where(Booking.state == BookingState.OUT).one()
    assert out.asset_id == other.id
    assert bookings_about(subject_of(db.session.query(Ticket).one()), BookingState.MAINTENANCE)


def test_a_lost_thing_ends_its_loan_and_who_was_to_have_it_is_told_and_cannot_wait_for_it(
    browser: Browser, cast: Cast
) -> None:
    violin = a_unit()
    loan = lent(cast.karim, violin)
    a_loan(cast.dan, [violin], "2099-12-01 09:00", "2099-12-09 18:00")
    incident = told(loan)
    with transaction():
        decide(incident, IncidentState.LOST, cast.camille, note="Oublié dans le train")
    assert violin.state == AssetState.LOST
    assert db.session.get_one(Loan, loan.id).state == LoanState.RETURNED
    mail = db.session.query(OutboxMessage).filter_by(template="loan.displaced", channel=Channel.EMAIL).one()
    assert mail.contact_id == cast.dan.id
    assert "attendre" not in mail.text
    found = re.search(r"/pret/reponse/[\w-]+", mail.text)
    assert found
    page = browser.get(found.group(0)).text
    assert "ne sera plus prêté" in page
    assert 'value="attendre"' not in page
    with transaction():
        decide(db.session.query(Incident).one(), IncidentState.NOTHING, cast.camille)
    assert violin.state == AssetState.IN_USE
    assert scanned(violin.barcode) is not None
    assert "est prêt" in browser.get(re.search(r"/pret/reponse/[\w-]+", mail.text).group(0)).text, (
        "found again, it is his"
    )


def test_only_who_sees_loans_sees_incidents(browser: Browser, cast: Cast) -> None:
    incident = told(lent(cast.karim, a_unit()))
    assert browser.as_("client").get(f"/incidents/{incident.id}").status_code in (403, 404)
    assert browser.as_("accueil").get(f"/incidents/{incident.id}").status_code == 200
    assert re.search(r"À trier\s*<span class=\"xs num\">1</span>", browser.as_("accueil").get("/incidents").text)
