"""The answer to a quote (B5): accepted, refused or noted by the desk; never both, never twice, never too late."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError, Gone
from app.core.history import HistoryEntry
from app.core.outbox import OutboxMessage
from app.core.subject import Subject, subject_of
from app.documents.queries import attachments_of
from app.documents.services import attach, prepare, store
from app.documents.states import FileKind, Topic
from app.messaging.models import Task
from app.messaging.services import post_from_client
from app.sales import services
from app.sales.models import Quote
from app.sales.services import Signer
from app.sales.states import Means, QuoteState
from app.tickets.models import Ticket
from app.tickets.services import Arrival, LineInput, add_line, locked, move
from app.tickets.states import LineKind, Outcome, TicketState
from tests.cast import Cast
from tests.factories.assets import a_family, an_asset
from tests.factories.files import a_pdf, a_png
from tests.factories.quotes import a_priced_ticket, a_sent_quote, fresh
from tests.signing import Browser

pytestmark = pytest.mark.row("B5")
KARIM = Signer("Karim Benyahia", Means.LINK, "192.0.2.7", "Mozilla/5.0")


def ticket_of(quote: Quote) -> Ticket:
    return db.session.get_one(Ticket, quote.ticket_id)


def make_late(quote: Quote) -> None:
    with transaction():
        db.session.get_one(Quote, quote.id).valid_until = clock.today() - timedelta(days=1)


def accept(quote: Quote, signer: Signer = KARIM) -> Quote:
    with transaction():
        services.accept(quote.id, signer)
    return fresh(quote)


def refuse(quote: Quote, reason: str = "Trop cher") -> Quote:
    with transaction():
        services.refuse(quote.id, KARIM, reason)
    return fresh(quote)


def tasks() -> list[str]:
    return list(db.session.scalars(select(Task.label)))


def test_acceptance_keeps_its_proof_and_starts_the_repair(cast: Cast) -> None:
    quote = accept(a_sent_quote(contact=cast.karim))
    assert quote.state == QuoteState.ACCEPTED
    assert (quote.answered_name, quote.answered_from, quote.answered_agent) == (
        "Karim Benyahia",
        "192.0.2.7",
        "Mozilla/5.0",
    )
    assert (clock.now() - quote.answered_at).total_seconds() < 60
    facts = db.session.scalars(
        select(HistoryEntry.facts).where(HistoryEntry.verb == "quote.moved").order_by(HistoryEntry.id.desc())
    ).first()
    assert facts["sha256"] == quote.sha256 != ""
    assert ticket_of(quote).state == TicketState.REPAIRING
    assert any("accepté par Karim Benyahia" in label for label in tasks())
    sent = db.session.scalars(select(OutboxMessage).where(OutboxMessage.template == "quote.accepted")).first()
    assert sent.attachments == [quote.file_id]


def test_a_drawn_signature_is_kept_with_the_quote(cast: Cast) -> None:
    drawn = prepare(a_png(), "signature.png", FileKind.SIGNATURE)
    quote = accept(a_sent_quote(), Signer("Karim Benyahia", Means.LINK, signature=drawn))
    names = [file.label for file in attachments_of(subject_of(quote))]
    assert quote.signature_file_id is not None
    assert any("Signature de Karim" in name for name in names)


def test_accepting_twice_is_one_acceptance(cast: Cast) -> None:
    quote = accept(a_sent_quote())
    first = quote.answered_at
    again = accept(quote, Signer("Quelqu'un d'autre", Means.LINK))
    assert (again.answered_at, again.answered_name) == (first, "Karim Benyahia")
    assert len([label for label in tasks() if "accepté" in label]) == 1


def test_an_answer_needs_a_name(cast: Cast) -> None:
    quote = a_sent_quote()
    with pytest.raises(DomainError, match="tapez votre nom"):
        accept(quote, Signer("   ", Means.LINK))
    assert fresh(quote).state == QuoteState.SENT


def test_an_expired_quote_cannot_be_accepted_even_before_the_night_s_job(cast: Cast) -> None:
    quote = a_sent_quote()
    make_late(quote)
    with pytest.raises(Gone, match="n’est plus valable"):
        accept(quote)
    assert ticket_of(quote).state == TicketState.QUOTED


def test_the_last_day_of_validity_still_counts(cast: Cast) -> None:
    quote = a_sent_quote()
    with transaction():
        db.session.get_one(Quote, quote.id).valid_until = clock.today()
    assert accept(quote).state == QuoteState.ACCEPTED


def test_a_replaced_quote_cannot_be_accepted(cast: Cast) -> None:
    ticket = a_priced_ticket()
    first = a_sent_quote(ticket)
    with transaction():
        add_line(locked(ticket), LineInput(LineKind.PART, "Pompe", 1000, 5000, 2000))
    second = a_sent_quote(ticket)
    with pytest.raises(Gone, match="remplacé"):
        accept(first)
    assert accept(second).state == QuoteState.ACCEPTED


def test_a_quote_whose_pdf_is_not_made_yet_cannot_be_accepted(cast: Cast) -> None:
    with pytest.raises(Conflict, match="se prépare"):
        accept(a_sent_quote(printed=False))


def test_a_quote_overtaken_by_the_work_is_no_longer_accepted_online(cast: Cast) -> None:
    quote = a_sent_quote()
    with transaction():
        move(locked(ticket_of(quote)), TicketState.READY, Arrival(outcome=Outcome.NOT_REPAIRABLE))
    with pytest.raises(Conflict, match="dossier a avancé"):
        accept(quote)


def test_refusal_gives_the_thing_back_and_the_notice_on_risks(cast: Cast) -> None:
    family = a_family(refusal_notice="Un joint percé peut mouiller les parties électriques.")
    with transaction():
        paper = store(a_pdf(), "risques.pdf", FileKind.DOCUMENT, by="Camille")
        attach(paper, Subject("family", family.id), "Risques", topic=Topic.REFUSAL.value, for_client=True)
    quote = refuse(a_sent_quote(contact=cast.karim, asset=an_asset(family, owner_id=cast.karim.id)))
    ticket = ticket_of(quote)
    assert (quote.state, quote.refusal_reason) == (QuoteState.REFUSED, "Trop cher")
    assert (ticket.state, ticket.outcome) == (TicketState.READY, Outcome.QUOTE_REFUSED)
    mail = db.session.scalars(select(OutboxMessage).where(OutboxMessage.template == "quote.refused")).one()
    assert "parties électriques" in mail.text
    assert mail.attachments == [paper.id]
    assert any("refusé par Karim Benyahia" in label for label in tasks())


def test_a_refusal_gives_a_reason(cast: Cast) -> None:
    with pytest.raises(DomainError, match="pourquoi"):
        refuse(a_sent_quote(), " ")


def test_a_refused_quote_is_not_accepted_afterwards_but_may_be_taken_up_again(cast: Cast) -> None:
    quote = refuse(a_sent_quote())
    with pytest.raises(Conflict, match="déjà refusé"):
        accept(quote)
    with transaction():
        services.revise(fresh(quote))
    assert ticket_of(quote).state == TicketState.REPAIRING
    assert fresh(quote).state == QuoteState.REFUSED, "what the client said stays said"


def test_an_accepted_quote_is_not_refused_afterwards(cast: Cast) -> None:
    quote = accept(a_sent_quote())
    with pytest.raises(Conflict, match="déjà accepté"):
        refuse(quote)


def test_a_plain_reply_by_mail_never_counts_as_an_acceptance(cast: Cast) -> None:
    quote = a_sent_quote(contact=cast.karim)
    with transaction():
        post_from_client(
            subject_of(ticket_of(quote)), cast.karim, "C'est d'accord, j'accepte.", mail_id="<reply@benyahia.example>"
        )
    assert fresh(quote).state == QuoteState.SENT
    assert ticket_of(quote).state == TicketState.QUOTED


def test_the_desk_notes_an_answer_given_by_telephone(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote(contact=cast.karim)
    desk = browser.as_("accueil")
    url = f"/devis/{quote.number}/reponse"
    assert "Karim Benyahia" in desk.get(url).text
    assert desk.post(url, means="phone", name="Karim Benyahia").status_code == 422
    answer = desk.post(url, answer="accepted", means="phone", name="Karim Benyahia", follow=True)
    assert "accepté" in answer.text
    assert "par téléphone" in answer.text
    quote = fresh(quote)
    assert (quote.state, quote.answered_how) == (QuoteState.ACCEPTED, "phone")
    noted = select(HistoryEntry.actor_name).where(
        HistoryEntry.subject_kind == "quote", HistoryEntry.verb == "quote.moved"
    )
    assert db.session.scalars(noted.order_by(HistoryEntry.id.desc())).first() == "Nadia Belkacem"


def test_a_refusal_noted_without_its_reason_keeps_what_was_typed(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote(contact=cast.karim)
    answer = browser.as_("accueil").post(
        f"/devis/{quote.number}/reponse", answer="refused", means="paper", name="Mme Benyahia", reason=""
    )
    assert answer.status_code == 422
    assert "Mme Benyahia" in answer.text
    assert fresh(quote).state == QuoteState.SENT


def test_a_technician_does_not_note_answers(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote()
    tech = browser.as_("technicien")
    assert tech.get(f"/devis/{quote.number}/reponse").status_code == 403
    assert tech.post(f"/devis/{quote.number}/reponse", answer="accepted", means="phone", name="X").status_code == 403
