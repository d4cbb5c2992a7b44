"""The promised date: the family's usual delay after the queue that waits for the team, in working days."""

import math
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import holidays
from sqlalchemy import func, select

from app.accounts.queries import organisation, workers
from app.assets.queries import family
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.settings import setting
from app.tickets.models import Ticket
from app.tickets.states import AHEAD, Waiting


@dataclass(frozen=True, slots=True)
class Promise:
    """A day proposed to the client, and why."""

    day: date
    reason: str


@cache
def _public_holidays(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FR", years=year))


def is_working_day(day: date) -> bool:
    """True when the organisation is open that day (weekdays by default) and it is no public holiday."""
    ours = organisation()
    hours = ours.opening if ours else {}
    opened = bool(hours.get(str(day.weekday()))) if hours else day.weekday() < 5
    return opened and day not in _public_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The day `count` working days later (at least the next working day)."""
    for _step in range(400):
        day += timedelta(days=1)
        if is_working_day(day):
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
