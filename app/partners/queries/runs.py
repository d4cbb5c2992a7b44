"""Which runs there are: the last of each task, those under way, those whose job was lost."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.jobs import JobRun, JobState
from app.core.partners import PartnerAccount
from app.partners.models import PartnerRun
from app.partners.states import LIVE, RunState


def last_run(account_id: int, task: str, *, lock: bool = False) -> PartnerRun | None:
    """The last run of this task; `lock`: for a change."""
    query = (
        select(PartnerRun)
        .where(PartnerRun.account_id == account_id, PartnerRun.task == task)
        .order_by(PartnerRun.id.desc())
        .limit(1)
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(query)


def last_runs(account_ids: Collection[int]) -> dict[tuple[int, str], PartnerRun]:
    """The last run of each (account, task)."""
    newest = (
        select(func.max(PartnerRun.id))
        .where(PartnerRun.account_id.in_(account_ids))
        .group_by(PartnerRun.account_id, PartnerRun.task)
    )
    rows = db.session.scalars(select(PartnerRun).where(PartnerRun.id.in_(newest)))
    return {(row.account_id, row.task): row for row in rows}


def live_runs(account_id: int) -> Sequence[PartnerRun]:
    """Those of an account that are not over, for a change."""
    query = select(PartnerRun).where(PartnerRun.account_id == account_id, PartnerRun.state.in_(LIVE))
    return db.session.scalars(
        query.order_by(PartnerRun.id).with_for_update().execution_options(populate_existing=True)
    ).all()


def due_accounts(kinds: Collection[str]) -> Sequence[PartnerAccount]:
    """The accounts of these kinds that are in service."""
    query = select(PartnerAccount).where(
        PartnerAccount.kind.in_(kinds), PartnerAccount.active, PartnerAccount.archived_at.is_(None)
    )
    return db.session.scalars(query.order_by(PartnerAccount.id)).all()


def lost_runs() -> Sequence[int]:
    """Runs that nobody carries any more: their job is over or gone, and they are not."""
    query = (
        select(PartnerRun.id)
        .outerjoin(JobRun, JobRun.id == PartnerRun.job_id)
        .where(
            PartnerRun.state.in_(LIVE), PartnerRun.due_at.is_not(None),
            or_(JobRun.id.is_(None), JobRun.state.in_((JobState.DONE, JobState.FAILED))),
        )
    )  # fmt: skip
    return db.session.scalars(query).all()


def outdated_runs(before: datetime) -> Sequence[int]:
    """Runs that ended before, but for the last of each task, whose cursor serves."""
    newest = select(func.max(PartnerRun.id)).group_by(PartnerRun.account_id, PartnerRun.task)
    query = select(PartnerRun.id).where(
        PartnerRun.state.in_((RunState.DONE, RunState.FAILED)), PartnerRun.ended_at < before,
        PartnerRun.id.not_in(newest),
    )  # fmt: skip
    return db.session.scalars(query).all()
