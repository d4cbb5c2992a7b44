"""The partners' simulator, the accounts that lead to it, and a clock that can be set."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.connectors.mail.account import parse_imap_url, parse_smtp_url
from app.core import clock, jobs
from app.core.db import db, transaction
from app.core.jobs import JobRun, JobState
from app.core.outbox import Channel, OutboxMessage
from app.core.partners import PartnerAccount
from app.core.subject import subject_of
from app.messaging.models import Task
from app.messaging.services import declare_template, tell
from app.partners.services import add_account
from app.sandbox import credentials
from tests.cast import Cast
from tests.sandbox_process import Sandbox

PICK_UP = "test.ready"


@pytest.fixture
def accounts(app: Flask, sandbox: Sandbox) -> "Accounts":
    return Accounts(sandbox)


@dataclass
class Accounts:
    """Enters accounts that lead to the simulator."""

    sandbox: Sandbox

    def smtp(self, **more: object) -> PartnerAccount:
        found = parse_smtp_url(self.sandbox.smtp_account_url)
        settings = {
            "host": found.host, "port": found.port, "security": found.security, "user": found.user,
            "sender": credentials.MAIL_USER, **more,
        }  # fmt: skip
        with transaction():
            return add_account("smtp", "", settings, {"password": found.password})

    def imap(self) -> PartnerAccount:
        found = parse_imap_url(self.sandbox.imap_account_url)
        settings = {
            "host": found.host,
            "port": found.port,
            "security": found.security,
            "user": found.user,
            "mailbox": "INBOX",
        }
        with transaction():
            return add_account("imap", "", settings, {"password": found.password})

    def ovh(self) -> PartnerAccount:
        settings = {
            "application_key": credentials.OVH_APPLICATION_KEY, "service_name": credentials.OVH_SERVICE, "sender": "ATELIER",
            "base_url": self.sandbox.ovh_url,
        }  # fmt: skip
        secrets = {
            "application_secret": credentials.OVH_APPLICATION_SECRET,
            "consumer_key": credentials.OVH_CONSUMER_KEY,
        }
        with transaction():
            return add_account("ovh_sms", "", settings, secrets)

    def smsmode(self) -> PartnerAccount:
        with transaction():
            return add_account(
                "smsmode", "", {"sender": "ATELIER", "base_url": self.sandbox.smsmode_url},
                {"api_key": credentials.SMSMODE_API_KEY},
            )  # fmt: skip


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
    """Tuesday 24 November 2026, 10 h in Paris: an hour at which SMS may leave."""
    now = SetClock(datetime.fromisoformat("2026-11-24T10:00+01:00"))
    monkeypatch.setattr(clock, "now", now)
    return now


@pytest.fixture
def work(app: Flask) -> Callable[[], int]:
    """Do every job that is due, as the worker would; how many were done."""

    def do() -> int:
        done = 0
        while due := jobs.due_runs():
            db.session.rollback()
            for run_id, _attempts, _queue in due:
                jobs.run(run_id)
                done += 1
        db.session.rollback()
        return done

    return do


@pytest.fixture
def ready(app: Flask) -> str:
    """A message that a feature declared: « votre appareil est prêt »."""
    declare_template(
        PICK_UP,
        "Appareil prêt",
        placeholders={"dossier": "N° du dossier", "lien": "Adresse de suivi"},
        subject="Dossier {{ dossier }} : c'est prêt !",
        body="Bonjour {{ client }},\n\nVotre appareil est prêt.\n\n[Suivre le dossier]({{ lien }})\n\n{{ organisation }}",
        sms="{{ organisation }} : dossier {{ dossier }} pret. {{ lien }}",
        sample={"dossier": "R-2026-0042", "lien": "https://exemple.example/suivi/x"},
    )
    return PICK_UP


FACTS = {"dossier": "R-2026-0042", "lien": "http://127.0.0.1:8000/suivi/abc"}


def the_message() -> OutboxMessage:
    """The only message written."""
    return db.session.scalars(select(OutboxMessage).execution_options(populate_existing=True)).one()


def messages() -> list[OutboxMessage]:
    """Every message, in order."""
    return list(
        db.session.scalars(select(OutboxMessage).order_by(OutboxMessage.id).execution_options(populate_existing=True))
    )


def tasks() -> list[Task]:
    """Every task, in order."""
    return list(db.session.scalars(select(Task).order_by(Task.id).execution_options(populate_existing=True)))


def waiting_jobs() -> list[JobRun]:
    """Jobs still to do."""
    return list(db.session.scalars(select(JobRun).where(JobRun.state == JobState.QUEUED).order_by(JobRun.run_at)))


def tell_karim(cast: Cast, code: str, *channels: Channel) -> None:
    """The message of that code, to the cast's client."""
    with transaction():
        tell(cast.karim, code, about=subject_of(cast.karim), facts=FACTS, channels=channels or None)
