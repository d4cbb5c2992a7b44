"""Calendars as platforms write them."""

from datetime import date

import pytest

from app.connectors.calendars import CalendarFeed, read_calendar
from app.connectors.calls import CallRecord
from app.connectors.errors import PartnerError
from app.connectors.stays import RemoteLodging
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("E2")
LOFT = RemoteLodging("1", "Loft")


def calendar(*events: str, product: str = "PRODID:-//Airbnb Inc//Hosting Calendar 1.0//EN") -> bytes:
    lines = ["BEGIN:VCALENDAR", product, "VERSION:2.0"]
    for number, event in enumerate(events):
        lines += ["BEGIN:VEVENT", f"UID:{number}@platform.example", *event.split("\n"), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def test_a_stay_leaves_on_the_day_its_calendar_says() -> None:
    said = (
        "DTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261007\nSUMMARY:Reserved\n"
        "DESCRIPTION:Reservation URL: https://www.airbnb.com/hosting/reservations/details/HMABCDEFGH\\n"
        "Phone Numb\n er (Last 4 Digits): 1234"
    )
    [stay] = read_calendar(calendar(said), LOFT, "Airbnb").stays
    assert (stay.arrival, stay.departure) == (date(2026, 10, 3), date(2026, 10, 7))
    assert (stay.state, stay.reference, stay.channel, stay.total) == ("booked", "HMABCDEFGH", "Airbnb", None)


@pytest.mark.parametrize("summary", ["Airbnb (Not available)", "CLOSED - Not available", "CLOSED – Not available", ""])
def test_what_may_be_a_closure_is_only_taken_nights(summary: str) -> None:
    said = f"DTSTART;VALUE=DATE:20261003\nDTEND;VALUE=DATE:20261004\nSUMMARY:{summary}"
    assert read_calendar(calendar(said), LOFT, "Booking").stays[0].state == "blocked"


def test_without_an_end_it_is_a_night() -> None:
    [stay] = read_calendar(calendar("DTSTART;VALUE=DATE:20261231\nSUMMARY:Reserved"), LOFT, "Airbnb").stays
    assert stay.departure == date(2027, 1, 1)


def test_an_event_with_hours_is_of_the_day_where_the_lodging_is() -> None:
    said = "DTSTART:20261003T220000Z\nDTEND:20261006T090000Z\nSUMMARY:Reserved"
    [stay] = read_calendar(calendar(said), LOFT, "Direct").stays
    assert (stay.arrival, stay.departure) == (date(2026, 10, 4), date(2026, 10, 6))


def test_an_old_header_with_a_parameter_is_read() -> None:
    old = "PRODID;X-RICAL-TZSOURCE=TZINFO:-//Airbnb Inc//Hosting Calendar 0.8.8//EN"
    assert (
        len(read_calendar(calendar("DTSTART;VALUE=DATE:20261003\nSUMMARY:Reserved", product=old), LOFT, "Airbnb").stays)
        == 1
    )


def test_an_event_without_a_day_does_not_hide_the_others() -> None:
    page = read_calendar(calendar("SUMMARY:Reserved", "DTSTART;VALUE=DATE:20261003\nSUMMARY:Reserved"), LOFT, "Airbnb")
    assert (len(page.stays), [ref for ref, _why in page.unread]) == (1, ["0@platform.example"])


@pytest.mark.parametrize("content", [b"", b"<html>Connectez-vous</html>", b"BEGIN:VTODO\r\nEND:VTODO\r\n"])
def test_something_else_than_a_calendar_empties_nothing(content: bytes) -> None:
    with pytest.raises(PartnerError, match="ne donne pas un calendrier"):
        read_calendar(content, LOFT, "Airbnb")


def test_its_address_is_a_secret(sandbox: Sandbox) -> None:
    calls: list[CallRecord] = []
    feed = CalendarFeed(f"{sandbox.url}/calendar/secret-token.ics", LOFT, "Airbnb", on_call=calls.append)
    with pytest.raises(PartnerError):
        feed.read()
    assert "secret-token" not in calls[0].url
