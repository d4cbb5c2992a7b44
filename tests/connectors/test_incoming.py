"""Received mail of every make, and hostile mail."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from app.connectors.mail.incoming import Cursor, Incoming, read_message

HEAD = "From: Zoe <ZOE@x.example>\r\nTo: atelier@demo.example\r\nMessage-ID: <r1@x.example>\r\n"


def read(text: str) -> Incoming:
    return read_message(text.encode("utf-8"), Cursor(1, 1))


def test_a_plain_message_is_read() -> None:
    message = read(HEAD + "Subject: Devis\r\nDate: Thu, 12 Nov 2026 10:22:00 +0100\r\n\r\nOui\r\n")
    assert (message.from_addr, message.message_id, message.text) == ("zoe@x.example", "<r1@x.example>", "Oui")
    assert message.date == datetime(2026, 11, 12, 9, 22, tzinfo=UTC)


@pytest.mark.parametrize(
    "subject", ["=?iso-8859-1?q?R=E9paration_pr=EAte?=", "Réparation prête", "=?utf-8?q?R=C3=A9paration?=\r\n prête"]
)
def test_accents_of_every_make_are_read(subject: str) -> None:
    assert read(HEAD + f"Subject: {subject}\r\n\r\nOui").subject == "Réparation prête"


@pytest.mark.parametrize("charset", ["iso-8859-1", "windows-1252", "x-inconnu"])
def test_a_text_in_an_old_or_unknown_alphabet_is_read(charset: str) -> None:
    head = HEAD + f'Content-Type: text/plain; charset="{charset}"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n'
    assert read_message(head.encode() + "C'est réparé".encode("latin-1"), Cursor(1, 1)).text == "C'est réparé"


def test_files_are_kept_with_safe_names() -> None:
    message = read(
        HEAD + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nVoir photo\r\n"
        '--b\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment; filename="../../etc/photo.jpg"\r\n'
        "Content-Transfer-Encoding: base64\r\n\r\n/9j/4A==\r\n--b--\r\n"
    )
    assert message.text == "Voir photo"
    assert message.attachments == (("-..-etc-photo.jpg", "image/jpeg", b"\xff\xd8\xff\xe0"),)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied\r\nSubject: Devis",
        "Precedence: auto_reply\r\nSubject: Devis",
        "X-Autoreply: yes\r\nSubject: Devis",
        "Subject: Réponse automatique : Devis",
        "Subject: Absence du bureau",
        "Subject: Automatic reply: Devis",
    ],
)
def test_an_absence_message_is_recognised(header: str) -> None:
    assert read(HEAD + header + "\r\n\r\nJe suis absent").is_auto_reply


def test_a_person_who_talks_of_absence_is_not_a_machine() -> None:
    assert not read(HEAD + "Auto-Submitted: no\r\nSubject: Re: votre absence\r\n\r\nOui").is_auto_reply


def report(action: str) -> str:
    return (
        "From: MAILER-DAEMON@x.example\r\nSubject: Undelivered\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nDesole\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        f"Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; Zoe@x.example\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        "--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <m9@demo.example>\r\nSubject: Devis\r\n\r\nCorps\r\n--b--\r\n"
    )


def test_a_report_with_the_whole_message_is_a_bounce() -> None:
    message = read(report("failed"))
    assert (message.is_bounce, message.bounced_message_id) == (True, "<m9@demo.example>")
    assert (message.bounced_recipient, message.bounce_reason) == ("zoe@x.example", "5.1.1")


def test_a_report_of_delay_is_not_a_bounce() -> None:
    assert not read(report("delayed")).is_bounce


def test_a_mail_daemon_without_report_is_a_bounce_all_the_same() -> None:
    message = read(
        "From: Mailer-Daemon@x.example\r\nX-Failed-Recipients: zoe@x.example\r\nIn-Reply-To: <m3@d>\r\n\r\nDésolé"
    )
    assert (message.is_bounce, message.bounced_recipient, message.bounced_message_id) == (
        True,
        "zoe@x.example",
        "<m3@d>",
    )


HOSTILE = {
    "empty": b"",
    "no header": b"\r\n\r\n\r\n",
    "binary": bytes(range(256)) * 10,
    "broken date": b"From: a@b.c\r\nDate: Thu, 99 Foo 2026 99:99:99 +9999\r\n\r\nOui",
    "broken words": b"From: =?utf-8?b?!!!?= <a@b.c>\r\nSubject: =?x?q?=ZZ?= =?utf-8?b?4?=\r\n\r\nOui",
    "broken base64": b"From: a@b.c\r\nContent-Transfer-Encoding: base64\r\n\r\n*#*#",
    "no boundary": b"From: a@b.c\r\nContent-Type: multipart/mixed\r\n\r\nOui",
    "broken name": b"From: a@b.c\r\nContent-Disposition: attachment; filename*=zz'%FF\r\n\r\nOui",
    "broken html": b"From: a@b.c\r\nContent-Type: text/html\r\n\r\n<![if x]><!x<p>Oui<![CDATA[",
    "deep": b"From: a@b.c\r\n"
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2000)),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_message_can_block_the_mailbox(raw: bytes) -> None:
    message = read_message(raw, Cursor(1, 5))
    assert message.uid == 5
    assert "\x00" not in message.subject
