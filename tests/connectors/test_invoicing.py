"""Pennylane and Dolibarr, against the simulator: our invoice made there once, then followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import requests

from app.connectors.calls import CallRecord
from app.connectors.dolibarr import Dolibarr, DolibarrConfig
from app.connectors.errors import PartnerError
from app.connectors.invoicing import Bill, BilledLine, InvoicingSystem, Party
from app.connectors.pennylane import Pennylane, PennylaneConfig
from app.sandbox import credentials
from tests.sandbox_process import Sandbox

pytestmark = pytest.mark.row("E4")
ODILE = Party("Marchetti", "odile@exemple.example", "Odile", "3 rue du Port", "83000", "Toulon")
BILL = Bill(
    "F-2026-0042", ODILE, date(2026, 11, 2), date(2026, 12, 2),
    (BilledLine("Commission de gestion", 1000, 21_080, 2000), BilledLine("Ménage", 2500, 4000, 1000)), "Octobre 2026",
)  # fmt: skip
GROSS = 25_296 + 11_000


@pytest.fixture(params=["pennylane", "dolibarr"])
def system(request: pytest.FixtureRequest, sandbox: Sandbox) -> InvoicingSystem:
    """Each of them, without its pace."""
    return made(request.param, sandbox)


def made(name: str, sandbox: Sandbox, **changes: Any) -> InvoicingSystem:
    if name == "pennylane":
        account = PennylaneConfig(credentials.PENNYLANE_TOKEN, f"{sandbox.url}/pennylane", (2, 5))
        return Pennylane(replace(account, **changes), sleep=lambda _seconds: None)
    return Dolibarr(replace(DolibarrConfig(f"{sandbox.url}/dolibarr", credentials.DOLIBARR_KEY, (2, 5)), **changes))


def books(sandbox: Sandbox) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = requests.get(f"{sandbox.url}/__sandbox__/invoices", timeout=5).json()
    return rows


def name_of(system: InvoicingSystem) -> str:
    return type(system).__name__.lower()


def test_an_invoice_is_made_with_its_final_number(system: InvoicingSystem, sandbox: Sandbox) -> None:
    made_there = system.issue(BILL)
    assert (made_there.reference, made_there.state) == ("F-2026-0042", "unpaid")
    assert (made_there.gross, made_there.left) == (GROSS, GROSS)
    assert made_there.number.startswith("FA-")
    assert system.read(made_there.id) == made_there


def test_asked_twice_it_is_made_once(system: InvoicingSystem, sandbox: Sandbox) -> None:
    assert system.issue(BILL).id == system.issue(BILL).id
    assert len(books(sandbox)) == 1


def test_an_answer_lost_on_the_way_does_not_make_it_twice(system: InvoicingSystem, sandbox: Sandbox) -> None:
    path = "/customer_invoices" if name_of(system) == "pennylane" else "/invoices"
    sandbox.fail(name_of(system), "cut-after-accept", path=path, count=5)
    with pytest.raises(PartnerError):
        system.issue(BILL)
    requests.post(f"{sandbox.url}/__sandbox__/faults", json={"partner": "ovh", "kind": "500"}, timeout=5)
    for _try in range(6):  # what was planned runs out
        try:
            done = system.issue(BILL)
        except PartnerError:
            continue
        break
    assert done.state == "unpaid"
    assert [row["reference"] for row in books(sandbox)] == ["F-2026-0042"]


def test_the_same_client_is_not_made_twice(system: InvoicingSystem, sandbox: Sandbox) -> None:
    calls: list[CallRecord] = []
    system.issue(BILL)
    again = made(name_of(system), sandbox)
    again._http = replace(again._http, on_call=calls.append)  # type: ignore[attr-defined]
    again.issue(replace(BILL, reference="F-2026-0043"))
    assert not [
        call for call in calls if call.method == "POST" and ("customers" in call.url or "thirdparties" in call.url)
    ]
    assert len(books(sandbox)) == 2


def test_payments_come_back(system: InvoicingSystem, sandbox: Sandbox) -> None:
    billed = system.issue(BILL)
    for cents, state, left in ((10_000, "part", GROSS - 10_000), (GROSS - 10_000, "paid", 0)):
        requests.post(f"{sandbox.url}/__sandbox__/invoices/{billed.id}", json={"cents": cents}, timeout=5)
        now = system.read(billed.id)
        assert (now.state, now.left) == (state, left)


def test_an_unknown_reference_is_none(system: InvoicingSystem) -> None:
    assert system.find("F-2026-9999") is None


def test_the_account_is_named(system: InvoicingSystem) -> None:
    assert system.check() in ("Conciergerie du Bac à sable", "Dolibarr 20.0.2")


@pytest.mark.parametrize(("name", "changes"), [("pennylane", {"token": "autre"}), ("dolibarr", {"key": "autre"})])
def test_a_refused_key_says_what_to_do(sandbox: Sandbox, name: str, changes: dict[str, str]) -> None:
    with pytest.raises(PartnerError, match="refuse vos identifiants") as caught:
        made(name, sandbox, **changes).check()
    assert caught.value.final


@pytest.mark.parametrize("kind", ["429", "500", "503", "malformed"])
def test_a_failure_of_theirs_is_worth_another_try(system: InvoicingSystem, sandbox: Sandbox, kind: str) -> None:
    sandbox.fail(name_of(system), kind)
    with pytest.raises(PartnerError) as caught:
        system.check()
    assert not caught.value.final


def test_pennylane_sends_once_its_pdf_is_made(sandbox: Sandbox) -> None:
    system = made("pennylane", sandbox)
    billed = system.issue(BILL)
    with pytest.raises(PartnerError, match="prépare encore le PDF") as caught:
        system.send(billed.id)
    assert (caught.value.final, caught.value.retry_after) == (False, 60)
    system.send(billed.id)


def test_pennylane_says_which_vat_it_does_not_know(sandbox: Sandbox) -> None:
    odd = replace(BILL, lines=(BilledLine("Martinique", 1000, 100, 850),))
    with pytest.raises(PartnerError, match="TVA de 8,5 %"):
        made("pennylane", sandbox).issue(odd)
    assert books(sandbox) == []


def test_pennylane_is_asked_at_its_pace(sandbox: Sandbox) -> None:
    waits: list[float] = []
    account = PennylaneConfig(credentials.PENNYLANE_TOKEN, f"{sandbox.url}/pennylane", (2, 5))
    Pennylane(account, sleep=waits.append).issue(BILL)
    assert waits == [0.5, 0.5, 0.5]


def test_nothing_private_is_kept_of_a_call(system: InvoicingSystem, sandbox: Sandbox) -> None:
    calls: list[CallRecord] = []
    system._http = replace(system._http, on_call=calls.append)  # type: ignore[attr-defined]
    system.issue(BILL)
    kept = "".join(call.request_masked for call in calls)
    assert credentials.PENNYLANE_TOKEN not in kept
    assert credentials.DOLIBARR_KEY not in kept
    assert "rue du Port" not in kept
