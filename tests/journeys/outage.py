"""The queue of a running installation, taken away for a while."""

import json
import os
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.house import House


def state_of_the_queue(house: House) -> bool:
    """What the house says of its own queue."""
    try:
        with urllib.request.urlopen(f"{house.url}/sante/complet", timeout=10) as answer:
            return bool(json.load(answer)["queue"] == "ok")
    except urllib.error.HTTPError as answer:
        return bool(json.load(answer)["queue"] == "ok")


def valkeys(data: Path) -> list[int]:
    """The queue's own processes, by the folder they work in."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().decode()
        except OSError:
            continue
        if folder.name.isdigit() and "valkey-server" in words and str(data) in words:
            found.append(int(folder.name))
    return found


@contextmanager
def without_the_queue(house: House) -> Iterator[None]:
    """Valkey killed, and kept from starting again: its folder is away. The worker falls with it."""
    queue, away = house.data / "queue", house.data / "queue-away"
    queue.rename(away)
    for pid in valkeys(house.data):
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not state_of_the_queue(house))
    yield
    assert not state_of_the_queue(house), "it stayed down the whole day"
    if queue.exists():
        queue.rename(house.data / "queue-empty")
    away.rename(queue)
    wait_until(lambda: state_of_the_queue(house))


def wait_until(true: Callable[[], bool], seconds: int = 60) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.3)
