"""The QR code of a transfer (EPC069-12): the client's bank fills the payment from it."""

import io
from decimal import Decimal

import segno
from stdnum import iban as stdnum_iban

LARGEST = 99_999_999_999  # cents


def valid_iban(text: str) -> bool:
    """Whether the IBAN's key is right."""
    return bool(text) and bool(stdnum_iban.is_valid(text))


def epc_svg(name: str, iban: str, bic: str, cents: int, reference: str) -> str | None:
    """The code as SVG, at error level M; None when nothing is due or the IBAN is wrong: a code never sends money astray."""
    if not valid_iban(iban) or not 0 < cents <= LARGEST:
        return None
    amount = f"EUR{Decimal(cents) / 100:.2f}"
    words = "\n".join(("BCD", "002", "1", "SCT", bic, name[:70], iban, amount, "", "", reference[:140]))
    # The mask is given: looking for the best of the eight takes longer than the rest of the page's data, and any is read.
    code = segno.make_qr(words, error="m", boost_error=False, mask=4, encoding="utf-8")
    out = io.BytesIO()
    code.save(out, kind="svg", border=0, xmldecl=False, svgclass=None, lineclass=None)
    return out.getvalue().decode()
