"""kill -9 of what tells borrowers, in the middle of it: once resumed, nobody is forgotten and nobody is told twice."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.database import worker_database
from tests.house import ROOT, environment, flask, free_ports

DUE, REPAIRS, PATIENCE = 200, 30, 120.0


@dataclass
class Installation:
    """A database where nothing runs by itself."""

    env: dict[str, str]
    engine: sa.Engine

    def start(self, verb: str, count: int = 0) -> subprocess.Popen[bytes]:
        """Begin a verb of `tests.faults.night`."""
        return subprocess.Popen([sys.executable, "-m", "tests.faults.night", verb, str(count)], cwd=ROOT, env=self.env)

    def do(self, verb: str, count: int = 0) -> None:
        """The whole of it."""
        assert self.start(verb, count).wait(PATIENCE) == 0

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """Read the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement))]

    def told(self, template: str, who: str) -> Counter[str]:
        """How many letters of that template each of these people was written."""
        letters = f"SELECT recipient FROM outbox_message WHERE template = '{template}' AND channel = 'email' AND recipient LIKE '{who}%@nuit.example'"
        return Counter(str(row[0]) for row in self.rows(letters))

    def killed(self, verb: str, template: str, who: str, after: int) -> int:
        """Begin a verb and kill it once so many were told; how many had been."""
        process, until = self.start(verb), time.monotonic() + PATIENCE
        while len(self.told(template, who)) < after:
            assert process.poll() is None, "it ended before it was killed"
            assert time.monotonic() < until
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        return len(self.told(template, who))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A small workshop that lends; SQLite, or PostgreSQL with TEST_DATABASE_URL."""
    with installation(tmp_path_factory.mktemp("night")) as found:
        yield found


@contextmanager
def installation(data: Path) -> Iterator[Installation]:
    with worker_database(data) as database:
        more, port = {"DATABASE_URL": database} if os.environ.get("TEST_DATABASE_URL") else {}, free_ports()
        flask(data, port, "db", "upgrade", **more)
        flask(data, port, "demo", "load", "--scale", "0.1", "--trade", "workshop", **more)
        engine = sa.create_engine(database)
        yield Installation(environment(data, port, **more), engine)
        engine.dispose()


@pytest.mark.row("A3")
def test_the_reminders_of_a_night_killed_in_the_middle_reach_everybody_once(installed: Installation) -> None:
    installed.do("due", DUE)
    before = installed.killed("remind", "loan.reminder_today", "odile", after=20)
    assert before < DUE, "killed too late to prove anything"

    installed.do("remind")
    installed.do("remind")
    told = installed.told("loan.reminder_today", "odile")
    assert set(told) == {f"odile{rank}@nuit.example" for rank in range(DUE)}
    assert set(told.values()) == {1}


@pytest.mark.row("A6")
def test_delays_killed_in_the_middle_offer_each_borrower_another_unit_once(installed: Installation) -> None:
    installed.do("repairs", REPAIRS)
    before = installed.killed("delays", "loan.displaced", "serge", after=3)
    assert before < REPAIRS, "killed too late to prove anything"

    installed.do("delays")
    installed.do("delays")
    told = installed.told("loan.displaced", "serge")
    assert set(told) == {f"serge{rank}@nuit.example" for rank in range(REPAIRS)}
    assert set(told.values()) == {1}
    assert installed.rows("SELECT count(*), count(distinct item_id) FROM loan_displacement WHERE state = 'asked'") == [
        (REPAIRS, REPAIRS)
    ]
