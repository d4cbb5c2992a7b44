"""An invoice whose client had paid at the intake says so everywhere, and its VAT is told once, in its month (A8, D12)."""

import io
import re
from datetime import date, timedelta

import pytest
from flask import Flask
from pypdf import PdfReader

from app.accounts.services import change_organisation
from app.core import clock
from app.core.db import db, transaction
from app.core.errors import Conflict
from app.core.outbox import OutboxMessage
from app.ledger.services import catch_up, vat_summary
from app.payments.queries import left_of_intake
from app.payments.services.intake import give_back, spend_at_till
from app.payments.states import Method
from app.sales import jobs, services
from app.sales.models import SalesDocument
from app.sales.services import Signer, documents
from app.sales.services.documents import sending
from app.sales.services.facturx import check, render, xml_of
from app.sales.services.facturx.shape import described
from app.sales.states import CheckState, Means
from app.tickets.models import Ticket
from app.tickets.states import TicketState
from tests.cast import Cast
from tests.factories.quotes import a_priced_ticket, a_sent_quote
from tests.factories.sales import a_business, a_legal_seller, again
from tests.ledger.test_entries import sums
from tests.payments.test_intake import nothing_wrong
from tests.signing import Browser

pytestmark = [pytest.mark.row("A8"), pytest.mark.row("D12")]


def drafted(ticket: Ticket) -> SalesDocument:
    with transaction():
        return documents.from_ticket(db.session.get_one(Ticket, ticket.id))


def issued(ticket: Ticket) -> SalesDocument:
    draft = drafted(ticket)
    with transaction():
        documents.issue(draft)
    return again(draft)


def a_repair(amount: int, **values: object) -> Ticket:
    """143,00 € with tax, of which so much was paid by card at its intake."""
    a_legal_seller(iban="FR7630006000011234567890189")
    return a_priced_ticket(state=TicketState.READY, paid_at_intake=amount, paid_by="carte", **values)


def printed(document: SalesDocument) -> str:
    pages = PdfReader(io.BytesIO(render(document, xml_of(document)))).pages
    return " ".join("\n".join(page.extract_text() for page in pages).replace("\u200b", "").split())


def test_the_pdf_and_the_xml_ask_for_what_is_left(app: Flask, cast: Cast) -> None:
    invoice = issued(a_repair(3_000, contact=cast.karim))
    said = printed(invoice)
    day = re.escape(clock.table_date(clock.today()))
    assert re.search(rf"Total TTC 143,00\W€ Déjà réglé\W+carte, {day} \W30,00\W€ Net à payer 113,00\W€", said)
    assert re.search(r"le virement de 113,00\W€ se remplit seul", said)
    xml = xml_of(invoice)
    assert b"<ram:GrandTotalAmount>143.00" in xml
    assert b"<ram:TotalPrepaidAmount>30.00" in xml
    assert b"<ram:DuePayableAmount>113.00" in xml
    assert check(xml, business=False) == []
    assert (invoice.due, invoice.paid, invoice.left) == (14_300, 3_000, 11_300)
    nothing_wrong()


def test_between_businesses_too_and_one_paid_in_full_says_when(app: Flask, cast: Cast) -> None:
    company = a_business()
    partly = issued(a_repair(3_000, contact=company))
    assert check(xml_of(partly), business=True) == []
    whole = issued(a_repair(20_000, contact=company))
    xml = xml_of(whole)
    assert b"<ram:ID>M2</ram:ID>" in xml
    assert b"<ram:TotalPrepaidAmount>143.00" in xml
    assert b"<ram:DuePayableAmount>0.00" in xml
    assert check(xml, business=True) == []
    assert "Rien ne reste à payer" in printed(whole)
    assert left_of_intake(whole.ticket_id or 0) == 5_700


def test_the_preview_the_page_and_the_message_say_the_same(app: Flask, cast: Cast, browser: Browser) -> None:
    draft = drafted(a_repair(3_000, contact=cast.karim))
    manager = browser.as_("gerant")
    before = manager.get(f"/ventes/{draft.id}").text
    lines, _preview, sheet = before.partition('id="feuille"')
    assert "Déjà réglé" in lines
    assert re.search(r"Déjà réglé.{0,80}30,00.{0,60}Net à payer.{0,60}113,00", sheet, re.DOTALL)
    assert re.search(r"Émettre, 113,00\W€", before)
    manager.post(f"/ventes/{draft.id}/emission", version=again(draft).version)
    document = again(draft)
    jobs.render_and_check(document.id)
    assert again(document).check == CheckState.PASSED, again(document).faults
    page = manager.get(f"/ventes/{document.number}").text
    assert "Déjà réglé" in page
    assert re.search(r"Net à payer.{0,80}113,00\W€", page, re.DOTALL)
    with transaction():
        assert sending.ask_to_send(again(document))
    mail = db.session.query(OutboxMessage).filter_by(template="invoice.sent").one()
    assert re.search(r"143,00\W€, dont 30,00\W€ déjà réglés\W+net à payer 113,00\W€", mail.text)
    client = browser.get(sending.link_to(again(document)).partition("://")[2].partition("/")[2].join(("/", ""))).text
    assert re.search(r"Déjà réglé.{0,60}30,00", client, re.DOTALL)
    assert re.search(r"Reste à payer.{0,60}113,00", client, re.DOTALL)


def test_money_taken_meanwhile_is_not_said_to_be_paid(app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    ticket = a_repair(3_000, contact=cast.karim)
    draft = drafted(ticket)
    told = described(again(draft))
    with transaction():
        spend_at_till(ticket.id, 2_000, 1)
    monkeypatch.setattr("app.sales.services.documents.issuing.described", lambda _document: told)
    with pytest.raises(Conflict, match="vient de changer"), transaction():
        documents.issue(again(draft))
    assert again(draft).number is None


def test_its_credit_note_takes_the_whole_back_and_what_was_paid_is_the_clients(app: Flask, cast: Cast) -> None:
    invoice = issued(a_repair(3_000, contact=cast.karim))
    with transaction():
        note = documents.credit(invoice)
    note = again(note)
    assert (note.due, note.paid, again(invoice).settled) == (14_300, 11_300, True)
    xml = xml_of(note)
    assert b"TotalPrepaidAmount" not in xml
    assert b"<ram:DuePayableAmount>143.00" in xml
    assert check(xml, business=False) == []
    assert "Déjà réglé" not in printed(note)
    catch_up()
    assert sums() == {"411000": -3_000, "511500": 3_000}
    assert vat_summary(clock.today(), clock.today()).collected == 500, "the tax of what we still hold"
    nothing_wrong()


# --- VAT ----------------------------------------------------------------------------------------------------------

JANUARY, MARCH = (date(2026, 1, 1), date(2026, 1, 31)), (date(2026, 3, 1), date(2026, 3, 31))


def told_in(month: tuple[date, date]) -> int:
    return vat_summary(*month).collected


def test_money_of_an_unknown_work_bears_its_tax_with_the_invoice_and_not_in_a_month_already_told(
    app: Flask, cast: Cast
) -> None:
    with clock.told_at(clock.at(date(2026, 1, 20), 10)):
        ticket = a_repair(3_000, contact=cast.karim)
    assert told_in(JANUARY) == 0
    with clock.told_at(clock.at(date(2026, 3, 10), 10)):
        issued(ticket)
    assert told_in(JANUARY) == 0, "what was told stays what it was"
    assert told_in(MARCH) == 500


@pytest.mark.parametrize("on_debits", [False, True])
def test_from_the_accepted_quote_on_it_is_a_deposit_whose_tax_is_due(app: Flask, cast: Cast, on_debits: bool) -> None:
    with clock.told_at(clock.at(date(2026, 1, 20), 10)):
        a_legal_seller(vat_on_debits=on_debits)
        ticket = a_priced_ticket(contact=cast.karim, paid_at_intake=3_000, paid_by="carte")
        quote = a_sent_quote(ticket)
        assert told_in(JANUARY) == 0
    with clock.told_at(clock.at(date(2026, 1, 25), 10)), transaction():
        services.accept(quote.id, Signer("Karim", Means.PHONE))
    assert told_in(JANUARY) == 500
    assert vat_summary(date(2026, 1, 1), date(2026, 1, 24)).collected == 0
    with clock.told_at(clock.at(date(2026, 3, 10), 10)):
        issued(ticket)
    assert (told_in(JANUARY), told_in(MARCH)) == (500, 1_883 if on_debits else 0)
    assert vat_summary(date(2026, 1, 1), date(2026, 3, 31)).collected == (2_383 if on_debits else 500)


def test_what_is_given_back_takes_its_tax_back(app: Flask, cast: Cast) -> None:
    with clock.told_at(clock.at(date(2026, 1, 20), 10)):
        a_legal_seller()
        ticket = a_priced_ticket(contact=cast.karim, paid_at_intake=3_000, paid_by="carte")
        quote = a_sent_quote(ticket)
        with transaction():
            services.accept(quote.id, Signer("Karim", Means.PHONE))
    with clock.told_at(clock.at(date(2026, 3, 10), 10)), transaction():
        give_back(db.session.get_one(Ticket, ticket.id), Method.CARD, 3_000, clock.today())
    assert (told_in(JANUARY), told_in(MARCH)) == (500, -500)


def test_money_on_account_of_nothing_bears_its_tax_with_the_invoice_that_it_pays(app: Flask, cast: Cast) -> None:
    from app.payments.services import Part, use_credit
    from tests.factories.payments import paid
    from tests.factories.sales import an_issued_invoice

    with transaction():
        change_organisation(vat_on_debits=False)
    today = clock.today()
    paid(cast.karim, 17_500, on=today - timedelta(days=40))
    invoice = an_issued_invoice(contact=cast.karim)
    with transaction():
        use_credit(cast.karim.id, [Part(invoice.id, 17_500)])
    assert vat_summary(today - timedelta(days=60), today - timedelta(days=1)).collected == 0
    assert vat_summary(today, today).collected == 2_500
