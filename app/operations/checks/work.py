"""Work that stopped, and messages of which nobody knows whether they left."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import and_, or_, select

from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.jobs import LEASE, JobRun, JobState
from app.core.outbox import MessageState, OutboxMessage

#: A job due for longer than this waits for a worker that does not come.
_PATIENCE = timedelta(minutes=10)


def stopped_jobs() -> Iterator[str]:
    """Jobs that failed, that a dead worker left, or that nobody takes."""
    moment = clock.now()
    query = (
        select(JobRun.id, JobRun.label, JobRun.function, JobRun.state)
        .where(
            or_(
                JobRun.state == JobState.FAILED,
                and_(JobRun.state == JobState.RUNNING, JobRun.lease_until < moment - LEASE),
                and_(JobRun.state == JobState.QUEUED, JobRun.run_at < moment - _PATIENCE),
            )
        )
        .order_by(JobRun.id)
    )
    for run_id, label, function, state in db.session.execute(query):
        yield _("la tâche %(id)s (%(label)s) est « %(state)s »", id=run_id, label=label or function, state=state.label)


def doubtful_messages() -> Iterator[str]:
    """Messages whose sending was cut off."""
    cut = and_(OutboxMessage.state == MessageState.SENDING, OutboxMessage.due_at < clock.now() - _PATIENCE)
    query = (
        select(OutboxMessage.id, OutboxMessage.state)
        .where(or_(OutboxMessage.state == MessageState.UNCERTAIN, cut))
        .order_by(OutboxMessage.id)
    )
    for message_id, state in db.session.execute(query):
        yield _("le message %(id)s est « %(state)s »", id=message_id, state=state.label)
