"""An order and a delivery on paper: opened from their page, sent by e-mail, an accessible archive as every document (C3)."""

import io
import os
import re
from pathlib import Path

import pytest
from pypdf import PdfReader
from sqlalchemy.orm import Session

from app.core.db import db, transaction
from app.core.outbox import OutboxMessage
from app.documents.models import StoredFile
from app.documents.services import open_file
from app.sales import jobs
from app.sales.models import SalesDocument
from app.sales.services.documents import LineData, billing, cancel, orders, schedule
from app.sales.services.documents.papers import print_paper
from app.sales.services.facturx.page import NATURES
from app.sales.services.facturx.shape import described
from app.sales.states import DocumentKind, LineKind, ScheduleEvent
from tests.cast import Cast
from tests.factories.sales import a_business, again, an_invoice
from tests.sales.facturx.lint import faults_of
from tests.signing import Browser

pytestmark = pytest.mark.row("C3")


def an_order(*lines: LineData, **values: object) -> SalesDocument:
    draft = an_invoice(
        *lines or (LineData("Bassin", kind=LineKind.SECTION), LineData("Pompe", 5000, 10_000, reference="PMP-1")),
        kind=DocumentKind.ORDER, **values,
    )  # fmt: skip
    with transaction():
        return orders.confirm(draft)


def delivered(order: SalesDocument, count: int) -> SalesDocument:
    line = next(line for line in again(order).lines if line.kind == LineKind.ITEM)
    with transaction():
        return orders.deliver(order, {line.id: count * 1000})


def pdf_of(document: SalesDocument) -> bytes:
    made = print_paper(again(document))
    if folder := os.environ.get("ETABLI_TEST_PDFS"):
        Path(folder, f"{document.number}.pdf").write_bytes(made)
    return made


def words_of(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return re.sub(r"[\u202f\u00a0\s]+", " ", text.replace("\u200b", "")).replace("’", "'")


def test_an_order_a_delivery_and_a_return_are_accessible_archives(cast: Cast) -> None:
    order = an_order(contact=a_business(), title="Local technique", delivery_address="Villa Les Pins\n8 chemin du Cap")
    delivery = delivered(order, 2)
    with transaction():
        back = orders.take_back(delivery, {again(delivery).lines[0].id: 1000}, reason="Rayée")
    for document in (order, delivery, back):
        pdf = pdf_of(document)
        assert faults_of(pdf, carries_xml=False) == []
        assert pdf == print_paper(again(document)), "the same document gives the same bytes"


def test_an_order_says_what_was_agreed_and_when_it_is_paid(cast: Cast) -> None:
    order = an_order(contact=cast.karim, purchase_order="BC-77", conditions="Solde à la livraison.")
    with transaction():
        schedule.add_instalment(order, schedule.Due("Acompte", share=3000, event=ScheduleEvent.DONE))
        schedule.add_instalment(order, schedule.Due("Second acompte", amount=10_000, event=ScheduleEvent.STEP))
    found = words_of(pdf_of(order))
    for words in (
        f"Bon de commande {order.number}", "Atelier Second Souffle", "SIRET 73282932000074", "Karim Benyahia", "BC-77",
        "Bassin", "Pompe", "PMP-1", "500,00 €", "Total de la commande", "600,00 €", "Échéancier", "Acompte, 30 % (à la fin des travaux) 180,00 €",
        "100,00 €", "Solde à la livraison.", "page 1 sur 1",
    ):  # fmt: skip
        assert words in found, words
    for absent in ("Net à payer", "IBAN", "escompte"):
        assert absent not in found, absent


def test_a_deposit_says_the_operation_of_its_order(cast: Cast) -> None:
    order = an_order(LineData("Pompe", 1000, 10_000), LineData("Pose", 2000, 5_000, unit="heure"), contact=cast.karim)
    with transaction():
        deposit = billing.deposit(order, share=3000)
    assert NATURES[described(again(deposit))["nature"]] == "Livraison de biens et prestation de services"


def test_a_delivery_says_what_came_and_what_is_left_and_no_price(cast: Cast) -> None:
    order = an_order(contact=cast.karim, purchase_order="BC-77")
    first, second = delivered(order, 2), delivered(order, 1)
    for delivery, counts in ((first, "5 2 3"), (second, "5 1 2")):
        found = words_of(pdf_of(delivery))
        for words in (
            "Bon de livraison", str(delivery.number), str(order.number), "BC-77", "Karim Benyahia", "Pompe", "Commandé",
            "Livré", "Reste à livrer", counts, "Reçu par le client",
        ):  # fmt: skip
            assert words in found, words
        assert "€" not in found.replace("capital de 5 000 €", "")


def test_a_return_says_what_came_back_and_why(cast: Cast, browser: Browser) -> None:
    delivery = delivered(an_order(contact=cast.karim), 2)
    with transaction():
        back = orders.take_back(delivery, {again(delivery).lines[0].id: 1000}, reason="Joint fendu")
    found = words_of(pdf_of(back))
    for words in ("Bon de retour", str(back.number), str(delivery.number), "Rendu", "Joint fendu"):
        assert words in found, words
    assert "Bon de retour" in browser.as_("accueil").get(f"/ventes/{delivery.number}").text


def test_they_open_from_their_page(cast: Cast, browser: Browser) -> None:
    order = an_order(contact=cast.karim)
    delivery = delivered(order, 1)
    desk = browser.as_("accueil")
    for document in (order, delivery):
        assert f"/ventes/{document.number}/document.pdf" in desk.get(f"/ventes/{document.number}").text
        answer = desk.get(f"/ventes/{document.number}/document.pdf")
        assert answer.mimetype == "application/pdf"
        assert f'filename="{document.number}.pdf"' in answer.headers["Content-Disposition"]
        assert answer.data.startswith(b"%PDF")
    draft = an_invoice(kind=DocumentKind.ORDER, contact=cast.karim)
    assert "document.pdf" not in desk.get(f"/ventes/{draft.id}").text
    assert desk.get(f"/ventes/{draft.id}/document.pdf").status_code == 409


def mails(session: Session, code: str) -> list[OutboxMessage]:
    return session.query(OutboxMessage).filter_by(template=code).order_by(OutboxMessage.id).all()


def test_they_leave_by_e_mail_with_their_pdf(cast: Cast, browser: Browser, session: Session) -> None:
    order = an_order(contact=cast.karim, title="Local technique")
    delivery = delivered(order, 1)
    desk = browser.as_("accueil")
    for document, code in ((order, "order.sent"), (delivery, "delivery.sent")):
        page = desk.post(f"/ventes/{document.number}/envoi", follow=True).text
        assert "partira dès que son PDF sera fait" in page
        assert mails(session, code) == []
        jobs.send_document(document.id)
        (mail,) = mails(session, code)
        assert mail.recipient == "karim@benyahia.example"
        assert str(document.number) in mail.subject
        kept = session.get_one(StoredFile, again(document).file_id)
        assert mail.attachments == [kept.id]
        assert open_file(kept) == desk.get(f"/ventes/{document.number}/document.pdf").data
        page = desk.post(f"/ventes/{document.number}/envoi", follow=True).text
        assert "Courriel envoyé à Karim Benyahia" in page
        assert "Envoyer de nouveau" in page
        assert len(mails(session, code)) == 2


def test_nothing_leaves_without_an_address_or_when_it_was_given_up(cast: Cast, browser: Browser) -> None:
    with transaction():
        db.session.merge(cast.karim).email = ""
    order = an_order(contact=cast.karim)
    desk = browser.as_("accueil")
    answer = desk.post(f"/ventes/{order.number}/envoi")
    assert answer.status_code == 422
    assert "adresse de courriel" in answer.text
    with transaction():
        cancel(order)
    assert "/envoi" not in desk.get(f"/ventes/{order.number}").text
    assert desk.post(f"/ventes/{order.number}/envoi").status_code == 422
