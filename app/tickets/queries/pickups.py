"""Things that are ready and that nobody comes for."""

from datetime import datetime

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.history import HistoryEntry
from app.tickets.models import Ticket
from app.tickets.states import TicketState

REMINDERS = (1, 3, 6, 11)  # months; the law allows the sale after twelve (loi du 31 décembre 1903, by court order)


def due_pickups(ticket_id: int | None = None) -> list[tuple[int, int]]:
    """(ticket, months) of the reminders to send today: the longest wait reached and not reminded yet."""
    query = select(Ticket.id, Ticket.ready_at).where(Ticket.state == TicketState.READY, Ticket.contact_id.is_not(None))
    if ticket_id is not None:
        query = query.where(Ticket.id == ticket_id)
    reached: dict[int, tuple[int, datetime]] = {}
    for found, ready_at in db.session.execute(query):
        if ready_at is None:
            continue
        day = clock.local(ready_at).date()
        months = max((wait for wait in REMINDERS if clock.months_after(day, wait) <= clock.today()), default=0)
        if months:
            reached[found] = (months, ready_at)
    said = _reminded(list(reached))
    return [
        (found, months)
        for found, (months, ready_at) in reached.items()
        if not any(known >= months and at > ready_at for known, at in said.get(found, []))
    ]


def _reminded(ids: list[int]) -> dict[int, list[tuple[int, datetime]]]:
    """The reminders already written for each ticket: (months, when)."""
    query = select(HistoryEntry.subject_id, HistoryEntry.facts, HistoryEntry.at).where(
        HistoryEntry.subject_kind == "ticket",
        HistoryEntry.subject_id.in_(ids),
        HistoryEntry.verb == "ticket.pickup_reminded",
    )
    found: dict[int, list[tuple[int, datetime]]] = {}
    for subject_id, facts, at in db.session.execute(query):
        found.setdefault(subject_id, []).append((int(facts["months"]), at))
    return found
