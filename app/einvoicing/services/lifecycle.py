"""Messages of the life cycle (UN/CEFACT CDAR D22B, AFNOR XP Z12-012): those we write, those we read.

Rules that shape ours: BR-FR-CDV-07 (who speaks), -08 (electronic address of who is told), -13 (SIREN of the seller), -14 (amounts
of « encaissée » by VAT rate), -15 (a refusal and a dispute give a reason). A status of the parties has the type 23.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from app.core import clock
from app.core.errors import DomainError
from app.core.i18n import _

NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
GUIDELINE = "urn.cpro.gouv.fr:1p0:CDV:invoice"
SELLER, BUYER = "SE", "BY"
SIREN, DIRECTORY = "0002", "0225"


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer. `address` is where it is reached by the directory: its SIREN when it chose no other."""

    siren: str
    name: str
    role: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What is said of an invoice. `amounts`: [(VAT rate in basis points, cents with tax)…] of « encaissée »."""

    code: str
    label: str
    number: str
    type_code: str
    issued_on: date
    reason_code: str = ""
    reason: str = ""
    amounts: Sequence[tuple[int, int]] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """What a message says of an invoice; `by`: the role of who says it ("WK" is a platform)."""

    number: str
    code: str
    at: datetime
    by: str = ""
    reason_code: str = ""
    reason: str = ""


def write(status: Status, sender: Party, recipient: Party, message_id: str, at: datetime | None = None) -> bytes:
    """The XML of a status of ours."""
    from lxml import etree
    from lxml.builder import ElementMaker

    rsm, ram = ElementMaker(namespace=NAMES["rsm"], nsmap=NAMES), ElementMaker(namespace=NAMES["ram"])
    moment = (at or clock.now()).astimezone(UTC)
    seller = sender if sender.role == SELLER else recipient
    root = rsm.CrossDomainAcknowledgementAndResponse(
        rsm.ExchangedDocumentContext(
            ram.BusinessProcessSpecifiedDocumentContextParameter(ram.ID("REGULATED")),
            ram.GuidelineSpecifiedDocumentContextParameter(ram.ID(GUIDELINE)),
        ),
        rsm.ExchangedDocument(
            ram.ID(message_id), ram.IssueDateTime(_moment(moment)), ram.SenderTradeParty(ram.RoleCode(sender.role)),
            ram.IssuerTradeParty(ram.GlobalID(sender.siren, schemeID=SIREN), ram.Name(sender.name), ram.RoleCode(sender.role)),
            ram.RecipientTradeParty(
                ram.GlobalID(recipient.siren, schemeID=SIREN), ram.Name(recipient.name), ram.RoleCode(recipient.role),
                ram.URIUniversalCommunication(ram.URIID(recipient.address or recipient.siren, schemeID=DIRECTORY)),
            ),
        ),
        rsm.AcknowledgementDocument(
            ram.MultipleReferencesIndicator(_udt("Indicator", "false")), ram.TypeCode("23"), ram.IssueDateTime(_moment(moment)),
            ram.ReferenceReferencedDocument(
                ram.IssuerAssignedID(status.number), ram.TypeCode(status.type_code),
                ram.FormattedIssueDateTime(_date(status.issued_on)),
                ram.ProcessConditionCode(status.code), ram.ProcessCondition(status.label),
                ram.IssuerTradeParty(ram.GlobalID(seller.siren, schemeID=SIREN)), *_details(ram, status),
            ),
        ),
    )  # fmt: skip
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _details(ram: Any, status: Status) -> list[Any]:
    if not status.reason_code and not status.amounts:
        return []
    parts = [ram.ReasonCode(status.reason_code)] if status.reason_code else []
    parts += [ram.Reason(status.reason)] if status.reason else []
    amounts = [
        ram.SpecifiedDocumentCharacteristic(
            ram.TypeCode("MEN"), ram.ValueAmount(f"{cents / 100:.2f}", currencyID="EUR"), ram.ValuePercent(f"{rate / 100:.2f}")
        )
        for rate, cents in status.amounts
    ]  # fmt: skip
    return [ram.SpecifiedDocumentStatus(*parts, ram.SequenceNumeric("1"), *amounts)]


def _element(prefix: str, name: str, text: str, **attributes: str) -> Any:
    from lxml.builder import ElementMaker

    return ElementMaker(namespace=NAMES[prefix])(name, text, **attributes)


def _udt(name: str, text: str) -> Any:
    return _element("udt", name, text)


def _moment(moment: datetime) -> Any:
    return _element("udt", "DateTimeString", moment.strftime("%Y%m%d%H%M%S"), format="204")


def _date(day: date) -> Any:
    return _element("qdt", "DateTimeString", day.strftime("%Y%m%d"), format="102")


def read(xml: bytes) -> list[Said]:
    """What a message says, one entry for each invoice that it names. Raises DomainError for what is no such message."""
    from lxml import etree

    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise DomainError(_("Ce message de la plateforme ne se lit pas.")) from error
    if root.tag != f"{{{NAMES['rsm']}}}CrossDomainAcknowledgementAndResponse":
        raise DomainError(_("Ce message de la plateforme n'est pas un statut de facture."))
    by = _text(root, "rsm:ExchangedDocument/ram:IssuerTradeParty/ram:RoleCode")
    at = _read_moment(_text(root, "rsm:ExchangedDocument/ram:IssueDateTime/udt:DateTimeString"))
    found = [
        Said(
            _text(line, "ram:IssuerAssignedID")[:80], _text(line, "ram:ProcessConditionCode")[:10], at, by,
            _text(line, "ram:SpecifiedDocumentStatus/ram:ReasonCode")[:40],
            " ".join(filter(None, (_text(line, "ram:SpecifiedDocumentStatus/ram:Reason"), _text(line, "ram:SpecifiedDocumentStatus/ram:IncludedNote/ram:Content"))))[:500],
        )
        for line in root.iterfind(".//ram:ReferenceReferencedDocument", NAMES)
    ]  # fmt: skip
    kept = [said for said in found if said.number and said.code]
    if not kept:
        raise DomainError(_("Ce message de la plateforme ne nomme aucune facture."))
    return kept


def _text(node: Any, path: str) -> str:
    return " ".join(str(node.findtext(path, "", NAMES) or "").split())


def _read_moment(text: str) -> datetime:
    """What a format 204 says, in UTC as platforms write it; now when it says nothing."""
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return clock.now()
