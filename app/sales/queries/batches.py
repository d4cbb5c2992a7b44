"""Batches of documents: jobs, with how far they are."""

from collections.abc import Sequence

from sqlalchemy import select

from app.core.db import db
from app.core.jobs import JobRun

KINDS = ("app.sales.jobs.do_batch", "app.sales.jobs.bill_many")
SHOWN = 50


def batches() -> Sequence[JobRun]:
    """The last ones, the newest first."""
    return db.session.scalars(
        select(JobRun).where(JobRun.function.in_(KINDS)).order_by(JobRun.id.desc()).limit(SHOWN)
    ).all()


def batch_for(run_id: int) -> JobRun | None:
    """One of them."""
    return db.session.scalar(select(JobRun).where(JobRun.id == run_id, JobRun.function.in_(KINDS)))
