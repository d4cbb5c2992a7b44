"""A part that somebody else pays follows the agreement: quote, page of the client, PDF, order, invoice, credit note (D2, D8)."""

import io
import re

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import select

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.ledger.services import catch_up
from app.payments.queries import open_documents, statement
from app.payments.queries.aged import aged_balance
from app.payments.services import Part, receive
from app.payments.states import Method
from app.sales import services
from app.sales.models import Quote, SalesDocument, ThirdPartyShare
from app.sales.queries.documents import order_of_quote, third_parties_of
from app.sales.services import Signer, documents, offers, printing
from app.sales.services.content import terms_for
from app.sales.services.documents import LineData, billing, orders
from app.sales.services.facturx import check, xml_of
from app.sales.services.offers import OfferLine
from app.sales.states import DocumentKind, Means
from app.tickets.models import Ticket
from tests.cast import Cast
from tests.factories.contacts import a_contact
from tests.factories.offers import an_offer
from tests.factories.offers import link_to as offer_link
from tests.factories.quotes import a_priced_ticket, a_sent_quote, link_to, status_of
from tests.factories.sales import a_legal_seller, again, an_invoice
from tests.ledger.test_entries import lettered, sums
from tests.payments.test_intake import nothing_wrong
from tests.signing import Browser

pytestmark = [pytest.mark.row("D2"), pytest.mark.row("D8")]


def plain(text: str) -> str:
    """A page's words with plain spaces and apostrophes, without its marks."""
    return " ".join(
        re.sub(r"<[^>]+>", " ", re.sub("[\u202f\xa0]", " ", text)).replace("’", "'").replace("\u200b", "").split()
    )


def bonus(ticket: Ticket, amount: int = 2_500, payer: object = None) -> None:
    """The bonus of a repair, on the quote being prepared."""
    scheme = payer or a_contact(name="Ecosystem")
    with transaction() as session:
        found = session.get_one(Ticket, ticket.id)
        services.add_third(found, terms_for(found), session.merge(scheme, load=False), "Bonus Réparation", amount)


def accepted(ticket: Ticket) -> Quote:
    quote = a_sent_quote(ticket)
    with transaction():
        services.accept(quote.id, Signer("Karim Benyahia", Means.PHONE))
    db.session.expire_all()
    return db.session.get_one(Quote, quote.id)


def shares_of(document: SalesDocument) -> list[tuple[str, int]]:
    return [(share.words, share.amount) for share in third_parties_of(document.id)]


def test_the_bonus_is_typed_with_the_quote_and_nothing_typed_is_lost(app: Flask, cast: Cast, browser: Browser) -> None:
    ticket = a_priced_ticket(contact=cast.karim)
    scheme = a_contact(name="Ecosystem")
    manager, address = browser.as_("gerant"), f"/dossiers/{ticket.number}/devis"
    terms = {"delay": "Demain soir", "days": "12", "conditions": "Comptant"}
    third = {
        "third_id": str(scheme.id),
        "third_id_text": "Ecosystem",
        "third_label": "Bonus Réparation",
        "third_amount": "25",
    }
    refused = manager.post(address, data=terms | third | {"third_amount": "143,01", "do": "tiers"})
    assert refused.status_code == 422
    assert "dépasse ce qui reste à payer, 143,00 €" in plain(refused.text)
    assert 'value="Demain soir"' in refused.text
    nobody = manager.post(address, data=terms | third | {"third_id": "", "do": "tiers"})
    assert (nobody.status_code, "Choisissez qui paie" in nobody.text) == (422, True)
    nothing = manager.post(address, data=terms | third | {"third_amount": "", "do": "tiers"})
    assert (nothing.status_code, "Saisissez le montant que paie le tiers" in nothing.text) == (422, True)
    assert manager.post(address, data=terms | third | {"do": "tiers"}).status_code == 303
    page = manager.get(address).text
    assert "Bonus Réparation, pris en charge par Ecosystem −25,00 €" in plain(page)
    assert "Envoyer le devis, 118,00 €" in plain(page)
    assert 'value="Demain soir"' in page
    share = db.session.scalars(select(ThirdPartyShare)).one()
    assert manager.post(address, data=terms | {"do": f"retirer:{share.id}"}).status_code == 303
    assert db.session.scalars(select(ThirdPartyShare)).all() == []


def test_the_client_reads_the_part_and_what_is_left_to_him(app: Flask, cast: Cast, browser: Browser) -> None:
    ticket = a_priced_ticket(contact=cast.karim, paid_at_intake=3_000, paid_by="carte")
    bonus(ticket)
    quote = a_sent_quote(ticket)
    assert (quote.gross, quote.due) == (14_300, 8_800)
    said = (
        r"Bonus Réparation, pris en charge par Ecosystem −25,00 € Versé au dépôt −30,00 € Reste à votre charge 88,00 €"
    )
    for page in (browser.get(link_to(quote)), browser.as_("gerant").get(f"/devis/{quote.number}")):
        assert re.search(said, plain(page.text)), plain(page.text)
    assert "Accepter pour 88,00 €" in plain(browser.get(link_to(quote)).text)
    assert "88,00 €" in plain(browser.get(status_of(ticket)).text)
    pages = PdfReader(io.BytesIO(printing.render(quote))).pages
    printed = plain(" ".join(page.extract_text() for page in pages))
    assert re.search(r"Total TTC 143,00 € Bonus Réparation, pris en charge par Ecosystem −25,00 €", printed), printed
    assert "Reste à votre charge 88,00 €" in printed


def test_it_comes_to_the_invoice_without_retyping(app: Flask, cast: Cast) -> None:
    a_legal_seller()
    ticket = a_priced_ticket(contact=cast.karim)
    bonus(ticket)
    quote = accepted(ticket)
    for made in (
        lambda: documents.from_ticket(db.session.get_one(Ticket, ticket.id)),
        lambda: documents.from_quote(quote),
    ):
        with transaction():
            draft = made()
        assert shares_of(draft) == [("Bonus Réparation, pris en charge par Ecosystem", 2_500)]
        assert (draft.gross, draft.vat, draft.third_party, draft.due) == (14_300, 2_383, 2_500, 11_800)
        with transaction():
            documents.cancel(draft)
    with transaction():
        order = orders.order_from_quote(quote)
    assert (order.gross, order.due) == (14_300, 11_800)
    with transaction():
        final = billing.final(again(order))
    with transaction():
        documents.issue(final)
    xml = xml_of(again(final))
    assert b"<ram:TotalPrepaidAmount>25.00" in xml
    assert check(xml, business=False) == []


def test_a_bonus_above_the_price_of_the_repair_is_none(app: Flask, cast: Cast) -> None:
    a_legal_seller()
    ticket = a_priced_ticket(contact=cast.karim)
    bonus(ticket, 10_000)
    accepted(ticket)
    from app.tickets.queries import lines_of
    from app.tickets.services import locked, remove_line

    with transaction():
        fresh = locked(ticket)
        remove_line(fresh, next(line.id for line in lines_of(fresh) if "meules" in line.label))
    with transaction():
        draft = documents.from_ticket(db.session.get_one(Ticket, ticket.id))
    assert (draft.gross, draft.due, shares_of(draft)) == (9_500, 9_500, [])


def test_a_quote_is_not_sent_below_the_part_of_others_and_the_next_takes_it_up(app: Flask, cast: Cast) -> None:
    from app.tickets.queries import lines_of
    from app.tickets.services import locked, remove_line

    ticket = a_priced_ticket(contact=cast.karim)
    bonus(ticket, 10_000)
    first = a_sent_quote(ticket)
    with transaction():
        services.revise(first)
    assert [share.amount for share in services.planned_for(ticket.id)] == [10_000]
    with transaction():
        fresh = locked(ticket)
        remove_line(fresh, next(line.id for line in lines_of(fresh) if "meules" in line.label))
    with pytest.raises(DomainError, match="dépasse le total"), transaction():
        services.send(db.session.get_one(Ticket, ticket.id))


def test_a_quote_of_sale_shows_it_and_its_order_and_invoices_bear_it(app: Flask, cast: Cast, browser: Browser) -> None:
    a_legal_seller()
    town = a_contact(name="Commune de Brignoles")
    quote = an_offer(cast.karim)
    manager = browser.as_("gerant")
    address = f"/devis/brouillons/{quote.id}"
    third = {
        "third_id": str(town.id),
        "third_label": "Aide à l'achat",
        "third_amount": "100",
        "days": "30",
        "do": "tiers",
    }
    too_much = manager.post(f"{address}/termes", data=third | {"third_amount": "99999"})
    assert (too_much.status_code, 'value="99999' in too_much.text) == (422, True)
    assert manager.post(f"{address}/termes", data=third).status_code == 303
    page = plain(manager.get(address).text)
    assert "Aide à l'achat, pris en charge par Commune de Brignoles −100,00 € Reste à votre charge" in page
    with transaction():
        sent = offers.send(db.session.get_one(Quote, quote.id))
    from app.sales import jobs

    jobs.render_and_send(sent.id)
    db.session.expire_all()
    sent = db.session.get_one(Quote, sent.id)
    assert sent.due == sent.gross - 10_000
    shown = plain(browser.get(offer_link(sent)).text)
    assert re.search(r"Aide à l'achat, pris en charge par Commune de Brignoles −100,00 €", shown)
    assert "Reste à votre charge" in shown
    with transaction():
        services.accept(sent.id, Signer("Karim", Means.PHONE))
    order = order_of_quote(sent.id)
    assert order is not None
    assert (order.third_party, order.due) == (10_000, order.gross - 10_000)
    assert "Aide à l'achat, pris en charge" in plain(manager.get(f"/ventes/{order.number}").text)
    with transaction():
        documents.issue(billing.progress(again(order), 5_000))
    with transaction():
        last = billing.progress(again(order), 10_000)
    assert (last.third_party, last.due) == (10_000, last.gross - 10_000)
    with transaction():
        documents.cancel(last)
    with transaction():
        final = billing.final(again(order))
    assert (final.third_party, final.due) == (10_000, final.gross - 10_000)


def test_what_the_client_takes_and_the_deposit_stay_above_the_part_of_others(app: Flask, cast: Cast) -> None:
    town = a_contact(name="Commune de Brignoles")
    line = LineData("Bassin", 1000, 100_000, "normal")
    quote = an_offer(cast.karim, (OfferLine(line), OfferLine(line, optional=True, chosen=True)), deposit_share=5_000)
    with transaction() as session:
        offers.add_third(offers.locked_draft(quote.id), session.merge(town, load=False), "Aide", 150_000)
    with pytest.raises(DomainError, match="acompte dépasse"), transaction():
        offers.send(db.session.get_one(Quote, quote.id))
    with transaction():
        draft = offers.locked_draft(quote.id)
        offers.change_terms(draft, offers.OfferTerms())
        offers.send(draft)
    with pytest.raises(DomainError, match="ne convient plus au total"), transaction():
        offers.take_choice(db.session.get_one(Quote, quote.id), [])


def test_an_order_typed_by_hand_bears_it_too(app: Flask, cast: Cast, browser: Browser) -> None:
    order = an_invoice(contact=cast.karim, kind=DocumentKind.ORDER)
    scheme = a_contact(name="Ecosystem")
    manager = browser.as_("gerant")
    data = {"third_id": str(scheme.id), "third_label": "Bonus", "third_amount": "20"}
    too_much = manager.post(f"/ventes/{order.id}/tiers", data=data | {"third_amount": "999"})
    assert (too_much.status_code, "dépasse ce qui reste à payer" in too_much.text) == (422, True)
    assert manager.post(f"/ventes/{order.id}/tiers", data=data).status_code == 303
    manager.post(f"/ventes/{order.id}/confirmation")
    confirmed = again(order)
    assert (confirmed.number is not None, confirmed.due) == (True, 15_500)
    with pytest.raises(DomainError, match=r"155,00.€"), transaction():
        billing.deposit(confirmed, amount=15_501)


@pytest.mark.row("D12")
def test_a_credit_note_gives_the_part_back_when_the_rest_no_longer_bears_it(app: Flask, cast: Cast) -> None:
    scheme = a_contact(name="Ecosystem")
    draft = an_invoice(contact=cast.karim)
    with transaction() as session:
        documents.add_third_party(documents.locked(draft.id), session.merge(scheme, load=False), "Bonus", 6_000)
    with transaction():
        invoice = documents.issue(again(draft))
    share = third_parties_of(invoice.id)[0]
    with transaction():
        receive(scheme.id, Method.TRANSFER, 6_000, invoice.issued_on, allocations=[Part(None, 6_000, share.id)])
    pump = next(line.id for line in again(invoice).lines if line.label.startswith("Pompe"))
    with transaction():
        first = documents.credit(again(invoice), [(pump, 1_000)])
    assert (first.gross, first.third_party) == (12_000, 500), "55,00 € stay: of the 60,00 € others pay 5,00 € go back"
    with transaction():
        rest = documents.credit(again(invoice))
    assert (rest.gross, rest.third_party, rest.due) == (5_500, 5_500, 0)
    assert open_documents(scheme.id) == []
    assert [row for row in aged_balance() if row.contact_id == scheme.id] == []
    catch_up()
    assert sums()["512000"] == 6_000
    assert sums()["467000" if "467000" in sums() else "411000"] == -6_000, "the scheme's own money is his"
    assert statement(scheme.id, invoice.issued_on, invoice.issued_on).closing == -6_000
    nothing_wrong()


@pytest.mark.row("D12")
def test_a_credit_note_of_a_part_that_was_not_paid_leaves_nothing_owed(app: Flask, cast: Cast) -> None:
    scheme = a_contact(name="Ecosystem")
    draft = an_invoice(contact=cast.karim)
    with transaction() as session:
        documents.add_third_party(documents.locked(draft.id), session.merge(scheme, load=False), "Bonus", 6_000)
    with transaction():
        invoice = documents.issue(again(draft))
    assert [row.left for row in open_documents(scheme.id)] == [6_000]
    with transaction():
        documents.credit(again(invoice))
    assert open_documents(scheme.id) == []
    assert statement(scheme.id, invoice.issued_on, invoice.issued_on).closing == 0
    catch_up()
    assert sums() == {}
    assert lettered() == 4
    nothing_wrong()
