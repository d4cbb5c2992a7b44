"""The status page by signed link (B8, D14): state in plain words, documents, messages, opinion; nobody else's things."""

import gzip
import re
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app.accounts.services import change_organisation
from app.core import clock
from app.core.db import db, transaction
from app.core.links import revoke
from app.core.subject import Subject, subject_of
from app.documents.services import attach, store
from app.documents.states import FileKind, Topic
from app.messaging.queries import thread_of, unread_count
from app.messaging.services import post_note, post_to_client
from app.portal.queries import opening_words
from app.questionnaires.queries import response_of
from app.questionnaires.states import Use
from app.sales import services as sales
from app.sales.services import Signer
from app.sales.states import Means
from app.tickets.models import Ticket
from app.tickets.services import Arrival, locked, move, set_waiting, take_in
from app.tickets.services.intake import IntakeInput
from app.tickets.states import Outcome, TicketKind, TicketState, Waiting
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.files import a_pdf, a_photo
from tests.factories.questionnaires import a_questionnaire
from tests.factories.quotes import a_priced_ticket, a_sent_quote, link_to, status_of
from tests.factories.tickets import a_ticket
from tests.portal.conftest import Visitor
from tests.signing import Browser

pytestmark = pytest.mark.row("B8")
T = TicketState


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def a_file(subject: Subject, name: str, *, photo: bool = False, for_client: bool = True, topic: str = "") -> Any:
    with transaction():
        kind = FileKind.PHOTO if photo else FileKind.DOCUMENT
        stored = store(a_photo() if photo else a_pdf(), name, kind, by="Inès")
        attach(stored, subject, name, for_client=for_client, topic=topic)
        return stored


def test_the_page_says_in_plain_words_where_the_repair_is(cast: Cast, visitor: Visitor) -> None:
    ticket = a_ticket(T.DIAGNOSING, contact=cast.karim)
    text = plain(visitor.get(status_of(ticket)).text)
    for words in (
        "Où en est ma réparation",
        "Appareil reçu",
        "nous cherchons la panne",
        ticket.number,
        "04 94 00 45 12",
    ):
        assert words in text, words
    assert "htmx" not in text


def test_the_open_page_is_told_what_changed_and_nothing_else(cast: Cast, visitor: Visitor) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    shown = visitor.get(status_of(ticket)).text
    rev = re.search(r'data-rev="([^"]+)"', shown)
    assert rev
    again = f"{status_of(ticket)}?rev={rev.group(1)}"
    assert visitor.get(again).status_code == 204
    a_sent_quote(ticket)
    changed = visitor.get(again)
    assert changed.status_code == 200
    assert "Votre accord est attendu" in plain(changed.text)


def test_a_refused_quote_is_not_an_agreement_on_the_way(cast: Cast, visitor: Visitor) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    quote = a_sent_quote(ticket)
    visitor.get(link_to(quote) + "/refus")
    visitor.post(link_to(quote) + "/refus", reason="price", signature_name="Karim Benyahia")
    text = plain(visitor.get(status_of(ticket)).text)
    assert "Devis refusé" in text
    assert "À reprendre" in text
    assert "Votre accord sur le devis" not in text


def test_a_waiting_quote_is_the_one_thing_to_do_with_its_amount(cast: Cast, visitor: Visitor) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    quote = a_sent_quote(ticket)
    text = plain(visitor.get(status_of(ticket)).text)
    assert "Votre accord est attendu" in text
    assert "143,00 €" in text
    assert f'href="{link_to(quote)}"' in text
    with transaction():
        sales.accept(quote.id, Signer("Karim", Means.LINK))
    text = plain(visitor.get(status_of(ticket)).text)
    assert "Votre accord est attendu" not in text
    assert "réparation en cours" in text


@pytest.mark.parametrize(
    ("outcome", "words", "absent"),
    [(Outcome.REPAIRED, "Prêt à retirer", "À reprendre"), (Outcome.NOT_REPAIRABLE, "À reprendre", "Prêt à retirer")],
)
def test_when_it_is_ready_the_client_is_asked_to_come(
    cast: Cast, visitor: Visitor, outcome: Outcome, words: str, absent: str
) -> None:
    ticket = a_ticket(T.CHECKING)
    with transaction():
        move(locked(ticket), T.READY, Arrival(outcome=outcome))
    text = visitor.get(status_of(ticket)).text
    assert words in text
    assert absent not in text


def test_a_wait_is_told_without_workshop_words(cast: Cast, visitor: Visitor) -> None:
    ticket = a_ticket(T.REPAIRING)
    with transaction():
        set_waiting(locked(ticket), Waiting.PART, "")
    assert "nous attendons une pièce" in visitor.get(status_of(ticket)).text


def test_a_software_request_has_its_own_steps(cast: Cast, visitor: Visitor) -> None:
    with transaction():
        asked = IntakeInput(
            "form-software",
            kind=TicketKind.SOFTWARE,
            contact_id=cast.karim.id,
            title="Sauvegarde en panne",
            fault="Plus de sauvegarde",
        )
        ticket, _new = take_in(asked, cast.sonia)
    text = visitor.get(status_of(ticket)).text
    assert "Où en est ma demande" in text
    assert "Demande reçue" in text


@pytest.mark.row("D14")
@pytest.mark.row("D7")
def test_the_client_reads_what_is_opened_to_him_and_nothing_else(cast: Cast, visitor: Visitor) -> None:
    family = a_family()
    ticket = a_ticket(contact=cast.karim, asset=an_asset(family, owner_id=cast.karim.id))
    shown = a_file(subject_of(ticket), "rapport.pdf")
    photo = a_file(subject_of(ticket), "joint.jpg", photo=True)
    manual = a_file(Subject("family", family.id), "notice.pdf", topic=Topic.MANUAL.value)
    hidden = a_file(subject_of(ticket), "interne.pdf", for_client=False)
    others = a_file(subject_of(a_ticket(contact=cast.dan)), "autre.pdf")
    base = status_of(ticket)
    text = visitor.get(base + "/documents").text
    for name in ("rapport.pdf", "joint.jpg", "notice.pdf"):
        assert name in text, name
    assert "interne.pdf" not in text
    assert visitor.get(f"{base}/fichiers/{shown.id}/rapport.pdf").mimetype == "application/pdf"
    assert visitor.get(f"{base}/fichiers/{photo.id}/vignette").mimetype == "image/jpeg"
    assert visitor.get(f"{base}/fichiers/{manual.id}/notice.pdf").status_code == 200
    assert visitor.get(f"{base}/fichiers/{hidden.id}/interne.pdf").status_code == 404
    assert visitor.get(f"{base}/fichiers/{others.id}/autre.pdf").status_code == 404


@pytest.mark.row("B10")
def test_client_and_team_talk_and_notes_stay_inside(cast: Cast, visitor: Visitor) -> None:
    ticket = a_ticket(contact=cast.karim)
    subject = subject_of(ticket)
    with transaction():
        post_to_client(subject, cast.karim, "Avez-vous la facture d'achat ?", "Inès Rousseau")
        post_note(subject, "Client pressé, voir avec Camille", "Inès Rousseau")
    base = status_of(ticket)
    assert "1 nouveau" in plain(visitor.get(base).text)
    page = visitor.post(base + "/messages/lus")
    assert "facture d&#39;achat" in page.text or "facture d’achat" in page.text
    assert "Client pressé" not in page.text
    assert unread_count(subject, for_client=True) == 0
    visitor.post(base + "/messages", body="Oui, je l'apporte demain.")
    row = thread_of(subject)[-1]
    assert (row.author, row.body, row.read_at) == ("Karim Benyahia", "Oui, je l'apporte demain.", None)
    assert visitor.post(base + "/messages", body=" ").status_code == 422


def test_a_message_too_long_comes_back_with_what_was_typed(cast: Cast, visitor: Visitor) -> None:
    ticket = a_ticket(contact=cast.karim)
    visitor.get(status_of(ticket) + "/messages")
    answer = visitor.post(status_of(ticket) + "/messages", body="é" * 6001)
    assert answer.status_code == 422
    assert "é" * 6001 in answer.text


@pytest.mark.row("D14")
def test_the_opinion_is_asked_once_the_thing_is_back_home(cast: Cast, visitor: Visitor) -> None:
    a_questionnaire(
        {"code": "accueil", "label": "L'accueil vous a-t-il convenu ?", "type": "tristate", "compulsory": True},
        {"code": "mot", "label": "Un mot de plus ?", "type": "text"},
        use=Use.SATISFACTION, name="Votre avis",
    )  # fmt: skip
    repairing = a_ticket(T.REPAIRING)
    assert visitor.get(status_of(repairing) + "/avis").status_code == 404
    ticket = a_ticket(T.OUT, contact=cast.karim)
    base = status_of(ticket)
    assert "Donner mon avis" in visitor.get(base).text
    assert "convenu" in visitor.get(base + "/avis").text
    partly = visitor.post(base + "/avis", **{"q-mot": "Merci"})
    assert "Il manque" in partly.text
    done = visitor.post(base + "/avis", **{"q-accueil": "oui"})
    assert "Merci, votre avis est bien reçu" in done.text
    response = response_of(subject_of(ticket), Use.SATISFACTION)
    assert (response.by, response.answers["mot"]["value"]) == ("Karim Benyahia", "Merci")
    assert "Donner mon avis" not in visitor.get(base).text


def test_forged_and_revoked_links_say_what_to_do(cast: Cast, visitor: Visitor) -> None:
    ticket = a_ticket()
    base = status_of(ticket)
    forged = visitor.get("/suivi/" + "a" * 30)
    assert forged.status_code == 404
    assert "04 94 00 45 12" in plain(forged.text)
    with transaction():
        revoke("status", subject_of(ticket))
    gone = visitor.get(base)
    assert gone.status_code == 410
    assert "remplacé" in gone.text


def test_a_quote_link_is_no_status_link_and_the_other_way_round(cast: Cast, visitor: Visitor) -> None:
    ticket = a_priced_ticket()
    quote = a_sent_quote(ticket)
    assert visitor.get(link_to(quote).replace("/devis/", "/")).status_code == 404
    assert visitor.get(status_of(ticket).replace("/suivi/", "/suivi/devis/")).status_code == 404


def test_staff_who_scans_the_slip_comes_to_the_ticket(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket()
    answer = browser.as_("technicien").get(f"/scan?code=http://localhost{status_of(ticket)}", follow=False)
    assert answer.headers["Location"].endswith(f"/dossiers/{ticket.number}")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return clock.at(clock.local(datetime(2026, 11, day, 12, tzinfo=clock.UTC)).date(), hour, minute)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (at(23, 10), "ouvert jusqu'à 12 h"),
        (at(23, 12, 30), "fermé, ouvre à 14 h"),
        (at(23, 18, 29), "ouvert jusqu'à 18 h 30"),
        (at(23, 19), "fermé, ouvre demain à 9 h"),
        (at(28, 10), "fermé, ouvre lundi à 9 h"),
        (at(11, 10), "fermé, ouvre demain à 9 h"),
    ],
)
def test_opening_hours_are_told_for_now(cast: Cast, moment: datetime, words: str) -> None:
    week = {str(day): [["09:00", "12:00"], ["14:00", "18:30"]] for day in range(5)}
    with transaction():
        change_organisation(opening=week)
    assert plain(opening_words(moment)).replace("’", "'") == words


def test_every_page_is_light(cast: Cast, visitor: Visitor) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    quote = a_sent_quote(ticket)
    for url in (status_of(ticket), link_to(quote)):
        assert len(gzip.compress(visitor.get(url).data)) < 8_000


def test_the_status_page_costs_few_queries(cast: Cast, visitor: Visitor, queries: list[str]) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    a_sent_quote(ticket)
    for number in range(4):
        a_file(subject_of(db.session.get_one(Ticket, ticket.id)), f"photo-{number}.jpg", photo=True)
    visitor.get(status_of(ticket))
    queries.clear()
    visitor.get(status_of(ticket))
    assert len(queries) <= 12, "\n".join(queries)


def test_a_portal_page_weighs_under_sixty_kilobytes_with_all_it_loads(cast: Cast, visitor: Visitor, app: Flask) -> None:
    quote = a_sent_quote(contact=cast.karim)
    html = visitor.get(link_to(quote))
    loaded = re.findall(r'(?:href|src)="(/static/gen/[^"]+)"', html.text)
    assert len(loaded) == 3, "a style sheet, a font, and the script of the signature"
    files = [Path(str(app.static_folder), address.removeprefix("/static/")).read_bytes() for address in loaded]
    assert sum(len(gzip.compress(content)) for content in (html.data, *files)) < 60_000
