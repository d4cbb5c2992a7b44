"""kill -9 of the worker that reads a partner, while a page is kept and just after: nothing lost, nothing twice."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import upgrade

from app.core.db import db, transaction
from app.factory import create_app
from app.partners.services import add_account
from app.partners.services.runs import start
from app.partners.states import Origin, RunState
from tests.database import worker_database
from tests.partners.conftest import SECRETS, bookings, runs
from tests.partners.reading import READING, kept
from tests.partners.worker import settings
from tests.sandbox_process import Sandbox

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    """One that other processes see."""
    with worker_database(tmp_path) as url:
        yield url


@pytest.fixture
def house(tmp_path: Path, database: str) -> Iterator[Flask]:
    app = create_app(settings(tmp_path, database))
    with app.app_context():
        upgrade()
        yield app
        db.session.remove()
        db.engine.dispose()


def carry(folder: Path, database: str, when: str) -> int:
    """A worker, until it has nothing to do or dies. Returns how it ended."""
    command = [sys.executable, "-m", "tests.partners.worker", str(folder), database, when]
    return subprocess.run(command, cwd=ROOT, timeout=60, check=False).returncode


@pytest.mark.row("E2")
def test_a_worker_killed_while_it_keeps_a_page_and_after_it_loses_nothing_and_keeps_nothing_twice(
    house: Flask, tmp_path: Path, database: str, sandbox: Sandbox
) -> None:
    bookings(sandbox, 250)
    with transaction():
        account = add_account("smoobu", "Locations", {"base_url": f"{sandbox.url}/smoobu"}, SECRETS)
        start(account, READING, Origin.HAND)
    assert carry(tmp_path, database, "before 2") == -signal.SIGKILL
    assert [run.pages for run in runs()] == [1]
    assert len(kept()) == 100
    assert carry(tmp_path, database, "after 2") == -signal.SIGKILL
    assert [run.pages for run in runs()] == [2]
    assert len(kept()) == 200
    assert carry(tmp_path, database, "never") == 0
    (run,) = runs()
    assert (run.state, run.pages, run.counts) == (RunState.DONE, 3, {"read": 250, "new": 250})
    assert kept() == [str(key) for key in range(1, 251)]
