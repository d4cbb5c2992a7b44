"""One step of a run: what is asked, the call, what is kept of it. The call is outside any transaction, and nothing is kept twice."""

import logging
import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import OperationalError

from app.connectors.calls import CallRecord
from app.connectors.errors import PartnerError
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.partners import PartnerAccount, Route, note_outcome, route_of
from app.core.subject import Subject
from app.messaging.services.tasks import add_task, finish_tasks_about, open_task_about
from app.partners.models import PartnerRun
from app.partners.queries.registry import Cursor, PartnerTask, task_of
from app.partners.services.runs import SHORT, end, hand_on
from app.partners.states import LIVE, RunState

#: Before the tries that follow a refusal worth one, when the partner does not say; the last one for ever.
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))
LONGEST = timedelta(days=1)
#: Refusals in a row after which the manager is told, though tries go on: about seven hours.
TOLD_AFTER = 6
RETRIED = " Nouvel essai automatique."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Turn:
    """A step about to be done, as plain data."""

    run_id: int
    step: int
    route: Route
    task: PartnerTask
    cursor: Cursor
    asked: Any
    due_at: datetime | None


@dataclass(slots=True)
class Brought:
    """What the call gave: a page, or a refusal; and the calls made."""

    page: Any = None
    refusal: PartnerError | None = None
    calls: list[CallRecord] = field(default_factory=list)


def begin(run_id: int, step: int) -> Turn | None:
    """Read what a step needs; None when it is no longer its turn. Raises DomainError when it cannot be done."""
    run = db.session.get(PartnerRun, run_id)
    if run is None or run.step != step or run.state not in LIVE:
        return None
    account = db.session.get_one(PartnerAccount, run.account_id)
    task = task_of(account.kind, run.task)
    if task is None:
        raise DomainError(_("Établi ne sait plus faire ce travail."))
    cursor = dict(run.cursor)
    asked = task.ask(account, cursor) if task.ask else cursor
    return Turn(run_id, step, route_of(account), task, cursor, asked, run.due_at)


def fetch(turn: Turn) -> Brought:
    """Call the partner, at its pace. Outside any transaction."""
    _wait_for(turn.due_at)
    brought = Brought()
    try:
        brought.page = turn.task.fetch(turn.route, turn.asked, brought.calls.append)
    except PartnerError as error:
        brought.refusal = error
        log.warning("account %s, %s: %s", turn.route.id, turn.task.code, error)
    except OperationalError:
        raise
    except Exception:
        log.exception("account %s, %s: the page could not be read", turn.route.id, turn.task.code)
        brought.refusal = anomaly()
    return brought


def settle(run_id: int, step: int, turn: Turn | None, brought: Brought) -> None:
    """Write what a step gave, with its cursor, and hand the run on. Nothing when another worker has done it. Whatever
    `keep` raises comes through, and nothing is written."""
    require_transaction()
    run = db.session.get(PartnerRun, run_id, with_for_update=True, populate_existing=True)
    if run is None or run.step != step or run.state not in LIVE:
        return
    account = db.session.get_one(PartnerAccount, run.account_id, with_for_update=True, populate_existing=True)
    if brought.refusal is not None or turn is None:
        _refused(run, account, brought)
    else:
        _kept(run, account, turn, brought)


def anomaly() -> PartnerError:
    """What is told when the fault is ours."""
    return PartnerError(
        _("Établi n'a pas su traiter la réponse du partenaire ; l'anomalie est notée au journal."), final=True
    )


def _kept(run: PartnerRun, account: PartnerAccount, turn: Turn, brought: Brought) -> None:
    was_refused = bool(account.last_error)
    step = turn.task.keep(account, brought.page, turn.cursor)
    cursor = dict(step.cursor)
    if step.more and cursor == turn.cursor:
        raise ValueError(f"{turn.task.code}: the same page again, for ever")
    note_outcome(account.id, account.kind, brought.calls)
    run.cursor, run.pages = cursor, run.pages + 1
    run.counts = {name: run.counts.get(name, 0) + step.counts.get(name, 0) for name in {**run.counts, **step.counts}}
    run.note, run.error, run.tries = step.note or run.note, "", 0
    if was_refused:
        finish_tasks_about(Subject(PartnerAccount.__kind__, account.id))
    if step.more:
        run.state = RunState.RUNNING
        hand_on(run, clock.now() + turn.task.pace)
    else:
        end(run, RunState.DONE)


def _refused(run: PartnerRun, account: PartnerAccount, brought: Brought) -> None:
    error = brought.refusal or anomaly()
    sentence = error.message_fr.removesuffix(RETRIED)[:500]
    note_outcome(account.id, account.kind, brought.calls, sentence)
    run.tries += 1
    if error.final or error.uncertain:
        end(run, RunState.FAILED, sentence)
        _tell_manager(account, sentence, uncertain=error.uncertain)
        return
    run.state, run.error = RunState.WAITING, sentence
    hand_on(run, clock.now() + _wait(error, run.tries))
    if run.tries == TOLD_AFTER:
        _tell_manager(account, sentence, retried=True)


def _wait(error: PartnerError, tries: int) -> timedelta:
    """What the partner asked for, else longer and longer."""
    if error.retry_after is not None:
        return min(timedelta(seconds=max(error.retry_after, 1)), LONGEST)
    return WAITS[min(tries, len(WAITS)) - 1]


def _tell_manager(account: PartnerAccount, reason: str, *, uncertain: bool = False, retried: bool = False) -> None:
    """One task about an account that does not work, however often it is refused."""
    about = Subject(PartnerAccount.__kind__, account.id)
    if open_task_about(about) is not None:
        return
    if uncertain:
        way_out = _("Regardez d'abord chez le partenaire si la demande y est arrivée, puis relancez.")
    elif retried:
        way_out = _("Les essais continuent toutes les deux heures.")
    else:
        way_out = _("Tout reprendra où c'en était dès que la connexion sera corrigée ou que son essai réussira.")
    add_task(
        _("La connexion « %(label)s » ne fonctionne plus : vérifiez-la", label=account.label),
        due_on=clock.today(), about=about, notes=f"{reason}\n{way_out}",
    )  # fmt: skip


def _wait_for(due_at: datetime | None) -> None:
    """The pace of a partner, when it is short; a longer wait was the queue's."""
    left = due_at - clock.now() if due_at else timedelta(0)
    if timedelta(0) < left <= SHORT:
        time.sleep(left.total_seconds())
