"""What a client sees when he signs in: his tickets, with what is new in each."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, select

from app.accounts.models import User
from app.core.db import db
from app.core.i18n import _
from app.messaging.models import ThreadMessage
from app.messaging.states import Direction
from app.tickets.models import Ticket
from app.tickets.queries import visible, word
from app.tickets.states import FINAL, TicketState

PAST = 50
CLIENT_WORDS = {
    TicketState.QUOTED: "Votre accord est attendu", TicketState.READY: "Prêt à retirer",
    TicketState.SHIPPING: "Votre colis est en route", TicketState.OUT: "Terminé", TicketState.CLOSED: "Terminé",
}  # fmt: skip


class TicketRow(NamedTuple):
    """A ticket of the list. `unread`: messages of ours that the client has not read."""

    number: str
    title: str
    state: TicketState
    received_at: datetime
    out_at: datetime | None
    unread: int

    @property
    def state_label(self) -> str:
        """The client's word where he has something to do or nothing more to wait for, else the organisation's."""
        return _(CLIENT_WORDS[self.state]) if self.state in CLIENT_WORDS else word(self.state)

    @property
    def finished(self) -> bool:
        """True once out or closed."""
        return self.state in FINAL


def my_tickets(user: User) -> list[TicketRow]:
    """The tickets of a client, the newest first."""
    new = and_(
        ThreadMessage.subject_kind == "ticket",
        ThreadMessage.subject_id == Ticket.id,
        ThreadMessage.direction == Direction.OUTGOING,
        ThreadMessage.read_at.is_(None),
    )
    unread = select(func.count()).select_from(ThreadMessage).where(new).correlate(Ticket).scalar_subquery()
    query = (
        select(Ticket.number, Ticket.title, Ticket.state, Ticket.received_at, Ticket.out_at, unread)
        .where(visible(user))
        .order_by(Ticket.id.desc())
        .limit(PAST)
    )
    return [TicketRow(*row) for row in db.session.execute(query)]
