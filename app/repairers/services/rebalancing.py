"""« Rééquilibrer »: all that nobody has accepted is shared again; previewed, then applied as it was shown or not at all."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.core.db import db, require_transaction
from app.core.errors import Conflict
from app.core.i18n import _
from app.dispatch.models import Rebalancing
from app.dispatch.services import plan_as_json, rebalance
from app.repairers.models import RepairJob
from app.repairers.queries.problem import problem
from app.repairers.services.sharing import entrust, keep_reasons, locked
from app.repairers.states import LOOSE
from app.tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Preview:
    """What would change hands. `mark` names exactly these moves: they are applied only while they are still the right ones."""

    done: Rebalancing
    mark: str

    @property
    def moves(self) -> list[tuple[str, int | None, int]]:
        """(number of the ticket, who had it, who gets it)."""
        return [(move.repair, int(move.origin) if move.origin else None, int(move.target)) for move in self.done.moves]


def preview() -> Preview:
    """What « Rééquilibrer » would do now."""
    done = rebalance(problem())
    said = json.dumps([[move.repair, move.origin, move.target] for move in done.moves])
    return Preview(done, hashlib.sha256(said.encode()).hexdigest()[:16])


def apply(mark: str) -> int:
    """Do what was previewed, in one transaction; how many changed hands. Raises Conflict when the right moves are others by now."""
    require_transaction()
    found = preview()
    if found.mark != mark:
        raise Conflict(_("Quelque chose a changé depuis l'aperçu : voici le nouveau, relisez-le avant d'appliquer."))
    told = {one["repair"]: one for one in plan_as_json(found.done.after)["assignments"]}
    jobs = _loose()
    for number, reasons in told.items():
        if number in jobs:
            keep_reasons(jobs[number], reasons)
    for number, _former, target in found.moves:
        job, ticket = locked(jobs[number])
        entrust(job, ticket, target, _("Rééquilibrage"), by_itself=True)
    return len(found.moves)


def _loose() -> dict[str, Any]:
    query = select(Ticket.number, RepairJob).join(Ticket, Ticket.id == RepairJob.ticket_id)
    return {row[0]: row[1] for row in db.session.execute(query.where(RepairJob.state.in_(LOOSE)))}
