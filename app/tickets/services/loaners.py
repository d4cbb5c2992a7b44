"""A loaner from our own fleet for the time of a repair."""

from datetime import date

from app.assets.models import Asset
from app.core import clock
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.subject import subject_of
from app.planning import services as planning
from app.planning.models import Booking
from app.tickets.models import Ticket
from app.tickets.services.work import touch


def lend_loaner(ticket: Ticket, asset: Asset, until: date) -> Booking:
    """Book one of our things from now to the end of that day, and hand it out. Raises DomainError, Conflict."""
    if not asset.ours:
        raise DomainError(_("Ce matériel n'est pas à nous : il ne se prête pas."), field="asset_id")
    if until < clock.today():
        raise DomainError(_("La date de retour est passée. Choisissez un jour à venir."), field="until")
    booking = planning.book_asset(
        asset, clock.now(), clock.at(until, 23, 59), kind="loaner", label=asset.label, about=subject_of(ticket),
        contact_id=ticket.contact_id,
    )  # fmt: skip
    planning.give_out(booking)
    record(ticket, "ticket.loaner_out", label=asset.label, until=str(until))
    touch(ticket)
    return booking


def take_loaner_back(ticket: Ticket, booking: Booking) -> None:
    """The loaner is back, whatever the day."""
    planning.take_back(booking)
    record(ticket, "ticket.loaner_back", label=booking.label)
    touch(ticket)
