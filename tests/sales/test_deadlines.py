"""Reminders and expiry of quotes (B5, F3): found by date, done once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.core.settings import change_setting
from app.messaging.models import Task
from app.sales import jobs, services
from app.sales.models import Quote
from app.sales.states import Means, QuoteState
from app.tickets.models import Ticket
from app.tickets.states import TicketState
from tests.cast import Cast
from tests.factories.quotes import a_sent_quote, fresh
from tests.signing import Browser

pytestmark = [pytest.mark.row("B5"), pytest.mark.row("F3")]


class Clock:
    """A clock that a test moves forward."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.shift = timedelta()
        real = clock.now
        monkeypatch.setattr(clock, "now", lambda: real() + self.shift)

    def forward(self, days: int) -> datetime:
        self.shift += timedelta(days=days)
        return clock.now()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def told(template: str) -> int:
    return len(
        db.session.scalars(
            select(OutboxMessage.id).where(OutboxMessage.template == template, OutboxMessage.channel == "email")
        ).all()
    )


def test_a_client_is_reminded_after_two_then_seven_days_and_once_each(cast: Cast, later: Clock) -> None:
    quote = a_sent_quote(contact=cast.karim)
    counts = []
    for _day in range(12):
        jobs.remind_clients()
        jobs.remind_clients()
        counts.append(told("quote.reminder"))
        later.forward(1)
    assert counts == [0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]
    assert fresh(quote).reminders == 2


def test_missed_nights_make_one_reminder(cast: Cast, later: Clock) -> None:
    a_sent_quote(contact=cast.karim)
    later.forward(9)
    jobs.remind_clients()
    jobs.remind_clients()
    assert told("quote.reminder") == 1


def test_no_reminder_once_answered_or_when_the_setting_is_empty(cast: Cast, later: Clock) -> None:
    answered = a_sent_quote(contact=cast.karim)
    with transaction():
        services.accept(answered.id, services.Signer("Karim", Means.LINK))
    a_sent_quote(contact=cast.dan)
    with transaction():
        change_setting("sales.quote_reminders", "")
    later.forward(3)
    jobs.remind_clients()
    assert told("quote.reminder") == 0


def test_a_quote_past_its_validity_expires_by_night_once(cast: Cast, later: Clock) -> None:
    quote = a_sent_quote(contact=cast.karim)
    later.forward(30)
    assert jobs.expire_quotes() == 0, "the last day of validity still counts"
    later.forward(1)
    assert jobs.expire_quotes() == 1
    assert jobs.expire_quotes() == 0
    assert fresh(quote).state == QuoteState.EXPIRED
    assert db.session.get_one(Ticket, quote.ticket_id).state == TicketState.DIAGNOSING
    assert told("quote.expired") == 1
    calls = db.session.scalars(select(Task.label).where(Task.call)).all()
    assert any("expiré : appelez Karim Benyahia" in label.replace("\u00a0", " ") for label in calls)


def test_expired_quotes_without_follow_up_are_red_in_the_menu_until_sent_again(
    cast: Cast, later: Clock, browser: Browser
) -> None:
    quote = a_sent_quote(contact=cast.karim)
    later.forward(31)
    jobs.expire_quotes()
    later.forward(-31)  # sessions last thirty days
    desk = browser.as_("accueil")
    page = desk.get("/devis?retard=1")
    assert quote.number in page.text
    a_sent_quote(db.session.get_one(Ticket, quote.ticket_id))
    assert quote.number not in desk.get("/devis?retard=1").text


def test_the_team_reminds_by_hand(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote(contact=cast.karim)
    answer = browser.as_("accueil").post(f"/devis/{quote.number}/rappel", follow=True)
    assert "Rappel envoyé à Karim Benyahia" in answer.text
    assert told("quote.reminder") == 1
    with transaction():
        db.session.get_one(Quote, quote.id).valid_until = clock.today() - timedelta(days=1)
    assert browser.post(f"/devis/{quote.number}/rappel").status_code == 410
