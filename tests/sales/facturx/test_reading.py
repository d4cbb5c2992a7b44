"""Invoices received: read back to the cent from a PDF or from the XML alone; what is no invoice is said, never guessed."""

import pytest
from facturx.generate_xml import generate_xml

from app.core.errors import DomainError
from app.documents.letterhead import engine
from app.sales.services.documents.lines import LineData
from app.sales.services.facturx import read_invoice, render, xml_of
from app.sales.services.facturx.page import page_data
from app.sales.services.facturx.terms import business_terms
from app.sales.states import DocumentKind
from tests.factories.sales_documents import LINES, a_sealed_document, a_seller, franchise


@pytest.fixture(autouse=True)
def _seller(app):
    a_seller()


@pytest.mark.row("C13")
@pytest.mark.parametrize("source", ["factur-x", "cii", "ubl"])
def test_an_invoice_is_read_to_the_cent(source):
    document = a_sealed_document(purchase_order="BC-2026-0004", thirds=[("Prise en charge", 2500)])
    xml = xml_of(document)
    if source == "ubl":
        xml = generate_xml(
            business_terms(document, document.lines), flavor="ubl-2.1", level="en16931", check_schematron=False
        )
    read = read_invoice(render(document, xml) if source == "factur-x" else xml)
    assert (read.source, read.number, read.credit) == (source, document.number, False)
    assert (read.issued_on, read.due_on) == (document.issued_on, document.due_on)
    assert (read.net, read.vat, read.gross, read.due) == (11917, 2383, 14300, 11800)
    assert (read.seller_name, read.seller_siret, read.seller_siren) == (
        "Atelier Second Souffle", "73282932000074", "732829320",
    )  # fmt: skip
    assert read.seller_vat_number == "FR44732829320"
    assert (read.buyer_name, read.buyer_siren) == ("Hôtel des Pins", "443061841")
    assert read.purchase_order == "BC-2026-0004"
    assert read.iban == "FR7630006000011234567890189"
    assert read.shares == [{"category": "S", "rate": 2000, "base": 11917, "vat": 2383, "reason": "", "vatex": ""}]
    assert [
        (line.label, line.quantity, line.unit_price, line.net, line.vat_rate, line.reference) for line in read.lines
    ] == [
        (line.label, line.quantity, line.unit_price, line.net, line.vat_rate, line.reference) for line in document.lines
    ]
    assert read.xml == xml


def test_a_credit_note_names_what_it_corrects():
    origin = a_sealed_document()
    read = read_invoice(xml_of(a_sealed_document(DocumentKind.CREDIT, LINES[:1], origin=origin)))
    assert (read.credit, read.kind, read.origin, read.gross) == (True, "381", origin.number, 900)


def test_a_supplier_without_vat_and_a_line_with_a_discount():
    franchise()
    read = read_invoice(xml_of(a_sealed_document(lines=[LineData("Pose", 3000, 1000, discount=2500)])))
    assert read.seller_vat_number == ""
    assert read.shares[0]["vatex"] == "VATEX-FR-FRANCHISE"
    assert (read.lines[0].unit_price, read.lines[0].net) == (750, 2250)


def test_a_pdf_without_an_invoice_is_typed_by_hand():
    assert read_invoice(engine().render("invoice", page_data(a_sealed_document()))) is None


@pytest.mark.parametrize(
    "content",
    [b"", b"not an invoice", b"<html/>", b"%PDF-1.7 broken", b"<a>", b"\xff\xfe\x00", b"x" * 20_000_001],
    ids=["empty", "text", "html", "broken-pdf", "broken-xml", "bytes", "too-big"],
)
def test_what_is_no_invoice_is_refused_with_a_sentence(content):
    with pytest.raises(DomainError) as refused:
        read_invoice(content)
    assert refused.value.message.endswith(".")


def test_nothing_outside_the_file_is_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("secret de la maison")
    xml = xml_of(a_sealed_document()).decode()
    head, body = xml.split("?>", 1)
    hostile = f'{head}?><!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]>{body.replace("Hôtel des Pins", "&a;")}'
    try:
        read = read_invoice(hostile.encode())
    except DomainError:
        return
    assert "secret" not in read.buyer_name


def test_an_incomplete_invoice_is_said():
    xml = xml_of(a_sealed_document())
    start, end = xml.index(b"<ram:TaxBasisTotalAmount>"), xml.index(b"</ram:TaxBasisTotalAmount>")
    with pytest.raises(DomainError, match="incomplète"):
        read_invoice(xml[:start] + xml[end + len(b"</ram:TaxBasisTotalAmount>") :])
