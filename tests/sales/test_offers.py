"""Quotes of sale (C3, C12): written line by line, chosen and signed by the client, made an order of exactly what he took."""

import re

import pytest

from app.core.db import db, transaction
from app.core.errors import DomainError
from app.core.outbox import Channel, OutboxMessage
from app.sales import jobs
from app.sales import services as quotes
from app.sales.models import Quote, SalesDocument
from app.sales.queries.documents import order_of_quote
from app.sales.services import offers
from app.sales.services.documents import LineData
from app.sales.services.offers import OfferLine
from app.sales.services.printing import preview_offer
from app.sales.services.sending import link_of
from app.sales.states import DocumentKind, DocumentState, Means, QuoteState
from tests.cast import Cast
from tests.factories.offers import a_sent_offer, an_offer, by_label, link_to
from tests.sales.test_papers import words_of
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")


def plain(text: str) -> str:
    """A page's words with plain spaces and apostrophes."""
    return re.sub("[\u202f\xa0]", " ", text).replace("’", "'")


def _accept(browser: Browser, quote: Quote, *labels: str, expected: int, **more: str) -> object:
    lines = by_label(quote)
    data: dict[str, object] = {"agree": "y", "signature_name": "Karim Benyahia", "expected": expected, "option": []}
    for label in labels:
        line = lines[label]
        if line.choice:
            data["choix-0"] = str(line.id)
        else:
            data["option"].append(str(line.id))  # type: ignore[attr-defined]
    browser.get(link_to(quote))
    return browser.post(link_to(quote) + "/accord", **data | more)


def test_the_client_chooses_signs_and_the_order_is_made_of_what_he_took(browser: Browser, cast: Cast) -> None:
    quote = a_sent_offer(cast.karim, deposit_share=3000)
    shown = plain(browser.get(link_to(quote)).text)
    assert "Choisissez : Revêtement" in shown
    assert "1 440,00 €" in shown
    answer = _accept(browser, quote, "Membrane armée", "Volet automatique", expected=384_000)
    assert answer.status_code == 303
    db.session.expire_all()
    order = order_of_quote(quote.id)
    assert order is not None
    assert order.state == DocumentState.CONFIRMED
    assert [line.label for line in order.lines] == [
        "Bassin",
        "Terrassement",
        "Membrane armée",
        "Équipement",
        "Volet automatique",
    ]
    assert order.gross == 384_000
    fresh = db.session.get_one(Quote, quote.id)
    assert (fresh.state, fresh.gross) == (QuoteState.ACCEPTED, 384_000)
    deposit = db.session.query(SalesDocument).filter_by(kind=DocumentKind.DEPOSIT).one()
    assert (deposit.state, deposit.gross) == (DocumentState.ISSUED, 115_200)
    done = browser.get(link_to(quote)).text
    assert order.number in done
    assert deposit.number in done
    assert "Liner" not in done


def test_a_total_that_is_not_the_one_he_read_is_asked_again(browser: Browser, cast: Cast) -> None:
    quote = a_sent_offer(cast.karim)
    answer = _accept(browser, quote, "Membrane armée", expected=144_000)
    assert answer.status_code == 422
    shown = plain(answer.text)
    assert "le total est de 2 040,00 €" in shown
    assert 'value="204000"' in shown
    db.session.expire_all()
    assert db.session.get_one(Quote, quote.id).state == QuoteState.SENT
    assert _accept(browser, quote, "Membrane armée", expected=204_000).status_code == 303


def test_a_choice_takes_one_of_its_lines_and_nothing_from_elsewhere(browser: Browser, cast: Cast) -> None:
    quote, other = a_sent_offer(cast.karim), a_sent_offer(cast.dan)
    assert "Choisissez une des possibilités pour « Revêtement »" in plain(
        _accept(browser, quote, expected=120_000).text
    )
    foreign = by_label(other)["Volet automatique"].id
    answer = _accept(browser, quote, "Liner", expected=144_000, option=str(foreign))
    assert "n'est plus proposée" in plain(answer.text)
    assert db.session.query(SalesDocument).count() == 0


def test_without_javascript_the_total_is_computed_on_asking(browser: Browser, cast: Cast) -> None:
    quote = a_sent_offer(cast.karim)
    browser.get(link_to(quote))
    lines = by_label(quote)
    data = {"do": "total", "choix-0": str(lines["Liner"].id), "option": str(lines["Volet automatique"].id)}
    shown = plain(browser.post(link_to(quote) + "/accord", **data).text)
    assert "3 240,00 €" in shown
    assert db.session.get_one(Quote, quote.id).state == QuoteState.SENT


def test_the_message_carries_the_link_and_the_pdf_and_says_nothing_of_a_repair(cast: Cast) -> None:
    quote = a_sent_offer(cast.karim)
    message = (
        db.session.query(OutboxMessage)
        .filter_by(template="offer.sent", channel=Channel.EMAIL)
        .order_by(OutboxMessage.id.desc())
        .first()
    )
    assert message is not None
    assert link_of(quote) in message.text
    assert "Piscine 8 × 4" in message.text
    assert not re.search("répar|dossier|appareil", message.text)
    assert quote.sha256


def test_a_new_version_keeps_the_old_one_readable_and_replaces_it(browser: Browser, cast: Cast) -> None:
    first = a_sent_offer(cast.karim)
    old = link_to(first)
    with transaction():
        draft = offers.revise(first)
    with transaction():
        fresh = offers.locked_draft(draft.id)
        offers.remove_line(fresh, next(line.id for line in fresh.lines if line.label == "Volet automatique"))
        second = offers.send(fresh, expected=fresh.gross)
    jobs.render_and_send(second.id)
    db.session.expire_all()
    assert (first.state, second.version) == (QuoteState.REPLACED, 2)
    closed = browser.get(old).text
    assert "a été remplacé" in closed
    assert second.number in closed
    page = browser.as_("commercial").get(f"/devis/{first.number}").text
    assert "Volet automatique" in page
    assert second.number in page
    assert browser.get(f"/devis/{first.number}/devis.pdf").data.startswith(b"%PDF")
    with pytest.raises(DomainError, match="accepté"):
        _refused_after_acceptance(second)


def _refused_after_acceptance(quote: Quote) -> None:
    with transaction():
        quotes.accept(quote.id, quotes.Signer("Karim", Means.PAPER))
    with transaction():
        offers.revise(quote)


def test_noted_by_the_desk_what_was_proposed_is_ordered(browser: Browser, cast: Cast) -> None:
    quote = a_sent_offer(cast.karim)
    page = browser.as_("commercial")
    page.get(f"/devis/{quote.number}/reponse")
    page.post(f"/devis/{quote.number}/reponse", answer="accepted", means="phone", name="Karim Benyahia")
    order = order_of_quote(quote.id)
    assert order is not None
    assert order.gross == 144_000


def test_a_refusal_makes_no_order_and_an_expired_one_takes_no_answer(browser: Browser, cast: Cast) -> None:
    quote, late = a_sent_offer(cast.karim), a_sent_offer(cast.dan)
    browser.get(link_to(quote) + "/refus")
    browser.post(link_to(quote) + "/refus", reason="price", signature_name="Karim Benyahia")
    db.session.expire_all()
    assert db.session.get_one(Quote, quote.id).state == QuoteState.REFUSED
    with transaction():
        fresh = db.session.get_one(Quote, late.id)
        fresh.valid_until = fresh.valid_until.replace(year=2020)
    assert jobs.expire_quotes() == 1
    assert "n'est plus valable" in plain(browser.get(link_to(late)).text)
    assert db.session.query(SalesDocument).count() == 0


def test_a_draft_is_written_line_by_line_with_its_sheet_beside(browser: Browser, cast: Cast) -> None:
    a_sent_offer(cast.dan)
    page = browser.as_("commercial")
    page.get("/devis/nouveau")
    made = page.post("/devis/nouveau", contact_id=str(cast.karim.id), contact_id_text="Karim", title="Local technique")
    where = made.headers["Location"]
    assert re.fullmatch(r"/devis/brouillons/\d+", where)
    line = {
        "kind": "item",
        "label": "Pompe",
        "quantity": "2",
        "unit": "pièce",
        "unit_price": "150",
        "vat_code": "normal",
        "discount": "0",
    }
    page.get(where)
    assert page.post(f"{where}/lignes/nouvelle", **line, taking="included").status_code == 303
    refused = page.post(f"{where}/lignes/nouvelle", **line | {"label": "Pose"}, taking="choice", htmx=True)
    assert refused.status_code == 422
    assert "Nommez ce choix" in refused.text
    typed = page.post(
        f"{where}/feuille",
        **line | {"label": "Filtre", "quantity": "1"},
        taking="option",
        title="X",
        days="30",
        htmx=True,
    )
    assert "Filtre" in typed.text
    assert "en option" in typed.text
    shown = plain(page.get(where).text)
    assert "Filtre" not in shown
    assert "Envoyer, 360,00 €" in shown
    assert page.get(f"{where}/apercu.pdf").data.startswith(b"%PDF")
    assert page.post(f"{where}/envoi", expected="1").status_code == 409
    sent = page.post(f"{where}/envoi", expected="36000")
    assert re.search(r"/devis/D-\d{4}-\d{4}$", sent.headers["Location"])


def test_what_cannot_be_sent_says_why(cast: Cast) -> None:
    lonely = an_offer(cast.karim, [OfferLine(LineData("Liner", 1000, 20_000), choice="Revêtement")])
    for quote, words in ((an_offer(cast.karim, []), "aucune ligne"), (lonely, "qu.une possibilité")):
        with pytest.raises(DomainError, match=words), transaction():
            offers.send(quote)


def test_of_a_choice_one_line_is_always_proposed(cast: Cast) -> None:
    quote = an_offer(cast.karim)
    with transaction():
        fresh = offers.locked_draft(quote.id)
        lines = {line.label: line for line in fresh.lines}
        offers.change_line(
            fresh,
            lines["Membrane armée"].id,
            OfferLine(LineData("Membrane armée", 1000, 70_000), choice="Revêtement", chosen=True),
        )
        assert fresh.gross == 204_000
        offers.remove_line(fresh, lines["Membrane armée"].id)
        assert fresh.gross == 144_000


def test_one_client_never_sees_the_quote_of_another(browser: Browser, cast: Cast) -> None:
    quote = a_sent_offer(cast.karim)
    assert browser.as_("dan").get(f"/portail/devis/{quote.number}").status_code == 404
    assert browser.as_("client").get(f"/portail/devis/{quote.number}").status_code == 200
    assert quote.number in browser.get("/portail").text


def test_a_quote_without_words_still_says_what_it_is_about(cast: Cast) -> None:
    quote = an_offer(cast.karim, title="Rénovation de piscine", introduction="")
    assert "Objet Rénovation de piscine" in words_of(preview_offer(quote))
    wordy = an_offer(cast.karim, title="Rénovation de piscine", introduction="Comme convenu sur place.")
    assert "Rénovation de piscine Comme convenu sur place." in words_of(preview_offer(wordy))


def test_a_client_is_not_asked_to_accept_conditions_that_nobody_wrote(browser: Browser, cast: Cast) -> None:
    bare = browser.get(link_to(a_sent_offer(cast.karim, conditions=""))).text
    assert 'id="conditions"' not in bare
    assert "#conditions" not in bare
    assert 'href="#conditions"' in browser.get(link_to(a_sent_offer(cast.karim, conditions="Solde à la pose."))).text


def test_a_sheet_asked_for_a_draft_that_was_just_sent_changes_nothing(cast: Cast, browser: Browser) -> None:
    quote = a_sent_offer(cast.karim)
    desk, address = browser.as_("gerant"), f"/devis/brouillons/{quote.id}/feuille"
    assert desk.post(address, data={}, htmx=True).status_code == 204
    assert desk.post(address, data={}).status_code == 404
