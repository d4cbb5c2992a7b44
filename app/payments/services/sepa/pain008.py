"""The file of a batch of debits: pain.008.001.08, as the implementation guidelines of the SDD Core scheme narrow it (EPC130-08).

One block of payments per sequence type, since a block has one. BIC given when known, NOTPROVIDED otherwise.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from lxml import etree

from app.payments.services.sepa.identifiers import sepa_text

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"


class Creditor(NamedTuple):
    """Who collects."""

    name: str
    iban: str
    bic: str
    ics: str


class Collected(NamedTuple):
    """One debit. `cents` above zero; `sequence`: FRST, RCUR or OOFF."""

    end_to_end: str
    cents: int
    sequence: str
    rum: str
    signed_on: date
    debtor: str
    iban: str
    bic: str
    words: str


def pain008(message_id: str, made_at: datetime, on: date, creditor: Creditor, debits: Sequence[Collected]) -> bytes:
    """The file, in UTF-8. The same batch gives the same bytes. `made_at`: local time, without zone in the file."""
    root = etree.Element("Document", nsmap={None: NAMESPACE})
    start = etree.SubElement(root, "CstmrDrctDbtInitn")
    head = _put(start, "GrpHdr")
    _put(head, "MsgId", message_id)
    _put(head, "CreDtTm", made_at.strftime("%Y-%m-%dT%H:%M:%S"))
    _sums(head, debits)
    _put(_put(head, "InitgPty"), "Nm", sepa_text(creditor.name, 70))
    for sequence in sorted({debit.sequence for debit in debits}):
        mine = [debit for debit in debits if debit.sequence == sequence]
        _block(start, f"{message_id}-{sequence}", on, creditor, sequence, mine)
    # Elements are made without a namespace, then all are of the document's.
    for element in root.iter():
        element.tag = f"{{{NAMESPACE}}}{element.tag}"
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True))


def _put(parent: etree._Element, path: str, text: str = "") -> etree._Element:
    """The element at the end of a path of new elements, « Id/IBAN »."""
    for tag in path.split("/"):
        parent = etree.SubElement(parent, tag)
    if text:
        parent.text = text
    return parent


def _amount(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def _sums(parent: etree._Element, debits: Sequence[Collected]) -> None:
    _put(parent, "NbOfTxs", str(len(debits)))
    _put(parent, "CtrlSum", _amount(sum(debit.cents for debit in debits)))


def _agent(parent: etree._Element, tag: str, bic: str) -> None:
    bank = _put(parent, f"{tag}/FinInstnId")
    if bic:
        _put(bank, "BICFI", bic)
    else:
        _put(bank, "Othr/Id", "NOTPROVIDED")


def _block(
    parent: etree._Element, name: str, on: date, creditor: Creditor, sequence: str, debits: Sequence[Collected]
) -> None:
    block = _put(parent, "PmtInf")
    _put(block, "PmtInfId", name)
    _put(block, "PmtMtd", "DD")
    _put(block, "BtchBookg", "true")
    _sums(block, debits)
    kind = _put(block, "PmtTpInf")
    _put(kind, "SvcLvl/Cd", "SEPA")
    _put(kind, "LclInstrm/Cd", "CORE")
    _put(kind, "SeqTp", sequence)
    _put(block, "ReqdColltnDt", on.isoformat())
    _put(block, "Cdtr/Nm", sepa_text(creditor.name, 70))
    _put(block, "CdtrAcct/Id/IBAN", creditor.iban)
    _agent(block, "CdtrAgt", creditor.bic)
    _put(block, "ChrgBr", "SLEV")
    scheme = _put(block, "CdtrSchmeId/Id/PrvtId/Othr")
    _put(scheme, "Id", creditor.ics)
    _put(scheme, "SchmeNm/Prtry", "SEPA")
    for debit in debits:
        _debit(block, debit)


def _debit(parent: etree._Element, debit: Collected) -> None:
    row = _put(parent, "DrctDbtTxInf")
    _put(row, "PmtId/EndToEndId", debit.end_to_end)
    _put(row, "InstdAmt", _amount(debit.cents)).set("Ccy", "EUR")
    mandate = _put(row, "DrctDbtTx/MndtRltdInf")
    _put(mandate, "MndtId", debit.rum)
    _put(mandate, "DtOfSgntr", debit.signed_on.isoformat())
    _agent(row, "DbtrAgt", debit.bic)
    _put(row, "Dbtr/Nm", sepa_text(debit.debtor, 70))
    _put(row, "DbtrAcct/Id/IBAN", debit.iban)
    _put(row, "RmtInf/Ustrd", sepa_text(debit.words, 140))
