"""Build a message from plain data. No value can add a header of its own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.header import Header
from email.headerregistry import Address, AddressHeader
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime

KEPT_REFERENCES = 10
LINE = 76
_ADDRESS = re.compile(r"[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]+@[^\s@<>()\[\],;:\"\\\x00-\x1f\x7f]+")
_MESSAGE_ID = re.compile(r"<[^\s<>]+>")
_WEB_OR_MAIL = re.compile(r"(?:https?://|mailto:)[^\s<>,]+")
_ID_HEADERS = frozenset({"message-id", "in-reply-to", "references", "list-unsubscribe"})


class _Policy(EmailPolicy):
    """Headers that every mail client reads as they were given.

    The standard folding turns a long identifier into an encoded word, and loses spaces between encoded words.
    """

    def fold(self, name: str, value: str) -> str:
        lines = None if self.utf8 else _folded(name.lower(), value)
        if lines is None:
            return str(super().fold(name, value))
        return f"{name}: " + f"{self.linesep} ".join(lines) + self.linesep

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode("utf-8", "surrogateescape")


def _folded(name: str, value: str) -> list[str] | None:
    """The lines of a header that the standard folding would damage; None for the others."""
    if name in _ID_HEADERS:
        return value.split()
    if isinstance(value, AddressHeader):
        lines: list[str] = []
        for address in value.addresses:
            if lines:
                lines[-1] += ","
            lines += _encoded_address(address)
        return lines
    return _encoded(value, len("Subject: ")) if name == "subject" and not value.isascii() else None


def _encoded_address(address: Address) -> list[str]:
    if address.display_name.isascii():
        return [str(address)]
    return [*_encoded(address.display_name), f"<{address.addr_spec}>"]


def _encoded(value: str, used: int = 0) -> list[str]:
    """Encoded words, one a line; `used`: characters already on the first line."""
    return Header(value, "utf-8", maxlinelen=LINE, header_name="x" * max(0, used - 2)).encode(linesep="\n").split()


POLICY = _Policy(linesep="\r\n", cte_type="7bit")


@dataclass(frozen=True)
class Mailbox:
    """An address and the name shown before it."""

    address: str
    name: str = ""


@dataclass(frozen=True)
class Attachment:
    """A file to join; `mime` like `application/pdf`."""

    name: str
    mime: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """What `compose` makes a message of. `message_id`, `in_reply_to`, `references` are like `<…@…>`.

    `automatic` marks what no person wrote, so that absence messages do not answer it. `list_unsubscribe` is a link,
    `https:` or `mailto:`. `date` is aware; now when absent.
    """

    sender: Mailbox
    to: Sequence[Mailbox]
    subject: str
    text: str
    message_id: str
    html: str = ""
    reply_to: Mailbox | None = None
    in_reply_to: str = ""
    references: Sequence[str] = ()
    attachments: Sequence[Attachment] = ()
    list_unsubscribe: str = ""
    automatic: bool = False
    date: datetime | None = None


def compose(draft: Draft) -> EmailMessage:
    """A message ready for `smtp.send`. ValueError, a French sentence, for a malformed address, identifier or link."""
    message = EmailMessage(policy=POLICY)
    message["From"] = _address(draft.sender)
    message["To"] = [_address(mailbox) for mailbox in draft.to]
    if draft.reply_to:
        message["Reply-To"] = _address(draft.reply_to)
    message["Subject"] = _one_line(draft.subject)
    message["Date"] = format_datetime(draft.date or datetime.now(UTC))
    message["Message-ID"] = _identifier(draft.message_id)
    _thread(message, draft.in_reply_to, draft.references)
    if draft.list_unsubscribe:
        message["List-Unsubscribe"] = f"<{_checked(_WEB_OR_MAIL, draft.list_unsubscribe, 'Ce lien')}>"
    if draft.automatic:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    message.set_content(draft.text)
    if draft.html:
        message.add_alternative(draft.html, subtype="html")
    for attachment in draft.attachments:
        _attach(message, attachment)
    return message


def _thread(message: EmailMessage, in_reply_to: str, references: Iterable[str]) -> None:
    """The first reference (the root of the thread) and the last ones."""
    chain = list(dict.fromkeys(_identifier(value) for value in references))
    if in_reply_to:
        message["In-Reply-To"] = _identifier(in_reply_to)
        chain = [value for value in chain if value != in_reply_to] + [in_reply_to]
    if len(chain) > KEPT_REFERENCES:
        chain = chain[:1] + chain[1 - KEPT_REFERENCES :]
    if chain:
        message["References"] = " ".join(chain)


def _attach(message: EmailMessage, attachment: Attachment) -> None:
    maintype, _, subtype = attachment.mime.partition("/")
    if not re.fullmatch(r"[a-z]+/[a-zA-Z0-9.+-]+", attachment.mime) or maintype in ("multipart", "message"):
        maintype, subtype = "application", "octet-stream"
    name = re.sub(r"[/\\]", "-", _one_line(attachment.name)) or "piece-jointe"
    message.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=name)


def _address(mailbox: Mailbox) -> Address:
    checked = _checked(_ADDRESS, mailbox.address, "Cette adresse")
    local, _, domain = checked.rpartition("@")
    return Address(display_name=_one_line(mailbox.name), username=local, domain=ascii_domain(domain))


def ascii_domain(domain: str) -> str:
    """A domain as the network writes it (IDNA); as it is when it has no such form."""
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain


def _identifier(value: str) -> str:
    return _checked(_MESSAGE_ID, value, "Cet identifiant de message")


def _checked(form: re.Pattern[str], value: str, what: str) -> str:
    if not form.fullmatch(value):
        raise ValueError(f"{what} n'est pas valable : « {_one_line(value)[:80]} ».")
    return value


def _one_line(value: str) -> str:
    """`value` on one line, without control characters."""
    return " ".join(re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", value).split())
