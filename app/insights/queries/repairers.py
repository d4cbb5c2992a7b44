"""The repairs sent out to each outside repairer: how many, how long, how late, how many came back, what they cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.insights.queries.filters import Filters
from app.insights.queries.fleet import families_under
from app.repairers.models import Repairer, RepairJob
from app.repairers.states import WORKING, JobState
from app.tickets.models import Ticket
from app.tickets.states import Cover

DAY = 86_400


@dataclass(frozen=True, slots=True)
class SentOut:
    """A repairer: in hand now; of the repairs made ready in the period, how many, days from his yes to ready (mean), late after
    the day promised and by how many days (mean), come back under guarantee since, cents with tax."""

    id: int
    name: str
    in_hand: int
    finished: int
    days: float
    late: int
    late_days: float
    returned: int
    cost: int


def sent_out(filters: Filters) -> list[SentOut]:
    """Those who have, or made ready during the period, repairs that they accepted: the busiest first. One statement."""
    again = aliased(Ticket)
    back = select(again.id).where(again.parent_id == Ticket.id, again.cover == Cover.REPAIR).exists()
    query = (
        select(
            Repairer.id, Contact.name, RepairJob.answered_at, RepairJob.cost, Ticket.state, Ticket.ready_at, back.label("back"),
            func.coalesce(RepairJob.agreed_on, Ticket.promised_on).label("promised"), Ticket.received_at,
        )
        .join(Repairer, Repairer.id == RepairJob.repairer_id)
        .join(Contact, Contact.id == Repairer.contact_id)
        .join(Ticket, Ticket.id == RepairJob.ticket_id)
        .where(
            RepairJob.state == JobState.ACCEPTED, or_(filters.within(Ticket.ready_at), Ticket.state.in_(WORKING))
        )
        .order_by(Contact.name, Repairer.id)
    )  # fmt: skip
    if filters.family:
        query = query.where(Ticket.family_id.in_(families_under(filters.family)))
    if filters.site:
        query = query.where(Ticket.site_id == filters.site)
    groups: dict[tuple[int, str], list[Any]] = {}
    for row in db.session.execute(query):
        groups.setdefault((row[0], row[1]), []).append(row)
    found = [_sent_out(*who, rows, filters.moments) for who, rows in groups.items()]
    return sorted(found, key=lambda one: (-one.finished, -one.in_hand, one.name))


def _sent_out(number: int, name: str, rows: Sequence[Any], period: tuple[datetime, datetime]) -> SentOut:
    done = [row for row in rows if row.ready_at is not None and period[0] <= row.ready_at < period[1]]
    spent = [(row.ready_at - (row.answered_at or row.received_at)).total_seconds() / DAY for row in done]
    lates = [
        days for row in done if row.promised and (days := (clock.local(row.ready_at).date() - row.promised).days) > 0
    ]
    return SentOut(
        number, name, sum(row.state in WORKING for row in rows), len(done), mean(spent), len(lates), mean(lates),
        sum(row.back for row in done), sum(row.cost or 0 for row in done),
    )  # fmt: skip


def mean(values: Sequence[float]) -> float:
    """Their mean; 0 of none."""
    return sum(values) / len(values) if values else 0
