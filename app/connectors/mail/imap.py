"""Read a mailbox by IMAP from where we stopped, without changing what its owner sees."""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from app.connectors.errors import PartnerError

from .account import MailAccount, parse_imap_url
from .incoming import Cursor, Incoming, read_message

__all__ = ["Cursor", "Incoming", "MailboxInfo", "check", "fetch", "parse_imap_url"]

MAX_BYTES = 30_000_000
UNREACHABLE = "La boîte de réception est injoignable pour le moment. Nouvel essai automatique."
AUTH_REFUSED = "La boîte de réception refuse l'identifiant ou le mot de passe : vérifiez-les dans les réglages."
BAD_CERTIFICATE = "Le certificat du serveur de réception est refusé : vérifiez l'adresse du serveur."


@dataclass(frozen=True)
class MailboxInfo:
    """What the test button shows."""

    mailbox: str
    messages: int
    unseen: int


class _Refused(Exception):
    """The server answered NO or BAD."""


def fetch(
    account: MailAccount, cursor: Cursor | None, *, limit: int = 100, mark_seen: bool = False
) -> Iterator[Incoming]:
    """New messages of `account.mailbox`, oldest first, at most `limit`.

    After `cursor`, every message counts, read elsewhere or not. Without it (first time, or the server renumbered the
    mailbox), the unread ones only: recognise by `message_id` those already known. Store each message's `cursor` with
    it. `mark_seen` marks a message as read once the next one is asked for. Raises PartnerError.
    """
    with _selected(account, readonly=not mark_seen) as (server, validity):
        if cursor is not None and cursor.validity != validity:
            cursor = None
        for uid in _new_uids(server, cursor)[:limit]:
            raw, truncated = _download(server, uid)
            if raw is None:
                continue  # erased since the search
            yield read_message(raw, Cursor(validity, uid), truncated=truncated)
            if mark_seen:
                _ask(server, "STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")


def check(account: MailAccount) -> MailboxInfo:
    """Sign in, open the mailbox and count. Raises PartnerError."""
    with _selected(account, readonly=True) as (server, _):
        total = _number(server.untagged_responses.get("EXISTS"))
        unseen = _ask(server, "SEARCH", "UNSEEN")
        return MailboxInfo(account.mailbox, total, len((unseen[0] or b"").split()))


def _new_uids(server: imaplib.IMAP4, cursor: Cursor | None) -> list[int]:
    criteria = ("UNSEEN",) if cursor is None else ("UID", f"{cursor.uid + 1}:*")
    found = _ask(server, "SEARCH", *criteria)
    uids = sorted({int(uid) for uid in b" ".join(item for item in found if item).split()})
    # `n:*` always names the last message, even when its UID is below n.
    return [uid for uid in uids if cursor is None or uid > cursor.uid]


def _download(server: imaplib.IMAP4, uid: int) -> tuple[bytes | None, bool]:
    """The message and whether it was cut to its headers because it is too big; None when it is gone."""
    sizes = b" ".join(item for item in _ask(server, "FETCH", str(uid), "(RFC822.SIZE)") if isinstance(item, bytes))
    size = re.search(rb"RFC822\.SIZE (\d+)", sizes)
    if size is None:
        return None, False
    truncated = int(size[1]) > MAX_BYTES
    section = "(BODY.PEEK[HEADER])" if truncated else "(BODY.PEEK[])"
    literals = [item[1] for item in _ask(server, "FETCH", str(uid), section) if isinstance(item, tuple)]
    return (literals[0] if literals else None), truncated


@contextmanager
def _selected(account: MailAccount, *, readonly: bool) -> Iterator[tuple[imaplib.IMAP4, int]]:
    """A session on the mailbox, with its UIDVALIDITY; any failure inside becomes a PartnerError."""
    server: imaplib.IMAP4 | None = None
    try:
        server = _open(account)
        status, _ = server.select(_quoted(account.mailbox), readonly=readonly)
        if status != "OK":
            raise PartnerError(
                f"Le dossier « {account.mailbox} » n'existe pas dans cette boîte : vérifiez son nom.", final=True
            )
        yield server, _number(server.untagged_responses.get("UIDVALIDITY"))
    except ssl.SSLCertVerificationError as error:
        raise PartnerError(BAD_CERTIFICATE, final=False, detail=str(error)) from error
    except (imaplib.IMAP4.error, OSError, _Refused) as error:
        raise PartnerError(UNREACHABLE, final=False, detail=f"{type(error).__name__}: {error}") from error
    finally:
        if server is not None:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()


def _open(account: MailAccount) -> imaplib.IMAP4:
    if account.security == "tls":
        server: imaplib.IMAP4 = imaplib.IMAP4_SSL(
            account.host, account.port, ssl_context=account.tls(), timeout=account.timeout
        )
    else:
        server = imaplib.IMAP4(account.host, account.port, timeout=account.timeout)
    try:
        if account.security == "starttls":
            server.starttls(account.tls())
        _login(server, account)
    except BaseException:
        server.shutdown()
        raise
    return server


def _login(server: imaplib.IMAP4, account: MailAccount) -> None:
    try:
        server.login(_quoted(account.user), account.password)
    except UnicodeEncodeError as error:
        raise PartnerError(AUTH_REFUSED, final=True, detail="non-ASCII password") from error
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        if "UNAVAILABLE" in str(error):  # RFC 5530: the server's trouble, not the password
            raise
        raise PartnerError(AUTH_REFUSED, final=True, detail=str(error)) from error


def _ask(server: imaplib.IMAP4, command: str, *arguments: str) -> list[Any]:
    status, data = server.uid(command, *arguments)
    if status != "OK":
        raise _Refused(f"{command}: {status} {data!r}"[:200])
    return [item for item in data if item is not None]


def _number(response: Sequence[object] | None) -> int:
    last = response[-1] if response else None
    return int(last) if isinstance(last, bytes) and last.isdigit() else 0


def _quoted(name: str) -> str:
    """A mailbox or user name as a quoted string, in IMAP's own UTF-7 (RFC 3501 §5.1.3)."""
    coded = re.sub(r"[^\x20-\x7e]+", lambda run: f"&{_utf7(run[0])}-", name.replace("&", "&-"))
    return '"' + coded.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _utf7(run: str) -> str:
    return base64.b64encode(run.encode("utf-16-be")).decode().rstrip("=").replace("/", ",")
