"""The quote by its link (B5, B8): read, accepted, refused, asked about, without an account and without JavaScript."""

import base64
import hashlib
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.core import clock
from app.core.db import db, transaction
from app.core.subject import subject_of
from app.messaging.queries import thread_of
from app.sales import services
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.models import Ticket
from app.tickets.services import LineInput, add_line, locked
from app.tickets.states import LineKind, Outcome, TicketState
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.files import a_png
from tests.factories.quotes import a_priced_ticket, a_sent_quote, fresh, link_to
from tests.portal.conftest import Visitor

pytestmark = pytest.mark.row("B5")
DRAWN = "data:image/png;base64," + base64.b64encode(a_png()).decode()
SIGNED = {"agree": "y", "signature_name": "Karim Benyahia"}


@pytest.fixture
def quote(cast: Cast) -> Quote:
    return a_sent_quote(contact=cast.karim)


def test_the_client_reads_everything_and_the_amount_is_in_the_accept_button(quote: Quote, visitor: Visitor) -> None:
    text = visitor.get(link_to(quote)).text.replace("\u00a0", " ")
    for words in (
        "Joint de groupe 73 mm",
        "dont TVA 23,83 €",
        "Accepter pour 143,00 €",
        "Refuser",
        "Poser une question",
        "Les pièces remplacées",
    ):
        assert words in text, words
    assert "htmx" not in text


def test_the_pdf_given_is_the_one_whose_hash_is_kept(quote: Quote, visitor: Visitor) -> None:
    answer = visitor.get(link_to(quote) + "/devis.pdf")
    assert answer.mimetype == "application/pdf"
    assert hashlib.sha256(answer.data).hexdigest() == quote.sha256


def test_accepting_by_a_typed_name_starts_the_repair(quote: Quote, visitor: Visitor) -> None:
    visitor.get(link_to(quote))
    answer = visitor.post(link_to(quote) + "/accord", **SIGNED)
    assert "votre accord est bien reçu" in answer.text
    quote = fresh(quote)
    assert (quote.state, quote.answered_name, quote.answered_how) == (QuoteState.ACCEPTED, "Karim Benyahia", "link")
    assert quote.answered_from == "127.0.0.1"
    assert quote.answered_agent.startswith("Werkzeug")
    assert db.session.get_one(Ticket, quote.ticket_id).state == TicketState.REPAIRING


def test_accepting_by_a_drawn_signature(quote: Quote, visitor: Visitor) -> None:
    visitor.get(link_to(quote))
    visitor.post(link_to(quote) + "/accord", agree="y", signature=DRAWN)
    quote = fresh(quote)
    assert (quote.state, quote.answered_name) == (QuoteState.ACCEPTED, "Karim Benyahia")
    assert quote.signature_file_id is not None


def test_two_identical_submits_are_one_acceptance(quote: Quote, visitor: Visitor) -> None:
    visitor.get(link_to(quote))
    visitor.post(link_to(quote) + "/accord", **SIGNED)
    when = fresh(quote).answered_at
    again = visitor.post(link_to(quote) + "/accord", **SIGNED)
    assert again.status_code == 200
    assert "votre accord est bien reçu" in again.text
    assert fresh(quote).answered_at == when


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"signature_name": "Karim"}, "Cochez cette case"),
        ({"agree": "y"}, "Signez avec le doigt, ou tapez votre nom"),
        ({"agree": "y", "signature": "data:image/png;base64,AA"}, "pas arrivée entière"),
    ],
)
def test_an_incomplete_agreement_is_refused_beside_its_field(
    quote: Quote, visitor: Visitor, typed: dict[str, str], words: str
) -> None:
    visitor.get(link_to(quote))
    answer = visitor.post(link_to(quote) + "/accord", **typed)
    assert answer.status_code == 422
    assert words in answer.text
    assert fresh(quote).state == QuoteState.SENT


def test_a_post_without_its_token_is_refused(quote: Quote, app: Flask) -> None:
    answer = app.test_client().post(link_to(quote) + "/accord", data=SIGNED)
    assert answer.status_code == 400
    assert fresh(quote).state == QuoteState.SENT


def test_an_expired_quote_says_how_to_go_on_and_is_not_accepted(quote: Quote, visitor: Visitor) -> None:
    visitor.get(link_to(quote))
    with transaction():
        db.session.get_one(Quote, quote.id).valid_until = clock.today() - timedelta(days=1)
    answer = visitor.post(link_to(quote) + "/accord", **SIGNED)
    assert answer.status_code == 410
    assert "n’est plus valable" in answer.text
    assert fresh(quote).state == QuoteState.SENT
    page = visitor.get(link_to(quote))
    assert page.status_code == 410
    assert "Demander sa mise à jour" in page.text
    asked = visitor.post(link_to(quote) + "/question", body="Je souhaite que ce devis soit remis à jour.", follow=False)
    assert asked.status_code == 303
    assert "remis à jour" in thread_of(subject_of(db.session.get_one(Ticket, quote.ticket_id)))[-1].body


def test_the_link_of_a_replaced_quote_leads_to_the_newest(cast: Cast, visitor: Visitor) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    first = a_sent_quote(ticket)
    old = link_to(first)
    visitor.get(old)
    with transaction():
        add_line(locked(ticket), LineInput(LineKind.PART, "Pompe", 1000, 5000, 2000))
    second = a_sent_quote(ticket)
    answer = visitor.post(old + "/accord", **SIGNED)
    assert answer.status_code == 410
    page = visitor.get(old)
    assert page.status_code == 410
    assert "Ce devis a été remplacé" in page.text
    assert link_to(second) in page.text
    assert visitor.get(old + "/devis.pdf").status_code == 410
    assert fresh(second).state == QuoteState.SENT


def test_a_quote_under_revision_says_that_the_new_one_is_coming(quote: Quote, visitor: Visitor) -> None:
    old = link_to(quote)
    with transaction():
        services.revise(quote)
    page = visitor.get(old)
    assert page.status_code == 410
    assert "en préparation" in page.text


def test_a_forged_link_opens_nothing(quote: Quote, visitor: Visitor) -> None:
    forged = link_to(quote)[:-1] + ("A" if link_to(quote)[-1] != "A" else "B")
    page = visitor.get(forged)
    assert page.status_code == 404
    assert "Ce lien n’ouvre aucun dossier" in page.text
    assert visitor.get("/suivi/devis/é").status_code == 404


def test_the_link_of_one_quote_opens_no_other_file(cast: Cast, quote: Quote, visitor: Visitor) -> None:
    other = a_sent_quote(contact=cast.dan)
    assert visitor.get(f"{link_to(quote)}/risques/{other.file_id}/x.pdf").status_code == 404


def test_refusing_shows_the_risks_asks_why_and_gives_the_thing_back(cast: Cast, visitor: Visitor) -> None:
    family = a_family(refusal_notice="Un joint percé peut mouiller les parties électriques.")
    quote = a_sent_quote(contact=cast.karim, asset=an_asset(family, owner_id=cast.karim.id))
    page = visitor.get(link_to(quote) + "/refus")
    assert "parties électriques" in page.text
    missing = visitor.post(link_to(quote) + "/refus", signature_name="Karim Benyahia", comment="Trop cher pour moi")
    assert missing.status_code == 422
    assert "Trop cher pour moi" in missing.text
    done = visitor.post(
        link_to(quote) + "/refus", reason="price", comment="Trop cher pour moi", signature_name="Karim Benyahia"
    )
    assert "Vous avez refusé ce devis" in done.text
    assert "parties électriques" in done.text
    quote = fresh(quote)
    ticket = db.session.get_one(Ticket, quote.ticket_id)
    assert quote.refusal_reason == "Le prix est trop élevé : Trop cher pour moi"
    assert (ticket.state, ticket.outcome) == (TicketState.READY, Outcome.QUOTE_REFUSED)


def test_a_question_reaches_the_team_s_thread_and_answers_nothing(quote: Quote, visitor: Visitor) -> None:
    visitor.get(link_to(quote) + "/question")
    assert visitor.post(link_to(quote) + "/question", body="  ").status_code == 422
    visitor.post(link_to(quote) + "/question", body="Le joint est-il garanti ?")
    row = thread_of(subject_of(db.session.get_one(Ticket, quote.ticket_id)))[-1]
    assert (row.author, row.read_at) == ("Karim Benyahia", None)
    assert "Le joint est-il garanti ?" in row.body
    assert fresh(quote).state == QuoteState.SENT


def test_writes_by_one_link_are_limited(quote: Quote, visitor: Visitor) -> None:
    visitor.get(link_to(quote) + "/question")
    answers = [
        visitor.post(link_to(quote) + "/question", body=f"Message {n}", follow=False).status_code for n in range(32)
    ]
    assert answers[:30] == [303] * 30
    assert answers[-1] == 429


def test_reading_writes_nothing(quote: Quote, visitor: Visitor, queries: list[str]) -> None:
    visitor.get(link_to(quote))
    visitor.get(link_to(quote) + "/refus")
    assert not [sql for sql in queries if sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))]
    assert db.session.scalars(select(Quote.state).where(Quote.id == quote.id)).one() == QuoteState.SENT
