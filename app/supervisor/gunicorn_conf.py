"""gunicorn's settings; address and number of workers come from the command line (`app.supervisor.plan.web`)."""

import gc
import signal
from pathlib import Path
from typing import Any

from app.core.process import die_with_parent

worker_class = "gthread"
threads = 4
preload_app = True
timeout = 60
keepalive = 5
accesslog = None
control_socket_disable = True
# A worker proves it is alive by touching a file: in memory, so that a slow disk does not kill it.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108  (gunicorn makes a private file in it)

# Loading makes many objects and no garbage: without the collector it takes an eighth less.
gc.disable()


def when_ready(server: Any) -> None:
    """The application is loaded: keep the collector from touching, hence copying, the pages that workers share."""
    gc.freeze()
    gc.enable()


def post_fork(server: Any, worker: Any) -> None:
    """A worker must not outlive its master, nor share its database connections."""
    die_with_parent(server.pid, signal.SIGKILL)
    from app.core.db import db  # imported by the application already: this file itself stays light

    application = worker.app.wsgi()
    with application.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
