"""Repairs of our own things."""

from datetime import date, timedelta

from app.accounts.models import User
from app.assets.models import Asset
from app.core import clock
from app.core.db import transaction
from app.core.subject import subject_of
from app.planning.models import Booking
from app.planning.queries import bookings_about
from app.planning.states import BookingState
from app.tickets import services
from app.tickets.models import Ticket
from app.tickets.services import Arrival, DeviceInput, IntakeInput, take_in
from app.tickets.states import Outcome, TicketKind, TicketState
from tests.factories.base import serial

WAY = (TicketState.DIAGNOSING, TicketState.REPAIRING, TicketState.CHECKING, TicketState.READY, TicketState.OUT)


def in_days(count: int) -> date:
    """The day that many days from today."""
    return clock.today() + timedelta(days=count)


def in_repair(unit: Asset, by: User, promised: date | None) -> Ticket:
    """A ticket on our own unit, which leaves the planning."""
    intake = IntakeInput(
        kind=TicketKind.FLEET, device=DeviceInput(asset_id=unit.id), fault="Âme tombée", promised_on=promised,
        form_key=f"own-{serial()}",
    )  # fmt: skip
    with transaction():
        ticket, _new = take_in(intake, by)
    return ticket


def the_repair(ticket: Ticket) -> Booking | None:
    """What it holds on the planning."""
    return next(iter(bookings_about(subject_of(ticket), BookingState.MAINTENANCE)), None)


def delayed(ticket: Ticket, day: date) -> None:
    """A delay announced."""
    with transaction():
        services.announce_delay(services.locked(ticket), day, "La colle sèche")


def finished(ticket: Ticket, outcome: Outcome = Outcome.REPAIRED) -> None:
    """The repair is over: its thing is back."""
    for state in WAY:
        with transaction():
            services.move(services.locked(ticket), state, Arrival(outcome=outcome))
