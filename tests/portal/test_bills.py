"""« Vos factures » (A8): read, downloaded and paid online by the client, from his space, his ticket or his quote."""

import re

import pytest

from app.core.db import db, transaction
from app.partners.services import add_account
from app.payments.models import Checkout
from app.sales import jobs
from app.sales import services as quotes
from app.sales.models import SalesDocument
from app.sales.services import Signer
from app.sales.states import DocumentKind, Means
from app.sandbox import credentials
from tests.cast import Cast
from tests.factories.offers import a_sent_offer, link_to
from tests.factories.payments import owed, paid
from tests.factories.quotes import status_of
from tests.factories.sales import an_issued_invoice
from tests.factories.tickets import a_ticket
from tests.portal.conftest import Visitor
from tests.sandbox_process import Sandbox
from tests.signing import Browser

pytestmark = pytest.mark.row("A8")


def plain(text: str) -> str:
    return re.sub("[\u202f\xa0]", " ", text)


def test_the_client_finds_every_invoice_with_what_is_left_and_its_pdf(browser: Browser, cast: Cast) -> None:
    late = owed(cast.karim, 12_000, days=-5)
    part = owed(cast.karim, 5_000)
    paid(cast.karim, 2_000, part)
    other = owed(cast.dan, 7_700)
    issued = an_issued_invoice(contact=cast.karim)
    jobs.render_and_check(issued.id)
    page = browser.as_("client")
    assert "Vos factures" in page.get("/portail").text
    shown = plain(page.get("/portail/factures").text)
    assert late.number in shown
    assert "En retard" in shown
    assert "Payée en partie" in shown
    assert "325,00 €" in shown
    assert other.number not in shown
    assert page.get(f"/portail/factures/{issued.id}/facture.pdf").data.startswith(b"%PDF")
    assert page.get(f"/portail/factures/{other.id}/facture.pdf").status_code == 404
    assert page.post(f"/portail/factures/{other.id}/payer").status_code == 404


def test_without_any_invoice_the_page_says_so(browser: Browser, cast: Cast) -> None:
    assert "Aucune facture" in browser.as_("client").get("/portail/factures").text


def test_paying_opens_the_one_means_there_is_and_leads_to_its_page(
    browser: Browser, cast: Cast, sandbox: Sandbox
) -> None:
    codes = {"secret_key": credentials.STRIPE_SECRET_KEY, "webhook_secret": credentials.STRIPE_WEBHOOK_SECRET}
    with transaction():
        add_account("stripe", "Stripe", {"base_url": f"{sandbox.url}/stripe"}, codes)
    invoice = owed(cast.karim, 12_300)
    page = browser.as_("client")
    page.get("/portail/factures")
    answer = page.post(f"/portail/factures/{invoice.id}/payer", follow=True)
    assert "Payer 123,00 €" in plain(answer.text)
    assert db.session.query(Checkout).one().amount == 12_300


def test_the_deposit_of_an_accepted_quote_waits_on_its_page(visitor: Visitor, cast: Cast) -> None:
    quote = a_sent_offer(cast.karim, deposit_share=3000)
    with transaction():
        quotes.accept(quote.id, Signer("Karim Benyahia", Means.PHONE))
    deposit = db.session.query(SalesDocument).filter_by(kind=DocumentKind.DEPOSIT).one()
    shown = plain(visitor.get(link_to(quote)).text)
    assert "Payer 432,00 €" in shown
    assert "à régler : 432,00 €" in shown
    answer = visitor.post(f"{link_to(quote)}/factures/{deposit.id}/payer")
    assert answer.request.path.startswith("/payer/")
    paid(cast.karim, deposit.due, deposit)
    assert "réglé, merci" in plain(visitor.get(link_to(quote)).text)


def test_a_deposit_of_an_amount_is_asked_to_the_cent(cast: Cast) -> None:
    quote = a_sent_offer(cast.karim, deposit_amount=50_001)
    with transaction():
        quotes.accept(quote.id, Signer("Karim Benyahia", Means.PHONE))
    assert db.session.query(SalesDocument).filter_by(kind=DocumentKind.DEPOSIT).one().due == 50_001


def test_a_seller_who_may_not_issue_yet_has_a_draft_and_a_task(browser: Browser, cast: Cast) -> None:
    from tests.factories.sales import a_legal_seller

    quote = a_sent_offer(cast.karim, deposit_share=3000)
    a_legal_seller(siret="")
    with transaction():
        quotes.accept(quote.id, Signer("Karim Benyahia", Means.PHONE))
    assert db.session.query(SalesDocument).filter_by(kind=DocumentKind.DEPOSIT).one().issued_at is None
    assert "Acompte à émettre" in browser.as_("gerant").get("/messages/a-faire").text


def test_the_page_of_a_ticket_shows_its_invoice(visitor: Visitor, cast: Cast) -> None:
    ticket = a_ticket(contact=cast.karim)
    bill = owed(cast.karim, 9_900, ticket_id=ticket.id)
    payer = owed(cast.karim, 8_800, ticket_id=ticket.id, payer_id=cast.dan.id)
    shown = plain(visitor.get(status_of(ticket)).text)
    assert "Payer 99,00 €" in shown
    assert payer.number not in shown
    assert visitor.post(f"{status_of(ticket)}/factures/{bill.id}/payer").request.path.startswith("/payer/")


def test_the_page_of_an_invoice_leads_to_its_payment(visitor: Visitor, cast: Cast) -> None:
    from app.payments.services import reminders

    invoice = an_issued_invoice(contact=cast.karim)
    with transaction():
        address = reminders.pay_link(db.session.get_one(SalesDocument, invoice.id))
    token = address.rpartition("/")[2]
    assert f"/payer/{token}" in visitor.get(f"/facture/{token}").text
    paid(cast.karim, invoice.due, invoice)
    assert f"/payer/{token}" not in visitor.get(f"/facture/{token}").text
