"""The control plane, and the conditions under which the simulator starts."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from app.sandbox import credentials
from tests.sandbox_process import ROOT, Sandbox, start_sandbox

KEY = {"X-Api-Key": credentials.SMSMODE_API_KEY}
MESSAGE = {"recipient": {"to": "33600000001"}, "body": {"text": "Bonjour"}}


def post(sandbox: Sandbox) -> requests.Response:
    return requests.post(f"{sandbox.smsmode_url}/sms/v1/messages", json=MESSAGE, headers=KEY, timeout=5)


def test_a_failure_planned_lasts_as_many_calls_as_asked(sandbox: Sandbox) -> None:
    sandbox.fail("smsmode", "429", count=2)
    first = post(sandbox)
    assert (first.status_code, first.headers["Retry-After"]) == (429, "7")
    assert [post(sandbox).status_code for _ in range(2)] == [429, 201]


def test_a_failure_can_be_kept_for_one_kind_of_call(sandbox: Sandbox) -> None:
    sandbox.fail("smsmode", "500", path="/organisations")
    assert post(sandbox).status_code == 201
    found = requests.get(f"{sandbox.smsmode_url}/commons/v1/organisations", headers=KEY, timeout=5)
    assert found.status_code == 500


@pytest.mark.parametrize("plan", [{"partner": "ovh", "kind": "feu"}, {"partner": "poste", "kind": "500"}, {}])
def test_an_unknown_failure_is_refused(sandbox: Sandbox, plan: dict[str, str]) -> None:
    assert requests.post(f"{sandbox.url}/__sandbox__/faults", json=plan, timeout=5).status_code == 400


def test_every_call_is_in_the_log(sandbox: Sandbox) -> None:
    sandbox.fail("smsmode", "500")
    post(sandbox)
    post(sandbox)
    told = [(row["method"], row["path"], row["status"], row["fault"]) for row in sandbox.requests()]
    path = "/smsmode/sms/v1/messages"
    assert told == [("POST", path, 500, "500"), ("POST", path, 201, "")]


def test_a_reset_forgets_everything(sandbox: Sandbox) -> None:
    post(sandbox)
    sandbox.fail("smsmode", "500")
    sandbox.reset()
    assert (sandbox.sms(), sandbox.requests()) == ([], [])
    assert post(sandbox).status_code == 201


def test_messages_survive_a_restart(tmp_path: Path) -> None:
    first = start_sandbox(tmp_path)
    post(first)
    first.stop()
    second = start_sandbox(tmp_path)
    assert [row["text"] for row in second.sms()] == ["Bonjour"]
    second.stop()


def test_it_does_not_start_by_mistake(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.sandbox", "--data", str(tmp_path)]
    for name in ("--port", "--smtp-port", "--imap-port"):
        command += [name, "0"]
    environment = {name: value for name, value in os.environ.items() if name != "SANDBOX"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 2
    assert "SANDBOX=1" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_another_name_for_this_machine_is_refused(sandbox: Sandbox) -> None:
    response = requests.get(f"{sandbox.url}/", headers={"Host": "mechant.example"}, timeout=5)
    assert response.status_code == 400
