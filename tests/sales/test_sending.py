"""Sending a quote (B5): what it copies, what it changes, what the client receives."""

import hashlib
import io

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict, DomainError
from app.core.history import events_of
from app.core.jobs import JobRun
from app.core.outbox import Channel, OutboxMessage
from app.core.settings import change_setting
from app.core.subject import subject_of
from app.documents.models import StoredFile
from app.documents.services import open_file
from app.sales import jobs, services
from app.sales.models import Quote
from app.sales.services import Terms
from app.sales.states import QuoteState
from app.sales.states.withdrawal import Concluded
from app.tickets.models import Ticket
from app.tickets.services import LineInput, add_line, locked
from app.tickets.states import LineKind, TicketState
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.quotes import a_priced_ticket, a_sent_quote, fresh, link_to
from tests.factories.tickets import a_ticket
from tests.signing import Browser

pytestmark = pytest.mark.row("B5")
PART = LineInput(LineKind.PART, "Pompe", 1000, 5000, 1000)


def messages(template: str) -> list[OutboxMessage]:
    return list(
        db.session.scalars(select(OutboxMessage).where(OutboxMessage.template == template).order_by(OutboxMessage.id))
    )


def test_the_quote_copies_the_lines_and_rounds_vat_once_per_rate(cast: Cast) -> None:
    quote = a_sent_quote(contact=cast.karim, by=cast.ines)
    assert (quote.net, quote.vat, quote.gross) == (11917, 2383, 14300)
    assert quote.content["totals"]["vat"] == [{"rate": 2000, "base": 11917, "amount": 2383}]
    assert quote.content["lines"][0]["label"] == "Joint de groupe 73 mm"


def test_sending_numbers_it_dates_it_and_moves_the_ticket_by_itself(cast: Cast) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    quote = a_sent_quote(ticket)
    assert quote.number == f"D-{clock.today().year}-0001"
    assert quote.state == QuoteState.SENT
    assert (quote.valid_until - clock.today()).days == 30
    assert db.session.get_one(Ticket, ticket.id).state == TicketState.QUOTED
    moved = events_of(subject_of(ticket))
    assert any("D-" in event.detail and "143,00" in event.detail for event in moved)


@pytest.mark.row("F3")
def test_the_pdf_is_made_by_a_job_and_its_hash_is_that_of_the_stored_file(cast: Cast) -> None:
    quote = a_sent_quote(contact=cast.karim, printed=False)
    assert quote.sha256 == ""
    assert "app.sales.jobs.render_and_send" in db.session.scalars(select(JobRun.function)).all()
    jobs.render_and_send(quote.id)
    quote = fresh(quote)
    stored = db.session.get_one(StoredFile, quote.file_id)
    content = open_file(stored)
    assert content.startswith(b"%PDF-")
    assert quote.sha256 == stored.sha256 == hashlib.sha256(content).hexdigest()


def test_the_client_gets_the_mail_with_its_link_and_pdf_and_the_sms_he_likes_once(cast: Cast) -> None:
    quote = a_sent_quote(contact=cast.karim)
    jobs.render_and_send(quote.id)
    mail, sms = messages("quote.sent")
    assert (mail.channel, sms.channel) == (Channel.EMAIL, Channel.SMS)
    assert mail.attachments == [quote.file_id]
    assert link_to(quote) in mail.text
    assert link_to(quote) in sms.text
    assert "143,00" in mail.subject
    assert (mail.about_kind, mail.about_id) == ("ticket", quote.ticket_id), "a plain reply joins the ticket's thread"


def test_a_client_without_address_or_mobile_is_put_on_the_call_list(cast: Cast) -> None:
    from app.messaging.models import Task

    someone = a_contact(name="Odile Marchand", email="", phone="04 94 00 00 00")
    a_sent_quote(contact=someone)
    assert messages("quote.sent") == []
    assert any("Odile Marchand" in label for label in db.session.scalars(select(Task.label).where(Task.call)))


@pytest.mark.parametrize(
    ("lines", "words"),
    [((), "aucune ligne"), ((LineInput(LineKind.PART, "Joint", 1000, 0, 2000),), "total du devis est nul")],
)
def test_an_empty_quote_is_refused_with_a_sentence(cast: Cast, lines: tuple[LineInput, ...], words: str) -> None:
    ticket = a_priced_ticket(*lines) if lines else a_ticket(TicketState.DIAGNOSING)
    with pytest.raises(DomainError, match=words), transaction():
        services.send(ticket)


def test_a_quote_is_not_sent_before_the_diagnosis(cast: Cast) -> None:
    ticket = a_priced_ticket(state=TicketState.RECEIVED)
    with pytest.raises(DomainError, match="Diagnostic"), transaction():
        services.send(ticket)


def test_the_button_s_amount_is_checked_against_the_present_lines(cast: Cast) -> None:
    ticket = a_priced_ticket(PART)
    with pytest.raises(Conflict, match="55,00"), transaction():
        services.send(ticket, expected=4200)
    assert db.session.scalar(select(Quote.id)) is None


def test_what_was_paid_at_the_intake_is_taken_off(cast: Cast) -> None:
    quote = a_sent_quote(a_priced_ticket(paid_at_intake=2500, paid_by="carte"))
    assert (quote.gross, quote.due) == (14300, 11800)


def test_a_second_quote_replaces_the_first_and_there_is_only_one_to_answer(cast: Cast) -> None:
    ticket = a_priced_ticket(PART)
    first = a_sent_quote(ticket)
    with transaction():
        add_line(locked(ticket), LineInput(LineKind.LABOUR, "Main-d'œuvre", 1000, 5500, 2000))
    second = a_sent_quote(ticket)
    assert fresh(first).state == QuoteState.REPLACED
    assert (second.state, second.version) == (QuoteState.SENT, 2)
    assert db.session.get_one(Ticket, ticket.id).state == TicketState.QUOTED
    assert len(db.session.scalars(select(Quote).where(Quote.state == QuoteState.SENT)).all()) == 1


def test_revising_takes_the_link_back_and_returns_the_ticket_to_the_technician(cast: Cast) -> None:
    quote = a_sent_quote()
    with transaction():
        services.revise(quote)
    assert fresh(quote).state == QuoteState.REPLACED
    assert services.link_of(quote) == ""
    assert db.session.get_one(Ticket, quote.ticket_id).state == TicketState.DIAGNOSING


def test_the_next_quote_proposes_the_terms_of_the_last(cast: Cast) -> None:
    ticket = a_priced_ticket()
    with transaction():
        services.send(ticket, terms=Terms("Paiement à 30 jours", "une semaine", 15))
    assert services.terms_for(ticket) == Terms("Paiement à 30 jours", "une semaine", 15, concluded=Concluded.PREMISES)


def test_a_failed_send_gives_its_number_back(cast: Cast) -> None:
    a_sent_quote()
    other = a_priced_ticket(PART)

    def cut() -> None:
        with transaction():
            services.send(other)
            raise RuntimeError("the power is cut")

    with pytest.raises(RuntimeError):
        cut()
    assert a_sent_quote(other).number.endswith("-0002")


@pytest.mark.row("D8")
def test_the_bonus_box_and_the_footer_are_those_of_the_settings(cast: Cast) -> None:
    with transaction():
        change_setting("sales.quote_notice", "25,00 € déduits par l'éco-organisme.")
        change_setting("sales.quote_footer", "Réparateur labellisé QualiRépar")
    quote = a_sent_quote()
    assert quote.content["notice"]["title"] == "Bonus réparation"
    text = printed(open_file(db.session.get_one(StoredFile, quote.file_id)))
    assert "25,00 € déduits" in text.replace("\u00a0", " ")
    assert "Réparateur labellisé QualiRépar" in text


def printed(pdf: bytes) -> str:
    """The words of a PDF."""
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def test_the_team_sends_from_the_ticket_in_one_gesture(cast: Cast, browser: Browser) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    tech = browser.as_("technicien")
    page = tech.get(f"/dossiers/{ticket.number}")
    assert "Envoyer le devis, 143,00" in page.text
    answer = tech.post(f"/dossiers/{ticket.number}/devis/envoi", expected="14300", follow=True)
    assert "envoyé à Karim Benyahia" in answer.text
    assert tech.get("/devis").text.count("Karim Benyahia") >= 1


def test_within_the_ceiling_the_technician_is_told_he_need_not_wait(cast: Cast, browser: Browser) -> None:
    ticket = a_priced_ticket(PART, contact=cast.karim, ceiling=10000)
    page = browser.as_("technicien").get(f"/dossiers/{ticket.number}").text
    assert "accord jusqu’à 100,00" in page
    assert f"/dossiers/{ticket.number}/devis/envoi" in page, "sending stays possible"


def test_conditions_and_delay_are_edited_before_sending_and_nothing_typed_is_lost(cast: Cast, browser: Browser) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    desk = browser.as_("accueil")
    url = f"/dossiers/{ticket.number}/devis"
    assert "Les pièces remplacées" in desk.get(url).text
    bad = desk.post(url, delay="deux semaines", days="0", conditions="Payable d'avance", do="send", expected="14300")
    assert bad.status_code == 422
    assert "Payable d&#39;avance" in bad.text
    kept = desk.post(url, delay="deux semaines", days="15", conditions="Payable d'avance", do="keep")
    assert kept.status_code == 303
    assert "deux semaines" in desk.get(url).text
    assert (
        desk.post(
            url, delay="deux semaines", days="15", conditions="Payable d'avance", do="send", expected="14300"
        ).status_code
        == 303
    )
    quote = db.session.scalars(select(Quote)).one()
    assert (quote.state, quote.conditions, quote.content["delay"]) == (
        QuoteState.SENT,
        "Payable d'avance",
        "deux semaines",
    )


def test_the_draft_is_read_as_a_pdf_before_it_is_sent(cast: Cast, browser: Browser) -> None:
    ticket = a_priced_ticket()
    answer = browser.as_("technicien").get(f"/dossiers/{ticket.number}/devis/apercu.pdf")
    assert answer.data.startswith(b"%PDF-")
    assert db.session.scalar(select(Quote.id)) is None
