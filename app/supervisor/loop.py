"""The supervisor's one loop: reads its children's output, starts the dead ones again, stops all of them on a signal."""

import os
import selectors
import signal
import socket
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Self

from app.core import process
from app.supervisor.children import Child, ChildSpec
from app.supervisor.logs import LogSink


class StartError(Exception):
    """The installation cannot start; the message is one French sentence for the person at the terminal."""


class Stopped(Exception):
    """A signal asked for the end while something was being waited for."""


class Supervisor:
    """Runs children until SIGINT or SIGTERM. Use as a context manager: leaving it stops whatever still runs."""

    def __init__(self, root: Path, logs_dir: Path, show: Callable[[str], None] = print) -> None:
        self.children: list[Child] = []
        self._root = root
        self._logs_dir = logs_dir
        self._show = show
        self._signals = 0
        self._running = False
        self._selector = selectors.DefaultSelector()
        self._wake_in, self._wake_out = socket.socketpair()

    def __enter__(self) -> Self:
        process.adopt_orphans()
        self._wake_in.setblocking(False)
        self._wake_out.setblocking(False)
        self._selector.register(self._wake_out, selectors.EVENT_READ)
        signal.set_wakeup_fd(self._wake_in.fileno(), warn_on_full_buffer=False)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)  # only to wake the loop
        return self

    def __exit__(self, *_exception: object) -> None:
        self.stop()
        signal.set_wakeup_fd(-1)
        for stream in (self._selector, self._wake_in, self._wake_out):
            stream.close()

    # --- starting ----------------------------------------------------------------------------------------------------

    def start(self, spec: ChildSpec) -> Child:
        """Start one child, to be kept alive from now on."""
        child = Child(spec, self._root, LogSink(spec.name, self._logs_dir, self._show))
        self.children.append(child)
        self._launch(child)
        return child

    def wait_until(self, ready: Callable[[], bool], child: Child, seconds: float) -> None:
        """Wait for a child's service. Raises `StartError` when it dies or is late, `Stopped` on a signal."""
        deadline = time.monotonic() + seconds
        while not ready():
            self._turns_for(0.1)
            if child.popen is None:
                raise StartError(f"{child.name} s'est arrêté au démarrage, le détail est dans {child.sink.path}.")
            if time.monotonic() > deadline:
                raise StartError(
                    f"{child.name} ne répond pas après {seconds:.0f} secondes, le détail est dans {child.sink.path}."
                )

    def run_once(self, spec: ChildSpec) -> tuple[int, list[str]]:
        """Run a child to its end: its exit status and the last lines it wrote. Raises `Stopped` on a signal."""
        child = self.start(spec)
        while child.status is None:
            self._turns_for(0.1)
        self.children.remove(child)
        child.sink.close()
        return child.status, list(child.sink.tail)

    def _turns_for(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._turn(left)
            if self._signals:
                raise Stopped

    def run(self) -> None:
        """Keep every child alive until a signal asks for the end."""
        for child in self.children:
            if child.popen is None:
                child.plan_restart()
        self._running = True
        while not self._signals:
            self._turn(1.0)
        self._running = False

    # --- stopping ----------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stop all children, the queue last. A second signal shortens every grace to nothing."""
        if not self.children:
            return
        for last in (False, True):
            self._stop_some([child for child in self.children if child.spec.stop_last is last])
        process.reap_orphans(())
        for child in self.children:
            child.sink.close()
        self.children.clear()

    def _stop_some(self, children: Iterable[Child]) -> None:
        waiting = [child for child in children if child.popen]
        asked, signals = time.monotonic(), self._signals
        for child in waiting:
            child.ask_to_stop()
        while waiting:
            self._turn(0.05)
            waiting = [child for child in waiting if child.popen]
            late = time.monotonic() - asked
            for child in waiting:
                if late > child.spec.grace or self._signals > signals:
                    child.kill()

    # --- the loop ----------------------------------------------------------------------------------------------------

    def _turn(self, timeout: float) -> None:
        """One turn: wait for output, a death or a signal; bury the dead; start again those whose pause is over."""
        now = time.monotonic()
        due = [child.restart_at - now for child in self.children if child.restart_at is not None]
        for key, _events in self._selector.select(max(0.0, min([timeout, *due]))):
            if isinstance(key.data, Child):
                if not key.data.drain():
                    self._selector.unregister(key.fd)
            else:
                self._empty_wake_up()
        for child in self.children:
            if child.popen and child.poll() is not None:
                self._lost(child)
            elif self._running and child.restart_at is not None and child.restart_at <= time.monotonic():
                self._launch(child)
        process.reap_orphans({child.pid for child in self.children if child.pid})

    def _lost(self, child: Child) -> None:
        self._forget_output(child)
        child.bury()
        if self._running:
            pause = child.plan_restart()
            self._show(f"[{child.spec.name}] arrêté ({_cause(child.status)}), relancé dans {pause:g} s.")

    def _launch(self, child: Child) -> None:
        child.start()
        self._selector.register(child.output, selectors.EVENT_READ, child)

    def _forget_output(self, child: Child) -> None:
        if child.output in self._selector.get_map():
            self._selector.unregister(child.output)

    def _empty_wake_up(self) -> None:
        try:
            while os.read(self._wake_out.fileno(), 4096):
                pass
        except BlockingIOError:
            pass

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._signals += 1


def _cause(status: int | None) -> str:
    if status is not None and status < 0:
        return f"signal {signal.Signals(-status).name}"
    return f"code {status}"
