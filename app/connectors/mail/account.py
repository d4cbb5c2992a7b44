"""A mail server and its credentials, from one URL."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

TIMEOUT = 30.0
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class MailAccount:
    """Where to connect and how. `mailbox` matters to IMAP only; `timeout` is in seconds."""

    host: str
    port: int
    security: Literal["tls", "starttls", "none"]
    user: str = ""
    password: str = field(default="", repr=False)
    mailbox: str = "INBOX"
    timeout: float = TIMEOUT

    def tls(self) -> ssl.SSLContext:
        """Certificates are always checked, but for a server on this very machine."""
        context = ssl.create_default_context()
        if self.host in LOOPBACK:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


def parse_smtp_url(url: str) -> MailAccount:
    """`smtp://user:password@host:port?starttls=1` or `smtps://…`; ValueError with a French sentence.

    Without `starttls`, the connection is encrypted before the password is sent, unless the server is on this machine.
    """
    return _parse(url, plain="smtp", ports={"none": 25, "starttls": 587, "tls": 465})


def parse_imap_url(url: str) -> MailAccount:
    """`imaps://user:password@host:port/MAILBOX` or `imap://…?starttls=1`; ValueError with a French sentence."""
    return _parse(url, plain="imap", ports={"none": 143, "starttls": 143, "tls": 993})


def _parse(url: str, plain: str, ports: dict[str, int]) -> MailAccount:
    form = f"{plain}://utilisateur:motdepasse@serveur:port?starttls=1 ou {plain}s://…"
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        raise ValueError(f"L'adresse du serveur de courrier est mal écrite. Forme attendue : {form}") from None
    if parts.scheme not in (plain, f"{plain}s") or not parts.hostname:
        raise ValueError(f"L'adresse du serveur de courrier est mal écrite. Forme attendue : {form}")
    security = _security(parts.scheme == f"{plain}s", parse_qs(parts.query), parts.hostname)
    return MailAccount(
        host=parts.hostname,
        port=port or ports[security],
        security=security,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        mailbox=unquote(parts.path.strip("/")) or "INBOX",
    )


def _security(tls: bool, options: dict[str, list[str]], host: str) -> Literal["tls", "starttls", "none"]:
    if tls:
        return "tls"
    wanted = options.get("starttls", ["0" if host in LOOPBACK else "1"])[-1]
    if wanted not in ("0", "1"):
        raise ValueError("L'option « starttls » de l'adresse du serveur de courrier vaut 0 ou 1.")
    return "starttls" if wanted == "1" else "none"
