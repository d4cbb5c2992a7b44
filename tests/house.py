"""A whole installation for tests: the real processes on free ports, with their data in a folder of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class House:
    """A running installation and the folder of its data."""

    url: str
    data: Path
    port: int

    @property
    def catcher(self) -> str:
        """The page of the mail and SMS that went out."""
        return f"http://127.0.0.1:{self.port + 1}"


def free_ports(count: int = 4) -> int:
    """The first of `count` neighbouring free ports; each process of the tests looks in a range of its own."""
    mine = 20_000 + 4_000 * (int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 3)
    for start in range(mine + os.getpid() * count % 2_000, mine + 4_000, count):
        probes = []
        try:
            for port in range(start, start + count):
                probes.append(socket.socket())
                probes[-1].bind(("127.0.0.1", port))
        except OSError:
            continue
        finally:
            for probe in probes:
                probe.close()
        if len(probes) == count:
            return start
    raise RuntimeError("no free ports")


def flask(data: Path, port: int, *words: str, **env: str) -> str:
    """Run a command of the operators on that installation."""
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *words], cwd=ROOT, env=environment(data, port, **env),
        capture_output=True, text=True, timeout=180, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def environment(data: Path, port: int, **more: str) -> dict[str, str]:
    """The settings of an installation of its own."""
    kept = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "REDIS_URL")}
    return kept | {"ETABLI_DATA_DIR": str(data), "PORT": str(port), "DEMO": "0"} | more


def start(data: Path, port: int, *words: str, **env: str) -> subprocess.Popen[bytes]:
    """Start the supervisor and wait for the site."""
    with (data / "supervisor.out").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.supervisor", *words], cwd=ROOT, env=environment(data, port, **env),
            stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    until = time.monotonic() + 120
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError((data / "supervisor.out").read_text())
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/sante", timeout=2) as answer:
                if answer.status == 200:
                    return process
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError("the site did not start: " + (data / "supervisor.out").read_text())


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C."""
    process.send_signal(signal.SIGINT)
    process.wait(20)
