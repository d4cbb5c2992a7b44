"""OFX statements, as French banks give them: version 1 (SGML without closing tags) or 2 (XML), in any usual encoding."""

import codecs
import html
import re
from datetime import date
from decimal import Decimal, InvalidOperation

from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import MAX_CENTS
from app.core.reading import UnreadableTable
from app.payments.services.bank.movements import Movement, Read

_TAG = re.compile(r"<(/?)([A-Za-z0-9._]+)>([^<]*)")


def is_ofx(data: bytes) -> bool:
    """True when the file says that it is OFX, whatever its name."""
    head = data[:2000].upper()
    return b"OFXHEADER" in head or b"<OFX>" in head


def read_ofx(data: bytes) -> Read:
    """The movements of a statement. Raises UnreadableTable when it has none that reads."""
    account, movements, faults = "", list[Movement](), list[int]()
    row: dict[str, str] | None = None
    rank = 0
    for closing, tag, text in _TAG.findall(_decoded(data)):
        name, value = tag.upper(), html.unescape(text).strip()
        if name == "STMTTRN" and not closing:
            rank, row = rank + 1, {}
        elif name in ("STMTTRN", "BANKTRANLIST") and closing:
            _add(row, rank, movements, faults)
            row = None
        elif name == "ACCTID" and value and not account:
            account = value[:40]
        elif row is not None and not closing and value:
            row[name] = value
    _add(row, rank, movements, faults)
    if not movements:
        raise UnreadableTable(
            _("Ce fichier OFX ne contient aucun mouvement. Choisissez une autre période chez votre banque, puis téléchargez-le de nouveau.")
        )  # fmt: skip
    return Read(account, movements, faults)


def _add(row: dict[str, str] | None, rank: int, movements: list[Movement], faults: list[int]) -> None:
    if row is None:
        return
    movement = _movement(row)
    if movement is None:
        faults.append(rank)
    else:
        movements.append(movement)


def _decoded(data: bytes) -> str:
    """The text: by its mark, by what the header says, else UTF-8 when it is, else Windows."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    head = data[:500].upper()
    if b"ENCODING:USASCII" not in head and b"CHARSET:1252" not in head:
        try:
            return data.decode("utf-8-sig")
        except UnicodeDecodeError:
            pass
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _movement(row: dict[str, str]) -> Movement | None:
    day, amount = _day(row.get("DTPOSTED", "")), _cents(row.get("TRNAMT", ""))
    if day is None or amount is None:
        return None
    parts = [row.get("NAME", ""), row.get("MEMO", "")]
    label = " ".join(dict.fromkeys(part for part in parts if part)) or row.get("TRNTYPE", "")
    reference = row.get("REFNUM", "") or row.get("CHECKNUM", "")
    return Movement(day, " ".join(label.split())[:300], amount, reference[:80], row.get("FITID", "")[:120])


def _day(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _cents(text: str) -> int | None:
    try:
        cents = Decimal(text.replace(" ", "").replace(",", ".")) * 100
    except (InvalidOperation, DomainError):
        return None
    return int(cents) if cents.is_finite() and cents == int(cents) and abs(cents) <= MAX_CENTS else None
