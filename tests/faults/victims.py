"""An installation whose processes are killed without warning, and what is read of it afterwards."""

import os
import re
import signal
import subprocess
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import requests
import sqlalchemy as sa

from bench.client import Client, Refused
from bench.processes import tree

#: What the command line of each process holds.
PROCESSES = {"valkey": "valkey-server", "worker": "app.worker", "web": "gunicorn"}
PATIENCE = 50.0
#: States of a message that nobody has to do anything about any more, but for one that a person settles.
SENT = ("sent", "delivered")


class Site:
    """A running installation: its address, its processes, its database open for reading."""

    def __init__(self, url: str, port: int, process: subprocess.Popen[bytes], database: str) -> None:
        self.url, self.port, self.process = url, port, process
        self.engine = sa.create_engine(database)
        self.since: object = 0

    def begin(self) -> None:
        """From here on, messages count."""
        self.since = self.one("SELECT coalesce(max(id), 0) FROM outbox_message")

    def close(self) -> None:
        """Let the database go."""
        self.engine.dispose()

    def kill(self, name: str) -> None:
        """kill -9 the first process of that name: the supervisor starts it again."""
        for pid in tree(self.process.pid):
            if PROCESSES[name] in Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " "):
                os.kill(pid, signal.SIGKILL)
                return
        # It is just being started again after the last time: dead already.

    def rows(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """Read the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def one(self, statement: str, **values: object) -> object:
        """The first cell."""
        return self.rows(statement, **values)[0][0]

    def messages(self) -> Counter[tuple[str, str]]:
        """(recipient, state) of the messages written since `begin`, those of the quiet hours aside."""
        found = self.rows(
            "SELECT recipient, state FROM outbox_message WHERE id > :since AND due_at <= :now",
            since=self.since,
            now=moment(),
        )
        return Counter((str(recipient), str(state)) for recipient, state in found)

    def received(self) -> Counter[str]:
        """How many messages the simulator took for each address and number."""
        base = f"http://127.0.0.1:{self.port + 1}/__sandbox__"
        mails = [
            re.sub(r'[\[\]" ]', "", str(row["envelope_to"])) for row in requests.get(f"{base}/mail", timeout=10).json()
        ]
        return Counter([*mails, *(row["recipient"] for row in requests.get(f"{base}/sms", timeout=10).json())])

    def unfinished(self) -> list[tuple[object, ...]]:
        """Jobs that should be done by now."""
        due = "state IN ('queued', 'running') AND run_at <= :now"
        return self.rows(f"SELECT function, state, attempts, message FROM job_run WHERE {due}", now=moment())


def moment() -> str:
    """The end of this second, as both databases compare it: what is due within it counts already."""
    return time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime(time.time() + 1))


def persistently(act: Callable[[], object]) -> None:
    """Do as a person does whose page did not answer: send the same form again, until it is taken."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            act()
            return
        except (requests.RequestException, Refused):
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def wait_until(condition: Callable[[], object], what: Callable[[], object]) -> None:
    """Until it holds; fails with `what()` when it never does."""
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, what()
        time.sleep(0.1)


def signed_in(site: Site) -> Client:
    """The manager's browser."""
    found: list[Client] = []
    persistently(lambda: found.append(Client.signed_in(site.url, "gerant")))
    return found[-1]
