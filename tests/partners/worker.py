"""A worker of a database of its own, that kills itself where it is told: `python -m tests.partners.worker FOLDER URL WHEN`.

WHEN: "never"; "before 2" or "after 2", with kill -9: while the second page is kept, before or after its commit.
"""

import os
import signal
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from app.core import jobs
from app.core.config import Settings
from app.core.db import after_commit, db
from app.core.partners import PartnerAccount
from app.factory import create_app
from app.partners.services import Step, declare_task
from tests.partners.reading import READING

SECRET = "une-cle-assez-longue-pour-les-essais-du-relevé"


def settings(folder: Path, database: str) -> Settings:
    """A queue that is away: the sweep alone carries the work."""
    return Settings(folder, database, "redis://127.0.0.1:1/0", SECRET, testing=True)


def die() -> None:
    """Without warning."""
    os.kill(os.getpid(), signal.SIGKILL)


def main(folder: str, database: str, when: str) -> None:
    """Do what is due until nothing is left for three seconds, or death."""
    moment, _, page = when.partition(" ")

    def keep(account: PartnerAccount, asked: Any, cursor: dict[str, Any]) -> Step:
        step = READING.keep(account, asked, cursor)
        if cursor.get("page", 0) + 1 == int(page or 0):
            db.session.flush()
            if moment == "before":
                die()
            after_commit(die)
        return step

    app = create_app(settings(Path(folder), database))
    declare_task("smoobu", replace(READING, keep=keep))
    jobs.LEASE = timedelta(seconds=1)
    quiet = time.monotonic()
    with app.app_context():
        while time.monotonic() - quiet < 3:
            for run_id, _attempts, _queue in jobs.due_runs():
                db.session.rollback()
                jobs.run(run_id)
                quiet = time.monotonic()
            db.session.rollback()
            time.sleep(0.1)


if __name__ == "__main__":
    main(*sys.argv[1:])
