"""A device nobody comes for: reminders at one, three, six and eleven months."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.tickets.jobs import remind_one_pickup
from app.tickets.models import Ticket
from app.tickets.queries.pickups import due_pickups
from tests.cast import Cast
from tests.factories.tickets import T, a_ticket


def ready_since(cast: Cast, days: int) -> Ticket:
    ticket = a_ticket(T.READY, contact=cast.karim)
    with transaction():
        db.session.get_one(Ticket, ticket.id).ready_at = clock.now() - timedelta(days=days)
    return ticket


@pytest.mark.parametrize(("days", "months"), [(20, None), (40, 1), (100, 3), (200, 6), (345, 11), (500, 11)])
def test_the_longest_wait_reached_is_reminded(cast: Cast, days: int, months: int | None) -> None:
    ticket = ready_since(cast, days)
    assert due_pickups() == ([(ticket.id, months)] if months else [])


def test_a_reminder_leaves_once_even_when_the_job_runs_twice(cast: Cast) -> None:
    ticket = ready_since(cast, 100)
    for _ in range(2):
        remind_one_pickup(ticket.id, 3)
    mails = db.session.scalars(
        select(OutboxMessage.id).where(
            OutboxMessage.template == "ticket.pickup_reminder", OutboxMessage.channel == "email"
        )
    ).all()
    assert len(mails) == 1
    assert due_pickups() == []


def test_a_device_taken_back_is_never_reminded(cast: Cast) -> None:
    a_ticket(T.OUT, contact=cast.karim)
    assert due_pickups() == []
