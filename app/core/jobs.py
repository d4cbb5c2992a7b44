"""Jobs: a durable row written with the change that wants it, carried by RQ once committed.

A worker claims the row by a guarded UPDATE and a lease; a killed worker's lease ends and the sweep hands the row on.
Losing Valkey loses nothing: the sweep finds what is due in the database. Jobs are therefore written to be done twice.
"""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any

import redis
from flask import Flask, current_app
from rq.exceptions import DuplicateJobError
from sqlalchemy import Index, and_, delete, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from app.core import clock
from app.core.actor import current_actor
from app.core.db import (
    UTC,
    Base,
    Identified,
    Json,
    LabelType,
    Names,
    after_commit,
    column,
    db,
    require_transaction,
    transaction,
)
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.labels import LabelEnum
from app.core.queue import LIGHT, queue

LEASE = timedelta(seconds=20)
BEAT_SECONDS = 5.0
#: From a worker's taking a job to its claiming the row: far less, unless it was killed in between.
TAKEN = timedelta(seconds=10)
RETRIES = (10, 60, 300, 1800, 7200)
KEEP_DONE = timedelta(days=7)

log = logging.getLogger(__name__)


class JobState(LabelEnum):
    QUEUED = "queued", "En attente", "clock", "gris"
    RUNNING = "running", "En cours", "player-play", "bleu"
    DONE = "done", "Terminé", "circle-check", "vert"
    FAILED = "failed", "Arrêté", "alert-triangle", "rouge"


class JobRun(Identified, Base):
    """One piece of work to do, with its progress and its outcome."""

    __tablename__ = "job_run"
    __kind__ = "job"
    __fr__ = Names("tâche de fond", "tâches de fond", True)
    __table_args__ = (Index(None, "state", "run_at"),)

    function: Mapped[str] = column("Fonction")
    arguments: Mapped[list[Any]] = column("Paramètres", Json, default=list)
    label: Mapped[str] = column("Tâche", default="")
    queue_name: Mapped[str] = mapped_column(default=LIGHT)
    state: Mapped[JobState] = column("État", LabelType(JobState), default=JobState.QUEUED)
    run_at: Mapped[datetime] = column("À faire à partir de", UTC, default=clock.now)
    lease_until: Mapped[datetime | None] = mapped_column(UTC, default=None)
    attempts: Mapped[int] = column("Essais", default=0)
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = column("Message", default="")
    result: Mapped[dict[str, Any] | None] = mapped_column(Json, default=None)
    owner_id: Mapped[int | None] = mapped_column(default=None, index=True)
    created_at: Mapped[datetime] = column("Demandé le", UTC, default=clock.now)
    finished_at: Mapped[datetime | None] = column("Fini le", UTC, default=None)

    @property
    def percent(self) -> int:
        """How far it is, 0 to 100."""
        return 0 if not self.total_count else min(100, 100 * self.done_count // self.total_count)

    @property
    def finished(self) -> bool:
        """True when nothing more will happen."""
        return self.state in (JobState.DONE, JobState.FAILED)


class RetryLater(Exception):
    """Raised by a job that may succeed later: `seconds` from now, else by the usual intervals."""

    def __init__(self, reason: str, seconds: int | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


def later(
    function: str, *arguments: Any, at: datetime | None = None, label: str = "", queue_name: str = LIGHT
) -> JobRun:
    """Have `function` ("app.x.jobs.name") called with these ids after commit, or from `at` on; on the queue HEAVY when it
    is long or greedy.

    Returns the row, whose id the progress page shows.
    """
    require_transaction()
    actor = current_actor()
    run = JobRun(
        function=function,
        arguments=list(arguments),
        label=label,
        queue_name=queue_name,
        run_at=at or clock.now(),
        owner_id=actor.id if actor.kind == "user" else None,
    )
    db.session.add(run)
    db.session.flush()
    if at is None or at <= clock.now():
        run_id, name = run.id, queue_name
        after_commit(lambda: enqueue(run_id, 0, name))
    return run


def enqueue(run_id: int, attempts: int, queue_name: str = LIGHT) -> None:
    """Hand a row to a worker. Valkey being away is no error: the sweep will find the row."""
    try:
        try:
            _carry(run_id, attempts, queue_name)
        except DuplicateJobError:
            if _drop_lost(_name(run_id, attempts, queue_name), queue_name):
                _carry(run_id, attempts, queue_name)
    except redis.RedisError as error:
        log.warning("queue unreachable, job %s waits for the sweep: %s", run_id, error)


def _name(run_id: int, attempts: int, queue_name: str) -> str:
    return f"{queue_name}-{run_id}-{attempts}"


def _carry(run_id: int, attempts: int, queue_name: str) -> None:
    queue(queue_name).enqueue(
        "app.core.jobs.run", run_id, job_id=_name(run_id, attempts, queue_name), unique=True,
        result_ttl=0, failure_ttl=3600, job_timeout=3600,
    )  # fmt: skip


def _drop_lost(job_id: str, queue_name: str) -> bool:
    """Forget what RQ keeps of a job whose worker was killed between taking it and claiming its row. False when it only waits,
    or was taken a moment ago."""
    line = queue(queue_name)
    carried = line.fetch_job(job_id)
    if carried is not None:
        since = carried.started_at or carried.enqueued_at
        if line.get_job_position(job_id) is not None or (since and clock.now() - since < TAKEN):
            return False
        carried.delete()
    line.intermediate_queue.remove(job_id)
    return True


def run(run_id: int) -> None:
    """What RQ calls: claim the row, do the work under a lease, record the outcome."""
    claimed = _claim(run_id)
    if claimed is None:
        return
    function, arguments, attempts = claimed
    with _beating(run_id), _named(run_id):
        try:
            result = resolve(function)(*arguments)
        except RetryLater as error:
            _put_back(run_id, attempts, str(error), error.seconds)
        except (OperationalError, redis.RedisError, ConnectionError) as error:
            log.warning("job %s put back: %s", run_id, error)
            _put_back(run_id, attempts, _("Le service ne répondait pas."), None)
        except DomainError as error:
            _finish(run_id, JobState.FAILED, error.message, None)
        except Exception:
            log.exception("job %s (%s) failed", run_id, function)
            _finish(
                run_id, JobState.FAILED, _("La tâche s'est arrêtée sur une anomalie ; elle est notée au journal."), None
            )
        else:
            _finish(run_id, JobState.DONE, None, result if isinstance(result, dict) else None)


def resolve(dotted: str) -> Callable[..., Any]:
    """The function of that dotted name. Raises ImportError, AttributeError."""
    module, name = dotted.rsplit(".", 1)
    found: Callable[..., Any] = getattr(import_module(module), name)
    return found


def _claim(run_id: int) -> tuple[str, list[Any], int] | None:
    moment = clock.now()
    due = and_(JobRun.state == JobState.QUEUED, JobRun.run_at <= moment)
    abandoned = and_(JobRun.state == JobState.RUNNING, JobRun.lease_until < moment)
    with transaction() as session:
        row = session.execute(
            update(JobRun)
            .where(JobRun.id == run_id, or_(due, abandoned))
            .values(state=JobState.RUNNING, lease_until=moment + LEASE, attempts=JobRun.attempts + 1)
            .returning(JobRun.function, JobRun.arguments, JobRun.attempts)
        ).one_or_none()
    return (row[0], row[1], row[2]) if row else None


def _put_back(run_id: int, attempts: int, reason: str, seconds: int | None) -> None:
    if attempts > len(RETRIES):
        _finish(run_id, JobState.FAILED, reason, None)
        return
    wait = seconds if seconds is not None else RETRIES[attempts - 1]
    _write(
        run_id,
        state=JobState.QUEUED,
        run_at=clock.now() + timedelta(seconds=wait),
        lease_until=None,
        message=reason[:500],
    )


def _finish(run_id: int, state: JobState, message: str | None, result: dict[str, Any] | None) -> None:
    values: dict[str, Any] = {"state": state, "lease_until": None, "finished_at": clock.now()}
    if message is not None:
        values["message"] = message[:500]
    if result is not None:
        values["result"] = result
    _write(run_id, **values)


def _write(run_id: int, **values: Any) -> None:
    db.session.rollback()
    with transaction() as session:
        session.execute(update(JobRun).where(JobRun.id == run_id).values(**values))


# --- progress -------------------------------------------------------------------------------------------------

_running: ContextVar[int | None] = ContextVar("job_run", default=None)


@contextmanager
def _named(run_id: int) -> Iterator[None]:
    token = _running.set(run_id)
    try:
        yield
    finally:
        _running.reset(token)


def current_run() -> int | None:
    """The row of the job being done, by which a job knows that it is done again; None outside a job."""
    return _running.get()


def progress(done: int, total: int, message: str = "") -> None:
    """Say how far the running job is; call it between units of work. Outside a job it does nothing."""
    run_id = _running.get()
    if run_id is not None:
        with transaction() as session:
            session.execute(
                update(JobRun)
                .where(JobRun.id == run_id)
                .values(done_count=done, total_count=total, message=message[:500])
            )


@contextmanager
def _beating(run_id: int) -> Iterator[None]:
    """Renew the lease while the work goes on, from a thread with its own connection."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    stop = threading.Event()

    def beat() -> None:
        while not stop.wait(BEAT_SECONDS):
            with app.app_context():
                try:
                    with transaction() as session:
                        lease = clock.now() + LEASE
                        session.execute(
                            update(JobRun)
                            .where(JobRun.id == run_id, JobRun.state == JobState.RUNNING)
                            .values(lease_until=lease)
                        )
                except OperationalError as error:
                    log.warning("lease of job %s not renewed: %s", run_id, error)

    thread = threading.Thread(target=beat, daemon=True, name=f"lease-{run_id}")
    if not app.testing:
        thread.start()
    try:
        yield
    finally:
        stop.set()


# --- sweep ----------------------------------------------------------------------------------------------------


def due_runs(limit: int = 500) -> Sequence[tuple[int, int, str]]:
    """(id, attempts, queue) of rows that should be under way and are not."""
    moment = clock.now()
    query = (
        select(JobRun.id, JobRun.attempts, JobRun.queue_name)
        .where(
            or_(
                and_(JobRun.state == JobState.QUEUED, JobRun.run_at <= moment),
                and_(JobRun.state == JobState.RUNNING, JobRun.lease_until < moment),
            )
        )
        .order_by(JobRun.run_at)
        .limit(limit)
    )
    return [(row[0], row[1], row[2]) for row in db.session.execute(query)]


def sweep() -> int:
    """Every few seconds: enqueue what is due, delayed, or was lost with Valkey or a worker. Returns how many."""
    rows = due_runs()
    db.session.rollback()
    for run_id, attempts, name in rows:
        enqueue(run_id, attempts, name)
    return len(rows)


def forget_done() -> None:
    """Every night: drop rows that ended a week ago."""
    with transaction() as session:
        session.execute(
            delete(JobRun).where(JobRun.state == JobState.DONE, JobRun.finished_at < clock.now() - KEEP_DONE)
        )
