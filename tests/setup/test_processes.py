"""What the supervisor starts: the queue keeps what it was given, the clock hands out names, the database is made ready or refused."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import redis
from alembic.config import Config
from alembic.script import ScriptDirectory
from rq import Queue
from rq.serializers import JSONSerializer

from app.core.config import Settings, load_settings
from app.schedule import PERIODIC
from app.supervisor import plan
from app.supervisor.prepare import program_heads
from tests.setup.waiting import PATIENCE, wait_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def installation(tmp_path: Path) -> Settings:
    """An empty installation in a folder of its own."""
    settings = load_settings({"ETABLI_DATA_DIR": str(tmp_path), "DEMO": "0"}, tmp_path / "no.env")
    settings.queue_dir.mkdir()
    return settings


@contextmanager
def running(*argv: str, env: dict[str, str] | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A program that is stopped at the end."""
    process = subprocess.Popen(argv, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def queue_of(settings: Settings) -> Iterator[tuple[subprocess.Popen[bytes], redis.Redis]]:
    """The embedded queue of an installation, and a client."""
    with running(*plan.queue(settings).argv) as process:
        wait_for(lambda: plan.queue_answers(settings))
        with redis.Redis.from_url(settings.redis_url) as client:
            yield process, client


def environment(settings: Settings) -> dict[str, str]:
    return dict(plan.worker(settings, 1, grace=1).env)


def prepare(settings: Settings) -> tuple[int, str]:
    """Run the preparation: its status and its last line."""
    spec = plan.preparation(settings)
    done = subprocess.run(
        spec.argv, cwd=ROOT, env={**os.environ, **spec.env}, capture_output=True, text=True, check=False, timeout=120
    )
    lines = done.stdout.splitlines()
    return done.returncode, lines[-1] if lines else ""


def execute(settings: Settings, statement: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(settings.data_dir / "etabli.db")) as connection:
        rows = connection.execute(statement).fetchall()
        connection.commit()
    return rows


def test_the_queue_forgets_nothing_when_it_is_killed(installation: Settings) -> None:
    with queue_of(installation) as (process, client):
        client.set("promesse", "tenue")
        process.send_signal(signal.SIGKILL)
        process.wait()
    installation.queue_socket.unlink(missing_ok=True)
    with queue_of(installation) as (_process, client):
        assert client.get("promesse") == b"tenue"
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}


def test_only_its_owner_may_speak_to_the_queue(installation: Settings) -> None:
    with queue_of(installation):
        assert installation.queue_socket.stat().st_mode & 0o077 == 0


def test_the_clock_hands_frequent_jobs_to_the_queue_as_names_in_json(installation: Settings) -> None:
    soon = {periodic.function for periodic in PERIODIC if periodic.at_start or (periodic.every or 3600) <= 60}
    with queue_of(installation) as (_process, client):
        queues = [Queue(name, connection=client, serializer=JSONSerializer) for name in ("default", "heavy")]
        spec = plan.scheduler(installation)
        with running(*spec.argv, env=dict(spec.env)):
            wait_for(lambda: soon <= {job.func_name for queue in queues for job in queue.get_jobs()})
        assert soon <= {job.func_name for queue in queues for job in queue.get_jobs()}


def test_the_clock_loads_no_feature() -> None:
    code = "import sys, app.scheduler; print([m for m in sys.modules if m in ('flask', 'sqlalchemy', 'app.factory')])"
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "[]"


def test_the_supervisor_itself_stays_small() -> None:
    code = (
        "import sys, app.supervisor.__main__; print([m for m in sys.modules if m in ('flask', 'sqlalchemy', 'redis')])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "[]"


def test_the_newest_migration_is_found_without_running_any() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert program_heads() == set(ScriptDirectory.from_config(config).get_heads())


def test_a_worker_does_what_the_database_says_is_due(installation: Settings) -> None:
    assert prepare(installation) == (0, "")
    execute(
        installation,
        "INSERT INTO job_run (function, arguments, label, queue_name, state, run_at, attempts, done_count, total_count, message,"
        " created_at) VALUES ('app.core.jobs.forget_done', '[]', '', 'default', 'queued', '2020-01-01 00:00:00.000000', 0, 0, 0, '',"
        " '2020-01-01 00:00:00.000000')",
    )
    with queue_of(installation) as (_process, client):
        Queue("default", connection=client, serializer=JSONSerializer).enqueue("app.core.jobs.sweep")
        with running(sys.executable, "-m", "app.worker", env=environment(installation)):
            wait_for(lambda: execute(installation, "SELECT state FROM job_run") == [("done",)])


def test_a_database_from_a_newer_version_is_refused_in_one_sentence(installation: Settings) -> None:
    assert prepare(installation) == (0, "")
    execute(installation, "UPDATE alembic_version SET version_num = 'venue-du-futur'")
    status, sentence = prepare(installation)
    assert status == plan.REFUSED
    assert sentence.startswith("La base vient d'une version plus récente d'Établi (révision venue-du-futur)")


def test_a_migration_that_fails_leaves_the_database_as_it_was(installation: Settings) -> None:
    assert prepare(installation) == (0, "")
    # A table that a migration of the past made is in the way of the same migration made again.
    execute(installation, "UPDATE alembic_version SET version_num = '0001'")
    before = execute(installation, "SELECT type, name, sql FROM sqlite_master ORDER BY type, name")
    status, sentence = prepare(installation)
    assert status == plan.REFUSED
    assert sentence.startswith("La mise à niveau de la base a échoué")
    assert execute(installation, "SELECT type, name, sql FROM sqlite_master ORDER BY type, name") == before
    assert execute(installation, "SELECT version_num FROM alembic_version") == [("0001",)]


def test_a_database_that_does_not_answer_is_named_in_one_sentence(tmp_path: Path) -> None:
    settings = load_settings({"ETABLI_DATA_DIR": str(tmp_path), "DEMO": "0"}, tmp_path / "no.env")
    spec = plan.preparation(settings)
    env = {**os.environ, **spec.env, "DATABASE_URL": f"postgresql://personne@/etabli?host={tmp_path}"}
    done = subprocess.run(spec.argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == plan.REFUSED
    assert done.stdout.splitlines()[-1].startswith("DATABASE_URL : la base de données ne répond pas")
