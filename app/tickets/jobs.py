"""Jobs of tickets: shallow, found by date in the database, harmless when done twice."""

from app.core.db import db, transaction
from app.core.jobs import later
from app.planning.models import Booking
from app.planning.services.changes import locked as booking_locked
from app.tickets.models import Ticket
from app.tickets.queries.pickups import due_pickups
from app.tickets.services import locked, remind_pickup
from app.tickets.services.repairs import keep_unit, over_time


def remind_pickups() -> None:
    """Every morning: one job per client whose thing has waited one, three, six or eleven months."""
    due = due_pickups()
    with transaction():
        for ticket_id, months in due:
            later("app.tickets.jobs.remind_one_pickup", ticket_id, months)


def remind_one_pickup(ticket_id: int, months: int) -> None:
    """Remind one client, once for that number of months."""
    with transaction():
        ticket = locked(db.session.get_one(Ticket, ticket_id))
        if (ticket_id, months) in due_pickups(ticket_id):
            remind_pickup(ticket, months)


def keep_repairs() -> int:
    """Every few minutes: repairs that are not over at their end keep their thing. Returns how many; safe to run twice."""
    ids = over_time()
    for booking_id in ids:
        with transaction():
            keep_unit(booking_locked(db.session.get_one(Booking, booking_id)))
    return len(ids)
