"""Waiting for what other processes do."""

import time
from collections.abc import Callable

#: Seconds, far beyond what any of it takes: a test that reaches it has failed, not been slow.
PATIENCE = 30.0


def wait_for(condition: Callable[[], bool]) -> None:
    """Until `condition` holds; fails when it never does."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
