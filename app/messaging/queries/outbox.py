"""Reads of messages sent and to send."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, select

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core.db import db
from app.core.history import HistoryEntry
from app.core.outbox import Channel, MessageState, OutboxMessage
from app.messaging.states import LOST, WAITING

#: The filter « à traiter » and « en attente » gather several states.
GROUPS: dict[str, tuple[MessageState, ...]] = {
    "a-traiter": LOST,
    "en-attente": WAITING,
    "partis": (MessageState.SENT, MessageState.DELIVERED),
    "annules": (MessageState.CANCELLED,),
}


@dataclass(frozen=True, slots=True)
class OutboxFilters:
    """What the query string asks for: a group of states, a channel, a contact."""

    group: str = ""
    channel: str = ""
    contact_id: int | None = None


class Attempt(NamedTuple):
    """One step of a message's way."""

    at: datetime
    who: str
    state: MessageState
    reason: str


COLUMNS = (
    OutboxMessage.id, OutboxMessage.channel, OutboxMessage.recipient, Contact.name.label("contact"), OutboxMessage.subject,
    OutboxMessage.text, OutboxMessage.state, OutboxMessage.created_at, OutboxMessage.due_at, OutboxMessage.sent_at,
    OutboxMessage.error,
)  # fmt: skip


def outbox_listing(filters: OutboxFilters) -> Select[*tuple[Any, ...]]:
    """The query of the list, the newest first."""
    query: Select[*tuple[Any, ...]] = (
        select(*COLUMNS).outerjoin(Contact, Contact.id == OutboxMessage.contact_id).order_by(OutboxMessage.id.desc())
    )
    if filters.group in GROUPS:
        query = query.where(OutboxMessage.state.in_(GROUPS[filters.group]))
    if filters.channel in list(Channel):
        query = query.where(OutboxMessage.channel == Channel(filters.channel))
    if filters.contact_id:
        query = query.where(OutboxMessage.contact_id == filters.contact_id)
    return query


def message_for(user: User, message_id: int) -> OutboxMessage | None:
    """The message, when this person may see the team's messages."""
    return db.session.get(OutboxMessage, message_id) if allowed(user, "message.view") else None


def attempts_of(message: OutboxMessage) -> list[Attempt]:
    """Its way, the oldest step first."""
    rows = db.session.execute(
        select(HistoryEntry.at, HistoryEntry.actor_name, HistoryEntry.facts)
        .where(
            HistoryEntry.subject_kind == "message",
            HistoryEntry.subject_id == message.id,
            HistoryEntry.verb == "message.moved",
        )
        .order_by(HistoryEntry.id)
    )
    return [Attempt(at, who, MessageState(facts["to"]), str(facts.get("reason", ""))) for at, who, facts in rows]
