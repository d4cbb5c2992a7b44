"""The demonstration lets twelve lodgings, each of which shows something."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
import requests
from flask import Flask
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.states import Role
from app.concierge.models import Lodging, OwnerStatement, StatementLine
from app.concierge.queries.lodgings import running_of
from app.concierge.queries.months import row_of
from app.concierge.services.counting import count, the_month
from app.concierge.services.sources import smoobu as source
from app.concierge.states import StatementState
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, transaction
from app.core.partners import PartnerAccount, route_of
from app.demo import lodgings
from app.demo.catalogue import profile
from app.demo.services import load
from app.sales.models import SalesDocument
from app.sandbox.store import Store
from app.statements.models import Month
from app.statements.states import Mode
from tests.cast import Cast
from tests.factories.accounts import a_user
from tests.factories.contacts import a_contact
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("E1")


def test_lodgings_owners_and_terms_are_there_to_be_seen_and_nothing_is_in_the_future(app: Flask, cast: Cast) -> None:
    user = db.session.scalars(select(User).where(User.email == "proprietaire@demo.example")).first() or a_user(
        Role.CLIENT, email="proprietaire@demo.example"
    )
    own = db.session.scalars(select(Contact).where(Contact.user_id == user.id)).first()
    if own is None:
        a_contact(user.id, name="Didier Kowalski")
    with transaction():
        made = lodgings.write(profile("concierge"), 1, clock.now())
    running = running_of([lodging.id for lodging in made])
    assert len(made) == len(running) == 12
    modes = [mandate.terms.mode for mandate in running.values() if mandate.terms]
    assert modes.count(Mode.MANDATE) == 1
    shares = [[owner.basis_points for owner in mandate.owners] for mandate in running.values()]
    assert [6000, 4000] in shares
    names = [owner.name for mandate in running.values() for owner in mandate.owners]
    assert max(names.count(name) for name in names) == 3
    assert len(set(names)) == 7
    assert [lodging.asset.label for lodging in made if lodging.main_residence] == ["Chez Marc"]
    assert [lodging.asset.label for lodging in made if not lodging.registration] == ["Le Nid du Cloître"]
    studio = next(lodging for lodging in made if lodging.asset.label == "Studio Mistral")
    before = running_of([studio.id], clock.today() - timedelta(days=200))[studio.id]
    now = running[studio.id]
    assert before.terms
    assert now.terms
    assert (before.terms.rate, now.terms.rate) == (2000, 2200)
    numbers = [mandate.number for mandate in running.values()]
    assert numbers == sorted(numbers)


def test_another_trade_lets_nothing(app: Flask, cast: Cast) -> None:
    with transaction():
        assert lodgings.write(profile("school"), 1, clock.now()) == []
    assert db.session.scalars(select(Lodging)).all() == []
    assert db.session.scalars(select(Contact).where(Contact.name == "SCI Les Restanques")).all() == []


def test_the_month_before_the_last_was_sent_and_paid_but_for_one_and_the_last_one_is_to_launch(app: Flask) -> None:
    load(0.1, trade=lodgings.TRADE)
    now = clock.today()
    month = Month.of(now).previous.previous
    row = row_of(month)
    assert row is not None
    assert row_of(month.next) is None
    statements = db.session.scalars(select(OwnerStatement).where(OwnerStatement.month_id == row.id)).all()
    assert {statement.state for statement in statements} == {StatementState.SENT}
    owed = [db.session.get_one(SalesDocument, statement.invoice_id).left for statement in statements]
    assert len(owed) == 7
    assert len([left for left in owed if left]) == 1
    issued = db.session.scalars(
        select(SalesDocument.issued_at).where(SalesDocument.number.like("F-%")).order_by(SalesDocument.number)
    ).all()
    assert issued == sorted(issued)


def test_the_first_reading_of_smoobu_brings_two_stays_and_a_cancellation_that_the_month_to_launch_corrects(
    app: Flask, sandbox: Sandbox
) -> None:
    load(0.1, trade=lodgings.TRADE)
    memory = Store(app.extensions["etabli_settings"].sandbox_dir)
    told = [json.loads(row["said"]) for row in memory.rows("SELECT said FROM stay")]
    requests.post(f"{sandbox.url}/__sandbox__/smoobu/bookings", json=told, timeout=5).raise_for_status()
    account = db.session.scalars(select(PartnerAccount).where(PartnerAccount.kind == "smoobu")).one()
    route = replace(route_of(account), settings={"base_url": f"{sandbox.url}/smoobu"})
    brought = source.fetch(route, source.ask(account, {}), lambda _call: None)
    with transaction():
        read = source.keep(account, brought, {}).counts
        row = the_month(Month.of(clock.today()).previous)
        count(row)
    assert (read["new"], read["cancelled"], read["unread"]) == (2, 1, 0)
    corrected = (
        select(StatementLine)
        .join(OwnerStatement)
        .where(OwnerStatement.month_id == row.id, StatementLine.of_month.is_not(None))
    )
    assert [line.cents < 0 for line in db.session.scalars(corrected)]
