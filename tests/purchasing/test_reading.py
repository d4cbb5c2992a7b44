"""An invoice received is read from its Factur-X data; what is no invoice is left to be typed (C13)."""

import pytest

from app.purchasing.services import read_or_none, shares_of, values_of
from app.sales.services.facturx import xml_of
from app.sales.states import DocumentKind
from tests.cast import Cast
from tests.factories.sales import an_issued_invoice
from tests.factories.sales_documents import a_sealed_document, a_seller

pytestmark = pytest.mark.row("C13")


def test_what_another_seller_sends_reads_as_it_was_issued(cast: Cast) -> None:
    invoice = an_issued_invoice()
    read = read_or_none(xml_of(invoice))
    assert read is not None
    assert (read.number, read.issued_on) == (invoice.number, invoice.issued_on)
    values = values_of(read)
    assert (values["net"], values["vat"], values["gross"]) == (invoice.net, invoice.vat, invoice.gross)
    assert read.seller_name == "Atelier Second Souffle"
    assert sum(share["vat"] for share in shares_of(read)) == invoice.vat


@pytest.mark.parametrize(
    "data",
    [
        b"", b"%PDF-1.7 cut", b"<facture/>", b"<a><b>", b"PK\x03\x04",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    ],
)  # fmt: skip
def test_what_says_nothing_is_no_fault(data: bytes) -> None:
    assert read_or_none(data) is None


def test_a_credit_note_lowers_what_is_to_be_paid(cast: Cast) -> None:
    a_seller()
    note = a_sealed_document(DocumentKind.CREDIT)
    read = read_or_none(xml_of(note))
    assert read is not None
    values = values_of(read)
    assert values["gross"] == -abs(note.gross) == sum(share["base"] + share["vat"] for share in shares_of(read))
