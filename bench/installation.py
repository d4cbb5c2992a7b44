"""Installations to measure: the demonstration loaded, the processes of `make serve` started, stopped at the end."""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import sqlalchemy as sa

from bench import processes, yardstick

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "bench"
PATIENCE = 120.0


@dataclass
class Server:
    """Something that answers on `base`, and the roots of the process trees that do its work."""

    base: str
    roots: tuple[int, ...]

    def cpu_ms(self) -> float:
        """Milliseconds of processor used until now."""
        return processes.cpu_ms(*self.roots)


@dataclass
class Installation(Server):
    """A whole Établi, with its database open for reading."""

    data: Path
    scale: float
    engine: sa.Engine = field(repr=False)
    env: Mapping[str, str] = field(repr=False, default_factory=dict)
    workers: int = 1

    def rows(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """Read the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), values)]

    def settle(self) -> None:
        """Wait until the jobs that the operations asked for are done: their CPU belongs to the operation.

        Without workers nothing does them: what they cost is measured apart.
        """
        if not self.workers:
            return
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if not self.rows("SELECT 1 FROM job_run WHERE state = 'running' OR (state = 'queued' AND attempts = 0 AND run_at <= :now) LIMIT 1",
                             now=time.strftime("%Y-%m-%d %H:%M:%S+00", time.gmtime())):  # fmt: skip
                return
            time.sleep(0.05)


def environment(data: Path, port: int, database: str | None, **more: str) -> dict[str, str]:
    """Settings of an installation of its own, whatever those of the caller."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DATABASE_URL", "REDIS_URL", "BASE_URL", "HOST")
    }
    own = {"ETABLI_DATA_DIR": str(data), "PORT": str(port), "DEMO": "0", "FLASK_APP": "wsgi"}
    return kept | own | ({"DATABASE_URL": database} if database else {}) | more


def free_port() -> int:
    """A port that nobody listens to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def load(data: Path, scale: float, database: str | None = None) -> None:
    """Migrate and load the demonstration into an empty data folder."""
    data.mkdir(parents=True, exist_ok=True)
    env = environment(data, 8000, database)
    for words in (("db", "upgrade"), ("demo", "load", "--scale", str(scale))):
        subprocess.run([sys.executable, "-m", "flask", *words], cwd=ROOT, env=env, check=True, capture_output=True)


def _kept(scale: float) -> Path:
    """The folder of that demonstration as it is today: loaded once a day and for each version of what makes it."""
    sources = [*sorted((ROOT / "app" / "demo").rglob("*.py")), *sorted((ROOT / "migrations" / "versions").glob("*.py"))]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:12]
    return KEPT / f"{scale:g}-{date.today():%Y%m%d}-{digest}"  # noqa: DTZ011  (a name)


def loaded(scale: float) -> Path:
    """A folder with the demonstration in SQLite, kept for later runs of the day; not to be written to."""
    kept = _kept(scale)
    if not kept.exists():
        for old in KEPT.glob(f"{scale:g}-*"):
            shutil.rmtree(old)
        draft = kept.with_suffix(".draft")
        shutil.rmtree(draft, ignore_errors=True)
        load(draft, scale)
        draft.rename(kept)
    return kept


@contextmanager
def installation(data: Path, scale: float, database: str | None = None, *, workers: int = 1) -> Iterator[Installation]:
    """Start what `make serve` starts on that data, and stop it."""
    port = free_port()
    command = [sys.executable, "-m", "app.supervisor", "--serve", "--workers", str(workers)]
    env = environment(data, port, database)
    with _running(command, env, f"http://127.0.0.1:{port}", data / "bench.log") as process:
        engine = sa.create_engine(database or f"sqlite:///{data / 'etabli.db'}")
        roots, base = (process.pid, *_database_server(engine)), f"http://127.0.0.1:{port}"
        yield Installation(base, roots, data, scale, engine, env, workers)
        engine.dispose()


@contextmanager
def copied(scale: float, database: str | None = None) -> Iterator[Path]:
    """A data folder of one's own with the demonstration at that scale, forgotten at the end."""
    with tempfile.TemporaryDirectory(prefix="etabli-bench-") as folder:
        data = Path(folder) / "data"
        if database:
            load(data, scale, database)
        else:
            shutil.copytree(loaded(scale), data)
        yield data


@contextmanager
def counting(house: Installation) -> Iterator[str]:
    """The same site on another port, with the number of statements in each answer."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "bench.wsgi_counting:app", "--bind", f"127.0.0.1:{port}"]
    url = house.engine.url.render_as_string(hide_password=False)
    with _running(command, environment(house.data, port, url), f"http://127.0.0.1:{port}", house.data / "counting.log"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def yardstick_server() -> Iterator[Server]:
    """The yardstick under gunicorn, 2 sync workers."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="etabli-bench-") as folder:
        path = Path(folder) / "table.db"
        yardstick.fill(path)
        command = [
            sys.executable,
            "-m",
            "gunicorn",
            "bench.yardstick:app",
            "--workers",
            "2",
            "--bind",
            f"127.0.0.1:{port}",
        ]
        env = {**os.environ, "YARDSTICK_DB": str(path)}
        with _running(command, env, f"http://127.0.0.1:{port}", Path(folder) / "log", "/") as process:
            yield Server(f"http://127.0.0.1:{port}", (process.pid,))


@contextmanager
def _running(
    command: list[str], env: Mapping[str, str], base: str, log: Path, path: str = "/sante"
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out, start_new_session=True)
    try:
        _wait(process, base + path, log)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(url, timeout=5):  # noqa: S310  (our own address)
            return
        time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer:\n{log.read_text()}")


def _database_server(engine: sa.Engine) -> tuple[int, ...]:
    """PostgreSQL's first process when it runs on this machine: a connection's process is its child."""
    if engine.dialect.name != "postgresql":
        return ()
    with engine.connect() as connection:
        backend = connection.execute(sa.text("SELECT pg_backend_pid()")).scalar_one()
    parent = processes.parent_of(backend)
    return (parent,) if parent > 1 else ()
