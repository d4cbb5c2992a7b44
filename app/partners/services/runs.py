"""Runs of tasks: started, handed on page after page, put aside, resumed. As for jobs, their states are written without history."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict
from app.core.history import record
from app.core.i18n import _
from app.core.jobs import later
from app.core.partners import PartnerAccount
from app.partners.models import PartnerRun
from app.partners.queries import last_run, live_runs
from app.partners.queries.registry import PartnerTask, tasks_of
from app.partners.states import LIVE, Origin, RunState

STEP = "app.partners.jobs.step"
#: A wait this short is spent by the worker; longer, the job is put back until then.
SHORT = timedelta(seconds=5)


def start(
    account: PartnerAccount, task: PartnerTask, origin: Origin, cursor: Mapping[str, Any] | None = None
) -> PartnerRun | None:
    """Begin a run where the last one ended, or at `cursor`; None when one is under way."""
    require_transaction()
    db.session.get_one(PartnerAccount, account.id, with_for_update=True)
    last = last_run(account.id, task.code)
    if last is not None and last.state in LIVE:
        return None
    begun = (last.cursor if last else {}) if cursor is None else cursor
    run = PartnerRun(
        account_id=account.id, task=task.code, origin=origin, cursor=dict(begun), started_at=clock.now(), step=0
    )  # fmt: skip
    db.session.add(run)
    db.session.flush()
    hand_on(run, clock.now())
    return run


def hand_on(run: PartnerRun, at: datetime) -> None:
    """Have its next step done from that moment on; a step handed on before is not done any more."""
    require_transaction()
    run.step += 1
    run.due_at = at
    run.job_id = later(STEP, run.id, run.step, at=at if at - clock.now() > SHORT else None).id


def end(run: PartnerRun, state: RunState, error: str = "") -> None:
    """No more steps: done, or stopped for that reason."""
    require_transaction()
    run.state, run.error, run.ended_at = state, error, clock.now()
    run.step, run.due_at, run.job_id = run.step + 1, None, None


def run_now(account: PartnerAccount, task: PartnerTask) -> None:
    """Do a task at once. Raises Conflict when it is being done, or when the account is out of service."""
    require_transaction()
    _check_active(account)
    last = _locked_last(account, task)
    if last is not None and last.state == RunState.WAITING:
        hand_on(last, clock.now())
    elif start(account, task, Origin.HAND) is None:
        raise Conflict(_("Ce travail est déjà en cours. Attendez qu'il se termine."))
    record(account, "partner_account.relaunched", label=account.label, task=_(task.label))


def replay(account: PartnerAccount, task: PartnerTask) -> None:
    """Do a task again from its beginning; a run under way is given up. Raises Conflict when the account is out of service."""
    require_transaction()
    _check_active(account)
    _begin_again(account, task)
    record(account, "partner_account.replayed", label=account.label, task=_(task.label))


def begin_again(account: PartnerAccount) -> None:
    """It has become another account: what was done with it is done again from the beginning."""
    require_transaction()
    account.cursor = {}
    for task in tasks_of(account.kind):
        if last_run(account.id, task.code) is not None:
            _begin_again(account, task)
    if not account.active:
        pause(account)


def _begin_again(account: PartnerAccount, task: PartnerTask) -> None:
    last = _locked_last(account, task)
    if last is not None and last.state in LIVE:
        end(last, RunState.FAILED, _("Abandonné : tout est repris depuis le début."))
        db.session.flush()
    start(account, task, Origin.REPLAY, {})


def pause(account: PartnerAccount) -> None:
    """The account is put out of service: its runs wait, where they are."""
    require_transaction()
    for run in live_runs(account.id):
        run.state, run.due_at, run.job_id, run.step = RunState.WAITING, None, None, run.step + 1


def give_up(account: PartnerAccount) -> None:
    """The account is removed: its runs end."""
    require_transaction()
    for run in live_runs(account.id):
        end(run, RunState.FAILED, _("La connexion a été retirée."))


def revive(account: PartnerAccount) -> None:
    """The account was changed, tried with success or put back in service: what waited or had stopped goes on from its cursor."""
    require_transaction()
    if not account.active:
        return
    for task in tasks_of(account.kind):
        last = _locked_last(account, task)
        if last is not None and last.state == RunState.WAITING:
            hand_on(last, clock.now())
        elif last is not None and last.state == RunState.FAILED:
            start(account, task, Origin.MENDED)


def _locked_last(account: PartnerAccount, task: PartnerTask) -> PartnerRun | None:
    db.session.get_one(PartnerAccount, account.id, with_for_update=True)
    return last_run(account.id, task.code, lock=True)


def _check_active(account: PartnerAccount) -> None:
    if not account.active:
        raise Conflict(_("Cette connexion est en pause. Remettez-la en service, puis relancez."))
