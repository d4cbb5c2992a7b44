"""Every minute: start what is due, and take up what nobody carries any more."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete

from app.core import clock
from app.core.db import db, require_transaction
from app.core.partners import PartnerAccount
from app.partners.models import PartnerRun
from app.partners.queries import due_accounts, last_runs, outdated_runs
from app.partners.queries.registry import kinds_with_tasks, task_of, tasks_of
from app.partners.services.runs import hand_on, start
from app.partners.states import LIVE, Origin, RunState

KEPT = timedelta(days=30)


def due() -> list[tuple[int, str]]:
    """(account, task) to start: never done, or done and its time has come. One that was stopped waits for somebody."""
    accounts = due_accounts(kinds_with_tasks())
    last = last_runs([account.id for account in accounts])
    found = []
    for account in accounts:
        for task in tasks_of(account.kind):
            run = last.get((account.id, task.code))
            over = run is not None and run.state == RunState.DONE and run.started_at + task.every <= clock.now()
            if (run is None or over) and task.wanted(account):
                found.append((account.id, task.code))
    return found


def start_due(account_id: int, code: str) -> None:
    """Start one, unless it was started or its account stopped meanwhile."""
    require_transaction()
    account = db.session.get_one(PartnerAccount, account_id, with_for_update=True, populate_existing=True)
    task = task_of(account.kind, code)
    if account.active and account.archived_at is None and task is not None:
        start(account, task, Origin.RHYTHM)


def take_up(run_id: int) -> None:
    """Hand a lost run on, from its cursor."""
    require_transaction()
    run = db.session.get_one(PartnerRun, run_id, with_for_update=True, populate_existing=True)
    if run.state in LIVE and run.due_at is not None:
        hand_on(run, max(run.due_at, clock.now()))


def forget_old() -> Sequence[int]:
    """Drop the runs that ended a month ago. Returns their ids."""
    require_transaction()
    old = outdated_runs(clock.now() - KEPT)
    db.session.execute(delete(PartnerRun).where(PartnerRun.id.in_(old)))
    return old
