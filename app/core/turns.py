"""Writers of a SQLite database take turns: it lets one write at a time, and its own wait (sleeps, longer each time, given up
after some seconds) lets those who come back without pause pass before those who wait. The system's lock wakes them all.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Engine


@contextmanager
def turn(engine: Engine) -> Iterator[None]:
    """Held from the beginning of a write to its end, between threads and processes; nothing on PostgreSQL, which queues by
    itself, nor where the system has no such lock: SQLite's own wait is then all there is."""
    path = engine.engine.url.database  # the engine of a connection, where one is lent
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    held = os.open(f"{path}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        with suppress(OSError):
            fcntl.flock(held, fcntl.LOCK_UN)  # said, for a process forked meanwhile has the same file open
        os.close(held)
