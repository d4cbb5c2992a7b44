"""The supervisor keeps its children alive, takes all of them with it, and says in one sentence why it cannot start."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.process import is_alive
from tests.setup.waiting import PATIENCE, wait_for

ROOT = Path(__file__).resolve().parents[2]


class Instance:
    """One supervisor with stand-in children, seen from outside."""

    def __init__(self, folder: Path, port: int, *kinds: str) -> None:
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.setup.standin", str(port), str(folder), *kinds],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def wait_ready(self) -> None:
        """Until it says that its children are started."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline().strip() == "prêt"

    def pids(self, kind: str, lives: int = 1) -> list[int]:
        """The process numbers that the last of `lives` lives of a child wrote down."""
        log = self.folder / "logs" / f"{kind}.log"
        wait_for(lambda: log.exists() and log.read_text().count("\n") >= lives)
        return [int(word) for word in log.read_text().splitlines()[lives - 1].split()]

    def stop(self, number: signal.Signals = signal.SIGINT) -> tuple[int, str, str]:
        """Send a signal and wait: exit status, what it printed, what it complained of."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, out, err


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


@pytest.fixture
def launch(tmp_path: Path, port: int) -> Iterator[Callable[..., Instance]]:
    """Start instances; whatever a failed test leaves running is killed."""
    started: list[Instance] = []

    def start(*kinds: str, folder: Path = tmp_path) -> Instance:
        started.append(Instance(folder, port, *kinds))
        return started[-1]

    yield start
    for instance in started:
        if instance.process.poll() is None:
            instance.process.kill()
        instance.process.communicate()


def test_a_killed_child_is_started_again(launch: Callable[..., Instance]) -> None:
    instance = launch("steady")
    instance.wait_ready()
    first = instance.pids("steady")[0]
    os.kill(first, signal.SIGKILL)
    second = instance.pids("steady", lives=2)[0]
    assert second != first
    assert is_alive(second)
    status, out, _err = instance.stop()
    assert status == 0
    assert "[steady] arrêté (signal SIGKILL), relancé dans 0.5 s." in out


def test_what_a_dead_child_leaves_behind_is_killed_before_it_starts_again(launch: Callable[..., Instance]) -> None:
    instance = launch("parent")
    instance.wait_ready()
    parent, grandchild = instance.pids("parent")
    os.kill(parent, signal.SIGKILL)
    instance.pids("parent", lives=2)
    assert not is_alive(grandchild)
    instance.stop()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_everything_even_the_deaf_and_grandchildren(
    launch: Callable[..., Instance], number: signal.Signals
) -> None:
    instance = launch("steady", "stubborn", "parent")
    instance.wait_ready()
    pids = [pid for kind in ("steady", "stubborn", "parent") for pid in instance.pids(kind)]
    status, _out, _err = instance.stop(number)
    assert status == 0
    assert [pid for pid in pids if is_alive(pid)] == []


def test_no_orphan_is_left_when_the_supervisor_itself_is_killed(launch: Callable[..., Instance]) -> None:
    instance = launch("steady", "stubborn")
    instance.wait_ready()
    pids = [pid for kind in ("steady", "stubborn") for pid in instance.pids(kind)]
    instance.stop(signal.SIGKILL)
    wait_for(lambda: not any(is_alive(pid) for pid in pids))


def test_a_child_that_always_fails_is_tried_less_and_less_often_and_its_error_shown_once(
    launch: Callable[..., Instance],
) -> None:
    instance = launch("failing")
    instance.wait_ready()
    log = instance.folder / "logs" / "failing.log"
    wait_for(lambda: log.exists() and log.read_text().count("ERROR") >= 3)
    _status, out, _err = instance.stop()
    assert out.count("[failing] ERROR la pompe est grippée") == 1
    assert "relancé dans 0.5 s" in out
    assert "relancé dans 1 s" in out


def test_a_busy_port_is_said_before_anything_starts(launch: Callable[..., Instance], tmp_path: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        instance = launch("steady")
        _out, err = instance.process.communicate(timeout=PATIENCE)
    assert instance.process.returncode == 2
    assert len(err.splitlines()) == 1
    assert f"Le port {port} est déjà pris" in err
    assert "make run PORT=" in err
    assert not (tmp_path / "logs").exists()


def test_a_second_instance_on_the_same_folder_is_refused_with_the_address_of_the_first(
    launch: Callable[..., Instance], port: int
) -> None:
    first = launch("steady")
    first.wait_ready()
    second = launch("steady")
    _out, err = second.process.communicate(timeout=PATIENCE)
    assert second.process.returncode == 2
    assert "tourne déjà" in err
    assert f"http://127.0.0.1:{port}" in err
    assert first.stop()[0] == 0
    third = launch("steady")
    third.wait_ready()
    assert third.stop()[0] == 0
