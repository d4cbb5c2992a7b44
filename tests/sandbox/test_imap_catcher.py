"""The catcher's IMAP, spoken to by the standard library's client."""

from __future__ import annotations

import imaplib
import smtplib
import socket
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest

from app.sandbox import credentials
from app.sandbox.imap_catcher import ImapServer
from app.sandbox.store import Store
from tests.sandbox_process import Sandbox


@pytest.fixture
def inbox(sandbox: Sandbox) -> Iterator[imaplib.IMAP4]:
    """A mailbox with three answers, signed in."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "atelier@demo.example", "zoe@x.example", "Devis"
    message.set_content("Bonjour")
    with smtplib.SMTP("127.0.0.1", sandbox.smtp_port) as server:
        server.send_message(message)
    for text in ("Un", "Deux", "Trois"):
        sandbox.reply(text)
    with imaplib.IMAP4("127.0.0.1", sandbox.imap_port) as client:
        client.login(credentials.MAIL_USER, credentials.MAIL_PASSWORD)
        yield client


def search(inbox: imaplib.IMAP4, *criteria: str) -> bytes:
    status, data = inbox.uid("SEARCH", *criteria)
    assert status == "OK"
    return data[0] or b""


def test_it_starts_again_at_once_after_a_stop(tmp_path: Path) -> None:
    first = ImapServer(Store(tmp_path), 0)
    first.start()
    with socket.create_connection(("127.0.0.1", first.port)) as client:
        client.sendall(b"a LOGOUT\r\n")
        while client.recv(1000):
            pass  # the server hangs up first: its end of the conversation lingers
    first.stop()
    second = ImapServer(Store(tmp_path), first.port)
    second.start()
    with imaplib.IMAP4("127.0.0.1", second.port) as again:
        assert again.welcome.startswith(b"* OK")
    second.stop()


def test_a_wrong_password_is_refused(sandbox: Sandbox) -> None:
    with (
        imaplib.IMAP4("127.0.0.1", sandbox.imap_port) as client,
        pytest.raises(imaplib.IMAP4.error, match="AUTHENTICATIONFAILED"),
    ):
        client.login(credentials.MAIL_USER, "faux")


def test_nothing_is_read_before_signing_in(sandbox: Sandbox) -> None:
    with imaplib.IMAP4("127.0.0.1", sandbox.imap_port) as client:
        client.send(b"a1 SELECT INBOX\r\n")
        assert client.readline().startswith(b"a1 BAD")


def test_the_mailbox_says_how_many_messages_it_has(inbox: imaplib.IMAP4) -> None:
    assert inbox.select() == ("OK", [b"3"])
    assert inbox.response("UIDNEXT")[1] == [b"4"]
    assert inbox.select("Autre")[0] == "NO"


@pytest.mark.parametrize(
    ("criteria", "uids"),
    [(("ALL",), b"1 2 3"), (("UID", "2:*"), b"2 3"), (("UID", "9:*"), b"3"), (("UID", "1,3"), b"1 3")],
)
def test_messages_are_searched(inbox: imaplib.IMAP4, criteria: tuple[str, ...], uids: bytes) -> None:
    inbox.select()
    assert search(inbox, *criteria) == uids


def test_flags_are_kept_and_searched(inbox: imaplib.IMAP4) -> None:
    inbox.select()
    assert inbox.uid("STORE", "2", "+FLAGS", r"(\Seen)")[1] == [rb"2 (UID 2 FLAGS (\Seen))"]
    assert search(inbox, "UNSEEN") == b"1 3"
    assert search(inbox, "SEEN") == b"2"
    inbox.uid("STORE", "2", "-FLAGS", r"(\Seen)")
    assert search(inbox, "UNSEEN") == b"1 2 3"


def test_looking_does_not_mark_as_read_but_reading_does(inbox: imaplib.IMAP4) -> None:
    inbox.select()
    _, peeked = inbox.uid("FETCH", "1", "(FLAGS RFC822.SIZE BODY.PEEK[])")
    assert isinstance(peeked[0], tuple)
    assert f"RFC822.SIZE {len(peeked[0][1])} ".encode() in peeked[0][0]
    assert search(inbox, "UNSEEN") == b"1 2 3"
    inbox.uid("FETCH", "1", "(BODY[])")
    assert search(inbox, "UNSEEN") == b"2 3"


def test_headers_alone_can_be_read(inbox: imaplib.IMAP4) -> None:
    inbox.select()
    _, data = inbox.uid("FETCH", "1", "(BODY.PEEK[HEADER])")
    assert isinstance(data[0], tuple)
    assert data[0][1].endswith(b"\r\n\r\n")
    assert b"Subject: Re: Devis" in data[0][1]


def test_a_mailbox_opened_to_look_at_is_not_changed(inbox: imaplib.IMAP4) -> None:
    inbox.select(readonly=True)
    assert inbox.uid("STORE", "1", "+FLAGS", r"(\Seen)")[0] == "NO"
    inbox.uid("FETCH", "1", "(BODY[])")
    assert search(inbox, "UNSEEN") == b"1 2 3"


@pytest.mark.parametrize(
    "command", [b"UID FETCH x (FLAGS)", b"UID FETCH 1 (ENVELOPE)", b"UID SEARCH FROM zoe", b"IDLE", b""]
)
def test_what_it_does_not_know_is_answered_bad(inbox: imaplib.IMAP4, command: bytes) -> None:
    inbox.select()
    inbox.send(b"z9 " + command + b"\r\n")
    assert inbox.readline().startswith(b"z9 BAD")
    assert inbox.noop()[0] == "OK"
