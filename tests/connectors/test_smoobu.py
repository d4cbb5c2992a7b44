"""Smoobu, against the simulator."""

from __future__ import annotations

import dataclasses
import time
from datetime import date
from typing import Any

import pytest
import requests

from app.connectors.amounts import cents
from app.connectors.calls import CallRecord
from app.connectors.errors import PartnerError
from app.connectors.smoobu import Smoobu, SmoobuConfig
from app.connectors.smoobu.client import sign
from app.connectors.smoobu.reading import stay_of, yes
from app.connectors.stays import PriceElement, Window
from app.sandbox import credentials
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("E2")
OCTOBER = Window(date(2026, 10, 1), date(2026, 10, 31))


def config(sandbox: Sandbox, **changes: Any) -> SmoobuConfig:
    account = SmoobuConfig(
        credentials.SMOOBU_KEY, credentials.SMOOBU_SECRET, base_url=f"{sandbox.url}/smoobu", timeout=(2, 5)
    )
    return dataclasses.replace(account, **changes)


def put(sandbox: Sandbox, *bookings: dict[str, Any]) -> None:
    requests.post(f"{sandbox.url}/__sandbox__/smoobu/bookings", json=list(bookings), timeout=5).raise_for_status()


def booking(key: int, **changes: Any) -> dict[str, Any]:
    """A booking in Smoobu's own words."""
    return {
        "id": key, "reference-id": f"HM{key}", "type": "reservation", "arrival": "2026-10-03", "departure": "2026-10-07",
        "apartment": {"id": 398, "name": "Loft"}, "channel": {"id": 1, "name": "Airbnb"}, "guest-name": "Anne Dupont",
        "email": "", "phone": "", "adults": 2, "children": 1, "price": 480.0, "city-tax": None,
        "commission-included": 72.0, "is-blocked-booking": False,
        "priceElements": [
            {"type": "basePrice", "name": "Prix de base", "amount": 430.0, "currencyCode": "EUR", "priceIncludedInId": None},
            {"type": "cleaningFee", "name": "Ménage", "amount": 50.0, "currencyCode": "EUR", "priceIncludedInId": None},
            {"type": "addon", "name": "Dont draps", "amount": 10.0, "currencyCode": "EUR", "priceIncludedInId": 2},
        ],
        **changes,
    }  # fmt: skip


def test_the_signature_is_that_of_the_two_worked_examples() -> None:
    account = SmoobuConfig("usr_live_abc123", "your_api_secret")
    at, path = "2026-04-01T12:00:00Z", "/api/reservations"
    read = sign(account, "GET", path, "from=2026-04-01&to=2026-04-10", at, "6ba7b810-9dad-11d1-80b4-00c04fd430c8")
    assert read == "Bu2/61pneyRyjQejH7PoCJC2P8iRm3NnC9R6CGFOQho="
    body = b'{"apartmentId":123,"from":"2026-04-01","to":"2026-04-10"}'
    write = sign(account, "POST", path, "", at, "550e8400-e29b-41d4-a716-446655440000", body)
    assert write == "64zVmuaX7u9BPPU7J8ruvr5rzoaCcpZtYgFoKGJOdig="


def test_the_account_and_its_lodgings_are_read(sandbox: Sandbox) -> None:
    lodgings = [{"id": 398, "name": "Loft"}, {"id": 399, "name": "Mas"}]
    requests.post(f"{sandbox.url}/__sandbox__/smoobu/apartments", json=lodgings, timeout=5).raise_for_status()
    source = Smoobu(config(sandbox))
    assert source.check() == "Conciergerie du Bac à sable"
    assert [(one.id, one.name) for one in source.lodgings()] == [("398", "Loft"), ("399", "Mas")]


def test_a_stay_is_read_with_its_price_part_by_part(sandbox: Sandbox) -> None:
    put(sandbox, booking(1))
    [stay] = Smoobu(config(sandbox)).stays(OCTOBER, 1).stays
    assert (stay.id, stay.lodging.id, stay.channel, stay.state) == ("1", "398", "Airbnb", "booked")
    assert (stay.arrival, stay.departure) == (date(2026, 10, 3), date(2026, 10, 7))
    assert (stay.total, stay.commission, stay.tourist_tax, stay.currency) == (48_000, 7200, None, "EUR")
    assert stay.elements == (PriceElement("rent", "Prix de base", 43_000), PriceElement("cleaning", "Ménage", 5000))


def test_pages_follow_each_other_to_the_last(sandbox: Sandbox) -> None:
    put(sandbox, *(booking(key) for key in range(1, 251)))
    source, page, found = Smoobu(config(sandbox)), 0, []
    more = True
    while more:
        page += 1
        read = source.stays(OCTOBER, page)
        found += [stay.id for stay in read.stays]
        more = read.more
    assert (page, found) == (3, [str(key) for key in range(1, 251)])


def test_cancelled_and_blocked_dates_are_seen_as_such(sandbox: Sandbox) -> None:
    put(sandbox, booking(1, type="cancellation"), booking(2, **{"is-blocked-booking": True}), booking(3))
    assert [stay.state for stay in Smoobu(config(sandbox)).stays(OCTOBER, 1).stays] == [
        "cancelled",
        "blocked",
        "booked",
    ]


def test_what_changed_since_a_day_is_asked_for_alone(sandbox: Sandbox) -> None:
    put(sandbox, booking(1, modifiedAt="2026-10-01 08:00:00"), booking(2, modifiedAt="2026-11-05 08:00:00"))
    [stay] = Smoobu(config(sandbox)).stays(Window(changed_since=date(2026, 11, 1)), 1).stays
    assert (stay.id, stay.modified) == ("2", "2026-11-05 08:00:00")


def test_a_booking_that_cannot_be_read_does_not_hide_the_others(sandbox: Sandbox) -> None:
    put(sandbox, booking(1), booking(2, departure="bientôt"), booking(3, apartment=None))
    page = Smoobu(config(sandbox)).stays(OCTOBER, 1)
    assert [stay.id for stay in page.stays] == ["1"]
    assert [ref for ref, _why in page.unread] == ["2", "3"]


def test_one_stay_is_read_again(sandbox: Sandbox) -> None:
    put(sandbox, booking(7))
    put(sandbox, {"id": 7, "type": "cancellation", "price": 0})
    stay = Smoobu(config(sandbox)).stay("7")
    assert (stay.state, stay.total) == ("cancelled", 0)
    with pytest.raises(PartnerError, match="ne connaît pas"):
        Smoobu(config(sandbox)).stay("8")


def test_a_wrong_clock_here_is_set_by_theirs(sandbox: Sandbox) -> None:
    put(sandbox, booking(1))
    late = Smoobu(config(sandbox), clock=lambda: time.time() - 86_400)
    assert len(late.stays(OCTOBER, 1).stays) == 1


def test_a_refused_key_says_what_to_do(sandbox: Sandbox) -> None:
    with pytest.raises(PartnerError, match="refuse la clé ou le secret") as caught:
        Smoobu(config(sandbox, secret="autre")).check()
    assert caught.value.final


@pytest.mark.parametrize("kind", ["429", "500", "503", "timeout", "malformed"])
def test_a_failure_of_theirs_is_worth_another_try(sandbox: Sandbox, kind: str) -> None:
    sandbox.fail("smoobu", kind, seconds=6)
    with pytest.raises(PartnerError) as caught:
        Smoobu(config(sandbox)).stays(OCTOBER, 1)
    assert not caught.value.final
    assert not caught.value.uncertain
    assert kind != "429" or 0 < (caught.value.retry_after or 0) <= 7


def test_nothing_private_is_kept_of_a_call(sandbox: Sandbox) -> None:
    put(sandbox, booking(1, email="anne@exemple.example"))
    calls: list[CallRecord] = []
    Smoobu(config(sandbox), on_call=calls.append).stays(OCTOBER, 1)
    kept = calls[0].request_masked + calls[0].response_masked + calls[0].url
    assert not any(word in kept for word in (credentials.SMOOBU_SECRET, credentials.SMOOBU_KEY, "Anne", "anne@"))
    assert "HM1" in kept


@pytest.mark.parametrize(
    ("said", "read"), [("Yes", True), (True, True), (1, True), ("No", False), (0, False), (None, False)]
)
def test_their_yes_and_no_are_read_whatever_their_type(said: Any, read: bool) -> None:
    assert yes(said) is read


@pytest.mark.parametrize(
    ("said", "read"), [(480, 48_000), ("480.005", 48_001), (None, None), ("", None), (0, 0), (-12.5, -1250)]
)
def test_their_amounts_are_read_to_the_cent(said: Any, read: int | None) -> None:
    assert cents(said) == read


def test_a_senseless_amount_is_refused() -> None:
    with pytest.raises(ValueError, match="amount"):
        stay_of(booking(1, price="beaucoup"))
