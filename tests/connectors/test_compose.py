"""Messages as they leave."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from app.connectors.mail.compose import Attachment, Draft, Mailbox, compose

ATELIER = Mailbox("atelier@demo.example", "L'Atelier")
ZOE = Mailbox("zoe@x.example", "Zoé Martin, luthière")


def read(**changes: object) -> EmailMessage:
    values: dict[str, object] = {
        "sender": ATELIER,
        "to": [ZOE],
        "subject": "Votre devis",
        "text": "Bonjour",
        "message_id": "<m1@demo.example>",
    }
    return message_from_bytes(compose(Draft(**(values | changes))).as_bytes(), policy=policy.default)  # type: ignore[arg-type]


def test_accents_and_commas_in_names_and_subjects_survive() -> None:
    message = read(subject="Devis n° 2026-001 prêt à être accepté " * 4)
    assert message["To"].addresses[0].display_name == "Zoé Martin, luthière"
    assert message["To"].addresses[0].addr_spec == "zoe@x.example"
    assert message["Subject"] == ("Devis n° 2026-001 prêt à être accepté " * 4).strip()


def test_text_and_html_are_alternatives() -> None:
    message = read(html="<p>Bonjour à tous</p>")
    assert message.get_content_type() == "multipart/alternative"
    assert message.get_body(("plain",)).get_content().strip() == "Bonjour"
    assert "à tous" in message.get_body(("html",)).get_content()


def test_a_file_keeps_its_name_and_bytes() -> None:
    [file] = read(attachments=[Attachment("Devis été.pdf", "application/pdf", b"%PDF-1.7\x00")]).iter_attachments()
    assert (file.get_filename(), file.get_content_type()) == ("Devis été.pdf", "application/pdf")
    assert file.get_content() == b"%PDF-1.7\x00"


def test_the_message_takes_its_place_in_the_thread() -> None:
    long_id = f"<{'A' * 60}@AM0PR04MB1234.eurprd04.prod.outlook.com>"
    raw = compose(
        Draft(ATELIER, [ZOE], "Re: Devis", "Oui", "<m2@demo.example>", in_reply_to=long_id, references=["<m1@d>"])
    ).as_bytes()
    assert f"In-Reply-To: {long_id}\r\n".encode() in raw
    assert f"References: <m1@d>\r\n {long_id}\r\n".encode() in raw


def test_a_long_thread_keeps_its_root_and_its_last_messages() -> None:
    references = [f"<{number}@d>" for number in range(30)]
    kept = read(references=references)["References"].split()
    assert kept == ["<0@d>", *references[-9:]]


def test_options_become_headers() -> None:
    message = read(reply_to=Mailbox("reponse@demo.example"), list_unsubscribe="https://x.example/stop", automatic=True)
    assert message["Reply-To"] == "reponse@demo.example"
    assert message["List-Unsubscribe"] == "<https://x.example/stop>"
    assert message["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("evil", ["\r\nBcc: voleur@x.example", "\nBcc: voleur@x.example", "\u2028Bcc: v@x.example"])
def test_nothing_typed_can_add_a_header(evil: str) -> None:
    message = read(
        subject=f"Devis{evil}",
        sender=Mailbox("atelier@demo.example", f"Atelier{evil}"),
        attachments=[Attachment(f"a{evil}.pdf", "application/pdf", b"x")],
    )
    assert message["Bcc"] is None
    assert "voleur" not in [address.addr_spec for address in message["From"].addresses]


@pytest.mark.parametrize(
    "changes",
    [
        {"to": [Mailbox("zoe@x.example\r\nBcc: v@x.example")]},
        {"to": [Mailbox("zoe@x.example, v@x.example")]},
        {"sender": Mailbox("atelier")},
        {"message_id": "m1@demo.example"},
        {"in_reply_to": "<a@b>\r\nBcc: v@x.example"},
        {"list_unsubscribe": "https://x.example/>\r\nBcc: v@x.example"},
    ],
)
def test_a_malformed_address_identifier_or_link_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="n'est pas valable"):
        read(**changes)
