"""The worker: takes jobs from the queues and does them inside the application's context. Light ones it does itself, since
forking costs more than they do; heavy ones in a process of their own, whose memory goes with it.

`python -m app.worker` runs until SIGTERM, which lets the running job end. What the jobs are is in `app.core.jobs`: RQ only
carries them, so a worker that is killed loses nothing.
"""

import gc
import os
import signal
import sys
from collections.abc import Sequence

import redis
from flask import Flask
from rq import Queue, Worker
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import WorkerStatus

from app.core.config import load_settings
from app.core.db import db
from app.core.process import die_with_parent
from app.core.queue import LIGHT, QUEUES
from app.factory import create_app

#: Seconds after which the queue forgets a worker that says nothing; an idle one speaks every 45.
WORKER_TTL = 60


class AppWorker(Worker):
    """An RQ worker whose jobs find the application's context and, in a forked process, connections of their own."""

    def __init__(self, app: Flask, names: Sequence[str], connection: redis.Redis) -> None:
        queues = [Queue(name, connection=connection, serializer=JSONSerializer) for name in names]
        super().__init__(queues, connection=connection, serializer=JSONSerializer, worker_ttl=WORKER_TTL)
        self.app = app

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Do a job of the light queue here, another one in a forked process."""
        if queue.name != LIGHT:
            super().execute_job(job, queue)
            return
        execution = self.prepare_execution(job)
        with self.app.app_context():
            self.perform_job(job, queue, execution)
        self.set_state(WorkerStatus.IDLE)

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """In the forked process: never outlive the worker, never share a connection made before the fork."""
        die_with_parent(self.pid or os.getppid(), signal.SIGKILL)
        with self.app.app_context():
            for engine in db.engines.values():
                engine.dispose(close=False)
            super().main_work_horse(job, queue)


def main() -> int:
    """Work until told to stop."""
    settings = load_settings()
    app = create_app(settings)
    # A connection of its own, without the web's short read limit: the worker waits as long as there is nothing to do.
    connection = redis.Redis.from_url(settings.redis_url)
    worker = AppWorker(app, QUEUES, connection)
    gc.freeze()  # the pages shared with the forked processes stay shared
    worker.work(logging_level="WARNING")
    return 0


if __name__ == "__main__":
    sys.exit(main())
