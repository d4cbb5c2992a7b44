"""The organisation's mailbox read, against the local catcher."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from app.connectors.errors import PartnerError
from app.connectors.mail import imap, smtp
from app.connectors.mail.account import MailAccount
from app.connectors.mail.compose import Draft, Mailbox, compose
from app.connectors.mail.imap import Cursor
from tests.sandbox_process import Sandbox


def account(sandbox: Sandbox) -> MailAccount:
    return dataclasses.replace(imap.parse_imap_url(sandbox.imap_account_url), timeout=5)


def send(sandbox: Sandbox, to: str = "zoe@x.example", number: int = 1) -> None:
    draft = Draft(
        Mailbox("atelier@demo.example", "L'Atelier"),
        [Mailbox(to, "Zoé Martin")],
        "Votre devis à accepter",
        "Bonjour,\nvoici le devis.",
        f"<m{number}@demo.example>",
        references=["<m0@demo.example>"],
    )
    smtp.send(smtp.parse_smtp_url(sandbox.smtp_account_url), compose(draft))


@pytest.mark.row("B5")
def test_the_answer_of_a_client_comes_back_without_the_quote(sandbox: Sandbox) -> None:
    send(sandbox)
    sandbox.reply("C'est d'accord.\nZoé")
    [answer] = imap.fetch(account(sandbox), None)
    assert answer.text == "C'est d'accord.\nZoé"
    assert (answer.from_addr, answer.from_name) == ("zoe@x.example", "Zoé Martin")
    assert answer.to_addrs == ("atelier@demo.example",)
    assert answer.subject == "Re: Votre devis à accepter"
    assert answer.in_reply_to == "<m1@demo.example>"
    assert answer.references == ("<m0@demo.example>", "<m1@demo.example>")
    assert (answer.is_bounce, answer.is_auto_reply) == (False, False)
    assert answer.date is not None


def test_a_second_look_brings_only_what_is_new(sandbox: Sandbox) -> None:
    send(sandbox)
    sandbox.reply("Un")
    sandbox.reply("Deux")
    seen = list(imap.fetch(account(sandbox), None))
    assert [item.text for item in seen] == ["Un", "Deux"]
    cursor = Cursor.parse(str(seen[-1].cursor))
    assert list(imap.fetch(account(sandbox), cursor)) == []
    sandbox.reply("Trois")
    assert [item.text for item in imap.fetch(account(sandbox), cursor)] == ["Trois"]


def test_what_the_owner_sees_is_left_as_it_was(sandbox: Sandbox) -> None:
    send(sandbox)
    sandbox.reply("Oui")
    list(imap.fetch(account(sandbox), None))
    assert sandbox.inbox()[0]["flags"] == ""
    list(imap.fetch(account(sandbox), None, mark_seen=True))
    assert sandbox.inbox()[0]["flags"] == r"\Seen"
    assert list(imap.fetch(account(sandbox), None)) == []


def test_a_message_read_elsewhere_is_not_lost(sandbox: Sandbox) -> None:
    send(sandbox)
    sandbox.reply("Un")
    [first] = imap.fetch(account(sandbox), None)
    sandbox.reply("Deux")
    list(imap.fetch(account(sandbox), None, mark_seen=True))
    assert [item.text for item in imap.fetch(account(sandbox), first.cursor)] == ["Deux"]


def test_a_mailbox_renumbered_by_its_server_is_read_again(sandbox: Sandbox) -> None:
    send(sandbox)
    sandbox.reply("Un")
    [before] = imap.fetch(account(sandbox), None)
    sandbox.reset()
    send(sandbox)
    sandbox.reply("Deux")
    [after] = imap.fetch(account(sandbox), before.cursor)
    assert after.text == "Deux"
    assert after.uid == before.uid
    assert after.cursor.validity != before.cursor.validity


def test_a_bounce_names_the_message_and_the_address(sandbox: Sandbox) -> None:
    send(sandbox, "rebond@x.example", number=7)
    [report] = imap.fetch(account(sandbox), None)
    assert report.is_bounce
    assert report.bounced_message_id == "<m7@demo.example>"
    assert report.bounced_recipient == "rebond@x.example"
    assert "User unknown" in report.bounce_reason
    assert report.attachments == ()


def test_a_limited_look_goes_on_where_it_stopped(sandbox: Sandbox) -> None:
    send(sandbox)
    for text in ("Un", "Deux", "Trois"):
        sandbox.reply(text)
    first = list(imap.fetch(account(sandbox), None, limit=2))
    rest = list(imap.fetch(account(sandbox), first[-1].cursor, limit=2))
    assert [item.text for item in first + rest] == ["Un", "Deux", "Trois"]


def test_the_test_button_counts(sandbox: Sandbox) -> None:
    send(sandbox)
    sandbox.reply("Oui")
    assert imap.check(account(sandbox)) == imap.MailboxInfo("INBOX", 1, 1)


@pytest.mark.parametrize(
    ("changes", "word"), [({"password": "faux"}, "mot de passe"), ({"mailbox": "Réponses"}, "Réponses")]
)
def test_a_wrong_setting_is_final_and_named(sandbox: Sandbox, changes: dict[str, str], word: str) -> None:
    with pytest.raises(PartnerError) as caught:
        imap.check(dataclasses.replace(account(sandbox), **changes))
    assert caught.value.final
    assert word in caught.value.message_fr


def test_a_server_that_cannot_be_reached_is_worth_another_try(sandbox: Sandbox) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = dataclasses.replace(account(sandbox), port=free.getsockname()[1])
        with pytest.raises(PartnerError) as caught:
            list(imap.fetch(where, None))
    assert not caught.value.final


def test_an_unreadable_cursor_is_no_cursor() -> None:
    assert Cursor.parse("") is None
    assert Cursor.parse("a:b") is None
