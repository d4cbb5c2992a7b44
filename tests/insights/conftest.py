"""A workshop with a past: tickets in several states, quotes, messages, told by the services and then set back in time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.core import clock
from app.core.db import db, transaction
from app.core.revisions import bump
from app.core.subject import subject_of
from app.messaging.services.tasks import add_task
from app.messaging.services.threads import post_from_client
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.states import Cover, TicketState
from tests.cast import Cast
from tests.factories.tickets import a_ticket

T = TicketState


def days_ago(days: float) -> datetime:
    return clock.now() - timedelta(days=days)


def aged(ticket: Ticket, **values: Any) -> Ticket:
    """The ticket, some of whose columns are set as if days had passed."""
    with transaction():
        row = db.session.get_one(Ticket, ticket.id)
        for name, value in values.items():
            setattr(row, name, value)
        bump("tickets")
    return db.session.get_one(Ticket, ticket.id)


def a_quote(
    ticket: Ticket,
    number: str,
    state: QuoteState,
    *,
    sent_days: float,
    gross: int = 12000,
    answered_days: float | None = None,
) -> Quote:
    """A quote sent some days ago, answered some days ago."""
    with transaction():
        quote = Quote(
            number=number, ticket_id=ticket.id, contact_id=ticket.contact_id, state=state, gross=gross, net=gross * 5 // 6, vat=gross // 6,
            sent_at=days_ago(sent_days), answered_at=None if answered_days is None else days_ago(answered_days), sha256="ab" * 32,
            content={"ticket": {"number": ticket.number, "title": ticket.title}, "client": {"name": "Karim Benyahia"}},
        )  # fmt: skip
        db.session.add(quote)
        db.session.flush()
    return quote


@dataclass
class Past:
    """What `workshop` made."""

    ready: Ticket
    late: Ticket
    due: Ticket
    waiting: Ticket
    back: Ticket


@pytest.fixture
def past(cast: Cast) -> Past:
    today = clock.today()
    repaired = aged(
        a_ticket(T.OUT, contact=cast.karim, by=cast.ines),
        assignee_id=cast.ines.id,
        received_at=days_ago(40),
        ready_at=days_ago(33),
        out_at=days_ago(30),
    )
    back = aged(
        a_ticket(T.REPAIRING, contact=cast.karim, by=cast.ines),
        assignee_id=cast.ines.id,
        cover=Cover.REPAIR,
        parent_id=repaired.id,
        promised_on=None,
    )
    ready = aged(a_ticket(T.READY, contact=cast.karim, by=cast.ines), assignee_id=cast.ines.id, promised_on=today)
    late = aged(
        a_ticket(T.REPAIRING, contact=cast.dan),
        assignee_id=cast.ines.id,
        promised_on=today - timedelta(days=4),
        received_at=days_ago(9),
    )
    due = aged(a_ticket(T.CHECKING, contact=cast.dan), assignee_id=cast.camille.id, promised_on=today)
    waiting = aged(a_ticket(T.QUOTED, contact=cast.karim), promised_on=today + timedelta(days=3))
    a_quote(waiting, "D-2026-0001", QuoteState.SENT, sent_days=5)
    a_quote(repaired, "D-2026-0002", QuoteState.ACCEPTED, sent_days=36, answered_days=34)
    with transaction():
        post_from_client(subject_of(waiting), cast.karim, "Avez-vous reçu mon message ?")
        add_task("Rappeler pour la pièce", call=True, due_on=today, contact_id=cast.karim.id)
    return Past(ready, late, due, waiting, back)
