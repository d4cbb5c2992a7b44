"""Invoices received: a Factur-X or ZUGFeRD PDF, or the XML alone (CII or UBL), read into plain data.

What is read was written by somebody else: no entity is resolved, nothing is fetched, and what cannot be read is said.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import round_half_up

Data = dict[str, Any]
MAX_BYTES = 20_000_000
#: What an electronic invoice begins with: CII (Factur-X, ZUGFeRD), UBL.
ROOTS = ("CrossIndustryInvoice", "CrossIndustryDocument", "Invoice", "CreditNote")
CREDIT_CODES = frozenset({"381", "261", "262", "396", "502", "503"})


@dataclass(frozen=True, slots=True)
class ReadLine:
    """A line as the supplier wrote it: quantity in thousandths, prices in cents without tax, rate in basis points."""

    label: str
    quantity: int
    unit_price: int
    net: int
    vat_rate: int
    reference: str = ""
    buyer_reference: str = ""
    order_line: str = ""


@dataclass(frozen=True, slots=True)
class ReadInvoice:
    """What an invoice received says. Amounts in cents, positive on a credit note too; `credit` tells it.

    `shares`: [{category, rate, base, vat, reason, vatex}]. `xml` is what was read; `source` "factur-x", "cii" or "ubl".
    """

    number: str
    kind: str
    credit: bool
    issued_on: date
    due_on: date | None
    currency: str
    seller_name: str
    seller_siren: str
    seller_siret: str
    seller_vat_number: str
    buyer_name: str
    buyer_siren: str
    purchase_order: str
    origin: str
    iban: str
    net: int
    vat: int
    gross: int
    due: int
    source: str
    shares: list[Data] = field(default_factory=list)
    lines: list[ReadLine] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    xml: bytes = b""


def read_invoice(content: bytes) -> ReadInvoice | None:
    """The invoice that a file carries; None for a PDF that carries none: it is then typed by hand.

    Raises DomainError for what is no invoice, or cannot be read.
    """
    from facturx.parse_xml import parse_ubl_cii_xml

    if len(content) > MAX_BYTES:
        raise DomainError(_("Ce fichier dépasse 20 Mo. Demandez à votre fournisseur un fichier plus léger."))
    is_pdf = b"%PDF-" in content[:1024]
    xml = attached_xml(content) if is_pdf else content
    if xml is None:
        return None
    root = _parsed(xml)
    if str(root.tag).rpartition("}")[2] not in ROOTS:
        raise DomainError(_("Ce fichier n'est ni un PDF ni une facture électronique XML."))
    try:
        told = parse_ubl_cii_xml(root, check_xsd=False, date_as="date")
        return _read(told, xml, "factur-x" if is_pdf else "ubl" if "oasis" in str(root.tag) else "cii")
    except (KeyError, ValueError, TypeError, InvalidOperation, AttributeError) as error:
        raise DomainError(
            _("Cette facture électronique est incomplète ou d'une forme inconnue. Saisissez-la à la main.")
        ) from error


def attached_xml(pdf: bytes) -> bytes | None:
    """The invoice attached to a PDF, byte for byte; None when it has none. Raises DomainError for a PDF that does not open."""
    import facturx
    from pypdf.errors import PyPdfError

    try:
        _name, xml = facturx.get_xml_from_pdf(pdf, check_xsd=False, check_schematron=False)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DomainError(_("Ce PDF ne s'ouvre pas : il est abîmé ou protégé. Demandez-en un autre.")) from error
    return bytes(xml) if xml else None


def _parsed(xml: bytes) -> Any:
    from lxml import etree

    try:
        return etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except etree.XMLSyntaxError as error:
        raise DomainError(_("Ce fichier n'est ni un PDF ni une facture électronique XML.")) from error


def _read(told: Data, xml: bytes, source: str) -> ReadInvoice:
    seller, buyer = told.get("BG-4") or {}, told.get("BG-7") or {}
    kind = str(told["BT-3"])
    return ReadInvoice(
        number=str(told["BT-1"]).strip(), kind=kind, credit=kind in CREDIT_CODES, issued_on=told["BT-2"],
        due_on=told.get("BT-9"), currency=str(told.get("BT-5") or "EUR"), seller_name=str(seller.get("name") or ""),
        seller_siren=_siren(seller), seller_siret=_siret(seller), seller_vat_number=str(seller.get("vat_identifier") or ""),
        buyer_name=str(buyer.get("name") or ""), buyer_siren=_siren(buyer), purchase_order=str(told.get("BT-13") or ""),
        origin=str((told.get("BG-3") or [{}])[0].get("BT-25") or ""), iban=str(told.get("BT-84") or ""),
        net=_cents(told["BT-109"]), vat=_cents(told.get("BT-110") or "0"), gross=_cents(told["BT-112"]),
        due=_cents(told.get("BT-115") or told["BT-112"]), source=source, xml=xml,
        shares=[_share(entry) for entry in told.get("BG-23") or ()],
        lines=[_line(entry) for entry in told.get("BG-25") or ()],
        notes=[str(note["BT-22"]) for note in told.get("BG-1") or () if note.get("BT-22")],
    )  # fmt: skip


def _siren(party: Data) -> str:
    number = "".join(str(party.get("legal_identifier") or "").split())
    return number[:9] if number[:9].isdigit() and len(number) in (9, 14) else _siret(party)[:9]


def _siret(party: Data) -> str:
    known = party.get("identifiers") or {}
    number = "".join(str(known.get("0009") or party.get("legal_identifier") or "").split())
    return number if len(number) == 14 and number.isdigit() else ""


def _cents(value: Any) -> int:
    return round_half_up(Decimal(str(value)) * 100)


def _share(entry: Data) -> Data:
    return {
        "category": str(entry.get("BT-118") or "S"), "rate": _cents(entry.get("BT-119") or "0"),
        "base": _cents(entry["BT-116"]), "vat": _cents(entry.get("BT-117") or "0"),
        "reason": str(entry.get("BT-120") or ""), "vatex": str(entry.get("BT-121") or ""),
    }  # fmt: skip


def _line(entry: Data) -> ReadLine:
    per = Decimal(str(entry.get("BT-149") or "1")) or Decimal(1)
    return ReadLine(
        label=str(entry["BT-153"]), quantity=round_half_up(Decimal(str(entry["BT-129"])) * 1000),
        unit_price=round_half_up(Decimal(str(entry["BT-146"])) * 100 / per), net=_cents(entry["BT-131"]),
        vat_rate=_cents(entry.get("BT-152") or "0"), reference=str(entry.get("BT-155") or ""),
        buyer_reference=str(entry.get("BT-156") or ""), order_line=str(entry.get("BT-132") or ""),
    )  # fmt: skip
