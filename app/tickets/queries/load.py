"""The promised date: the family's usual delay after the queue that waits for the team, in working days."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from app.accounts.queries import workers
from app.assets.queries import family
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.settings import setting
from app.planning.queries import is_open_day
from app.planning.queries.bars import Mark
from app.planning.states import Look
from app.tickets.models import Ticket
from app.tickets.states import AHEAD, IN_HAND, Waiting


@dataclass(frozen=True, slots=True)
class Promise:
    """A day proposed to the client, and why."""

    day: date
    reason: str


def add_working_days(day: date, count: int) -> date:
    """The day `count` working days later (at least the next working day)."""
    for _step in range(400):
        day += timedelta(days=1)
        if is_open_day(day):
            count -= 1
            if count <= 0:
                return day
    return day


def promise_for(family_id: int | None) -> Promise:
    """A day to propose: usual delay plus the queue, shared by those who repair."""
    queue = db.session.scalar(select(func.count()).where(Ticket.state.in_(AHEAD), Ticket.waiting == Waiting.NONE))
    hands = max(1, len(workers()))
    wait = math.floor((queue or 0) / (hands * setting("tickets.per_day")))
    kin = family(family_id)
    usual = kin.repair_days if kin else setting("tickets.repair_days")
    reason = _(
        "%(usual)s jours ouvrés d'ordinaire, plus %(wait)s pour les %(queue)s dossiers déjà en file.",
        usual=usual, wait=wait, queue=queue or 0,
    )  # fmt: skip
    return Promise(add_working_days(clock.today(), usual + wait), reason)


def work_in_hand(people: Sequence[int], start: datetime, end: datetime) -> Iterator[Mark]:
    """The repairs in the hands of these people between two moments, from their state's beginning to the promised day."""
    query = select(
        Ticket.assignee_id, Ticket.number, Ticket.title, Ticket.state_since, Ticket.promised_on, Ticket.waiting
    ).where(Ticket.assignee_id.in_(people), Ticket.state.in_(IN_HAND), Ticket.state_since < end)
    now = clock.now()
    for row in db.session.execute(query):
        due = clock.at(row.promised_on, 18) if row.promised_on else now
        until = max(due, now)
        if until > start:
            detail = row.waiting.label if row.waiting != Waiting.NONE else row.title
            yield Mark(
                f"user:{row.assignee_id}", row.state_since, until, Look.REPAIR if due >= now else Look.CONFLICT,
                row.number, detail, f"/dossiers/{row.number}",
            )  # fmt: skip
