"""kill -9 of what makes and sends the owners' month, again and again: each statement, invoice and message once, no hole."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.database import worker_database
from tests.house import ROOT, environment, flask, free_ports

OWNERS, PATIENCE = 24, 240.0
#: (how many are sent when it is killed, how much later in seconds): at each step of one.
KILLS = ((1, 0.0), (4, 0.05), (7, 0.12), (10, 0.2), (13, 0.3))


class Installation:
    """A database where nothing runs by itself."""

    def __init__(self, env: dict[str, str], engine: sa.Engine) -> None:
        self.env, self.engine = env, engine

    def start(self, verb: str, count: int = 0) -> subprocess.Popen[bytes]:
        """Begin a verb of `tests.faults.rents`."""
        return subprocess.Popen([sys.executable, "-m", "tests.faults.rents", verb, str(count)], cwd=ROOT, env=self.env)

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        """Read the database."""
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement))]

    def sent(self) -> int:
        """How many statements are sent."""
        return len(self.rows("SELECT id FROM owner_statement WHERE state = 'sent'"))


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A month counted and approved; SQLite, or PostgreSQL with TEST_DATABASE_URL."""
    data = tmp_path_factory.mktemp("rents")
    with worker_database(data) as database:
        more, port = {"DATABASE_URL": database} if os.environ.get("TEST_DATABASE_URL") else {}, free_ports()
        flask(data, port, "db", "upgrade", **more)
        flask(data, port, "demo", "load", "--scale", "0.1", "--trade", "workshop", **more)
        found = Installation(environment(data, port, **more), sa.create_engine(database))
        assert found.start("month", OWNERS).wait(PATIENCE) == 0
        yield found
        found.engine.dispose()


@pytest.mark.row("E5")
def test_a_month_killed_again_and_again_leaves_once_for_each_owner(approved: Installation) -> None:
    stopped = [killed(approved, sent, later) for sent, later in KILLS]
    assert stopped[-1] < OWNERS, "killed too late to prove anything"

    together = [approved.start("make"), approved.start("aid")]
    assert [process.wait(PATIENCE) for process in together] == [0, 0]
    assert approved.start("make").wait(PATIENCE) == 0

    told = approved.rows("SELECT recipient, attachments FROM outbox_message WHERE template = 'concierge.statement'")
    assert Counter(str(row[0]) for row in told) == {f"rose{rank}@loyers.example": 1 for rank in range(OWNERS)}
    numbers = approved.rows("SELECT number FROM owner_statement ORDER BY number")
    assert [row[0] for row in numbers] == [f"RG-2026-{rank:04d}" for rank in range(1, OWNERS + 1)]
    bills = "SELECT d.number, d.settled FROM owner_statement s JOIN sales_document d ON d.id = s.invoice_id WHERE d.file_id IS NOT NULL"
    assert len({row[0] for row in approved.rows(bills) if row[1]}) == OWNERS
    drafts = approved.rows("SELECT id FROM sales_document WHERE title LIKE 'Honoraires de gestion%'")
    assert len(drafts) == OWNERS, "an invoice that belongs to no statement"
    retained = approved.rows("SELECT count(*), count(distinct reference) FROM payment WHERE method = 'retained'")
    assert retained == [(OWNERS, OWNERS)]


def killed(site: Installation, sent: int, later: float) -> int:
    """Begin to make the month, and kill it; how many were sent."""
    process, until = site.start("make"), time.monotonic() + PATIENCE
    while site.sent() < sent:
        assert process.poll() is None, "it ended before it was killed"
        assert time.monotonic() < until
        time.sleep(0.005)
    time.sleep(later)
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    return site.sent()


def test_the_papers_of_the_month_are_where_the_messages_say(approved: Installation) -> None:
    folder = Path(approved.env["ETABLI_DATA_DIR"]) / "files"
    kept = approved.rows("SELECT f.key FROM owner_statement s JOIN stored_file f ON f.id = s.file_id")
    names = {path.name for path in folder.rglob("*") if path.is_file()}
    assert {str(row[0]) for row in kept} <= names
