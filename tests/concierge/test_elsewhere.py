"""Invoices of fees made in Pennylane or Dolibarr: once, followed, paid back onto the owner's account; a fault stops one alone."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import requests
from sqlalchemy import select

from app.concierge import jobs
from app.concierge.models import MonthEntry, OwnerStatement
from app.concierge.services import approving, outside
from app.concierge.states import StatementState
from app.concierge.wiring.invoicing import _ask, _fetch, _keep
from app.connectors.pennylane import client as pennylane
from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.jobs import RetryLater
from app.core.partners import PartnerAccount, route_of
from app.core.settings import change_setting
from app.partners.services import add_account
from app.sales.models import SalesDocument
from app.sandbox import credentials
from app.statements.models import Month
from tests.concierge.houses import a_house, a_stay
from tests.concierge.test_making import MANDATE, SERVICE, again, an_owner, approved, counted, messages, november
from tests.sandbox_process import Sandbox

__all__ = ["november"]
pytestmark = [pytest.mark.row("E4"), pytest.mark.usefixtures("november")]


@pytest.fixture(params=["pennylane", "dolibarr"])
def system(request: pytest.FixtureRequest, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(pennylane, "PACE_SECONDS", 0)
    kind = str(request.param)
    secrets = {"token": credentials.PENNYLANE_TOKEN} if kind == "pennylane" else {"key": credentials.DOLIBARR_KEY}
    with transaction():
        add_account(kind, kind, {"base_url": f"{sandbox.url}/{kind}"}, secrets)
        change_setting("concierge.invoicing", kind)
    return kind


def books(sandbox: Sandbox) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = requests.get(f"{sandbox.url}/__sandbox__/invoices", timeout=5).json()
    return rows


def a_month(terms: Any = SERVICE) -> OwnerStatement:
    a_stay(a_house(an_owner(), terms=terms), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    [row] = approved()
    return row


def made_there(terms: Any = SERVICE) -> OwnerStatement:
    row = a_month(terms)
    jobs.make_statements([row.id])
    return again(row.id)


def test_the_invoice_is_made_there_and_the_statement_bears_its_number(system: str, sandbox: Sandbox) -> None:
    statement = made_there()
    [there] = books(sandbox)
    assert (statement.fault, statement.state, statement.invoice_id) == ("", StatementState.SENT, None)
    assert there["reference"] == statement.number
    assert statement.outside["number"] == there["number"]
    assert statement.outside["gross"] == statement.fees
    assert statement.outside["number"] in messages()[0].text
    assert db.session.query(SalesDocument).count() == 0


def test_done_twice_it_is_made_there_once(system: str, sandbox: Sandbox) -> None:
    statement = made_there()
    with transaction():
        row = again(statement.id)
        row.outside = {}
        row.state = StatementState.APPROVED  # as if what was answered had been lost
    jobs.make_statements([statement.id])
    assert len(books(sandbox)) == 1
    assert again(statement.id).outside["number"] == books(sandbox)[0]["number"]


def test_an_answer_that_never_came_is_looked_for_before_it_is_asked_again(system: str, sandbox: Sandbox) -> None:
    row = a_month()
    path = "/customer_invoices" if system == "pennylane" else "/invoices"
    sandbox.fail(system, "cut-after-accept", path=path, count=5)
    jobs.make_statements([row.id])
    stopped = again(row.id)
    assert stopped.state == StatementState.APPROVED
    assert stopped.fault
    assert outside.to_try_again() == [row.id]
    for _try in range(6):  # what was planned runs out
        jobs.try_again()
        jobs.make_statements([row.id])
    assert again(row.id).state == StatementState.SENT
    assert len(books(sandbox)) == 1
    assert len(messages()) == 1


def test_a_fault_there_says_its_sentence_and_the_month_goes_on(system: str, sandbox: Sandbox) -> None:
    for _owner in range(2):
        a_stay(a_house(an_owner(), terms=SERVICE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    ids = [row.id for row in approved()]
    sandbox.fail(system, "500", count=1)
    jobs.make_statements(ids)
    first, second = (again(one) for one in ids)
    assert "Nouvel essai" in first.fault or "ne répond" in first.fault or first.fault
    assert second.state == StatementState.SENT


def test_one_whose_invoice_another_worker_is_making_is_left_to_it(system: str, sandbox: Sandbox) -> None:
    row = a_month()
    with transaction():
        assert outside._begin(row.id)
    with pytest.raises(RetryLater):
        jobs.make_statements([row.id])
    assert books(sandbox) == []
    assert again(row.id).fault == ""


def test_without_a_connection_it_is_said_before_anything(system: str) -> None:
    with transaction():
        for account in db.session.scalars(select(PartnerAccount).where(PartnerAccount.kind == system)):
            account.active = False
    a_stay(a_house(an_owner(), terms=SERVICE), date(2026, 10, 3), date(2026, 10, 10), 124_000)
    [row] = counted()
    with pytest.raises(DomainError, match="Aucune connexion"), transaction():
        approving.approve([row.id])


def read_back(system: str) -> None:
    """What the runner does."""
    account = db.session.scalars(select(PartnerAccount).where(PartnerAccount.kind == system)).one()
    asked, route = _ask(account, {}), route_of(account)
    read = _fetch(route, asked, lambda _call: None)
    with transaction():
        _keep(account, read, {})


def pay(sandbox: Sandbox, statement: OwnerStatement, cents: int) -> None:
    requests.post(f"{sandbox.url}/__sandbox__/invoices/{statement.outside['id']}", json={"cents": cents}, timeout=5)


def settled() -> list[int]:
    counted(Month(2026, 11))
    return list(db.session.scalars(select(MonthEntry.cents).where(MonthEntry.key.is_not(None)).order_by(MonthEntry.id)))


def test_what_is_paid_there_comes_on_the_account_once(system: str, sandbox: Sandbox) -> None:
    statement = made_there()
    pay(sandbox, statement, 5_000)
    read_back(system)
    read_back(system)
    assert settled() == [5_000]
    pay(sandbox, statement, statement.fees - 5_000)
    read_back(system)
    assert settled() == [5_000, statement.fees - 5_000]
    assert settled() == [5_000, statement.fees - 5_000]
    assert again(statement.id).outside["state"] == "paid"


def test_what_was_taken_from_the_rents_is_no_payment_when_it_is_noted_there(system: str, sandbox: Sandbox) -> None:
    statement = made_there(MANDATE)
    pay(sandbox, statement, statement.fees)
    read_back(system)
    assert settled() == []


def test_our_invoice_may_be_copied_there(sandbox: Sandbox, system: str) -> None:
    with transaction():
        change_setting("concierge.invoicing", f"both_{system}")
    statement = made_there()
    number = db.session.get_one(SalesDocument, statement.invoice_id).number
    assert (statement.state, statement.outside["number"]) == (StatementState.SENT, books(sandbox)[0]["number"])
    assert number in messages()[0].text
