"""Work on a ticket: texts, waiting, people, details."""

from datetime import date
from typing import Any

from app.accounts.models import User
from app.accounts.queries import workers
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.core.revisions import bump
from app.tickets.models import Ticket
from app.tickets.queries.words import word
from app.tickets.services.hooks import tell_assigned
from app.tickets.services.paid_in import tell_paid_in
from app.tickets.states import MAY_WAIT, WAITING_FOR, Priority, Waiting

TEXTS = {"diagnosis": "Diagnostic", "report": "Rapport d'intervention", "extra_work": "Travaux demandés en plus"}
MAX_TEXT = 20_000


def touch(ticket: Ticket) -> None:
    """Say that somebody did something: boards and lists refresh, « sans action depuis » starts again."""
    require_transaction()
    ticket.touched_at = clock.now()
    bump("tickets")


def write_text(ticket: Ticket, field: str, text: str) -> bool:
    """Write one of `TEXTS`; autosave calls it often, so the history keeps one row per author and hour. False if equal."""
    if field not in TEXTS:
        raise DomainError(_("Ce texte n'existe pas. Rechargez la page."))
    text = text.replace("\r\n", "\n").strip()
    if len(text) > MAX_TEXT:
        raise DomainError(_("Ce texte dépasse 20 000 caractères. Joignez plutôt un document."), field=field)
    if getattr(ticket, field) == text:
        return False
    if not getattr(ticket, field):
        record(ticket, f"ticket.{field}_started")
    setattr(ticket, field, text)
    touch(ticket)
    db.session.flush()
    return True


def set_waiting(ticket: Ticket, waiting: Waiting, note: str = "") -> None:
    """Say what the work waits for, or that it goes on. Raises DomainError where waiting has no sense."""
    if waiting != Waiting.NONE and ticket.state not in MAY_WAIT:
        states = ", ".join(f"« {word(state)} »" for state in MAY_WAIT)
        raise DomainError(_("On ne met en attente qu'un dossier à l'un de ces états : %(states)s.", states=states))
    if waiting not in WAITING_FOR[ticket.kind]:
        raise DomainError(_("Cette attente ne convient pas à ce type de dossier."))
    if (ticket.waiting, ticket.waiting_note) == (waiting, note.strip()):
        return
    ticket.waiting, ticket.waiting_note = waiting, note.strip()[:200]
    ticket.state_since = clock.now()
    record(ticket, "ticket.waiting", waiting=waiting.value, note=ticket.waiting_note)
    touch(ticket)


def assign(ticket: Ticket, user_id: int | None) -> None:
    """Give the ticket to somebody who repairs, or to nobody. Raises DomainError."""
    if ticket.assignee_id == user_id:
        return
    names = dict(workers())
    if user_id is not None and user_id not in names:
        raise DomainError(_("Cette personne ne répare pas. Choisissez quelqu'un dans la liste."), field="assignee_id")
    ticket.assignee_id = user_id
    ticket.assignee = db.session.get(User, user_id) if user_id else None
    record(ticket, "ticket.assigned", to=names.get(user_id, "") if user_id else "")
    touch(ticket)
    tell_assigned(ticket)


def set_priority(ticket: Ticket, priority: Priority) -> None:
    """Change how urgent it is."""
    if ticket.priority != priority:
        ticket.priority = priority
        record(ticket, "ticket.priority", to=priority.label)
        touch(ticket)


DETAILS = (
    "title", "fault", "extra_work", "accessories", "dropped_by", "person_to_contact", "promised_on", "ceiling",
    "diagnosis_fee", "cover", "shelf", "external_ref", "estimated_minutes", "paid_at_intake", "paid_by",
)  # fmt: skip
AMOUNTS = frozenset({"ceiling", "diagnosis_fee", "paid_at_intake"})


def change_details(ticket: Ticket, **values: Any) -> None:
    """Change some of `DETAILS`; the history names each, before and after. Raises DomainError for money that cannot be corrected."""
    changes = {}
    for key, value in values.items():
        if key not in DETAILS:
            raise KeyError(key)
        before = getattr(ticket, key)
        if before != value:
            setattr(ticket, key, value)
            changes[key] = [_shown(key, before), _shown(key, value)]
    if changes:
        record(ticket, "ticket.changed", changes=changes)
        touch(ticket)
    if values.keys() & {"paid_at_intake", "paid_by"}:
        tell_paid_in(ticket)


def _shown(key: str, value: Any) -> str:
    if key in AMOUNTS:
        return euros(value) if value is not None else ""
    if isinstance(value, date):
        return clock.table_date(value)
    return ", ".join(value) if isinstance(value, list) else str(value if value is not None else "")
