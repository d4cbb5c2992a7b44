"""Mail handed to a server, against the local catcher."""

from __future__ import annotations

import dataclasses
import socket

import pytest

from app.connectors.errors import PartnerError
from app.connectors.mail import smtp
from app.connectors.mail.account import MailAccount
from app.connectors.mail.compose import Draft, Mailbox, compose
from tests.sandbox_process import Sandbox


def account(sandbox: Sandbox) -> MailAccount:
    return dataclasses.replace(smtp.parse_smtp_url(sandbox.smtp_account_url), timeout=5)


def letter(*to: str, text: str = "Bonjour\n.\nFin") -> object:
    return compose(Draft(Mailbox("atelier@demo.example"), [Mailbox(a) for a in to], "Devis", text, "<m1@demo.example>"))


def refusal(where: MailAccount, *to: str) -> PartnerError:
    with pytest.raises(PartnerError) as caught:
        smtp.send(where, letter(*to))
    return caught.value


@pytest.mark.row("B5")
def test_a_message_arrives_whole_and_the_server_gives_its_number(sandbox: Sandbox) -> None:
    assert "queued as" in smtp.send(account(sandbox), letter("zoe@x.example", "max@x.example"))
    [caught] = sandbox.mails()
    assert caught["envelope_from"] == "atelier@demo.example"
    assert caught["envelope_to"] == "zoe@x.example, max@x.example"


def test_blind_copies_are_sent_and_not_shown(sandbox: Sandbox) -> None:
    message = letter("zoe@x.example")
    message["Bcc"] = "gerant@x.example"
    smtp.send(account(sandbox), message)
    assert sandbox.mails()[0]["envelope_to"] == "zoe@x.example, gerant@x.example"
    sandbox.reply("Oui")
    assert message["Bcc"] == "gerant@x.example"


def test_a_domain_with_accents_is_written_as_the_network_wants_it(sandbox: Sandbox) -> None:
    smtp.send(account(sandbox), letter("zoe@mélodie.example"))
    assert sandbox.mails()[0]["envelope_to"] == "zoe@xn--mlodie-bva.example"


def test_an_unknown_address_is_final_and_named(sandbox: Sandbox) -> None:
    error = refusal(account(sandbox), "zoe@x.example", "inconnu@x.example")
    assert isinstance(error, smtp.RecipientRefused)
    assert (error.final, error.address) == (True, "inconnu@x.example")
    assert "inconnu@x.example" in error.message_fr
    assert sandbox.mails() == []


def test_a_server_that_asks_to_wait_is_worth_another_try(sandbox: Sandbox) -> None:
    sandbox.fail("smtp", "greylist")
    error = refusal(account(sandbox), "zoe@x.example")
    assert (error.final, error.uncertain) == (False, False)
    smtp.send(account(sandbox), letter("zoe@x.example"))
    assert len(sandbox.mails()) == 1


def test_a_line_cut_after_the_message_is_uncertain(sandbox: Sandbox) -> None:
    sandbox.fail("smtp", "cut-after-data")
    error = refusal(account(sandbox), "zoe@x.example")
    assert (error.final, error.uncertain) == (False, True)


def test_a_server_that_cannot_be_reached_is_worth_another_try(sandbox: Sandbox) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        where = dataclasses.replace(account(sandbox), port=free.getsockname()[1])
        error = refusal(where, "zoe@x.example")
    assert (error.final, error.uncertain) == (False, False)


@pytest.mark.parametrize("password", ["faux", "mot de passe à accents"])
def test_a_wrong_password_is_final(sandbox: Sandbox, password: str) -> None:
    error = refusal(dataclasses.replace(account(sandbox), password=password), "zoe@x.example")
    assert error.final
    assert "mot de passe" in error.message_fr
    assert password not in str(error)


def test_a_server_without_the_encryption_asked_for_is_final(sandbox: Sandbox) -> None:
    assert refusal(dataclasses.replace(account(sandbox), security="starttls"), "zoe@x.example").final


def test_the_test_button_signs_in(sandbox: Sandbox) -> None:
    assert smtp.check(account(sandbox)) == "bac-a-sable"
    with pytest.raises(PartnerError):
        smtp.check(dataclasses.replace(account(sandbox), password="faux"))


def test_a_message_without_address_is_final(sandbox: Sandbox) -> None:
    message = letter("zoe@x.example")
    del message["To"]
    with pytest.raises(PartnerError) as caught:
        smtp.send(account(sandbox), message)
    assert caught.value.final
