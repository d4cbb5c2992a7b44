"""The partners' simulator as a process on free ports, and a handle to steer it from a test."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from app.sandbox import credentials

ROOT = Path(__file__).resolve().parent.parent
READY = re.compile(r"sandbox (http://\S+) smtp (\d+) imap (\d+)")


@dataclass
class Sandbox:
    """A running simulator. `stop()` ends it."""

    url: str
    smtp_port: int
    imap_port: int
    process: subprocess.Popen[str] = field(repr=False)

    @property
    def ovh_url(self) -> str:
        """base_url for the OVHcloud client."""
        return f"{self.url}/ovh/1.0"

    @property
    def smsmode_url(self) -> str:
        """base_url for the smsmode client."""
        return f"{self.url}/smsmode"

    def checkouts(self) -> list[dict[str, Any]]:
        """The payment pages made: ref, partner, reference, cents, paid, state."""
        return self._get("checkout")

    def end_checkout(self, ref: str, state: str = "paid", **more: Any) -> dict[str, Any]:
        """Pay a page, have it refused, or let it expire; `cents`: another amount. Returns the signed event (body, headers) and
        `back`, where HelloAsso sends the payer."""
        answer = requests.post(f"{self.url}/__sandbox__/checkouts/{ref}", json={"state": state, **more}, timeout=5)
        answer.raise_for_status()
        event: dict[str, Any] = answer.json()
        return event

    def refunds(self) -> list[dict[str, Any]]:
        """The refunds made: ref, partner, page, cents, reference, state."""
        return self._get("refunds")

    def refund_on_their_site(self, ref: str, cents: int) -> dict[str, Any]:
        """Somebody gives back so much of a page on the partner's own site. Returns the signed event."""
        return self._told(f"checkouts/{ref}/refund", {"cents": cents})

    def end_refund(self, ref: str, state: str, reason: str = "") -> dict[str, Any]:
        """A refund is done, or fails. Returns the signed event."""
        return self._told(f"refunds/{ref}", {"state": state, "reason": reason})

    def _told(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = requests.post(f"{self.url}/__sandbox__/{path}", json=body, timeout=5)
        answer.raise_for_status()
        event: dict[str, Any] = answer.json()
        return event

    @property
    def afnor_url(self) -> str:
        """base_url of the approved platform."""
        return f"{self.url}/afnor"

    def flows(self) -> list[dict[str, Any]]:
        """The flows of the platform, in its own words; a life-cycle message with what it says in `cdar`."""
        return self._get("afnor/flows")

    def says(self, number: str, code: str, reason_code: str = "", reason: str = "") -> None:
        """The client, or his platform, gives a status to an invoice handed over."""
        self._post("afnor/statuses", {"number": number, "code": code, "reason_code": reason_code, "reason": reason})

    def arrives(self, content: bytes, name: str = "facture.pdf", syntax: str = "Factur-X") -> None:
        """A supplier's invoice reaches the platform."""
        told = base64.b64encode(content).decode()
        self._post("afnor/incoming", {"content": told, "name": name, "syntax": syntax})

    @property
    def smtp_account_url(self) -> str:
        """The outgoing mail account, as typed in the settings."""
        user = credentials.MAIL_USER.replace("@", "%40")
        return f"smtp://{user}:{credentials.MAIL_PASSWORD}@127.0.0.1:{self.smtp_port}"

    @property
    def imap_account_url(self) -> str:
        """The mailbox, as typed in the settings."""
        user = credentials.MAIL_USER.replace("@", "%40")
        return f"imap://{user}:{credentials.MAIL_PASSWORD}@127.0.0.1:{self.imap_port}"

    def fail(self, partner: str, kind: str, **plan: Any) -> None:
        """Make the next call (or `count` calls) of "ovh", "smsmode" or "smtp" fail by `kind`; `path` narrows it."""
        self._post("faults", {"partner": partner, "kind": kind, **plan})

    def advance(self, ref: str, state: str, detail: str = "") -> None:
        """Move an SMS to "sent", "delivered" or "failed"."""
        self._post(f"sms/{ref}", {"state": state, "detail": detail})

    def sms(self) -> list[dict[str, Any]]:
        """The SMS accepted: partner, ref, recipient, sender, text, reference, parts, state…"""
        return self._get("sms")

    def mails(self) -> list[dict[str, Any]]:
        """The mails caught: id, envelope_from, envelope_to."""
        return self._get("mail")

    def inbox(self) -> list[dict[str, Any]]:
        """The organisation's mailbox: uid, flags."""
        return self._get("inbox")

    def requests(self) -> list[dict[str, Any]]:
        """The calls received by the SMS providers."""
        return self._get("requests")

    def reply(self, text: str) -> None:
        """Answer the last mail caught, as its recipient."""
        self._form("reponse", {"texte": text})

    def bounce(self) -> None:
        """Send the last mail caught back, as undelivered."""
        self._form("retour", {})

    def reset(self) -> None:
        """Forget everything."""
        self._post("reset", {})

    def stop(self) -> None:
        """End the process and wait for it."""
        self.process.terminate()
        self.process.wait(timeout=5)
        if self.process.stdout:
            self.process.stdout.close()

    def _form(self, name: str, values: dict[str, str]) -> None:
        key = self.mails()[-1]["id"]
        requests.post(f"{self.url}/courrier/{key}/{name}", data=values, timeout=5).raise_for_status()

    def _post(self, path: str, body: dict[str, Any]) -> None:
        requests.post(f"{self.url}/__sandbox__/{path}", json=body, timeout=5).raise_for_status()

    def _get(self, path: str) -> list[dict[str, Any]]:
        response = requests.get(f"{self.url}/__sandbox__/{path}", timeout=5)
        response.raise_for_status()
        rows: list[dict[str, Any]] = response.json()
        return rows


def start_sandbox(folder: Path, *options: str) -> Sandbox:
    """Start the simulator on free ports with its data in `folder`; SMS advance only on demand."""
    command = [sys.executable, "-m", "app.sandbox", "--allow", "--manual", "--data", str(folder)]
    for name in ("--port", "--smtp-port", "--imap-port"):
        command += [name, "0"]
    process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    line = process.stdout.readline()
    ready = READY.match(line)
    assert ready, f"the simulator did not start: {line!r}"
    return Sandbox(ready[1], int(ready[2]), int(ready[3]), process)


@pytest.fixture(scope="module")
def running_sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One simulator for each file of tests."""
    running = start_sandbox(tmp_path_factory.mktemp("sandbox"))
    yield running
    running.stop()


@pytest.fixture
def sandbox(running_sandbox: Sandbox) -> Sandbox:
    """It, emptied before each test."""
    running_sandbox.reset()
    return running_sandbox
