"""A received message as plain data: who, what was written, what is joined, and whether a machine wrote it.

Mail is hostile input: every reading below has an answer for what is malformed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import Header, decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses, parsedate_to_datetime

from .visible import html_to_text, visible_reply

_IDS = re.compile(r"<[^\s<>]+>")
_ABSENT = re.compile(
    r"^\s*(?:r[ée]ponse automatique|absence|absent|message d'absence|automatic reply|auto(?:matic)?[ -]?reply"
    r"|out of (?:the )?office)\b",
    re.IGNORECASE,
)
_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon)@", re.IGNORECASE)


@dataclass(frozen=True)
class Cursor:
    """How far a mailbox was read. When the server changes `validity`, its UIDs mean nothing any more."""

    validity: int
    uid: int

    def __str__(self) -> str:
        return f"{self.validity}:{self.uid}"

    @classmethod
    def parse(cls, text: str) -> Cursor | None:
        """The cursor written by `str()`; None for an empty or odd text."""
        match = re.fullmatch(r"(\d+):(\d+)", text)
        return cls(int(match[1]), int(match[2])) if match else None


@dataclass(frozen=True)
class Incoming:
    """A message of the mailbox.

    `text` is what the sender wrote (quotes stripped). `attachments` are (name, MIME type, bytes). `date` is aware, UTC,
    or None when unreadable. `truncated`: too big, only its headers were read. `cursor`: store it with the message, and
    the next `fetch` goes on after it.
    """

    uid: int
    cursor: Cursor
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    from_addr: str
    from_name: str
    to_addrs: tuple[str, ...]
    subject: str
    text: str
    attachments: tuple[tuple[str, str, bytes], ...]
    is_bounce: bool
    bounced_message_id: str
    bounced_recipient: str
    bounce_reason: str
    is_auto_reply: bool
    date: datetime | None
    truncated: bool = False


@dataclass(frozen=True)
class _Bounce:
    message_id: str = ""
    recipient: str = ""
    reason: str = ""


def read_message(raw: bytes, cursor: Cursor, *, truncated: bool = False) -> Incoming:
    """The plain data of `raw`; what cannot be read is empty, for one odd message must not block the mailbox."""
    try:
        return _read(message_from_bytes(raw), cursor, truncated)
    except (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError):
        return _read(BytesHeaderParser().parsebytes(raw), cursor, truncated=True)


def _read(message: Message, cursor: Cursor, truncated: bool) -> Incoming:
    senders = _addresses(message, "From")
    bounce = _bounce(message, senders[0][1] if senders else "")
    return Incoming(
        uid=cursor.uid,
        cursor=cursor,
        message_id=_first_id(message, "Message-ID"),
        in_reply_to=_first_id(message, "In-Reply-To"),
        references=tuple(_IDS.findall(_header(message, "References"))),
        from_addr=senders[0][1] if senders else "",
        from_name=senders[0][0] if senders else "",
        to_addrs=tuple(address for _, address in _addresses(message, "To", "Cc")),
        subject=_header(message, "Subject"),
        text="" if truncated else visible_reply(_body(message)),
        attachments=() if truncated else tuple(_attachments(message)),
        is_bounce=bounce is not None,
        bounced_message_id=bounce.message_id if bounce else "",
        bounced_recipient=bounce.recipient if bounce else "",
        bounce_reason=bounce.reason if bounce else "",
        is_auto_reply=_is_automatic(message),
        date=_date(message),
        truncated=truncated,
    )


def _header(message: Message, name: str) -> str:
    """A header decoded, on one line."""
    return _decoded(message.get(name, ""))


def _decoded(value: str | Header) -> str:
    if isinstance(value, Header):  # raw 8-bit text
        value = "".join(_text(part, None) for part, _ in decode_header(value))
    value = re.sub(r"\r?\n[ \t]*", " ", value)  # decode_header would lose the space at a fold
    try:
        pieces = [_text(part, charset) for part, charset in decode_header(value)]
    except (HeaderParseError, ValueError, LookupError):
        pieces = [value]
    return " ".join("".join(pieces).replace("\x00", "").split())


def _text(data: bytes | str, charset: str | None) -> str:
    if isinstance(data, str):
        return data
    for name in (charset, "utf-8"):
        try:
            return data.decode(name or "ascii")
        except (LookupError, UnicodeDecodeError, ValueError):
            continue
    return data.decode("cp1252", "replace")


def _addresses(message: Message, *names: str) -> list[tuple[str, str]]:
    """(name, address in lower case), for what looks like an address."""
    # A `Header` is raw 8-bit text; encoded words are decoded after the split, for they may hide a comma.
    values = [value for name in names for value in message.get_all(name, [])]
    found = getaddresses([_decoded(value) if isinstance(value, Header) else value for value in values])
    return [(_decoded(name), address.lower()) for name, address in found if "@" in address]


def _first_id(message: Message, name: str) -> str:
    found = _IDS.search(_header(message, name))
    return found[0] if found else ""


def _date(message: Message) -> datetime | None:
    try:
        date = parsedate_to_datetime(_header(message, "Date"))
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


def _parts(message: Message) -> Iterator[Message]:
    """Leaves, in order; a message inside the message counts as one."""
    if message.get_content_maintype() == "multipart" and isinstance(message.get_payload(), list):
        for part in message.get_payload():
            if isinstance(part, Message):
                yield from _parts(part)
    else:
        yield message


def _is_file(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or part.get_filename() is not None


def _body(message: Message) -> str:
    """The plain texts of the message, else its HTML as text."""
    plain, html = [], []
    for part in _parts(message):
        if _is_file(part):
            continue
        if part.get_content_type() == "text/plain":
            plain.append(_content(part))
        elif part.get_content_type() == "text/html":
            html.append(html_to_text(_content(part)))
    plain_text = "\n".join(plain)
    return plain_text if plain_text.strip() else "\n".join(html)


def _content(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return _text(payload, part.get_content_charset()) if isinstance(payload, bytes) else ""


def _attachments(message: Message) -> Iterator[tuple[str, str, bytes]]:
    for number, part in enumerate(_parts(message), start=1):
        mime = part.get_content_type()
        inline_text = mime in ("text/plain", "text/html") and not _is_file(part)
        if inline_text or mime in ("message/delivery-status", "text/rfc822-headers"):
            continue
        yield _file_name(part, number), mime, _file_bytes(part)


def _file_name(part: Message, number: int) -> str:
    name = _decoded(part.get_filename() or "")
    name = re.sub(r"[\x00-\x1f\x7f/\\]", "-", name).strip(". ")
    return name[-120:] or f"piece-jointe-{number}"


def _file_bytes(part: Message) -> bytes:
    if part.get_content_maintype() == "message":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and inner and isinstance(inner[0], Message) else b""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _is_automatic(message: Message) -> bool:
    submitted = _header(message, "Auto-Submitted").lower()
    return bool(
        (submitted and not submitted.startswith("no"))
        or message.get("X-Autoreply")
        or message.get("X-Autorespond")
        or _header(message, "Precedence").lower() in ("auto_reply", "bulk", "junk")
        or _ABSENT.match(_header(message, "Subject"))
    )


def _bounce(message: Message, sender: str) -> _Bounce | None:
    """The failure reported by a delivery report (RFC 3464) or by a mail daemon's own prose; None when it is neither."""
    status = next((part for part in message.walk() if part.get_content_type() == "message/delivery-status"), None)
    if status is None:
        if not _DAEMON.match(sender):
            return None
        return _Bounce(_original_id(message), _header(message, "X-Failed-Recipients").lower())
    blocks = [block for block in _list(status.get_payload()) if block.get("Final-Recipient") or block.get("Action")]
    failed = [block for block in blocks if _header(block, "Action").lower() in ("failed", "")]
    if blocks and not failed:
        return None  # delayed, relayed or delivered: nothing is lost
    block = failed[0] if failed else Message()
    recipient = _after(_header(block, "Original-Recipient") or _header(block, "Final-Recipient"))
    reason = _after(_header(block, "Diagnostic-Code")) or _header(block, "Status")
    return _Bounce(_original_id(message), recipient.lower(), reason)


def _list(payload: object) -> list[Message]:
    return [item for item in payload if isinstance(item, Message)] if isinstance(payload, list) else []


def _after(typed: str) -> str:
    """The value of `rfc822; a@b.fr` or `smtp; 550 …`."""
    return typed.partition(";")[2].strip() or typed


def _original_id(message: Message) -> str:
    """Message-ID of the message that came back: from its copy, else from what the report answers to."""
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = _list(part.get_payload())
            found = _first_id(inner[0], "Message-ID") if inner else ""
        elif kind == "text/rfc822-headers":
            found = _first_id(message_from_bytes(_content(part).encode("utf-8", "replace")), "Message-ID")
        else:
            continue
        if found:
            return found
    return _first_id(message, "In-Reply-To") or _first_id(message, "References")
