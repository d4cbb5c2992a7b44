"""Jobs of the runner. Each is done twice without harm: where a run is stands in the database."""

from sqlalchemy.exc import OperationalError

from app.connectors.errors import PartnerError
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.partners.queries import lost_runs
from app.partners.services import runner, watching


def step(run_id: int, number: int) -> None:
    """One page of a run: asked, called, kept."""
    try:
        turn = runner.begin(run_id, number)
    except OperationalError:
        raise
    except DomainError as fault:
        _refuse(run_id, number, runner.Brought(refusal=PartnerError(fault.message, final=True)))
        return
    except Exception:
        runner.log.exception("run %s: what to ask could not be told", run_id)
        _refuse(run_id, number, runner.Brought(refusal=runner.anomaly()))
        return
    db.session.rollback()
    if turn is None:
        return
    brought = runner.fetch(turn)
    try:
        with transaction():
            runner.settle(run_id, number, turn, brought)
    except OperationalError:
        raise
    except DomainError as fault:
        _refuse(run_id, number, runner.Brought(None, PartnerError(fault.message, final=True), brought.calls))
    except Exception:
        runner.log.exception("run %s: a page could not be kept", run_id)
        _refuse(run_id, number, runner.Brought(None, runner.anomaly(), brought.calls))


def _refuse(run_id: int, number: int, brought: runner.Brought) -> None:
    db.session.rollback()
    with transaction():
        runner.settle(run_id, number, None, brought)


def watch() -> int:
    """Every minute: start what is due, take up what was lost. Returns how many."""
    due, lost = watching.due(), lost_runs()
    db.session.rollback()
    for account_id, code in due:
        with transaction():
            watching.start_due(account_id, code)
    for run_id in lost:
        with transaction():
            watching.take_up(run_id)
    return len(due) + len(lost)


def forget_old() -> int:
    """Every night: drop the runs that ended a month ago. Returns how many."""
    with transaction():
        return len(watching.forget_old())
