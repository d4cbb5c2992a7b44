"""The clock: hands the jobs of `app.schedule` to the queue at their hour. `python -m app.scheduler` runs until SIGTERM.

It knows functions by their dotted names only and imports no feature. RQ's own `rq cron` imports the functions and carries
pickles, which our workers refuse: hence this subclass. Cron fields are read in local time (`TZ=Europe/Paris`).
Two clocks do no harm: what a job finds to do is in the database.
"""

import logging
import sys
from collections.abc import Iterable

import redis
from rq import Queue
from rq.cron import CronJob, CronScheduler
from rq.job import Job
from rq.serializers import JSONSerializer

from app.core.config import load_settings
from app.core.logs import set_up_logs
from app.schedule import PERIODIC, Periodic

#: A job that could not start within this many seconds of its hour is dropped when it comes again by itself sooner.
SHORTEST_LIFE = 60
LONGEST_RUN = 900


class NamedJob(CronJob):
    """A periodic job known by its dotted name, carried as JSON."""

    def __init__(self, periodic: Periodic) -> None:
        super().__init__(
            queue_name=periodic.queue,
            func_name=periodic.function,
            interval=periodic.every,
            cron=periodic.cron,
            job_timeout=LONGEST_RUN,
            result_ttl=0,
            failure_ttl=3600,
            # While no worker works, a frequent job must not pile up.
            ttl=max(SHORTEST_LIFE, 2 * periodic.every) if periodic.every else None,
        )
        self.at_start = periodic.at_start

    def should_run(self) -> bool:
        """Due by the clock; also at once after a start when a missed night must be looked for."""
        return super().should_run() or (self.at_start and self.latest_enqueue_time is None)

    def enqueue(self, connection: redis.Redis) -> Job:
        """Put it on its queue."""
        queue = Queue(self.queue_name, connection=connection, serializer=JSONSerializer)
        return queue.enqueue(self.func_name, **self.job_options)


class Clock(CronScheduler):
    """RQ's scheduler over `NamedJob`s. Without the queue it ends, and the supervisor starts it again."""

    def __init__(self, connection: redis.Redis, periodics: Iterable[Periodic]) -> None:
        super().__init__(connection, logging_level=logging.WARNING)
        self._cron_jobs = [NamedJob(periodic) for periodic in periodics]


def main() -> int:
    """Run until told to stop."""
    settings = load_settings()
    set_up_logs(settings)
    connection = redis.Redis.from_url(settings.redis_url, socket_connect_timeout=2, socket_timeout=10)
    Clock(connection, PERIODIC).start()  # type: ignore[no-untyped-call]  # RQ does not annotate it
    return 0


if __name__ == "__main__":
    sys.exit(main())
