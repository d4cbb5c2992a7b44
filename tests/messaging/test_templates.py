"""The organisation writes its own words; what could not be sent is refused when it is saved, in words."""

import pytest
from flask import Flask

from app.connectors.sms import segments
from app.core.db import transaction
from app.core.errors import DomainError
from app.messaging.services import declare_template, letters
from app.messaging.services.registry import TEMPLATES, change_template, restore_template, texts_of
from app.messaging.services.rendering import check_text, render_text
from app.messaging.services.sending import common_values
from tests.cast import Cast
from tests.signing import Browser

NAMES = ("client", "dossier", "lien")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Bonjour {{ cleint }}", "Vouliez-vous écrire {{ client }}"),
        ("Bonjour {{ prix }}", "Choisissez parmi : client, dossier, lien"),
        ("Bonjour {{ client", "accolade est mal placée à la ligne 1"),
        ("Bonjour\n{% if client %}toi", "accolade est mal placée"),
        ("{{ client.name }}", "Seuls les repères"),
        ("{{ client()  }}", "Seuls les repères"),
        ("{{ ''.__class__.__mro__ }}", "Seuls les repères"),
        ("{% for x in client %}{{ x }}{% endfor %}", "Seuls les repères"),
        ("{{ client * 9999999 }}", "Seuls les repères"),
        ("{{ client|upper }}", "Seuls les repères"),
        ("{% include 'x' %}", "Seuls les repères"),
        ("{% set client = 1 %}", "Seuls les repères"),
    ],
)
def test_what_cannot_be_rendered_is_refused_in_words(text: str, said: str) -> None:
    with pytest.raises(DomainError) as refusal:
        check_text(text, NAMES, field="body")
    assert said in refusal.value.message.replace("\u00a0", " ")
    assert refusal.value.field == "body"


def test_a_part_may_depend_on_a_placeholder() -> None:
    text = "Dossier {{ dossier }}{% if lien %}, suivi : {{ lien }}{% endif %}"
    check_text(text, NAMES)
    assert render_text(text, {"dossier": "R-1", "lien": ""}) == "Dossier R-1"
    assert render_text(text, {"dossier": "R-1", "lien": "x"}) == "Dossier R-1, suivi : x"


def test_a_condition_at_the_end_of_words_keeps_the_paragraphs_apart() -> None:
    text = "Voici{% if client %}\n\n{{ client }}{% endif %}\n\n[Voir]\n{% if client %}\nFin\n{% endif %}\nBas"
    assert render_text(text, {"client": "Karim"}) == "Voici\n\nKarim\n\n[Voir]\nFin\nBas"
    assert render_text(text, {"client": ""}) == "Voici\n\n[Voir]\nBas"


def test_a_value_is_never_read_as_a_template() -> None:
    assert render_text("Bonjour {{ client }}", {"client": "{{ 7 * 7 }}"}) == "Bonjour {{ 7 * 7 }}"


def test_a_feature_cannot_declare_a_text_that_fails(app: Flask) -> None:
    with pytest.raises(DomainError):
        declare_template("test.wrong", "Faux", placeholders={}, body="{{ inconnu }}")
    with pytest.raises(LookupError, match="sample"):
        declare_template("test.wrong", "Faux", placeholders={"prix": "Prix"}, body="{{ prix }}")


def test_our_words_replace_the_first_ones_until_restored(cast: Cast, ready: str) -> None:
    with transaction():
        change_template(ready, subject="Prêt", body="Venez, {{ client }}.", sms="", active=True)
    assert (texts_of(ready).body, texts_of(ready).sms, texts_of(ready).changed) == ("Venez, {{ client }}.", "", True)
    with transaction():
        restore_template(ready)
    assert not texts_of(ready).changed
    assert "Votre appareil est prêt" in texts_of(ready).body


def test_the_manager_edits_a_text_with_its_preview(cast: Cast, ready: str, browser: Browser) -> None:
    camille = browser.as_("gerant")
    assert "Appareil prêt" in camille.get("/reglages/messages").text
    page = camille.get(f"/reglages/messages/{ready}").text
    assert "{{ dossier }}" in page
    assert "N° du dossier" in page
    preview = camille.post(
        f"/reglages/messages/{ready}/apercu",
        htmx=True,
        subject="Votre {{ dossier }}",
        body="[Voir]({{ lien }})",
        sms="Prêt : {{ dossier }}",
    ).text
    assert "Votre R-2026-0042" in preview
    assert '<span class="bt p">Voir</span>' in preview
    assert "1\u00a0SMS facturé" in preview or "1 SMS facturé" in preview
    assert "<b>ê</b>" in preview
    answer = camille.post(f"/reglages/messages/{ready}", subject="Prêt", body="Venez", sms="Venez", active="y")
    assert answer.status_code == 303
    assert texts_of(ready).sms == "Venez"


def test_a_wrong_placeholder_keeps_what_was_typed(cast: Cast, ready: str, browser: Browser) -> None:
    answer = browser.as_("gerant").post(
        f"/reglages/messages/{ready}", subject="Prêt", body="Bonjour {{ dosier }}, à bientôt", sms="", active="y"
    )
    assert answer.status_code == 422
    assert "Vouliez-vous écrire {{ dossier }}" in answer.text
    assert "Bonjour {{ dosier }}, à bientôt" in answer.text
    assert not texts_of(ready).changed


def test_a_mail_without_subject_is_refused(cast: Cast, ready: str) -> None:
    with pytest.raises(DomainError, match="objet"), transaction():
        change_template(ready, subject=" ", body="Bonjour", sms="", active=True)


def test_only_the_manager_edits_texts(cast: Cast, ready: str, browser: Browser) -> None:
    for who in ("accueil", "technicien", "client"):
        assert browser.as_(who).get(f"/reglages/messages/{ready}").status_code == 403


@pytest.mark.parametrize(
    "code",
    ["ticket.ready", "ticket.delayed", "ticket.shipped", "ticket.pickup_reminder", "quote.sent", "quote.reminder"],
)
def test_a_built_in_sms_uses_letters_that_cost_nothing(app: Flask, code: str) -> None:
    template = TEMPLATES[code]
    link = "https://etabli.exemple.fr/suivi/hEOFp8bUebwOaqGida_PWAz8NiZpne"
    values = {**common_values("Karim Benyahia"), **template.sample, "organisation": "La Gamme", "lien": link}
    size = segments(letters.for_sms(render_text(template.sms, values)))
    assert size.encoding == "GSM-7"
    assert size.parts == 1 or code != "ticket.ready"
