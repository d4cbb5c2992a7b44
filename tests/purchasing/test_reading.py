"""An invoice received is read from its Factur-X data; what is no invoice is left to be typed (C13)."""

import pytest

from app.purchasing.services import read_bill
from app.sales.services.facturx import xml_of
from tests.cast import Cast
from tests.factories.sales import an_issued_invoice

pytestmark = pytest.mark.row("C13")


def test_what_another_seller_sends_reads_as_it_was_issued(cast: Cast) -> None:
    invoice = an_issued_invoice()
    read = read_bill(xml_of(invoice))
    assert read is not None
    assert (read.number, read.issued_on) == (invoice.number, invoice.issued_on)
    assert (read.net, read.vat, read.gross) == (invoice.net, invoice.vat, invoice.gross)
    assert read.seller == "Atelier Second Souffle"
    assert sum(share["vat"] for share in read.shares) == invoice.vat


@pytest.mark.parametrize(
    "data",
    [
        b"", b"%PDF-1.7 cut", b"<facture/>", b"<a><b>", b"PK\x03\x04",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
    ],
)  # fmt: skip
def test_what_says_nothing_is_no_fault(data: bytes) -> None:
    assert read_bill(data) is None
