"""A local catcher's IMAP: the smallest honest part of IMAP4rev1 (RFC 3501) that a reader of one mailbox needs.

Not a mail server. One user, one mailbox (INBOX), no TLS, one connection a thread: LOGIN, CAPABILITY, NOOP, SELECT,
EXAMINE, UID SEARCH, UID FETCH, UID STORE, CLOSE, LOGOUT. Anything else is answered BAD.
"""

from __future__ import annotations

import re
import socketserver
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import ClassVar

from . import credentials
from .store import Store

CAPABILITIES = "IMAP4rev1"
FLAGS = r"(\Answered \Flagged \Deleted \Seen \Draft)"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LITERAL = re.compile(rb"\{(\d+)\}$")
TOKEN = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\))|(\S+)')
MAX_LITERAL = 10_000


class Bad(Exception):
    """The command is not understood, or not now."""


class No(Exception):
    """The command is understood and refused."""


class ImapSession(socketserver.StreamRequestHandler):
    """One connection."""

    store: ClassVar[Store]

    def setup(self) -> None:
        super().setup()
        self.signed_in = False
        self.selected = False
        self.read_only = False
        self.open = True

    def handle(self) -> None:
        self.tell("* OK Bac a sable")
        while self.open:
            line = self.command_line()
            if line is None:
                return
            tag, _, rest = line.partition(" ")
            try:
                self.tell(f"{tag} OK {self.dispatch(rest)}")
            except No as refusal:
                self.tell(f"{tag} NO {refusal}")
            except Bad as refusal:
                self.tell(f"{tag} BAD {refusal}")

    def command_line(self) -> str | None:
        """One command, its literals put in as quoted strings; None at the end of the connection."""
        whole = b""
        while True:
            line = self.rfile.readline(65_536)
            if not line:
                return None
            line = line.rstrip(b"\r\n")
            literal = LITERAL.search(line)
            if literal is None or int(literal[1]) > MAX_LITERAL:
                return (whole + line).decode("utf-8", "replace")
            self.tell("+ go on")
            text = self.rfile.read(int(literal[1])).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            whole += line[: literal.start()] + b'"' + text + b'"'

    def tell(self, line: str, literal: bytes | None = None) -> None:
        """Send a line; with `literal`, `line` announces it and a parenthesis closes it."""
        self.wfile.write(line.encode() + (b"\r\n" + literal + b")" if literal is not None else b"") + b"\r\n")

    def dispatch(self, line: str) -> str:
        name, _, rest = line.partition(" ")
        name = name.upper()
        if name == "UID":
            name, _, rest = rest.partition(" ")
            name = f"UID {name.upper()}"
        command = self.COMMANDS.get(name)
        if command is None:
            raise Bad("unknown command")
        if name not in ("CAPABILITY", "NOOP", "LOGIN", "LOGOUT") and not self.signed_in:
            raise Bad("sign in first")
        if (name == "CLOSE" or name.startswith("UID ")) and not self.selected:
            raise Bad("select a mailbox first")
        return command(self, arguments(rest)) or f"{name} completed"

    def capability(self, _words: list[str]) -> None:
        self.tell(f"* CAPABILITY {CAPABILITIES}")

    def noop(self, _words: list[str]) -> None:
        """Nothing to do."""

    def login(self, words: list[str]) -> None:
        if words != [credentials.MAIL_USER, credentials.MAIL_PASSWORD]:
            raise No("[AUTHENTICATIONFAILED] invalid credentials")
        self.signed_in = True

    def logout(self, _words: list[str]) -> None:
        self.tell("* BYE")
        self.open = False

    def select(self, words: list[str]) -> str:
        return self.choose(words, read_only=False)

    def examine(self, words: list[str]) -> str:
        return self.choose(words, read_only=True)

    def choose(self, words: list[str], *, read_only: bool) -> str:
        if not words or words[0].upper() != "INBOX":
            raise No("[NONEXISTENT] no such mailbox")
        self.selected, self.read_only = True, read_only
        uids = [row["uid"] for row in self.store.rows("SELECT uid FROM inbox ORDER BY uid")]
        self.tell(f"* FLAGS {FLAGS}")
        self.tell(f"* {len(uids)} EXISTS")
        self.tell("* 0 RECENT")
        self.tell(f"* OK [UIDVALIDITY {self.store.uidvalidity()}] fine")
        self.tell(f"* OK [UIDNEXT {(uids[-1] if uids else 0) + 1}] fine")
        return "[READ-ONLY] done" if read_only else "[READ-WRITE] done"

    def close(self, _words: list[str]) -> None:
        self.selected = False

    def search(self, words: list[str]) -> None:
        rows = self.store.rows("SELECT uid, flags FROM inbox ORDER BY uid")
        uids = {row["uid"] for row in rows}
        unseen = {row["uid"] for row in rows if r"\Seen" not in row["flags"]}
        keys = iter(words)
        found = set(uids)
        for key in keys:
            match key.upper():
                case "ALL":
                    pass
                case "UNSEEN":
                    found &= unseen
                case "SEEN":
                    found -= unseen
                case "UID":
                    found &= in_set(next(keys, ""), uids)
                case _:
                    raise Bad(f"search key {key} not supported")
        self.tell("* SEARCH" + "".join(f" {uid}" for uid in sorted(found)))

    def fetch(self, words: list[str]) -> None:
        if len(words) != 2:
            raise Bad("UID FETCH set items")
        items = re.findall(r"[A-Za-z0-9.]+(?:\[[^\]]*\])?", words[1].upper())
        for number, row in self.messages(words[0]):
            answers = [answer(item, row) for item in items if item != "UID" and not item.startswith("BODY")]
            head = " ".join([f"* {number} FETCH (UID {row['uid']}", *answers])
            body = next((item for item in items if item.startswith("BODY")), None)
            if body is None:
                self.tell(head + ")")
                continue
            name, content = section(body, row["raw"])
            self.tell(f"{head} {name} {{{len(content)}}}", content)
            if body.startswith("BODY[") and not self.read_only:
                self.flag(row["uid"], {*row["flags"].split(), r"\Seen"})

    def store_flags(self, words: list[str]) -> None:
        if len(words) != 3 or not re.fullmatch(r"[+-]?FLAGS(\.SILENT)?", words[1].upper()):
            raise Bad("UID STORE set flags")
        if self.read_only:
            raise No("[READ-ONLY] mailbox is read-only")
        given = set(words[2].strip("()").split())
        for number, row in self.messages(words[0]):
            current = set(row["flags"].split())
            sign = words[1][0]
            flags = current | given if sign == "+" else current - given if sign == "-" else given
            self.flag(row["uid"], flags)
            if not words[1].upper().endswith("SILENT"):
                self.tell(f"* {number} FETCH (UID {row['uid']} FLAGS ({' '.join(sorted(flags))}))")

    def flag(self, uid: int, flags: set[str]) -> None:
        self.store.run("UPDATE inbox SET flags = ? WHERE uid = ?", " ".join(sorted(flags)), uid)

    def messages(self, uid_set: str) -> list[tuple[int, sqlite3.Row]]:
        """(sequence number, row) of the messages of a UID set."""
        rows = self.store.rows("SELECT * FROM inbox ORDER BY uid")
        wanted = in_set(uid_set, {row["uid"] for row in rows})
        return [(number, row) for number, row in enumerate(rows, start=1) if row["uid"] in wanted]

    COMMANDS: ClassVar[dict[str, Callable[..., str | None]]] = {
        "CAPABILITY": capability,
        "NOOP": noop,
        "LOGIN": login,
        "LOGOUT": logout,
        "SELECT": select,
        "EXAMINE": examine,
        "CLOSE": close,
        "UID SEARCH": search,
        "UID FETCH": fetch,
        "UID STORE": store_flags,
    }


def arguments(text: str) -> list[str]:
    """Atoms, quoted strings (without their quotes) and lists (with their parentheses) of a command."""
    words = []
    for match in TOKEN.finditer(text):
        quoted, group, atom = match.groups()
        words.append(re.sub(r"\\(.)", r"\1", quoted) if quoted is not None else group or atom)
    return words


def answer(item: str, row: sqlite3.Row) -> str:
    """One item of a FETCH, but for the parts of the message."""
    match item:
        case "FLAGS":
            return f"FLAGS ({row['flags']})"
        case "RFC822.SIZE":
            return f"RFC822.SIZE {len(row['raw'])}"
        case "INTERNALDATE":
            at = datetime.fromtimestamp(row["at"], UTC)
            return f'INTERNALDATE "{at:%d}-{MONTHS[at.month - 1]}-{at:%Y %H:%M:%S} +0000"'
        case _:
            raise Bad(f"item {item} not supported")


def section(item: str, raw: bytes) -> tuple[str, bytes]:
    """The name and the bytes of a part of the message."""
    match item.replace(".PEEK", ""):
        case "BODY[]":
            return "BODY[]", raw
        case "BODY[HEADER]":
            return "BODY[HEADER]", raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        case _:
            raise Bad(f"item {item} not supported")


def in_set(text: str, uids: set[int]) -> set[int]:
    """The UIDs named by `3`, `2:5`, `7:*` or a list of those; `*` is the last one."""
    last = max(uids, default=0)
    found: set[int] = set()
    for piece in text.split(","):
        if not re.fullmatch(r"(\d+|\*)(:(\d+|\*))?", piece):
            raise Bad("bad set")
        ends = [last if end == "*" else int(end) for end in piece.split(":")]
        found |= {uid for uid in uids if min(ends) <= uid <= max(ends)}
    return found


class _Listener(socketserver.ThreadingTCPServer):
    """A stopped house can start again at once: the closing conversations of the last one do not hold the port."""

    allow_reuse_address = True
    daemon_threads = True


class ImapServer:
    """The IMAP server on 127.0.0.1, a daemon thread for each connection."""

    def __init__(self, store: Store, port: int) -> None:
        handler = type("Session", (ImapSession,), {"store": store})
        self._server = _Listener(("127.0.0.1", port), handler)
        self.port: int = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, name="imap", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Give the port back."""
        self._server.shutdown()
        self._server.server_close()
