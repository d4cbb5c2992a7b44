"""Works at a reduced rate of VAT: what the client certifies is on the quote that he signs and on the invoice (BOI-LETTRE-000280)."""

import re

import pytest

from app.catalog.models import VatRate
from app.core.db import db
from app.sales.services.documents import LineData
from app.sales.services.facturx.page import page_data
from app.sales.services.facturx.shape import described
from app.sales.services.offers import OfferLine
from app.sales.services.printing import preview_offer
from app.sales.states import DocumentKind
from app.tickets.services import LineInput
from app.tickets.states import LineKind as WorkKind
from tests.cast import Cast
from tests.factories.offers import a_sent_offer, an_offer, link_to
from tests.factories.quotes import a_priced_ticket, a_sent_quote
from tests.factories.quotes import link_to as link_to_quote
from tests.factories.sales import a_legal_seller, again, an_invoice, an_issued_invoice
from tests.sales.test_papers import words_of
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")

WORKS = LineData("Mise aux normes", 1000, 40_000, "intermediate")
ENERGY = LineData("Pompe à chaleur", 1000, 90_000, "reduced")
POOL = LineData("Bassin", 1000, 90_000)


@pytest.fixture(autouse=True)
def _seller(cast: Cast) -> None:
    a_legal_seller()


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub("[\u202f\xa0]", " ", text)).replace("’", "'")


def test_the_quote_of_works_bears_the_certificate_that_the_client_signs(browser: Browser, cast: Cast) -> None:
    quote = a_sent_offer(cast.karim, lines=[OfferLine(POOL), OfferLine(WORKS)])
    shown = plain(browser.get(link_to(quote)).text)
    assert f"Je soussigné(e) {cast.karim.name} certifie, en qualité de preneur" in shown
    assert "l'attestation pour la TVA" in shown
    paper = words_of(preview_offer(quote))
    assert "Attestation du client" in paper
    assert "achevés depuis plus de deux ans" in paper
    assert "rénovation énergétique" not in paper


def test_no_certificate_at_the_normal_rate(browser: Browser, cast: Cast) -> None:
    quote = a_sent_offer(cast.karim, lines=[OfferLine(POOL)])
    assert "soussigné" not in browser.get(link_to(quote)).text
    assert "certificates" not in described(again(an_issued_invoice(POOL, contact=cast.karim)))


def test_a_certificate_for_each_rate_on_the_invoice_and_none_on_a_credit_note(cast: Cast) -> None:
    invoice = again(an_issued_invoice(POOL, WORKS, ENERGY, contact=cast.karim))
    second, first = page_data(invoice)["certificates"]
    assert "rénovation énergétique" in plain(first)
    assert "rénovation énergétique" not in plain(second)
    credit = an_invoice(WORKS, contact=cast.karim, kind=DocumentKind.CREDIT)
    assert "certificates" not in described(credit) or not described(credit)["certificates"]


def test_the_quote_of_a_ticket_bears_it_too(browser: Browser, cast: Cast) -> None:
    ticket = a_priced_ticket(LineInput(WorkKind.LABOUR, "Réglage du chauffage", 1000, 50_00, vat_rate=1000))
    quote = a_sent_quote(ticket)
    assert "soussigné" in browser.get(link_to_quote(quote)).text


def test_the_organisation_changes_or_removes_the_text_with_the_rate(browser: Browser, cast: Cast) -> None:
    rate = db.session.query(VatRate).filter_by(code="intermediate").one()
    client = browser.as_("gerant")
    assert "2° du 2 du I de l&#39;article 257" in client.get(f"/reglages/tva/{rate.id}").text
    words = {"label": rate.label, "reason": "", "vatex": "", "source": rate.source}
    answer = client.post(f"/reglages/tva/{rate.id}", certificate="Le client … déclare un logement ancien.", **words)
    assert answer.status_code == 303
    quote = an_offer(cast.karim, lines=[OfferLine(WORKS)])
    assert quote.content["certificates"] == [f"Le client {cast.karim.name} déclare un logement ancien."]
    client.post(f"/reglages/tva/{rate.id}", certificate="", **words)
    assert an_offer(cast.karim, lines=[OfferLine(WORKS)]).content["certificates"] == []
