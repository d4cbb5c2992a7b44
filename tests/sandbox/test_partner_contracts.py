"""The simulator refuses what the partner would refuse, by its own reading of the contract."""

from __future__ import annotations

import hashlib
import time
from typing import Any

import pytest
import requests

from app.sandbox import credentials
from tests.sandbox_process import Sandbox


def ovh(sandbox: Sandbox, path: str, *, at: int = 0, **changed: str) -> requests.Response:
    """A call signed here, by hand, `at` seconds from now."""
    url, stamp = sandbox.ovh_url + path, str(int(time.time()) + at)
    clear = f"{credentials.OVH_APPLICATION_SECRET}+{credentials.OVH_CONSUMER_KEY}+GET+{url}++{stamp}"
    headers = {
        "X-Ovh-Application": credentials.OVH_APPLICATION_KEY,
        "X-Ovh-Consumer": credentials.OVH_CONSUMER_KEY,
        "X-Ovh-Timestamp": stamp,
        "X-Ovh-Signature": "$1$" + hashlib.sha1(clear.encode()).hexdigest(),
    }
    return requests.get(
        url, headers={**headers, **{f"X-Ovh-{name}": value for name, value in changed.items()}}, timeout=5
    )


def smsmode(sandbox: Sandbox, body: Any) -> requests.Response:
    key = {"X-Api-Key": credentials.SMSMODE_API_KEY}
    return requests.post(f"{sandbox.smsmode_url}/sms/v1/messages", json=body, headers=key, timeout=5)


def test_the_clock_is_a_bare_number_and_needs_no_key(sandbox: Sandbox) -> None:
    response = requests.get(f"{sandbox.ovh_url}/auth/time", timeout=5)
    assert abs(response.json() - time.time()) < 5


def test_a_call_well_signed_is_answered(sandbox: Sandbox) -> None:
    assert ovh(sandbox, "/sms").json() == ["sms-ab12345-1"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"Application": ""}, 403, "NOT_CREDENTIAL"),
        ({"Application": "autre"}, 403, "INVALID_KEY"),
        ({"Consumer": "autre"}, 403, "INVALID_CREDENTIAL"),
        ({"Signature": "$1$0"}, 400, "INVALID_SIGNATURE"),
    ],
)
def test_a_call_badly_signed_is_refused_in_the_partner_s_words(
    sandbox: Sandbox, changed: dict[str, str], status: int, code: str
) -> None:
    response = ovh(sandbox, "/sms", **changed)
    assert (response.status_code, response.json()["errorCode"]) == (status, code)
    assert set(response.json()) == {"errorCode", "httpCode", "message"}


@pytest.mark.parametrize("at", [-3600, 3600])
def test_a_stale_signature_is_refused(sandbox: Sandbox, at: int) -> None:
    assert ovh(sandbox, "/sms", at=at).json()["errorCode"] == "QUERY_TIME_OUT"


def test_an_unknown_message_is_404(sandbox: Sandbox) -> None:
    assert ovh(sandbox, "/sms/sms-ab12345-1/outgoing/1").status_code == 404
    assert ovh(sandbox, "/nowhere").status_code == 404


def test_smsmode_answers_201_with_its_own_names(sandbox: Sandbox) -> None:
    response = smsmode(sandbox, {"recipient": {"to": "33600000001"}, "body": {"text": "Bonjour"}})
    message = response.json()
    assert response.status_code == 201
    assert message["status"]["value"] == "ENROUTE"
    assert message["body"] == {"text": "Bonjour", "encoding": "GSM7", "messagePartCount": 1, "length": 7}
    answer = requests.get(message["href"], headers={"X-Api-Key": credentials.SMSMODE_API_KEY}, timeout=5)
    assert answer.json()["messageId"] == message["messageId"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"recipient": {"to": "+33600000001"}, "body": {"text": "x"}},
        {"recipient": {"to": "33600000001"}, "body": {"text": ""}},
        {"recipient": {"to": "33600000001"}, "body": {"text": "a" * 1531}},
        {"body": {"text": "x"}},
    ],
)
def test_smsmode_refuses_a_malformed_message(sandbox: Sandbox, body: Any) -> None:
    response = smsmode(sandbox, body)
    assert response.status_code == 400
    assert {"errorCode", "detail"} <= set(response.json())
    assert sandbox.sms() == []


def test_smsmode_needs_its_key(sandbox: Sandbox) -> None:
    response = requests.get(f"{sandbox.smsmode_url}/sms/v1/messages", headers={"X-Api-Key": "x"}, timeout=5)
    assert (response.status_code, response.json()["errorCode"]) == (401, "UNAUTHORIZED")
