"""What a killed process was doing: `python -m tests.faults.night VERB [COUNT]`, in the environment of an installation."""

import sys
from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.states import Role
from app.assets.services import add_asset, add_family
from app.contacts.services import add_contact
from app.core import clock
from app.core.db import db, transaction
from app.factory import create_app
from app.lending import services
from app.lending.jobs import remind
from app.tickets import services as tickets
from app.tickets.models import Ticket
from app.tickets.services import DeviceInput, IntakeInput
from app.tickets.states import FINAL, TicketKind

FAMILY, FAULT = "Veilleuse", "Ne s'allume plus"


def due(count: int) -> None:
    """So many loans out since yesterday and due today, each of its own borrower."""
    with transaction():
        family, back = add_family(name=FAMILY).id, clock.at(clock.today(), 23)
        for rank in range(count):
            contact = add_contact(name=f"Odile {rank}", last_name=f"Odile {rank}", email=f"odile{rank}@nuit.example")
            unit = add_asset(family_id=family, label=f"{FAMILY} {rank}", ours=True)
            with clock.told_at(clock.now() - timedelta(days=9)):
                services.lend_now(contact, [unit], back)


def repairs(count: int) -> None:
    """So many things of ours under repair until tomorrow, each promised to somebody from the day after on."""
    today = clock.today()
    with transaction() as session:
        family = add_family(name=FAMILY + " de scène").id
        desk = session.scalars(select(User).where(User.role == Role.DESK).order_by(User.id)).first()
        assert desk is not None
        for rank in range(count):
            contact = add_contact(name=f"Serge {rank}", last_name=f"Serge {rank}", email=f"serge{rank}@nuit.example")
            unit = add_asset(family_id=family, label=f"{FAMILY} de scène {rank}", ours=True)
            told = IntakeInput(
                form_key=f"nuit-{rank}", kind=TicketKind.FLEET, device=DeviceInput(asset_id=unit.id), fault=FAULT
            )  # fmt: skip
            ticket, _new = tickets.take_in(told, desk)
            tickets.change_details(ticket, promised_on=today + timedelta(days=1))
            tickets.follow_promise(ticket)
            services.reserve(
                contact, [unit], clock.at(today + timedelta(days=3), 9), clock.at(today + timedelta(days=8), 18)
            )


def delays(_count: int) -> None:
    """Each of these repairs is late by a week, said once: what is said already is left."""
    day = clock.today() + timedelta(days=9)
    late = select(Ticket.id).where(Ticket.fault == FAULT, Ticket.state.not_in(FINAL), Ticket.promised_on < day)
    for ticket_id in list(db.session.scalars(late.order_by(Ticket.id))):
        db.session.rollback()
        with transaction():
            ticket = tickets.locked(db.session.get_one(Ticket, ticket_id))
            tickets.announce_delay(ticket, day, "Pièce en rupture")


def main() -> None:
    """Do one verb."""
    verb, *number = sys.argv[1:]
    with create_app().app_context():
        {"due": due, "repairs": repairs, "delays": delays, "remind": lambda _count: remind()}[verb](int(*number or [0]))


if __name__ == "__main__":
    main()
