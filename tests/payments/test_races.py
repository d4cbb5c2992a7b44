"""Two people at two desks (A8): an invoice is never paid twice, nor a form, nor a voucher. A database of its own: nothing here is rolled back."""

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from app.core import clock
from app.core.config import Settings
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.factory import create_app
from app.payments import services
from app.payments.models import Checkout, Payment
from app.payments.queries import credit_of
from app.payments.services import online, vouchers
from app.payments.states import CheckoutState, Method
from app.sales.models import SalesDocument
from tests.factories.contacts import a_contact
from tests.factories.payments import an_online_account, owed
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("A8")
PEOPLE = 4


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = os.environ.get("TEST_DATABASE_URL")
    if not server:
        yield f"sqlite:///{tmp_path_factory.mktemp('race') / 'race.db'}"
        return
    found, name = sa.make_url(server).set(drivername="postgresql+psycopg"), f"etabli_race_{os.getpid()}"
    admin = sa.create_engine(found, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(sa.text(f"create database {name}"))
    yield found.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))
    admin.dispose()


@pytest.fixture(scope="module")
def shop(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("shop")
    app = create_app(
        Settings(data_dir=folder, database_url=url, redis_url="unix:///nowhere", secret_key="x" * 64, testing=True)
    )
    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass
class Desks:
    """People who act at the same moment."""

    app: Flask

    def act(self, act: Callable[[], object], people: int = PEOPLE) -> list[object]:
        """What each got: the act's result, or its refusal."""
        ready, outcomes = threading.Barrier(people), list[object]()

        def work() -> None:
            with self.app.app_context():
                ready.wait()
                try:
                    with transaction():
                        outcomes.append(act())
                except DomainError as error:
                    outcomes.append(error)
                finally:
                    db.session.remove()

        threads = [threading.Thread(target=work) for _each in range(people)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert len(outcomes) == people
        return outcomes


@pytest.fixture
def desks(shop: Flask) -> Iterator[Desks]:
    with shop.app_context():
        yield Desks(shop)
        db.session.remove()


def refused(outcomes: list[object]) -> list[str]:
    return [outcome.message for outcome in outcomes if isinstance(outcome, DomainError)]


def test_one_invoice_paid_by_several_people_at_once_is_paid_once_and_the_others_are_told(desks: Desks) -> None:
    client = a_contact()
    invoice = owed(client, 5_000)
    contact_id, document_id = client.id, invoice.id

    def pay() -> object:
        return services.receive(contact_id, Method.CARD, 5_000, clock.today(), allocations=[(document_id, 5_000)]).id

    outcomes = desks.act(pay)
    assert len(refused(outcomes)) == PEOPLE - 1
    assert all("il ne reste rien à payer" in words for words in refused(outcomes))
    db.session.remove()
    found = db.session.get(SalesDocument, document_id)
    assert found is not None
    assert (found.paid, found.settled, credit_of(contact_id)) == (5_000, True, 0)


def test_payers_of_the_same_invoice_are_told_too_when_they_differ(desks: Desks) -> None:
    invoice = owed(a_contact(), 3_000)
    document_id, payers = invoice.id, [a_contact().id for _each in range(PEOPLE)]
    turn = iter(payers)

    def pay() -> object:
        return services.receive(next(turn), Method.CARD, 3_000, clock.today(), allocations=[(document_id, 3_000)]).id

    assert len(refused(desks.act(pay))) == PEOPLE - 1
    db.session.remove()
    found = db.session.get(SalesDocument, document_id)
    assert found is not None
    assert found.paid == 3_000


def test_a_double_click_is_one_payment(desks: Desks) -> None:
    client = a_contact()
    invoice = owed(client, 4_000)
    contact_id, document_id = client.id, invoice.id

    def pay() -> object:
        parts = [(document_id, 4_000)]
        return services.receive(contact_id, Method.CASH, 4_000, clock.today(), allocations=parts, form_key="twice").id

    outcomes = desks.act(pay, 2)
    assert refused(outcomes) == []
    assert outcomes[0] == outcomes[1]
    assert db.session.query(Payment).filter_by(form_key="twice").count() == 1


def test_a_voucher_spent_at_two_tills_is_spent_once(desks: Desks) -> None:
    client = a_contact()
    contact_id = client.id
    with transaction():
        code = vouchers.make(5_000, clock.today(), None).code

    def pay() -> object:
        return services.receive(contact_id, Method.VOUCHER, 4_000, clock.today(), reference=code).id

    assert len(refused(desks.act(pay))) == PEOPLE - 1


def test_a_credit_is_given_back_once(desks: Desks) -> None:
    client = a_contact()
    contact_id = client.id
    with transaction():
        services.receive(contact_id, Method.TRANSFER, 2_000, clock.today())
    outcomes = desks.act(lambda: services.refund(contact_id, Method.TRANSFER, 2_000, clock.today()).id)
    assert len(refused(outcomes)) == PEOPLE - 1
    assert credit_of(contact_id) == 0


def test_one_event_received_twice_at_the_same_moment_is_one_payment(shop: Flask, sandbox: Sandbox) -> None:
    with shop.app_context():
        account_id = an_online_account("stripe", sandbox).id
        document_id = owed(a_contact(), 6_000).id
        online.open_checkout(document_id, account_id, "https://exemple.example/payer/x")
        checkout_id = db.session.query(Checkout).filter_by(document_id=document_id).one().id
        sandbox.end_checkout(sandbox.checkouts()[-1]["ref"])
        db.session.remove()
    ready, said = threading.Barrier(PEOPLE), list[object]()

    def tell() -> None:
        with shop.app_context():
            ready.wait()
            try:
                said.append(online.confirm(checkout_id, ("stripe", "evt_1")))
            finally:
                db.session.remove()

    threads = [threading.Thread(target=tell) for _each in range(PEOPLE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert said == [CheckoutState.PAID] * PEOPLE
    with shop.app_context():
        document = db.session.get_one(SalesDocument, document_id)
        assert (document.paid, document.settled) == (6_000, True)
        assert db.session.query(Payment).filter_by(contact_id=document.contact_id).count() == 1
        db.session.remove()
