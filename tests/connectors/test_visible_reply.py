"""What is kept of a client's e-mail answer."""

from __future__ import annotations

import pytest

from app.connectors.mail.visible import html_to_text, visible_reply

QUOTES = {
    "gmail": "Le jeu. 12 nov. 2026 à 10:22, Atelier <atelier@demo.example> a écrit :\n\n> Voici le devis.\n> Merci",
    "gmail wrapped": "Le jeu. 12 nov. 2026 à 10:22, Atelier La Gamme <\natelier@demo.example> a écrit :\n> Voici",
    "apple": "> Le 12 nov. 2026 à 10:22, Atelier <atelier@demo.example> a écrit :\n> \n> Voici le devis.",
    "thunderbird": "Le 12/11/2026 à 10:22, Atelier a écrit :\n> Voici le devis.",
    "unmarked": "Le 12 novembre 2026 à 10:22, Atelier <atelier@demo.example> a écrit :\n\nVoici le devis.\nCordialement",
    "english": "On Thu, Nov 12, 2026 at 10:22 AM Atelier <atelier@demo.example> wrote:\n> Voici le devis.",
    "outlook": (
        "De : Atelier <atelier@demo.example>\nEnvoyé : jeudi 12 novembre 2026 10:22\nÀ : zoe@x.fr\nObjet : Devis\n\nVoici"
    ),
    "outlook rule": "________________________________\nDe: Atelier\nEnvoyé: jeudi\nÀ: zoe\nObjet: Devis\nVoici le devis",
    "outlook english": "From: Atelier\nSent: Thursday, 12 November 2026\nTo: zoe@x.fr\nSubject: Devis\n\nVoici",
    "original": "-----Message d'origine-----\nDe : Atelier\nVoici le devis",
    "original english": "-----Original Message-----\nFrom: Atelier",
    "orange": "> Message du 12/11/26 10:22\n> De : Atelier\n> Voici le devis.",
    "yahoo": "Le jeudi 12 novembre 2026 à 10:22:31 UTC+1, Atelier <a@demo.example> a écrit :\n\n\n\nVoici le devis.",
}


@pytest.mark.row("B5")
@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES.keys())
def test_the_old_message_is_left_out(quote: str) -> None:
    assert visible_reply(f"Bonjour,\n\nC'est d'accord pour moi.\n\n{quote}") == "Bonjour,\n\nC'est d'accord pour moi."


@pytest.mark.parametrize(
    "ending",
    [
        "Envoyé de mon iPhone",
        "Sent from my iPhone",
        "Envoyé depuis l'application Mail Orange",
        "Télécharger Outlook pour Android",
        "Provenance : Courrier pour Windows",
        "-- \nZoé Martin\n06 00 00 00 01",
    ],
)
def test_signatures_of_devices_and_people_are_left_out(ending: str) -> None:
    assert visible_reply(f"Oui\n\n{ending}\n\n{QUOTES['gmail']}") == "Oui"


def test_answers_written_between_quoted_lines_are_kept() -> None:
    text = "Le 12/11/2026 à 10:22, Atelier a écrit :\n> Acceptez-vous ?\nOui.\n> Quand passez-vous ?\nMardi."
    assert visible_reply(text) == "Oui.\nMardi."


def test_a_client_who_tells_what_somebody_wrote_is_not_cut() -> None:
    text = "Le technicien a écrit :\nremplacer la pompe. Est-ce compris ?"
    assert visible_reply(text) == text


def test_a_client_who_writes_a_list_with_colons_is_not_cut() -> None:
    text = "De : la cuisine\nje ne comprends pas la ligne 2"
    assert visible_reply(text) == text


def test_a_bare_forward_is_kept_whole() -> None:
    assert "Voici le devis" in visible_reply(QUOTES["gmail"])


def test_windows_and_mac_line_ends_are_read() -> None:
    assert visible_reply("Oui\r\n\r\n> Voici") == "Oui"
    assert visible_reply("Oui\r> Voici") == "Oui"


def test_an_html_answer_becomes_readable_text() -> None:
    html = (
        "<html><head><style>p{}</style></head><body><div>C&#39;est <b>d'accord</b>&nbsp;!<br>Zoé</div>"
        '<div class="gmail_quote"><div class="gmail_attr">Le 12/11/2026 à 10:22, Atelier a écrit :<br></div>'
        "<blockquote><p>Voici le devis</p></blockquote></div></body></html>"
    )
    assert visible_reply(html_to_text(html)) == "C'est d'accord !\nZoé"


def test_an_enormous_line_is_read_at_once() -> None:
    line = "Le 2026 " + "<a@" * 300_000
    assert visible_reply(line) == line
