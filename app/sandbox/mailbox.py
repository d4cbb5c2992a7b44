"""The SMTP side of the mail catcher: every message is accepted, kept, and goes nowhere.

Two addresses misbehave by themselves, for the demonstration: `inconnu@…` is refused at once, `rebond@…` is accepted and
comes back as a delivery report.
"""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from . import credentials
from .letters import deliver, write_bounce
from .store import Store

MAX_BYTES = 40_000_000
REFUSED = "550 5.1.1 Recipient address rejected: User unknown"
GREYLISTED = "451 4.7.1 Greylisted, try again later"


class Catcher:
    """What aiosmtpd asks for each message."""

    def __init__(self, store: Store) -> None:
        self.store = store

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse by name or on demand."""
        fault = self.store.take_fault("smtp", address, ("refuse-recipient", "greylist"))
        if address.startswith("inconnu@") or (fault and fault.kind == "refuse-recipient"):
            return REFUSED
        if fault:
            return GREYLISTED
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the message; then, on demand, bounce it or cut the line."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        recipients = ", ".join(envelope.rcpt_tos)
        key = self.store.run(
            "INSERT INTO mail (at, envelope_from, envelope_to, raw) VALUES (?, ?, ?, ?)",
            time.time(),
            envelope.mail_from or "",
            recipients,
            raw,
        )
        for address in envelope.rcpt_tos:
            if address.startswith("rebond@") or self.store.take_fault("smtp", address, ("bounce-later",)):
                deliver(self.store, write_bounce(raw, address, time.time()))
        if self.store.take_fault("smtp", recipients, ("cut-after-data",)):
            cast("asyncio.Transport", server.transport).abort()
        return f"250 2.0.0 OK: queued as {key:06d}"


def authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
    """Signing in is optional; a wrong password is refused all the same."""
    wanted = LoginPassword(credentials.MAIL_USER.encode(), credentials.MAIL_PASSWORD.encode())
    return AuthResult(success=data == wanted, handled=data == wanted)


class SmtpServer:
    """The SMTP server on 127.0.0.1, in a thread of its own."""

    def __init__(self, store: Store, port: int) -> None:
        self._catcher = Catcher(store)
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(self._loop.create_server(self._session, "127.0.0.1", port))
        self.port: int = self._server.sockets[0].getsockname()[1]
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp", daemon=True)

    def _session(self) -> SMTP:
        return SMTP(
            self._catcher,
            hostname="bac-a-sable",
            ident="Bac a sable",
            data_size_limit=MAX_BYTES,
            enable_SMTPUTF8=True,
            authenticator=authenticate,
            auth_require_tls=False,
            loop=self._loop,
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()
