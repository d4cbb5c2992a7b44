"""Tickets."""

from typing import Any

from app.accounts.models import User
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.tickets.models import Ticket
from app.tickets.services import Arrival, DeviceInput, IntakeInput, move, move_by_itself, take_in
from app.tickets.states import Outcome, TicketKind, TicketState
from tests.factories.accounts import a_user
from tests.factories.assets import a_family
from tests.factories.base import serial
from tests.factories.contacts import a_contact

T = TicketState
WAY = {
    T.RECEIVED: (), T.DIAGNOSING: (T.DIAGNOSING,), T.QUOTED: (T.DIAGNOSING, T.QUOTED),
    T.REPAIRING: (T.DIAGNOSING, T.REPAIRING), T.CHECKING: (T.DIAGNOSING, T.REPAIRING, T.CHECKING),
    T.READY: (T.DIAGNOSING, T.REPAIRING, T.CHECKING, T.READY),
    T.OUT: (T.DIAGNOSING, T.REPAIRING, T.CHECKING, T.READY, T.OUT),
}  # fmt: skip


def a_ticket(
    state: TicketState = T.RECEIVED, *, contact: Contact | None = None, asset: Asset | None = None, by: User | None = None,
    **values: Any,
) -> Ticket:  # fmt: skip
    """A repair taken in at the desk and brought to a state by the legal way."""
    number = serial()
    known: dict[str, Any] = {
        "form_key": f"form-{number}",
        "fault": "Fuit et n'a plus de pression",
        "kind": TicketKind.REPAIR,
    }
    device = (
        DeviceInput(asset_id=asset.id)
        if asset
        else DeviceInput(family_id=a_family().id, label=f"Machine {number}", serial=f"SN-{number}")
    )
    someone = by or a_user()
    owner = contact or a_contact()
    with transaction():
        ticket, _new = take_in(IntakeInput(device=device, contact_id=owner.id, **known | values), someone)
    for step in WAY[state]:
        with transaction():
            fresh = db.session.get_one(Ticket, ticket.id)
            if step == T.QUOTED:
                move_by_itself(fresh, step, "")
            else:
                move(fresh, step, Arrival(outcome=Outcome.REPAIRED))
    return db.session.get_one(Ticket, ticket.id)
