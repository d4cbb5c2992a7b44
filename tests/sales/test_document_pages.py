"""The screens of orders and invoices: from the ticket to the sealed invoice in the browser, and who may do what (C3, B1)."""

import re

import pytest
from sqlalchemy.orm import Session

from app.core import clock, links
from app.core.db import transaction
from app.core.subject import subject_of
from app.sales.models import SalesDocument
from app.sales.services import documents
from app.sales.services.documents import LineData, orders
from app.sales.states import DocumentKind
from app.tickets.states import TicketState
from tests.cast import Cast
from tests.factories.catalog import an_article
from tests.factories.quotes import a_priced_ticket
from tests.factories.sales import a_legal_seller, again, an_invoice, an_issued_invoice
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("’", "'")


def newest(session: Session) -> SalesDocument:
    found = session.query(SalesDocument).order_by(SalesDocument.id.desc()).first()
    assert found is not None
    return found


def test_from_a_ready_ticket_to_the_sealed_invoice_without_retyping(
    cast: Cast, browser: Browser, session: Session
) -> None:
    a_legal_seller()
    ticket = a_priced_ticket(state=TicketState.READY, contact=cast.karim)
    desk = browser.as_("accueil")
    assert "Facturer" in desk.get(f"/dossiers/{ticket.number}").text
    page = plain(desk.post(f"/dossiers/{ticket.number}/facture", follow=True).text)
    for words in ("Joint de groupe 73 mm", "143,00 €", "Émettre, 143,00 €", "série F", "ne se modifie plus"):
        assert words in page, words
    draft = newest(session)
    page = plain(desk.post(f"/ventes/{draft.id}/emission", version=str(draft.version), follow=True).text)
    assert f"F-{clock.today().year}-0001" in page
    assert "Le PDF se prépare" in page
    assert "Karim Benyahia" in plain(desk.get("/factures").text)
    assert again(draft).number in desk.get(f"/dossiers/{ticket.number}").text


def test_a_blank_invoice_takes_articles_free_lines_and_a_discount(
    cast: Cast, browser: Browser, session: Session
) -> None:
    a_legal_seller()
    article = an_article(label="Pompe à chaleur", reference="PAC-9", price=120_000)
    desk = browser.as_("accueil")
    desk.post("/ventes/nouvelle-facture", contact_id=str(cast.karim.id), title="Piscine")
    draft = newest(session)
    assert "Pompe à chaleur" in desk.get("/ventes/articles?q=PAC-9").text
    form = desk.get(f"/ventes/{draft.id}/lignes/nouvelle?article_id={article.id}", htmx=True).text
    assert 'value="1200,00"' in form
    line = {
        "kind": "item", "label": "Pompe à chaleur", "quantity": "1", "unit_price": "1200,00", "discount": "10", "vat_code": "normal",
        "unit": "pièce", "article_id": str(article.id),
    }  # fmt: skip
    body = plain(desk.post(f"/ventes/{draft.id}/lignes/nouvelle", htmx=True, data=line).text)
    assert "1 080,00 €" in body
    assert "Émettre, 1 296,00 €" in body, "the button in the header names the new total"
    assert "1 296,00 €" in body
    wrong = desk.post(f"/ventes/{draft.id}/lignes/nouvelle", htmx=True, data=line | {"quantity": "0", "label": "Gardé"})
    assert wrong.status_code == 422
    assert "Gardé" in wrong.text


def test_what_is_missing_is_said_before_the_number(cast: Cast, browser: Browser) -> None:
    a_legal_seller()
    draft = an_invoice(LineData("Sous-traitance", 1000, 10_000, "reverse"), contact=cast.karim)
    desk = browser.as_("accueil")
    page = plain(desk.get(f"/ventes/{draft.id}").text)
    assert "À compléter avant d'émettre" in page
    assert "numéro de TVA de Karim Benyahia" in page
    assert desk.post(f"/ventes/{draft.id}/emission").status_code == 422


def test_a_draft_that_changed_meanwhile_is_not_issued(cast: Cast, browser: Browser) -> None:
    draft = an_invoice(contact=cast.karim)
    answer = browser.as_("accueil").post(f"/ventes/{draft.id}/emission", version=str(draft.version + 3))
    assert answer.status_code == 409
    assert again(draft).number is None


def test_the_lists_filter_by_the_address_and_export(cast: Cast, browser: Browser) -> None:
    issued = an_issued_invoice(contact=cast.karim)
    draft = an_invoice(contact=cast.dan)
    desk = browser.as_("compta")
    page = plain(desk.get("/factures").text)
    assert "1 à encaisser, 175,00 €" in page
    assert str(issued.number) in desk.get("/factures?reste=a_payer").text
    assert f"/ventes/{draft.id}" not in desk.get("/factures?reste=a_payer").text
    assert f"/ventes/{draft.id}" in desk.get("/factures?etat=brouillon").text
    assert str(issued.number) in desk.get("/factures?q=Benyahia").text
    assert "Rien ne répond" in plain(desk.get("/factures?reste=retard&du=2020-01-01&type=credit").text)
    assert desk.get("/factures?etat=x&reste=y&type=z&du=hier&client=²&page=-2").status_code == 200
    table = desk.get("/factures/export.csv?reste=a_payer").data.decode("utf-8-sig")
    assert f"{issued.number};Facture;" in table
    assert ";175,00;" in table
    assert desk.get("/factures/export.xlsx").data[:2] == b"PK"


def test_the_list_costs_the_same_for_two_invoices_and_for_six(cast: Cast, browser: Browser, queries: list[str]) -> None:
    desk = browser.as_("accueil")
    counts = []
    for number in (2, 4):
        for _each in range(number):
            an_issued_invoice()
        desk.get("/factures")
        queries.clear()
        desk.get("/factures")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12


def test_the_page_of_an_invoice_costs_few_queries(cast: Cast, browser: Browser, queries: list[str]) -> None:
    issued = an_issued_invoice(contact=cast.karim)
    desk = browser.as_("accueil")
    desk.get(f"/ventes/{issued.number}")
    queries.clear()
    desk.get(f"/ventes/{issued.number}")
    assert len(queries) <= 16


def test_a_credit_note_in_part_from_the_page(cast: Cast, browser: Browser, session: Session) -> None:
    issued = again(an_issued_invoice(contact=cast.karim))
    manager = browser.as_("gerant")
    form = plain(manager.get(f"/ventes/{issued.number}/avoir").text)
    assert "Pompe de filtration" in form
    labour = issued.lines[1]
    fields = {f"q-{issued.lines[0].id}": "", f"q-{labour.id}": "5", "reason": "Heures en trop"}
    refused = manager.post(f"/ventes/{issued.number}/avoir", data=fields)
    assert refused.status_code == 422
    assert "Heures en trop" in refused.text
    page = plain(
        manager.post(f"/ventes/{issued.number}/avoir", data=fields | {f"q-{labour.id}": "1"}, follow=True).text
    )
    assert f"A-{clock.today().year}-0001" in page
    assert (newest(session).kind, newest(session).gross, newest(session).notes) == (
        DocumentKind.CREDIT,
        2_750,
        "Heures en trop",
    )


def test_an_order_is_delivered_and_billed_from_its_page(cast: Cast, browser: Browser, session: Session) -> None:
    draft = an_invoice(kind=DocumentKind.ORDER, contact=cast.karim)
    desk = browser.as_("accueil")
    desk.post(f"/ventes/{draft.id}/confirmation")
    number = again(draft).number
    assert number in desk.get("/commandes").text
    assert desk.post(f"/ventes/{number}/acompte").status_code == 422
    page = plain(desk.post(f"/ventes/{number}/acompte", share="30", follow=True).text)
    assert "52,50 €" in page
    deposit = newest(session)
    desk.post(f"/ventes/{deposit.id}/emission")
    line = draft.lines[0].id
    assert "BL-" in desk.post(f"/ventes/{number}/livraison", data={f"q-{line}": "1"}, follow=True).text
    page = plain(desk.post(f"/ventes/{number}/solde", follow=True).text)
    assert "122,50 €" in page
    assert again(deposit).number in page


@pytest.mark.row("C12")
def test_an_order_that_is_all_billed_ends_from_its_page(cast: Cast, browser: Browser, session: Session) -> None:
    draft = an_invoice(kind=DocumentKind.ORDER, contact=cast.karim)
    desk = browser.as_("accueil")
    desk.post(f"/ventes/{draft.id}/confirmation")
    number = again(draft).number
    form = {"label": "Fin du chantier", "share": "30", "event": "done"}
    assert desk.post(f"/ventes/{number}/echeance", data=form).status_code == 303
    page = desk.get(f"/ventes/{number}").text
    assert "Facture finale" in page
    desk.post(f"/ventes/{number}/termine")
    ended = plain(desk.get(f"/ventes/{number}").text)
    assert "Terminée" in ended
    assert "52,50 €" in plain(desk.get(f"/ventes/{newest(session).id}").text)
    desk.post(f"/ventes/{newest(session).id}/emission")
    desk.post(f"/ventes/{number}/solde")
    whole = plain(desk.get(f"/ventes/{number}").text)
    assert "Facturé : 175,00 € sur 175,00 €" in whole
    assert "Facture finale" not in whole


@pytest.mark.parametrize("address", ["/ventes/nouvelle-facture", "/ventes/nouvelle-commande", "/devis/nouveau"])
def test_a_client_that_was_not_chosen_is_asked_again_with_the_words_typed(
    address: str, cast: Cast, browser: Browser
) -> None:
    answer = browser.as_("gerant").post(address, contact_id="", contact_id_text="Benyah", title="Local technique")
    assert answer.status_code == 422
    assert "Choisissez le client dans la liste." in answer.text
    assert 'value="Benyah"' in answer.text
    assert 'value="Local technique"' in answer.text


def test_the_client_opens_his_invoice_with_the_link_alone(cast: Cast, browser: Browser) -> None:
    issued = an_issued_invoice(contact=cast.karim)
    with transaction():
        token = links.issue("invoice", subject_of(issued), days=30)
    stranger = browser.app.test_client()
    page = plain(stranger.get(f"/facture/{token}").text)
    for words in (str(issued.number), "175,00 €", "Pompe de filtration", "TVA 20 %"):
        assert words in page, words
    assert stranger.get("/facture/nonsense12345678").status_code == 404
    assert stranger.get(f"/ventes/{issued.number}").status_code != 200


@pytest.mark.row("B1")
@pytest.mark.parametrize(
    ("who", "sees", "edits", "issues", "takes_back"),
    [
        ("gerant", True, True, True, True), ("accueil", True, True, True, False), ("compta", True, False, False, True),
        ("technicien", False, False, False, False), ("luthier", False, False, False, False),
    ],
)  # fmt: skip
def test_each_role_does_what_its_preset_says(
    cast: Cast, browser: Browser, who: str, sees: bool, edits: bool, issues: bool, takes_back: bool
) -> None:
    issued, draft = an_issued_invoice(contact=cast.karim), an_invoice(contact=cast.karim)
    person = browser.as_(who)
    assert (person.get(f"/ventes/{issued.number}").status_code == 200) is sees
    assert (person.get("/factures").status_code == 200) is sees
    assert (person.get(f"/ventes/{draft.id}/lignes/nouvelle").status_code == 200) is edits
    assert (person.get(f"/ventes/{issued.number}/avoir").status_code == 200) is takes_back
    assert (person.post(f"/ventes/{draft.id}/emission").status_code == 303) is issues


def test_a_draft_is_given_up_and_leaves_the_list(cast: Cast, browser: Browser) -> None:
    draft = an_invoice(contact=cast.karim)
    desk = browser.as_("accueil")
    assert desk.post(f"/ventes/{draft.id}/abandon").status_code == 303
    assert f"/ventes/{draft.id}" not in desk.get("/factures").text
    assert f"/ventes/{draft.id}" in desk.get("/factures?etat=annule").text


def test_one_filled_button_a_page(cast: Cast, browser: Browser) -> None:
    order = an_invoice(kind=DocumentKind.ORDER, contact=cast.karim)
    with transaction():
        orders.confirm(order)
    pages = (
        "/factures",
        "/commandes",
        f"/ventes/{order.id}",
        f"/ventes/{an_invoice().id}",
        f"/ventes/{an_issued_invoice().id}",
    )
    desk = browser.as_("accueil")
    for address in pages:
        assert len(re.findall(r'class="bt p[ "]', desk.get(address).text)) == 1, address
    assert documents.left_gross(again(order)) == order.gross


def test_a_credit_note_settles_its_own_invoice(cast: Cast) -> None:
    issued = an_issued_invoice(contact=cast.karim)
    with transaction():
        made = documents.credit(issued)
    assert (again(issued).settled, again(issued).paid) == (True, 17_500)
    assert again(made).settled


def test_a_draft_shows_what_its_paper_will_say_and_follows_its_lines(
    cast: Cast, browser: Browser, session: Session
) -> None:
    a_legal_seller()
    draft = an_invoice(contact=cast.karim, title="Piscine de M. Benyahia")
    desk = browser.as_("accueil")
    sheet = plain(desk.get(f"/ventes/{draft.id}").text.partition('id="feuille"')[2])
    for words in (
        "Karim Benyahia",
        "Piscine de M. Benyahia",
        f"Échéance : {clock.written_date(clock.today())}",
        "Total TTC",
    ):
        assert words in sheet, words
    line = {"label": "Mise en service", "quantity": "2", "unit_price": "50", "vat_code": "normal", "unit": "heure"}
    answer = plain(desk.post(f"/ventes/{draft.id}/lignes/nouvelle", htmx=True, **line).text)
    assert "Mise en service" in answer.partition('id="feuille"')[2]
    with transaction():
        issued = documents.issue(again(draft))
    assert 'id="feuille"' not in desk.get(f"/ventes/{issued.number}").text
