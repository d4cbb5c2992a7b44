"""A calendar at a secret address, fetched and read; what platforms write in theirs is in README.md beside this file."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from icalendar import Calendar
from icalendar.cal import Component

from app.connectors.calls import Mask, Observer
from app.connectors.errors import PartnerError
from app.connectors.http import TIMEOUT, Http
from app.connectors.stays import Page, RemoteLodging, RemoteStay

PARTNER = "Le calendrier"
#: What a platform writes over a stay; anything else is taken nights of which nothing is known.
STAYS = frozenset({"reserved", "réservé"})
CODE = re.compile(r"/reservations/details/(\w+)")
NOT_A_CALENDAR = "L'adresse ne donne pas un calendrier : copiez de nouveau le lien « iCal » de la plateforme."


@dataclass(frozen=True)
class CalendarFeed:
    """The calendar of one lodging on one platform. `zone`: that of the lodging, for events with hours."""

    url: str = field(repr=False)
    lodging: RemoteLodging
    channel: str
    zone: str = "Europe/Paris"
    timeout: tuple[float, float] = TIMEOUT
    on_call: Observer | None = None

    def read(self) -> Page:
        """All its events, one page. The address is a secret: it is kept nowhere in clear.

        Raises:
            PartnerError: it does not answer, or with something else than a calendar; what was known must then stay.
        """
        http = Http(PARTNER, Mask(secrets=(self.url,)), self.on_call, self.timeout)
        content: bytes = http.call("GET", self.url, headers={"Accept": "text/calendar"}, expects=bytes)
        return read_calendar(content, self.lodging, self.channel, self.zone)


def read_calendar(content: bytes, lodging: RemoteLodging, channel: str, zone: str = "Europe/Paris") -> Page:
    """The events of a calendar as stays without prices: the end is exclusive, and a missing one is the day after.

    Raises:
        PartnerError: this is no calendar.
    """
    try:
        calendar = Calendar.from_ical(content)
    except ValueError as error:
        raise PartnerError(NOT_A_CALENDAR, final=True, detail=str(error)[:200]) from error
    if calendar.name != "VCALENDAR":
        raise PartnerError(NOT_A_CALENDAR, final=True)
    stays, unread = [], []
    for event in calendar.walk("VEVENT"):
        try:
            stays.append(_stay(event, lodging, channel, ZoneInfo(zone)))
        except (KeyError, ValueError, AttributeError) as error:
            unread.append((str(event.get("UID", "?")), f"{type(error).__name__} {error}"))
    return Page(tuple(stays), tuple(unread), more=False)


def _stay(event: Component, lodging: RemoteLodging, channel: str, zone: ZoneInfo) -> RemoteStay:
    arrival = _day(event.decoded("DTSTART"), zone)
    end = event.decoded("DTEND", None)
    departure = max(_day(end, zone) if end else arrival, arrival + timedelta(days=1))
    code = CODE.search(str(event.get("DESCRIPTION", "")))
    return RemoteStay(
        id=str(event["UID"]), reference=code[1] if code else "", lodging=lodging, channel=channel, state=_state(event),
        arrival=arrival, departure=departure, modified=str(event.get("LAST-MODIFIED", "") or event.get("SEQUENCE", "")),
    )  # fmt: skip


def _state(event: Component) -> Literal["booked", "cancelled", "blocked"]:
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "cancelled"
    return "booked" if str(event.get("SUMMARY", "")).strip().lower() in STAYS else "blocked"


def _day(value: Any, zone: ZoneInfo) -> date:
    """The day of a date, or of a moment where the lodging is."""
    if isinstance(value, datetime):
        return (value.astimezone(zone) if value.tzinfo else value).date()
    if isinstance(value, date):
        return value
    raise ValueError(f"{value!r} is no day")
