"""One child process: how to start it, how it is known to be dead, what is left of it."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from app.core import process
from app.supervisor.logs import LogSink

#: A child that has run this long is healthy again: its next failure counts as the first.
HEALTHY_SECONDS = 60.0
LONGEST_PAUSE = 30.0


@dataclass(frozen=True)
class ChildSpec:
    """A program to run. `grace`: seconds between the request to stop and the kill."""

    name: str
    argv: tuple[str, ...]
    label: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    grace: float = 1.8
    #: What the kernel sends it if the supervisor is killed.
    death_signal: int = signal.SIGKILL
    #: Stopped after the others, which need it to say goodbye.
    stop_last: bool = False


class Child:
    """A running, dead or waiting instance of one `ChildSpec`."""

    def __init__(self, spec: ChildSpec, root: Path, sink: LogSink) -> None:
        self.spec = spec
        self.sink = sink
        self.fails = 0
        self.restart_at: float | None = None
        self.started_at = 0.0
        self.status: int | None = None
        self.popen: subprocess.Popen[bytes] | None = None
        #: The end of the pipe that the supervisor reads, while it runs.
        self.output = -1
        self._root = root

    @property
    def name(self) -> str:
        return self.spec.label or self.spec.name

    @property
    def pid(self) -> int | None:
        """The process number while it runs."""
        return self.popen.pid if self.popen else None

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the supervisor only."""
        self.restart_at = self.status = None
        self.started_at = time.monotonic()
        self.output, writer = os.pipe()
        self.popen = subprocess.Popen(  # noqa: S603  (argv is ours)
            self.spec.argv,
            cwd=self._root,
            env={**os.environ, **self.spec.env},
            stdin=subprocess.DEVNULL,
            stdout=writer,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=process.leash(self.spec.death_signal),  # noqa: PLW1509  (the supervisor has one thread)
        )
        os.close(writer)
        os.set_blocking(self.output, False)

    def drain(self) -> bool:
        """Store what the child has written so far; False once it will write no more."""
        while True:
            try:
                data = os.read(self.output, 65536)
            except BlockingIOError:
                return True
            if not data:
                return False
            self.sink.write(data)

    def poll(self) -> int | None:
        """The exit status once it is dead, else None."""
        return self.popen.poll() if self.popen else None

    def bury(self) -> None:
        """After its death: keep its exit status, kill what it left behind, store its last words."""
        if self.popen:
            self.status = self.popen.returncode
            process.kill_session(self.popen.pid)
            self.drain()
            os.close(self.output)
            self.popen = None

    def plan_restart(self) -> float:
        """Note the failure and set when to start again; returns the pause in seconds: 0.5, 1, 2 … 30."""
        now = time.monotonic()
        self.fails = 1 if now - self.started_at >= HEALTHY_SECONDS else self.fails + 1
        pause = min(LONGEST_PAUSE, 0.5 * 2.0 ** (self.fails - 1))
        self.restart_at = now + pause
        return pause

    def ask_to_stop(self) -> None:
        """Send the polite signal to the process itself, which knows how to stop its own children."""
        self._signal(signal.SIGTERM)

    def kill(self) -> None:
        """Kill it and everything in its session."""
        if self.popen:
            self._signal(signal.SIGKILL)
            process.kill_session(self.popen.pid)

    def _signal(self, number: int) -> None:
        if self.popen and self.popen.poll() is None:
            self.popen.send_signal(number)
