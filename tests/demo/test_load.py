"""Loading the demonstration: once, whole, and what it leaves works as if people had done it."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.accounts.models import User
from app.core import search
from app.core.db import db, transaction
from app.core.numbers import next_number
from app.core.outbox import OutboxMessage
from app.demo.services import load
from app.sales.models import Quote
from app.sales.queries import reachable
from app.sales.queries.one import LOADED
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from tests.cast import Cast
from tests.factories.tariffs import some_towns
from tests.signing import Browser


@pytest.fixture
def loaded(app: Flask) -> Flask:
    load(scale=0.1, seed=3)
    return app


def test_a_client_can_answer_every_quote_that_waits(loaded: Flask) -> None:
    waiting = db.session.scalars(select(Quote).where(Quote.state == QuoteState.SENT).options(*LOADED)).all()

    assert waiting
    assert all(reachable(quote) for quote in waiting)


def test_numbers_go_on_where_the_demonstration_stopped(loaded: Flask) -> None:
    last = db.session.scalar(select(func.max(Ticket.number)))
    with transaction():
        following = next_number("R")

    assert last is not None
    assert following > last
    assert following[:7] == last[:7] or following.endswith("-0001")


def test_what_was_loaded_is_found_by_the_search_box(loaded: Flask) -> None:
    ticket = db.session.scalars(select(Ticket).where(Ticket.asset_id.is_not(None)).limit(1)).one()

    assert ("ticket", ticket.id) in {(hit.kind, hit.subject_id) for hit in search.find(ticket.number, ["ticket"])}


def test_everybody_of_the_sign_in_page_can_come_in(loaded: Flask) -> None:
    browser = Browser(loaded)
    for login in ("gerant", "accueil", "commercial", "technicien", "luthier", "compta"):
        assert browser.as_(login).get("/tableau-de-bord").status_code == 200


def test_messages_of_today_wait_to_be_sent(loaded: Flask) -> None:
    recipients = list(
        db.session.scalars(select(OutboxMessage.recipient).where(OutboxMessage.template == "ticket.ready"))
    )

    assert recipients
    assert all(recipient.endswith(".example") or recipient.startswith("+3363998") for recipient in recipients)


def test_a_second_loading_is_refused_and_changes_nothing(app: Flask, cast: Cast) -> None:
    before = db.session.scalar(select(func.count()).select_from(User))
    answer = app.test_cli_runner().invoke(args=["demo", "load"])

    assert answer.exit_code == 1
    assert "base vide" in answer.output
    assert db.session.scalar(select(func.count()).select_from(User)) == before


def test_prices_and_deposits_have_something_to_show(app: Flask) -> None:
    some_towns()
    load(scale=0.1, seed=3)
    manager = Browser(app).as_("gerant")
    rules = manager.get("/tarifs").text
    assert "Location de plus d" in rules
    assert "Par dix" in rules
    held = manager.get("/reglements/cautions").text
    assert "600,00" in held
    assert "250,00" in held
