"""Mails as the pages show them, and the mails the simulator writes: a client's reply, a report of failure."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid, parseaddr, parsedate_to_datetime

from .store import Store

HOST = "bac-a-sable.example"


@dataclass(frozen=True)
class File:
    """An attachment of a caught mail."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """A mail caught: what the page shows of it."""

    sender: str
    to: str
    subject: str
    date: str
    text: str
    html: str
    files: tuple[File, ...]


def parse(raw: bytes) -> EmailMessage:
    """The mail as the standard library's modern message."""
    return message_from_bytes(raw, policy=policy.default)


def read_letter(raw: bytes) -> Letter:
    """What the page shows of a mail."""
    message = parse(raw)
    return Letter(
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        subject=str(message["Subject"] or ""),
        date=str(message["Date"] or ""),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        files=tuple(_files(message)),
    )


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    if not isinstance(part, EmailMessage):
        return ""
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def _files(message: EmailMessage) -> Iterator[File]:
    for number, part in enumerate(message.iter_attachments(), start=1):
        payload = part.get_payload(decode=True)
        content = payload if isinstance(payload, bytes) else part.as_bytes()
        yield File(part.get_filename() or f"piece-{number}", part.get_content_type(), content)


def write_reply(raw: bytes, text: str) -> bytes:
    """The client's answer to a caught mail, quoted as mail clients do."""
    received = parse(raw)
    reply = EmailMessage(policy=policy.SMTP)
    reply["From"] = str(received["To"])
    reply["To"] = str(received["Reply-To"] or received["From"])
    subject = str(received["Subject"] or "")
    reply["Subject"] = subject if subject.lower().startswith("re:") else f"Re: {subject}"
    reply["Date"] = formatdate(localtime=True)
    reply["Message-ID"] = make_msgid(domain=HOST)
    _follow(reply, received)
    quoted = "\r\n".join(f"> {line}" for line in _body(received, "plain").splitlines())
    reply.set_content(f"{text.strip()}\r\n\r\n{_attribution(received)}\r\n\r\n{quoted}\r\n", cte="quoted-printable")
    return reply.as_bytes()


def _follow(reply: EmailMessage, received: EmailMessage) -> None:
    identifier = str(received["Message-ID"] or "").strip()
    if identifier:
        reply["In-Reply-To"] = identifier
        reply["References"] = f"{received['References'] or ''} {identifier}".strip()


def _attribution(received: EmailMessage) -> str:
    try:
        at = parsedate_to_datetime(str(received["Date"])).strftime("%d/%m/%Y à %H:%M")
    except (TypeError, ValueError):
        at = time.strftime("%d/%m/%Y à %H:%M")
    return f"Le {at}, {received['From']} a écrit :"


def write_bounce(raw: bytes, recipient: str, now: float) -> bytes:
    """A delivery report (RFC 3464) that says `recipient` does not exist."""
    original = message_from_bytes(raw)
    report = MIMEMultipart("report", report_type="delivery-status")
    report["From"] = f"Mail Delivery System <MAILER-DAEMON@{HOST}>"
    report["To"] = parseaddr(str(original.get("From", "")))[1]
    report["Subject"] = "Undelivered Mail Returned to Sender"
    report["Date"] = formatdate(now, localtime=True)
    report["Message-ID"] = make_msgid(domain=HOST)
    report["Auto-Submitted"] = "auto-replied"
    report.attach(MIMEText(f"<{recipient}>: host {HOST} said: 550 5.1.1 User unknown\n", "plain", "utf-8"))
    report.attach(_status(recipient, now))
    headers = MIMEText("".join(f"{name}: {value}\n" for name, value in original.items()), "rfc822-headers", "utf-8")
    report.attach(headers)
    return re.sub(rb"\r?\n", b"\r\n", report.as_bytes())


def _status(recipient: str, now: float) -> MIMEBase:
    server, failure = Message(), Message()
    server["Reporting-MTA"] = f"dns; {HOST}"
    server["Arrival-Date"] = formatdate(now, localtime=True)
    failure["Final-Recipient"] = f"rfc822; {recipient}"
    failure["Action"] = "failed"
    failure["Status"] = "5.1.1"
    failure["Diagnostic-Code"] = "smtp; 550 5.1.1 User unknown"
    status = MIMEBase("message", "delivery-status")
    status.attach(server)
    status.attach(failure)
    return status


def deliver(store: Store, raw: bytes) -> int:
    """Put a mail in the organisation's mailbox; its UID."""
    return store.run("INSERT INTO inbox (at, raw) VALUES (?, ?)", time.time(), raw)
