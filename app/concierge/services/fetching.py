"""The stays are read from their services before a month is counted; a service that fails does not hold the month."""

import time
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app.concierge.queries.sources import SOURCES
from app.core import clock
from app.core.db import db, require_transaction
from app.partners.models import PartnerRun
from app.partners.queries import due_accounts, last_run
from app.partners.queries.registry import tasks_of
from app.partners.services.runs import start
from app.partners.states import Origin, RunState

#: A month waits this long for its stays, then is counted with those that came.
PATIENCE = timedelta(seconds=90)


def ask() -> list[int]:
    """Have every service in service read now. Returns the runs to wait for."""
    require_transaction()
    asked = []
    for account in due_accounts(SOURCES):
        for task in tasks_of(account.kind):
            if task.wanted(account):
                run = start(account, task, Origin.HAND) or last_run(account.id, task.code)
                asked += [run.id] if run is not None else []
    return asked


def wait(runs: Sequence[int]) -> None:
    """Until none of them reads any more: what waits for a partner, or was refused, is not waited for."""
    until = clock.now() + PATIENCE
    while runs and clock.now() < until and _reading(runs):
        time.sleep(1)


def _reading(runs: Sequence[int]) -> bool:
    found = db.session.scalar(
        select(PartnerRun.id).where(PartnerRun.id.in_(runs), PartnerRun.state == RunState.RUNNING).limit(1)
    )
    db.session.rollback()
    return found is not None
