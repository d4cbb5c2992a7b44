"""The PDF of an invoice: an accessible archive that carries the very XML that was checked, and says all that the law wants."""

import io
import os
from pathlib import Path

import facturx
import pikepdf
import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from app.documents.letterhead import engine
from app.sales.services.documents.lines import LineData
from app.sales.services.facturx import render, xml_of
from app.sales.services.facturx.page import page_data
from app.sales.states import DocumentKind, LineKind
from tests.factories.sales_documents import LINES, a_person, a_sealed_document, a_seller, franchise
from tests.sales.facturx.lint import attached_xml, faults_of

K = DocumentKind


@pytest.fixture(autouse=True)
def _seller(app):
    a_seller()


def words_of(pdf: bytes) -> str:
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    return " ".join(text.replace("\u200b", "").split())


def pdf_of(document) -> bytes:
    made = render(document, xml_of(document))
    if folder := os.environ.get("ETABLI_TEST_PDFS"):
        Path(folder, f"{document.number}.pdf").write_bytes(made)
    return made


@pytest.mark.row("D12")
@pytest.mark.parametrize("kind", [K.INVOICE, K.DEPOSIT, K.PROGRESS, K.CREDIT])
def test_every_kind_is_an_archive_that_carries_the_xml_that_was_checked(kind):
    origin = a_sealed_document() if kind == K.CREDIT else None
    document = a_sealed_document(kind, origin=origin)
    xml = xml_of(document)
    pdf = pdf_of(document)
    assert faults_of(pdf) == []
    assert attached_xml(pdf) == xml
    assert facturx.get_xml_from_pdf(pdf, check_xsd=True, check_schematron=False) == ("factur-x.xml", xml)


def test_the_same_document_gives_the_same_bytes():
    document = a_sealed_document()
    assert pdf_of(document) == pdf_of(document)


@pytest.mark.row("D12")
def test_the_page_says_what_the_law_wants_between_businesses():
    document = a_sealed_document(purchase_order="BC-77", conditions="Payable à 30 jours.")
    found = words_of(pdf_of(document))
    for text in (
        f"Facture {document.number}", "Atelier Second Souffle", "SAS au capital de 5 000 €", "SIRET 73282932000074",
        "TVA FR44732829320", "RCS Draguignan", "Hôtel des Pins", "12 avenue de la Mer", "SIREN 443 061 841",
        "TVA FR64443061841", "BC-77", "Joint de groupe 73 mm", "P-0417", "TVA 20 % sur 119,17 €", "23,83 €", "143,00 €",
        "Payable à 30 jours.", "indemnité forfaitaire", "pénalités", "escompte", "page 1 sur 1",
        "Opération : livraison de biens et prestation de services", "FR76 3000 6000 0112 3456 7890 189",
    ):  # fmt: skip
        assert text.replace("'", "’") in found.replace("\u202f", " ").replace("\u00a0", " "), text


def test_a_private_person_is_not_threatened_with_the_penalties_of_businesses():
    found = words_of(pdf_of(a_sealed_document(contact=a_person())))
    assert "forfaitaire" not in found
    assert "escompte" in found


@pytest.mark.row("A8")
def test_the_code_of_the_transfer_is_read_back():
    document = a_sealed_document(contact=a_person())
    pages = engine().preview("invoice", page_data(document), ppi=200)
    codes = [code.text for page in pages for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))]
    assert [code.splitlines() for code in codes] == [
        [
            "BCD", "002", "1", "SCT", "AGRIFRPP", "Atelier Second Souffle", "FR7630006000011234567890189", "EUR143.00", "",
            "", document.number,
        ]
    ]  # fmt: skip


@pytest.mark.parametrize("iban", ["", "FR7630006000011234567890188"])
def test_no_code_sends_money_to_a_wrong_iban(iban):
    a_seller(iban=iban)
    payment = page_data(a_sealed_document())["payment"]
    assert payment is None or payment["qr_svg"] is None


def test_the_part_of_a_third_party_comes_after_the_total():
    document = a_sealed_document(contact=a_person(), thirds=[("Bonus Réparation Ecosystem", 2500)])
    found = words_of(pdf_of(document))
    assert found.index("Total TTC") < found.index("Bonus Réparation Ecosystem") < found.index("Net à payer")
    assert "118,00" in found


def test_a_franchise_says_why_there_is_no_vat():
    franchise()
    found = words_of(pdf_of(a_sealed_document()))
    assert "TVA non applicable, art. 293 B du CGI" in found
    assert "Total HT" not in found


def test_a_credit_note_names_its_origin():
    origin = a_sealed_document()
    found = words_of(pdf_of(a_sealed_document(K.CREDIT, origin=origin)))
    assert "Facture d’origine" in found
    assert origin.number in found
    assert "Montant de l’avoir" in found


def test_a_final_invoice_lists_its_deposits():
    deposit = a_sealed_document(K.DEPOSIT, LINES[:1])
    found = words_of(pdf_of(a_sealed_document(K.INVOICE, deposits=[deposit])))
    assert f"Acompte {deposit.number}" in found


def test_a_long_invoice_numbers_its_pages_and_keeps_its_totals_together():
    lines = [
        LineData("Première partie", kind=LineKind.SECTION),
        *LINES * 15,
        LineData("Texte libre", kind=LineKind.TEXT),
    ]
    pdf = pdf_of(a_sealed_document(lines=lines))
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    assert len(pages) > 2
    assert all(f"page\u00a0{rank} sur {len(pages)}" in text for rank, text in enumerate(pages, 1))
    total = next(text for text in pages if "Total HT" in text and "Net à payer" in text)
    assert "Total TTC" in total
    assert "Première partie" in pages[0]
    assert faults_of(pdf) == []


def test_a_file_without_its_particulars_is_seen_by_the_lint():
    pdf = engine().render("invoice", page_data(a_sealed_document()))
    assert "1 associated files" not in faults_of(pdf)
    assert "no extension schema for fx" in faults_of(pdf)
    with pikepdf.open(io.BytesIO(pdf)) as file:
        del file.Root.Metadata
        out = io.BytesIO()
        file.save(out)
    assert "no XMP /Metadata" in faults_of(out.getvalue())
