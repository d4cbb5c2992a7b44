"""What tests of accounts share: links read in messages, codes of an authentication application, a clock moved on."""

import re
from datetime import timedelta
from html import unescape

import pyotp
import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.core import clock, jobs
from app.core.db import db
from app.core.jobs import JobRun
from app.core.outbox import OutboxMessage
from tests.signing import Browser


def words(answer: TestResponse) -> str:
    """The page's text with plain spaces, so that sentences read as they are written."""
    return unescape(answer.text).replace("\u00a0", " ").replace("\u202f", " ")


def messages_to(address: str) -> list[OutboxMessage]:
    """What waits in the outbox for somebody, oldest first."""
    query = select(OutboxMessage).where(OutboxMessage.recipient == address).order_by(OutboxMessage.id)
    found = list(db.session.scalars(query))
    db.session.rollback()
    return found


def link_in(text: str) -> str:
    """The path of the link that a message gives."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found.group(1)


def work(function: str) -> int:
    """Do the jobs of that name that wait, as a worker would; returns how many."""
    ids = list(db.session.scalars(select(JobRun.id).where(JobRun.function == function, JobRun.state == "queued")))
    db.session.rollback()
    for run_id in ids:
        jobs.run(run_id)
    return len(ids)


def move_clock(monkeypatch: pytest.MonkeyPatch, **span: float) -> None:
    """Later by that span."""
    moment = clock.now() + timedelta(**span)
    monkeypatch.setattr(clock, "now", lambda: moment)


def code_of(secret: str) -> str:
    """What the application shows now."""
    return pyotp.TOTP(secret).at(int(clock.now().timestamp()))


def set_up_totp(browser: Browser) -> tuple[str, list[str]]:
    """Turn the second step on; returns the secret and the recovery codes."""
    page = browser.get("/profil/double-authentification")
    found = re.search(r'class="cle num">([A-Z2-7 ]+)<', page.text)
    assert found, page.text
    secret = found.group(1).replace(" ", "")
    answer = browser.post("/profil/double-authentification", code=code_of(secret))
    assert answer.status_code == 200, answer.text
    codes = re.findall(r"<li>([a-z0-9]{4}-[a-z0-9]{4}-[a-z0-9]{4})</li>", answer.text)
    return secret, codes


def try_to_sign_in(browser: Browser, email: str, password: str):
    """Post the sign-in form in a fresh browser."""
    browser.client = browser.app.test_client()
    browser.get("/connexion")
    answer = browser.post("/connexion", email=email, password=password)
    browser.token = ""
    return answer
