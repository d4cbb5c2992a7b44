"""How his past repairs went: those that came back within the guarantee, those given back late."""

from collections.abc import Collection
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.db import db
from app.repairers.models import RepairJob
from app.tickets.models import Ticket
from app.tickets.states import Cover

#: Older repairs say nothing of how he works today.
REMEMBERED = timedelta(days=3 * 365)


class Quality(NamedTuple):
    """Of `repairs` finished: how many came back, how many were late."""

    repairs: int = 0
    returned: int = 0
    late: int = 0

    def per_thousand(self, count: int) -> int:
        """A share of the past, in thousandths; 0 without a past."""
        return round(1000 * count / self.repairs) if self.repairs else 0

    @property
    def returned_share(self) -> int:
        """Those that came back, in thousandths."""
        return self.per_thousand(self.returned)

    @property
    def late_share(self) -> int:
        """Those given back late, in thousandths."""
        return self.per_thousand(self.late)


def qualities(user_ids: Collection[int]) -> dict[int, Quality]:
    """By account: his finished repairs of the last three years. Late: ready after the day promised when he accepted, else
    after the one promised to the client (days compared in UTC: what is ready after midnight may count as the day before)."""
    again = aliased(Ticket)
    back = select(again.id).where(again.parent_id == Ticket.id, again.cover == Cover.REPAIR).exists()
    promised = func.coalesce(RepairJob.agreed_on, Ticket.promised_on)
    query = (
        select(
            Ticket.assignee_id, func.count(), func.sum(case((back, 1), else_=0)),
            func.sum(case((func.date(Ticket.ready_at) > promised, 1), else_=0)),
        )
        .outerjoin(RepairJob, RepairJob.ticket_id == Ticket.id)
        .where(Ticket.assignee_id.in_(user_ids), Ticket.ready_at > clock.now() - REMEMBERED)
        .group_by(Ticket.assignee_id)
    )  # fmt: skip
    return {row[0]: Quality(*(int(value or 0) for value in row[1:])) for row in db.session.execute(query)}
