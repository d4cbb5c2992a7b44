"""Mail servers from their URL."""

from __future__ import annotations

import pytest

from app.connectors.mail.account import MailAccount, parse_imap_url, parse_smtp_url


def test_an_address_and_a_password_with_odd_characters_are_read() -> None:
    account = parse_smtp_url("smtp://zoe%40x.fr:p%3A%2Fs@mail.x.fr:2587?starttls=1")
    assert account == MailAccount("mail.x.fr", 2587, "starttls", "zoe@x.fr", "p:/s")


@pytest.mark.parametrize(
    ("url", "port", "security"),
    [
        ("smtps://mail.x.fr", 465, "tls"),
        ("smtp://mail.x.fr", 587, "starttls"),
        ("smtp://mail.x.fr?starttls=0", 25, "none"),
        ("smtp://127.0.0.1:1025", 1025, "none"),
    ],
)
def test_a_password_is_not_sent_in_clear_unless_asked(url: str, port: int, security: str) -> None:
    account = parse_smtp_url(url)
    assert (account.port, account.security) == (port, security)


def test_a_mailbox_is_read_from_the_path() -> None:
    account = parse_imap_url("imaps://zoe%40x.fr:p@imap.x.fr/R%C3%A9ponses")
    assert (account.port, account.security, account.mailbox) == (993, "tls", "Réponses")
    assert parse_imap_url("imaps://imap.x.fr").mailbox == "INBOX"


@pytest.mark.parametrize("url", ["", "http://x.fr", "smtp://", "smtp://x.fr:port", "smtp://x.fr?starttls=oui"])
def test_a_wrong_url_is_told_in_french(url: str) -> None:
    with pytest.raises(ValueError, match=r"courrier"):
        parse_smtp_url(url)


def test_the_password_does_not_show_when_an_account_is_printed() -> None:
    assert "secret" not in repr(parse_smtp_url("smtp://zoe:secret@x.fr"))
