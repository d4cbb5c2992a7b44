"""Past repairs, taken over from another file: closed tickets with numbers of their own, « H-000001 »."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.core.db import insert_many, require_transaction
from app.core.history import record_many
from app.core.numbers import next_block
from app.core.revisions import bump
from app.core.search import index_new
from app.tickets.models import Ticket
from app.tickets.states import Outcome, TicketKind, TicketState

SERIES = "H"


@dataclass(slots=True)
class PastTicket:
    """A repair that was over before we came. `outcome` None: its file does not say. `facts` goes to the history too."""

    title: str
    received_at: datetime
    out_at: datetime
    outcome: Outcome | None = None
    source_ref: str | None = None
    contact_id: int | None = None
    asset_id: int | None = None
    family_id: int | None = None
    fault: str = ""
    diagnosis: str = ""
    report: str = ""
    told: dict[str, str] = field(default_factory=dict)


def add_past_tickets(rows: Sequence[PastTicket], origin: dict[str, Any]) -> list[int]:
    """Write closed tickets, numbered in one block; their ids. `told` is kept word for word under `facts["import"]`, with `origin`."""
    require_transaction()
    if not rows:
        return []
    numbers = next_block(SERIES, len(rows))
    ids = insert_many(Ticket, [_columns(row, number, origin) for row, number in zip(rows, numbers, strict=True)])
    record_many(Ticket.__kind__, ids, "ticket.imported", [origin] * len(ids))
    index_new(Ticket.__kind__, ids)
    bump("tickets")
    return ids


def _columns(row: PastTicket, number: str, origin: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": number,
        "kind": TicketKind.REPAIR,
        "state": TicketState.OUT,
        "state_since": row.out_at,
        "outcome": row.outcome,
        "title": row.title[:200],
        "contact_id": row.contact_id,
        "asset_id": row.asset_id,
        "family_id": row.family_id,
        "fault": row.fault,
        "diagnosis": row.diagnosis,
        "report": row.report,
        "received_at": row.received_at,
        "ready_at": row.out_at,
        "out_at": row.out_at,
        "source_ref": row.source_ref,
        "facts": {"import": {**origin, **row.told}},
        "version": 1,
    }
