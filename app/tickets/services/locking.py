"""Two people on one ticket: the row is locked, and a stale page is told who came first."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.core import clock
from app.core.db import db, key_of, require_transaction
from app.core.errors import Conflict
from app.core.history import HistoryEntry
from app.core.i18n import _
from app.tickets.models import Ticket
from app.tickets.queries.one import LOADED


def locked(ticket: Ticket, version: int | None = None) -> Ticket:
    """The ticket read again under a lock, with what messages about it say. Raises Conflict when the asking page is stale."""
    require_transaction()
    query = (
        select(Ticket)
        .where(Ticket.id == key_of(ticket))
        .with_for_update(of=Ticket)
        .execution_options(populate_existing=True)
    )
    fresh = db.session.scalars(query.options(selectinload(Ticket.lines), *LOADED)).one()
    if version is not None and fresh.version != version:
        raise Conflict(_conflict_message(fresh))
    return fresh


def _conflict_message(ticket: Ticket) -> str:
    row = db.session.execute(
        select(HistoryEntry.actor_name, HistoryEntry.at)
        .where(HistoryEntry.subject_kind == "ticket", HistoryEntry.subject_id == ticket.id)
        .order_by(HistoryEntry.id.desc())
        .limit(1)
    ).first()
    who, when = (row[0], row[1]) if row else ("Quelqu'un", ticket.updated_at)
    return _("%(who)s a modifié ce dossier à %(when)s. Relisez puis recommencez.", who=who, when=clock.hour(when))
