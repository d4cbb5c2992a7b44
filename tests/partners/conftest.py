"""Smoobu in the simulator, a task that reads it, and a clock that can be set."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.partners import PartnerAccount, PartnerCall
from app.messaging.models import Task
from app.partners import jobs as runner
from app.partners.models import PartnerRun
from app.partners.queries import registry
from app.partners.services import PartnerTask, add_account, declare_task
from app.partners.services.runs import start
from app.partners.states import Origin
from app.sandbox import credentials
from tests.partners.reading import READING
from tests.sandbox_process import Sandbox

SECRETS = {"key": credentials.SMOOBU_KEY, "secret": credentials.SMOOBU_SECRET}


class SetClock:
    """The present moment, as a test sets it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def pass_(self, **span: float) -> None:
        """Let time go by."""
        self.moment += timedelta(**span)


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Tuesday 24 November 2026, 10 h in Paris."""
    now = SetClock(datetime.fromisoformat("2026-11-24T10:00+01:00"))
    monkeypatch.setattr(clock, "now", now)
    return now


@pytest.fixture
def tasks(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, dict[str, PartnerTask]]]:
    """What is done with each kind of account, put back after the test: the reading of Smoobu alone."""
    known: dict[str, dict[str, PartnerTask]] = {}
    monkeypatch.setattr(registry, "_TASKS", known)
    declare_task("smoobu", READING)
    return known


@pytest.fixture
def smoobu(app: Flask, sandbox: Sandbox, time: SetClock, tasks: object) -> PartnerAccount:
    """An account that leads to the simulator."""
    with transaction():
        return add_account("smoobu", "Locations du lac", {"base_url": f"{sandbox.url}/smoobu"}, SECRETS)


def bookings(sandbox: Sandbox, count: int, first: int = 1) -> None:
    """So many bookings in Smoobu, numbered from `first`."""
    rows = [
        {
            "id": key, "arrival": "2026-10-03", "departure": "2026-10-07", "apartment": {"id": 398, "name": "Loft"},
            "guest-name": "Anne Dupont", "email": "anne@dupont.example", "price": 480.0,
        }
        for key in range(first, first + count)
    ]  # fmt: skip
    requests.post(f"{sandbox.url}/__sandbox__/smoobu/bookings", json=rows, timeout=20).raise_for_status()


def begin(account: PartnerAccount, origin: Origin = Origin.HAND) -> PartnerRun:
    """Start the reading."""
    with transaction():
        run = start(account, READING, origin)
    assert run is not None
    return run


def work() -> int:
    """Do every job that is due, as the worker would; how many."""
    done = 0
    while due := jobs.due_runs():
        db.session.rollback()
        for run_id, _attempts, _queue in due:
            jobs.run(run_id)
            done += 1
            assert done < 100, "the same work, for ever"
    db.session.rollback()
    return done


def watch() -> int:
    """What is done every minute."""
    return runner.watch()


def runs() -> list[PartnerRun]:
    """Every run, in order, read anew."""
    db.session.rollback()
    return list(
        db.session.scalars(select(PartnerRun).order_by(PartnerRun.id).execution_options(populate_existing=True))
    )


def told() -> list[Task]:
    """What the manager was asked to do."""
    return list(db.session.scalars(select(Task).order_by(Task.id).execution_options(populate_existing=True)))


def calls() -> list[PartnerCall]:
    """Every call kept."""
    return list(db.session.scalars(select(PartnerCall).order_by(PartnerCall.id)))


def account_again(account: PartnerAccount) -> PartnerAccount:
    """The account, read anew."""
    return db.session.get_one(PartnerAccount, account.id, populate_existing=True)
