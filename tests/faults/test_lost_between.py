"""A worker killed after taking a job from the queue and before saying so in the database: the sweep hands the job on."""

from datetime import timedelta

import pytest
from flask import Flask
from rq.job import Job, JobStatus

from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.queue import connection, queue

FUNCTION = "app.core.jobs.forget_done"


@pytest.fixture
def taken(app: Flask) -> Job:
    """A job that is on the queue no more, taken by a worker a minute ago."""
    connection().flushdb()
    with transaction():
        run = jobs.later(FUNCTION)
    (carried,) = queue().get_jobs()
    assert carried.id == f"default-{run.id}-0"
    connection().lmove(queue().key, queue().intermediate_queue.key)
    carried.enqueued_at = clock.now() - timedelta(minutes=1)
    carried.save()
    return carried


def swept() -> list[str]:
    jobs.sweep()
    db.session.rollback()
    return queue().job_ids


def test_a_job_taken_and_never_begun_is_handed_on(taken: Job) -> None:
    assert swept() == [taken.id]


def test_a_job_begun_and_never_claimed_is_handed_on(taken: Job) -> None:
    taken.started_at = clock.now() - timedelta(seconds=30)
    taken.set_status(JobStatus.STARTED)
    taken.save()
    assert swept() == [taken.id]


def test_a_job_that_rq_gave_up_is_handed_on(taken: Job) -> None:
    taken.set_status(JobStatus.FAILED)
    assert swept() == [taken.id]


def test_a_job_taken_a_moment_ago_is_left_to_its_worker(taken: Job) -> None:
    taken.started_at = clock.now()
    taken.save()
    assert swept() == []


def test_a_job_that_waits_its_turn_is_not_doubled(app: Flask) -> None:
    connection().flushdb()
    with transaction():
        jobs.later(FUNCTION)
    assert len(swept()) == len(swept()) == 1
