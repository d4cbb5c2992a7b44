"""Stays read from the simulator over HTTP by the runner: Smoobu, its notifications, calendars; and what fails there."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient

from app.concierge.models import Stay, StayNote, StaySourceLodging
from app.concierge.services import stays as services
from app.concierge.services.hooks import token_of
from app.concierge.services.sources import calendars, smoobu
from app.concierge.states import StayState
from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.jobs import JobRun
from app.core.partners import PartnerAccount
from app.partners.models import PartnerRun
from app.partners.services import PartnerTask, add_account
from app.partners.services.runs import start
from app.partners.states import Origin, RunState
from app.sandbox import credentials
from tests.cast import Cast
from tests.concierge.world_of_stays import a_lodging, mapped, stay_of
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("E2")
SECRETS = {"key": credentials.SMOOBU_KEY, "secret": credentials.SMOOBU_SECRET}
SOON = clock.today() + timedelta(days=20)


@pytest.fixture
def account(cast: Cast, sandbox: Sandbox) -> PartnerAccount:
    a_lodging()
    with transaction():
        return add_account("smoobu", "Locations", {"base_url": f"{sandbox.url}/smoobu"}, SECRETS)


def put(sandbox: Sandbox, *bookings: dict[str, Any]) -> None:
    """In Smoobu."""
    requests.post(f"{sandbox.url}/__sandbox__/smoobu/bookings", json=list(bookings), timeout=5).raise_for_status()


def booking(key: int, **changes: Any) -> dict[str, Any]:
    """In Smoobu's own words."""
    return {
        "id": key, "reference-id": f"HM{key}", "type": "reservation", "arrival": SOON.isoformat(),
        "departure": (SOON + timedelta(days=4)).isoformat(), "apartment": {"id": 398, "name": "Loft du port"},
        "channel": {"id": 1, "name": "Airbnb"}, "guest-name": "Anne Dupont", "adults": 2, "children": 0, "price": 480.0,
        "commission-included": 72.0,
        "priceElements": [
            {"type": "basePrice", "name": "Prix de base", "amount": 430.0, "currencyCode": "EUR", "priceIncludedInId": None},
            {"type": "cleaningFee", "name": "Ménage", "amount": 50.0, "currencyCode": "EUR", "priceIncludedInId": None},
        ],
        **changes,
    }  # fmt: skip


def work() -> int:
    """Do every job that is due, as the worker would."""
    done = 0
    while due := jobs.due_runs():
        db.session.rollback()
        for run_id, _attempts, _queue in due:
            jobs.run(run_id)
            done += 1
    db.session.rollback()
    return done


def read(account: PartnerAccount, task: PartnerTask = smoobu.STAYS) -> PartnerRun:
    """Run a task to its end, or to its refusal."""
    with transaction():
        run = start(db.session.get_one(PartnerAccount, account.id), task, Origin.HAND)
    assert run is not None
    run_id = run.id
    work()
    return db.session.get_one(PartnerRun, run_id, populate_existing=True)


def stays() -> list[Stay]:
    return list(db.session.query(Stay).order_by(Stay.id).populate_existing())


# --- Smoobu -----------------------------------------------------------------------------------------------------------


def test_every_page_is_read_and_a_second_run_changes_nothing(account: PartnerAccount, sandbox: Sandbox) -> None:
    put(sandbox, *(booking(key) for key in range(1, 131)))
    first = read(account)
    assert (first.state, first.counts["new"], len(stays())) == (RunState.DONE, 130, 130)
    again = read(account)
    assert (again.state, again.counts["new"], again.counts["changed"]) == (RunState.DONE, 0, 0)
    assert len(stays()) == 130


def test_what_changed_is_read_at_the_next_run_cancellations_included(account: PartnerAccount, sandbox: Sandbox) -> None:
    put(
        sandbox,
        booking(1),
        booking(2, arrival=(SOON + timedelta(days=9)).isoformat(), departure=(SOON + timedelta(days=12)).isoformat()),
    )
    read(account)
    put(sandbox, {"id": 1, "type": "cancellation", "price": 0, "priceElements": []})
    run = read(account)
    assert (run.counts["changed"], run.counts["cancelled"]) == (1, 1)
    assert [stay.state for stay in stays()] == [StayState.CANCELLED, StayState.BOOKED]


def test_a_change_of_a_stay_beyond_the_period_is_read_too(account: PartnerAccount, sandbox: Sandbox) -> None:
    far = clock.today() - timedelta(days=300)
    put(sandbox, booking(1, arrival=far.isoformat(), departure=(far + timedelta(days=2)).isoformat()))
    read(account)
    assert [stay.arrival for stay in stays()] == [far]


def test_the_lodgings_of_the_account_are_there_to_be_mapped(account: PartnerAccount, sandbox: Sandbox) -> None:
    rows = [{"id": 398, "name": "Loft du port"}, {"id": 399, "name": "Mas"}]
    requests.post(f"{sandbox.url}/__sandbox__/smoobu/apartments", json=rows, timeout=5).raise_for_status()
    run = read(account, smoobu.LODGINGS)
    assert run.counts == {"read": 2}
    assert [row.name for row in db.session.query(StaySourceLodging).order_by(StaySourceLodging.id)] == [
        "Loft du port",
        "Mas",
    ]


@pytest.mark.parametrize("kind", ["429", "500", "503", "malformed"])
def test_a_missing_page_is_asked_again_and_nothing_is_lost(
    account: PartnerAccount, sandbox: Sandbox, kind: str
) -> None:
    put(sandbox, *(booking(key) for key in range(1, 131)))
    with transaction():
        run = start(db.session.get_one(PartnerAccount, account.id), smoobu.STAYS, Origin.HAND)
    assert run is not None
    run_id = run.id
    [(job_id, _attempts, _queue)] = jobs.due_runs()
    db.session.rollback()
    jobs.run(job_id)  # the first page is kept
    sandbox.fail("smoobu", kind)
    work()
    waiting = db.session.get_one(PartnerRun, run_id, populate_existing=True)
    assert (waiting.state, waiting.pages, waiting.cursor["page"], len(stays())) == (RunState.WAITING, 1, 2, 100)
    assert waiting.error
    with transaction():
        for job in db.session.query(JobRun):
            job.run_at = clock.now()
    work()
    done = db.session.get_one(PartnerRun, run_id, populate_existing=True)
    assert (done.state, len(stays())) == (RunState.DONE, 130)


def test_an_expired_key_stops_with_a_plain_sentence(account: PartnerAccount, sandbox: Sandbox) -> None:
    with transaction():
        db.session.get_one(PartnerAccount, account.id).secrets = {**SECRETS, "secret": "périmé"}
    run = read(account)
    assert run.state == RunState.FAILED
    assert "refuse la clé ou le secret" in run.error


def test_a_stay_that_cannot_be_read_is_noted_and_counted(account: PartnerAccount, sandbox: Sandbox) -> None:
    put(sandbox, booking(1), booking(2, departure="bientôt"))
    run = read(account)
    assert (run.state, run.counts["unread"], len(stays())) == (RunState.DONE, 1 + 1, 1)  # in both passes
    assert db.session.query(StayNote).one().remote_id == "2"
    put(
        sandbox,
        booking(2, arrival=(SOON + timedelta(days=9)).isoformat(), departure=(SOON + timedelta(days=10)).isoformat()),
    )
    read(account)
    assert (len(stays()), db.session.query(StayNote).count()) == (2, 0)


def test_a_correction_stands_through_the_hourly_reading(account: PartnerAccount, sandbox: Sandbox) -> None:
    put(sandbox, booking(1))
    read(account)
    with transaction():
        services.correct(stay_of(account), {"rent": 40_000}, "Remise")
    put(sandbox, {"id": 1, "guest-name": "Anne Durand"})
    read(account)
    assert (stay_of(account).rent, stay_of(account).guest) == (40_000, "Anne Durand")


# --- notifications ----------------------------------------------------------------------------------------------------


def tell(client: FlaskClient, token: str, action: str = "updateReservation", key: int = 1) -> int:
    body = json.dumps({"action": action, "user": 7, "data": {"id": key, "price": 1}})
    return client.post(f"/webhooks/smoobu/{token}", data=body, content_type="application/json").status_code


def test_a_notification_has_the_stay_read_again_and_twice_is_once(
    account: PartnerAccount, sandbox: Sandbox, client: FlaskClient
) -> None:
    put(sandbox, booking(1))
    assert tell(client, token_of(account.id), "newReservation") == 200
    assert tell(client, token_of(account.id), "newReservation") == 200
    work()
    assert [stay.rent for stay in stays()] == [43_000]
    put(sandbox, {"id": 1, "type": "cancellation", "price": 0, "priceElements": []})
    tell(client, token_of(account.id), "cancelReservation")
    work()
    assert [stay.state for stay in stays()] == [StayState.CANCELLED]


def test_a_stay_deleted_there_is_cancelled_here(account: PartnerAccount, sandbox: Sandbox, client: FlaskClient) -> None:
    put(sandbox, booking(1))
    read(account)
    requests.post(f"{sandbox.url}/__sandbox__/reset", timeout=5).raise_for_status()
    tell(client, token_of(account.id), "deleteReservation")
    work()
    assert [stay.state for stay in stays()] == [StayState.CANCELLED]
    assert db.session.get_one(PartnerAccount, account.id).last_error == ""


def test_a_notification_while_they_are_down_is_read_later(
    account: PartnerAccount, sandbox: Sandbox, client: FlaskClient
) -> None:
    put(sandbox, booking(1))
    sandbox.fail("smoobu", "500")
    tell(client, token_of(account.id))
    work()
    assert stays() == []
    with transaction():
        for job in db.session.query(JobRun):
            job.run_at = clock.now()
    work()
    assert len(stays()) == 1


def test_an_address_that_is_not_ours_tells_nothing(account: PartnerAccount, client: FlaskClient) -> None:
    known = token_of(account.id)
    for wrong in (
        "1",
        f"{account.id}-",
        known[:-1] + ("0" if known[-1] != "0" else "1"),
        "x" * 40,
        f"999-{known.partition('-')[2]}",
    ):
        assert tell(client, wrong) == 404
    assert client.post(f"/webhooks/smoobu/{known}", data="[1]", content_type="application/json").status_code == 200
    assert client.post(f"/webhooks/smoobu/{known}", data="pas du JSON").status_code == 200
    assert tell(client, known, "newMessage") == 200
    assert db.session.query(JobRun).count() == 0


# --- calendars --------------------------------------------------------------------------------------------------------


def events(sandbox: Sandbox, *days: int) -> None:
    """The calendar says these stays of two nights, so many days from today."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//FR"]
    for day in days:
        first = clock.today() + timedelta(days=day)
        lines += [
            "BEGIN:VEVENT", f"UID:{day}@airbnb", f"DTSTART;VALUE=DATE:{first:%Y%m%d}", f"DTEND;VALUE=DATE:{first + timedelta(days=2):%Y%m%d}",
            "SUMMARY:Reserved", "END:VEVENT",
        ]  # fmt: skip
    body = "\r\n".join([*lines, "END:VCALENDAR", ""])
    requests.post(f"{sandbox.url}/__sandbox__/calendars/loft", data=body.encode(), timeout=5).raise_for_status()


@pytest.fixture
def feed(cast: Cast, sandbox: Sandbox) -> PartnerAccount:
    a_lodging()
    secrets = {"url": f"{sandbox.url}/calendriers/loft.ics"}
    with transaction():
        row = add_account("calendar", "Loft sur Airbnb", {"place": "Loft du port", "channel": "Airbnb"}, secrets)
    events(sandbox, 5, 10, 15)
    read(row, calendars.STAYS)
    return row


def states() -> dict[date, str]:
    return {stay.arrival: stay.state.value for stay in stays()}


def test_the_dates_of_a_calendar_are_stays_without_a_price(feed: PartnerAccount) -> None:
    assert [(stay.channel, stay.rent, stay.platform, stay.nights) for stay in stays()] == [
        ("Airbnb", None, None, 2)
    ] * 3
    assert db.session.query(StaySourceLodging).one().name == "Loft du port"


def test_what_vanished_from_a_calendar_is_cancelled(feed: PartnerAccount, sandbox: Sandbox) -> None:
    events(sandbox, 5, 15, 20)
    run = read(feed, calendars.STAYS)
    assert (run.counts["new"], run.counts["cancelled"]) == (1, 1)
    assert [stay.state.value for stay in stays()] == ["booked", "cancelled", "booked", "booked"]


@pytest.mark.parametrize("kind", ["500", "malformed", "timeout"])
def test_nothing_is_cancelled_after_an_error(feed: PartnerAccount, sandbox: Sandbox, kind: str) -> None:
    sandbox.fail("calendars", kind)
    run = read(feed, calendars.STAYS)
    assert run.state in (RunState.WAITING, RunState.FAILED)
    assert run.error
    assert set(states().values()) == {"booked"}


@pytest.mark.parametrize("left", [(), (40,)])
def test_nothing_is_cancelled_by_an_empty_or_short_calendar(
    feed: PartnerAccount, sandbox: Sandbox, left: tuple[int, ...]
) -> None:
    events(sandbox, *left)
    run = read(feed, calendars.STAYS)
    assert (run.state, run.counts["cancelled"]) == (RunState.DONE, 0)
    assert "rien n" in run.note
    assert set(states().values()) == {"booked"}


def test_a_calendar_holds_its_lodging_on_the_planning(feed: PartnerAccount) -> None:
    source = db.session.query(StaySourceLodging).one()
    lodging = a_lodging("Autre nom")
    with transaction():
        db.session.get_one(StaySourceLodging, source.id).remote_id = "398"
    mapped(feed, lodging)
    assert all(stay.booking_id for stay in stays())
