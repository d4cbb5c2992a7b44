"""Life-cycle messages as the platform writes and reads them (UN/CEFACT CDAR D22B), by its own reading of the standard."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

NAMES = {
    "rsm": "urn:un:unece:uncefact:data:standard:CrossDomainAcknowledgementAndResponse:100",
    "ram": "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
    "udt": "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",
    "qdt": "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
}
CDAR_ROOT = f"{{{NAMES['rsm']}}}CrossDomainAcknowledgementAndResponse"
WORDS = {
    "200": "Déposée", "201": "Émise", "202": "Reçue", "203": "Mise à disposition", "204": "Prise en charge", "205": "Approuvée",
    "206": "Approuvée partiellement", "207": "En litige", "208": "Suspendue", "210": "Refusée", "211": "Paiement transmis",
    "212": "Encaissée", "213": "Rejetée", "501": "Irrecevable",
}  # fmt: skip
#: Companies that stand for the parties: the simulator reads no invoice.
SELLER, BUYER = "732829320", "552081317"
#: Said by the platforms themselves; the others by the seller or the buyer.
BY_PLATFORM = frozenset({"200", "201", "202", "203", "213", "501"})


def cdar(number: str, code: str, reason_code: str = "", reason: str = "") -> bytes:
    """The message that says `code` of the invoice `number`: from a platform, or from the buyer, to the seller."""
    spaces = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in NAMES.items())
    now = datetime.now(UTC)
    moment, today = now.strftime("%Y%m%d%H%M%S"), now.strftime("%Y%m%d")
    by_platform = code in BY_PLATFORM
    issuer = "" if by_platform else f'<ram:GlobalID schemeID="0002">{BUYER}</ram:GlobalID>'
    role, kind = ("WK", "305") if by_platform else ("BY", "23")
    detail = ""
    if reason_code or reason:
        detail = (
            f"<ram:SpecifiedDocumentStatus><ram:ReasonCode>{escape(reason_code or 'AUTRE')}</ram:ReasonCode>"
            f"<ram:Reason>{escape(reason)}</ram:Reason><ram:SequenceNumeric>1</ram:SequenceNumeric></ram:SpecifiedDocumentStatus>"
        )
    when = f'<udt:DateTimeString format="204">{moment}</udt:DateTimeString>'
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rsm:CrossDomainAcknowledgementAndResponse {spaces}>
 <rsm:ExchangedDocumentContext>
  <ram:BusinessProcessSpecifiedDocumentContextParameter><ram:ID>REGULATED</ram:ID></ram:BusinessProcessSpecifiedDocumentContextParameter>
  <ram:GuidelineSpecifiedDocumentContextParameter><ram:ID>urn.cpro.gouv.fr:1p0:CDV:invoice</ram:ID></ram:GuidelineSpecifiedDocumentContextParameter>
 </rsm:ExchangedDocumentContext>
 <rsm:ExchangedDocument>
  <ram:ID>{escape(number)}-{code}-{moment}</ram:ID><ram:IssueDateTime>{when}</ram:IssueDateTime>
  <ram:SenderTradeParty><ram:RoleCode>WK</ram:RoleCode></ram:SenderTradeParty>
  <ram:IssuerTradeParty>{issuer}<ram:RoleCode>{role}</ram:RoleCode></ram:IssuerTradeParty>
  <ram:RecipientTradeParty><ram:GlobalID schemeID="0002">{SELLER}</ram:GlobalID><ram:RoleCode>SE</ram:RoleCode><ram:URIUniversalCommunication><ram:URIID schemeID="0225">{SELLER}</ram:URIID></ram:URIUniversalCommunication></ram:RecipientTradeParty>
 </rsm:ExchangedDocument>
 <rsm:AcknowledgementDocument>
  <ram:MultipleReferencesIndicator><udt:Indicator>false</udt:Indicator></ram:MultipleReferencesIndicator>
  <ram:TypeCode>{kind}</ram:TypeCode><ram:IssueDateTime>{when}</ram:IssueDateTime>
  <ram:ReferenceReferencedDocument>
   <ram:IssuerAssignedID>{escape(number)}</ram:IssuerAssignedID><ram:TypeCode>380</ram:TypeCode>
   <ram:FormattedIssueDateTime><qdt:DateTimeString format="102">{today}</qdt:DateTimeString></ram:FormattedIssueDateTime>
   <ram:ProcessConditionCode>{code}</ram:ProcessConditionCode><ram:ProcessCondition>{WORDS.get(code, code)}</ram:ProcessCondition>
   <ram:IssuerTradeParty><ram:GlobalID schemeID="0002">{SELLER}</ram:GlobalID></ram:IssuerTradeParty>{detail}
  </ram:ReferenceReferencedDocument>
 </rsm:AcknowledgementDocument>
</rsm:CrossDomainAcknowledgementAndResponse>
""".encode()


def read_status(raw: bytes) -> dict[str, Any]:
    """{number, code, reason_code, reason, amounts: [[rate, amount]…]} of a message received."""
    root = ET.fromstring(raw)  # noqa: S314 - a simulator reads its own client
    told = root.find(".//ram:ReferenceReferencedDocument", NAMES)
    if told is None:
        return {"number": ""}
    amounts = [
        [line.findtext("ram:ValuePercent", "", NAMES), line.findtext("ram:ValueAmount", "", NAMES)]
        for line in told.iterfind(".//ram:SpecifiedDocumentCharacteristic", NAMES)
        if line.findtext("ram:TypeCode", "", NAMES) == "MEN"
    ]
    return {
        "number": told.findtext("ram:IssuerAssignedID", "", NAMES),
        "code": told.findtext("ram:ProcessConditionCode", "", NAMES),
        "reason_code": told.findtext(".//ram:ReasonCode", "", NAMES),
        "reason": told.findtext(".//ram:Reason", "", NAMES),
        "amounts": amounts,
    }
