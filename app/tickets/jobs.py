"""Jobs of tickets: shallow, found by date in the database, harmless when done twice."""

from app.core.db import db, transaction
from app.core.jobs import later
from app.tickets.models import Ticket
from app.tickets.queries.pickups import due_pickups
from app.tickets.services import locked, remind_pickup


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
