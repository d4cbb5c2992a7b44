"""Reading an invoice received: the Factur-X data of its PDF (UN/CEFACT CII, EN 16931), or its XML alone."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from facturx import get_facturx_xml_from_pdf
from lxml import etree

from app.core.errors import DomainError
from app.core.money import parse_cents

NS = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
}
AGREEMENT = "//ram:ApplicableHeaderTradeAgreement"
SETTLEMENT = "//ram:ApplicableHeaderTradeSettlement"
SUMS = f"{SETTLEMENT}/ram:SpecifiedTradeSettlementHeaderMonetarySummation"


@dataclass(frozen=True, slots=True)
class BillRead:
    """What an invoice says of itself; amounts in cents, `shares` by rate (basis points)."""

    number: str = ""
    issued_on: date | None = None
    due_on: date | None = None
    seller: str = ""
    seller_numbers: tuple[str, ...] = ()
    order_number: str = ""
    net: int = 0
    vat: int = 0
    gross: int = 0
    shares: list[dict[str, int]] = field(default_factory=list)


def read_bill(data: bytes) -> BillRead | None:
    """What the file says, when it is a Factur-X PDF or a CII XML; None when it says nothing that a machine reads."""
    xml = data
    if data.startswith(b"%PDF"):
        try:
            _name, found = get_facturx_xml_from_pdf(data, check_xsd=False)
        except Exception:
            return None
        if not found:
            return None
        xml = found
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        root = etree.fromstring(xml, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return _read(root) if root.tag == f"{{{NS['rsm']}}}CrossIndustryInvoice" else None


def _read(root: Any) -> BillRead:
    def text(path: str) -> str:
        found = root.xpath(f"string(({path})[1])", namespaces=NS)
        return " ".join(str(found).split())[:200]

    numbers = root.xpath(f"{AGREEMENT}/ram:SellerTradeParty//ram:ID/text()", namespaces=NS)
    return BillRead(
        number=text("/rsm:CrossIndustryInvoice/rsm:ExchangedDocument/ram:ID")[:80],
        issued_on=_day(text("//rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString")),
        due_on=_day(text(f"{SETTLEMENT}/ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime/udt:DateTimeString")),
        seller=text(f"{AGREEMENT}/ram:SellerTradeParty/ram:Name"),
        seller_numbers=tuple("".join(str(number).split()) for number in numbers),
        order_number=text(f"{AGREEMENT}/ram:BuyerOrderReferencedDocument/ram:IssuerAssignedID"),
        net=_cents(text(f"{SUMS}/ram:TaxBasisTotalAmount")),
        vat=_cents(text(f"{SUMS}/ram:TaxTotalAmount")),
        gross=_cents(text(f"{SUMS}/ram:GrandTotalAmount")),
        shares=_shares(root),
    )


def _shares(root: Any) -> list[dict[str, int]]:
    found = []
    for tax in root.xpath(f"{SETTLEMENT}/ram:ApplicableTradeTax", namespaces=NS):
        values = {
            name: tax.findtext(f"ram:{name}", "", NS)
            for name in ("RateApplicablePercent", "BasisAmount", "CalculatedAmount")
        }
        found.append({"rate": _cents(values["RateApplicablePercent"]), "base": _cents(values["BasisAmount"]), "vat": _cents(values["CalculatedAmount"])})  # fmt: skip
    return found


def _cents(text: str) -> int:
    """Hundredths of a decimal of the XML, which writes a point; 0 when it cannot be read."""
    try:
        return parse_cents(f"{float(text):.2f}") if text.strip() else 0
    except (ValueError, OverflowError, DomainError):
        return 0


def _day(text: str) -> date | None:
    try:
        return datetime.strptime(text.strip(), "%Y%m%d").date()  # noqa: DTZ007
    except ValueError:
        return None
