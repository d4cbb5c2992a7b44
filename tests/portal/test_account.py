"""The client's own space when signed in (B8, D14): his things, and never another's."""

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.contacts.models import Contact
from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.core.subject import subject_of
from app.messaging.services import post_to_client
from app.sales import services
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.states import TicketState
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.quotes import a_priced_ticket, a_sent_quote, fresh
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = [pytest.mark.row("B8"), pytest.mark.row("B1")]


def test_the_front_page_shows_quotes_first_then_what_is_under_way_and_past(cast: Cast, browser: Browser) -> None:
    past = a_ticket(TicketState.OUT, contact=cast.karim)
    running = a_priced_ticket(contact=cast.karim)
    quote = a_sent_quote(running)
    hers = a_ticket(contact=cast.dan)
    with transaction():
        post_to_client(subject_of(running), cast.karim, "Bonjour", "Inès")
    page = browser.as_("client").get("/portail").text
    assert (
        page.index(quote.number)
        < page.index("En cours")
        < page.index(running.number)
        < page.index("Terminés")
        < page.index(past.number)
    )
    assert "1\u00a0nouveau" in page or "1 nouveau" in page
    assert hers.number not in page


def test_the_client_signs_his_quote_from_his_space(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote(contact=cast.karim)
    me = browser.as_("client")
    assert "Accepter pour 143,00" in me.get(f"/portail/devis/{quote.number}").text
    answer = me.post(f"/portail/devis/{quote.number}/accord", agree="y", signature_name="Karim Benyahia", follow=True)
    assert "votre accord est bien reçu" in answer.text
    quote = fresh(quote)
    assert (quote.state, quote.answered_how) == (QuoteState.ACCEPTED, "portal")


def test_the_signed_in_client_reads_his_ticket_and_writes(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(contact=cast.karim)
    me = browser.as_("client")
    assert "Où en est ma réparation" in me.get(f"/portail/dossiers/{ticket.number}").text
    answer = me.post(f"/portail/dossiers/{ticket.number}/messages", body="Bonjour, où en êtes-vous ?", follow=True)
    assert "où en êtes-vous" in answer.text


@pytest.mark.parametrize("rule", ["", "/messages", "/documents", "/avis"])
def test_another_client_s_ticket_does_not_exist(cast: Cast, browser: Browser, rule: str) -> None:
    ticket = a_ticket(TicketState.OUT, contact=cast.dan)
    assert browser.as_("client").get(f"/portail/dossiers/{ticket.number}{rule}").status_code == 404


def test_another_client_s_quote_is_neither_read_nor_answered(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote(contact=cast.dan)
    me = browser.as_("client")
    base = f"/portail/devis/{quote.number}"
    for url in (base, base + "/refus", base + "/question", base + "/devis.pdf"):
        assert me.get(url).status_code == 404
    me.get("/portail")
    assert me.post(base + "/accord", agree="y", signature_name="Karim").status_code == 404
    assert me.post(base + "/refus", reason="price", signature_name="Karim").status_code == 404
    assert fresh(quote).state == QuoteState.SENT


def test_a_client_opens_none_of_the_team_s_pages_of_quotes(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote(contact=cast.karim)
    me = browser.as_("client")
    ticket = quote.content["ticket"]["number"]
    for url in ("/devis", f"/devis/{quote.number}", f"/devis/{quote.number}/devis.pdf", f"/dossiers/{ticket}/devis"):
        assert me.get(url).status_code == 403
    assert me.post(f"/dossiers/{ticket}/devis/envoi").status_code == 403


def test_a_draft_is_not_shown_to_the_client(cast: Cast, browser: Browser) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    with transaction():
        services.prepare(ticket)
    assert "143,00" not in browser.as_("client").get("/portail").text
    assert db.session.scalars(select(Quote.state)).one() == QuoteState.DRAFT


def test_the_team_is_sent_to_its_own_front_page(cast: Cast, browser: Browser) -> None:
    ticket = a_ticket(contact=cast.karim)
    desk = browser.as_("accueil")
    assert desk.get("/portail", follow=False).status_code == 303
    assert desk.get(f"/portail/dossiers/{ticket.number}").status_code == 404


def test_inviting_a_client_opens_his_account_and_sends_the_link_again_when_asked(cast: Cast, browser: Browser) -> None:
    someone = a_contact(name="Odile Marchand", email="odile@marchand.example")
    desk = browser.as_("accueil")
    for _again in range(2):
        assert desk.post(f"/contacts/{someone.id}/portail").status_code == 303
    user = db.session.scalars(select(User).where(User.email == "odile@marchand.example")).one()
    assert user.is_client
    assert db.session.get_one(Contact, someone.id).user_id == user.id
    sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.recipient == user.email)).all()
    assert len(sent) == 2
    assert "/invitation/" in sent[0].text


@pytest.mark.parametrize(
    ("email", "words"), [("", "adresse de courriel"), ("accueil@demo.example", "a déjà un compte")]
)
def test_an_invitation_that_cannot_be_sent_says_why(cast: Cast, browser: Browser, email: str, words: str) -> None:
    someone = a_contact(email=email)
    answer = browser.as_("accueil").post(f"/contacts/{someone.id}/portail")
    assert answer.status_code == 422
    assert words in answer.text.replace("\u00a0", " ")
