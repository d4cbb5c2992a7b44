"""The team's pages of quotes (B5): the list, the sheet, search, the command; and who may do what (B1)."""

from pathlib import Path

import pytest
from flask import Flask

from app.core.db import db
from app.core.search import find
from app.documents.services import open_file
from app.sales.models import Quote
from app.sales.states import QuoteState
from tests.cast import Cast
from tests.factories.quotes import a_priced_ticket, a_sent_quote, fresh
from tests.signing import Browser

pytestmark = pytest.mark.row("B5")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_the_list_says_what_waits_and_filters_are_in_the_address(cast: Cast, browser: Browser) -> None:
    first = a_sent_quote(contact=cast.karim)
    second = a_sent_quote(contact=cast.dan)
    desk = browser.as_("accueil")
    page = plain(desk.get("/devis").text)
    assert "2 attendent une réponse, 286,00 € TTC" in page
    found = desk.get("/devis?q=Benyahia").text
    assert first.number in found
    assert second.number not in found
    assert first.number in desk.get("/devis?etat=sent").text
    assert "Aucun devis ne répond à ces filtres" in plain(desk.get("/devis?etat=refused").text)
    assert desk.get("/devis?etat=nonsense&page=-3&par=x").status_code == 200


def test_the_list_costs_the_same_for_two_quotes_and_for_six(cast: Cast, browser: Browser, queries: list[str]) -> None:
    desk = browser.as_("accueil")
    counts = []
    for number in (2, 4):
        for _each in range(number):
            a_sent_quote(printed=False)
        desk.get("/devis")
        queries.clear()
        desk.get("/devis")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_sheet_shows_the_proof_and_gives_the_pdf(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote(contact=cast.karim)
    desk = browser.as_("accueil")
    page = plain(desk.get(f"/devis/{quote.number}").text)
    for words in ("Envoyé", "143,00 €", "Noter la réponse", "Envoyer un rappel", "Réviser"):
        assert words in page, words
    assert desk.get(f"/devis/{quote.number}/devis.pdf").data == open_file(fresh(quote).file)


def test_the_search_box_finds_a_quote_by_its_number_and_client(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote(contact=cast.karim)
    for words in (quote.number, quote.number.replace("-", ""), "benyahia"):
        assert any(hit.reference == quote.number for hit in find(words, ["quote"])), words


def test_revising_from_the_sheet_comes_back_to_the_ticket(cast: Cast, browser: Browser) -> None:
    quote = a_sent_quote(contact=cast.karim)
    answer = browser.as_("technicien").post(f"/devis/{quote.number}/revision", follow=True)
    assert "Envoyer un nouveau devis" in answer.text
    assert fresh(quote).state == QuoteState.REPLACED


@pytest.mark.row("B1")
@pytest.mark.parametrize(
    ("who", "sees", "sends", "notes"),
    [
        ("gerant", True, True, True), ("accueil", True, True, True), ("commercial", True, True, True),
        ("technicien", True, True, False), ("compta", True, False, False), ("luthier", False, False, False),
    ],
)  # fmt: skip
def test_each_role_does_what_its_preset_says(
    cast: Cast, browser: Browser, who: str, sees: bool, sends: bool, notes: bool
) -> None:
    quote = a_sent_quote(contact=cast.karim)
    other = a_priced_ticket(contact=cast.karim)
    person = browser.as_(who)
    assert (person.get(f"/devis/{quote.number}").status_code == 200) is sees
    assert (person.get(f"/dossiers/{other.number}/devis").status_code == 200) is sends
    assert (person.post(f"/dossiers/{other.number}/devis/envoi", expected="14300").status_code == 303) is sends
    assert (person.get(f"/devis/{quote.number}/reponse").status_code == 200) is notes


def test_a_quote_that_does_not_exist_is_not_found(cast: Cast, browser: Browser) -> None:
    assert browser.as_("accueil").get("/devis/D-2020-9999").status_code == 404


def test_the_command_writes_the_pdf_that_the_client_read(cast: Cast, app: Flask, tmp_path: Path) -> None:
    quote = a_sent_quote(contact=cast.karim)
    out = tmp_path / "devis.pdf"
    done = app.test_cli_runner().invoke(args=["sales", "pdf", quote.number.lower(), "-o", str(out)])
    assert done.exit_code == 0, done.output
    assert out.read_bytes() == open_file(db.session.get_one(Quote, quote.id).file)
    missing = app.test_cli_runner().invoke(args=["sales", "pdf", "D-2020-9999", "-o", str(out)])
    assert missing.exit_code == 1
    assert "D-2020-9999" in missing.output
