"""The business terms of EN 16931 (BT-1 …) of an issued document, as `factur-x` wants them: texts and texts of numbers.

Pure: the sealed row and its lines in, a dictionary out. What BR-FR asks is in AFNOR XP Z12-012.
"""

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from app.catalog.states import VatCategory
from app.core import clock
from app.core.i18n import _
from app.core.money import euros as in_euros
from app.sales.models import DocumentLine, SalesDocument
from app.sales.services.facturx.parties import delivery_party, outside_vat, party_of, seller_party
from app.sales.services.facturx.shape import already
from app.sales.states.documents import TYPE_CODES, DocumentKind, LineKind

Data = dict[str, Any]
#: UN/ECE recommendation 20; anything else is « one » (C62).
UNITS = {
    "heure": "HUR", "heures": "HUR", "h": "HUR", "minute": "MIN", "minutes": "MIN", "min": "MIN", "jour": "DAY",
    "jours": "DAY", "semaine": "WEE", "mois": "MON", "an": "ANN", "année": "ANN", "km": "KMT", "m": "MTR", "mètre": "MTR",
    "ml": "MTR", "m²": "MTK", "m2": "MTK", "m³": "MTQ", "m3": "MTQ", "kg": "KGM", "g": "GRM", "l": "LTR", "litre": "LTR",
    "litres": "LTR", "t": "TNE", "kwh": "KWH", "forfait": "LS", "%": "P1",
}  # fmt: skip
#: A disbursement is no supply (CGI art. 267 II 2°); EN 16931 keeps « O » alone on its invoice, so it is said as exempt.
DISBURSEMENT = "VATEX-EU-79-C"
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def business_terms(document: SalesDocument, lines: Sequence[DocumentLine]) -> Data:
    """The terms of the document, its amounts positive on a credit note."""
    sign = -1 if document.kind == DocumentKind.CREDIT and document.gross < 0 else 1
    shares = [in_words(share) for share in document.shares]
    content = document.content
    seller, buyer = content.get("seller", {}), content.get("buyer", {})
    outside = outside_vat(shares)
    issued = _day(document.issued_on)
    found: Data = {
        "BT-1": document.number, "BT-2": issued, "BT-3": TYPE_CODES[document.kind], "BT-5": "EUR",
        "BT-13": document.purchase_order, "BT-14": (content.get("order") or {}).get("number"),
        "BT-20": _payment_terms(document), "BT-23": process(document), "BT-72": _day(document.supplied_on) or issued,
        "BG-1": _notes(document), "BG-3": _preceding(content),
        "BG-4": seller_party(seller, outside=outside), "BG-7": party_of(buyer, outside=outside),
        "BG-13": delivery_party(document.delivery_address, buyer, shares),
        "BT-106": euros(sign * document.net), "BT-109": euros(sign * document.net), "BT-110": euros(sign * document.vat),
        "BT-112": euros(sign * document.gross), "BT-115": euros(sign * (document.due - already(content))),
        "BG-23": breakdown(shares, sign), "BG-25": _lines(lines, shares, sign),
    }  # fmt: skip
    found |= _payment(document, seller) | _due(document) | _tax_point(seller, shares)
    paid = sign * (document.prepaid + document.third_party + already(content))
    if paid:
        found["BT-113"] = euros(paid)
    cleaned: Data = _clean({key: value for key, value in found.items() if value not in (None, "", [], {})})
    return cleaned


def euros(cents: int) -> str:
    """« 119.17 »."""
    return f"{Decimal(cents) / 100:.2f}"


def process(document: SalesDocument) -> str:
    """BT-23: B goods, S services, M both; then 4 after a deposit, 2 already paid, 1 otherwise."""
    nature = document.content.get("nature") or "S"
    if document.kind == DocumentKind.INVOICE and document.content.get("deposits"):
        return f"{nature}4"
    return f"{nature}{2 if _already_paid(document) else 1}"


def _already_paid(document: SalesDocument) -> bool:
    asked = document.due - already(document.content)
    return asked == 0 and document.gross > 0 and document.kind != DocumentKind.CREDIT


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _due(document: SalesDocument) -> Data:
    if document.kind == DocumentKind.CREDIT:
        return {}
    paid_on = [str(part["on"]) for part in document.content.get("already") or ()]
    if paid_on and _already_paid(document):
        return {"BT-9": max(paid_on)}  # of what is paid, the day of the payment
    first = next((date.fromisoformat(row["on"]) for row in document.content.get("instalments") or ()), document.due_on)
    day = first or (document.issued_on if _already_paid(document) else None)
    return {"BT-9": _day(max(day, document.issued_on or day))} if day else {}


def _payment_terms(document: SalesDocument) -> str:
    if document.kind == DocumentKind.CREDIT:
        return _("Avoir à déduire d'un prochain règlement ou à rembourser")
    return " ".join(filter(None, (in_instalments(document.content), document.conditions.strip()))) or _(
        "Payable à réception"
    )


def in_instalments(content: Data) -> str:
    """« Payable en 2 fois : 50,00 € le 1 décembre 2026 ; 50,00 € le 1 janvier 2027. », or nothing: BT-20 says what BT-9, the
    first of the dates, cannot (EN 16931-1: for partial payments it states the first net due date)."""
    rows = content.get("instalments") or ()
    parts = [
        _("%(amount)s le %(day)s", amount=in_euros(row["cents"]), day=clock.written_date(date.fromisoformat(row["on"])))
        for row in rows
    ]
    return _("Payable en %(count)s fois : %(parts)s.", count=len(rows), parts=" ; ".join(parts)) if rows else ""


def _payment(document: SalesDocument, seller: Data) -> Data:
    iban = str(seller.get("iban") or "").replace(" ", "")
    if not iban or document.kind == DocumentKind.CREDIT:
        return {}
    bic = str(seller.get("bic") or "").replace(" ", "")
    return {"BT-81": "58", "BT-83": document.number, "BT-84": iban, "BT-85": seller.get("name")} | (
        {"BT-86": bic} if bic else {}
    )


def _tax_point(seller: Data, shares: list[Data]) -> Data:
    """BT-8 « invoice »: VAT on debits (CGI art. 269, 2 c)."""
    taxed = any(share["category"] == VatCategory.STANDARD.value for share in shares)
    return {"BT-8": "invoice"} if seller.get("vat_on_debits") and taxed else {}


def _notes(document: SalesDocument) -> list[Data]:
    content = document.content
    found = [{"BT-21": code, "BT-22": text} for code, text in sorted((content.get("notes") or {}).items()) if text]
    # BAR says which flow the invoice belongs to, e-invoicing between businesses or e-reporting (CGI art. 289 bis, 290).
    found.append({"BT-21": "BAR", "BT-22": "B2B" if content.get("business") else "B2C"})
    found += [{"BT-22": text} for text in (*(content.get("mentions") or ()), document.notes) if text and text.strip()]
    return found


def _preceding(content: Data) -> list[Data]:
    """BG-3: the invoice that a credit note corrects, the deposits that a final invoice takes up."""
    origin = content.get("origin")
    others = ([origin] if origin else []) + list(content.get("deposits") or ())
    return [{"BT-25": other["number"], "BT-26": str(other["date"])[:10]} for other in others if other.get("number")]


# --- VAT and lines ------------------------------------------------------------------------------------------------


def in_words(share: Data) -> Data:
    """A share as EN 16931 speaks of it: its category sure, a disbursement exempt and not outside."""
    category = str(share.get("category") or ("S" if share.get("rate") else "Z"))
    if share.get("code") == "disbursement" or share.get("vatex") == DISBURSEMENT:
        return {**share, "category": "E", "vatex": DISBURSEMENT}
    return {**share, "category": category}


def breakdown(shares: Sequence[Data], sign: int = 1) -> list[Data]:
    """BG-23: one entry a category and rate, as EN 16931 wants; reasons of exemption that meet there are joined."""
    groups: dict[tuple[str, int], list[Data]] = {}
    for share in shares:
        groups.setdefault((share["category"], share["rate"]), []).append(share)
    found = []
    for (category, rate), members in sorted(groups.items()):
        entry = {
            "BT-116": euros(sign * sum(share["base"] for share in members)),
            "BT-117": euros(sign * sum(share["vat"] for share in members)),
            "BT-118": category,
        }
        if category != VatCategory.OUTSIDE.value:
            entry["BT-119"] = percent(rate)
        if category not in (VatCategory.STANDARD.value, VatCategory.ZERO.value):
            reasons = list(dict.fromkeys(share["reason"] for share in members if share.get("reason")))
            codes = list(dict.fromkeys(share["vatex"] for share in members if share.get("vatex")))
            entry |= {"BT-120": " ; ".join(reasons)} if reasons else {}
            entry |= {"BT-121": codes[0]} if len(codes) == 1 else {}
        found.append(entry)
    return found


def percent(rate: int) -> str:
    """« 5.5 » from 550 basis points."""
    return f"{(Decimal(rate) / 100).normalize():f}"


def _lines(lines: Sequence[DocumentLine], shares: Sequence[Data], sign: int) -> list[Data]:
    categories = {(share["code"], share["rate"]): share["category"] for share in shares}
    items = [line for line in lines if line.kind == LineKind.ITEM]
    return [_line(rank, line, categories, sign) for rank, line in enumerate(items, 1)]


def _line(rank: int, line: DocumentLine, categories: dict[tuple[str, int], str], sign: int) -> Data:
    category = categories.get((line.vat_code, line.vat_rate)) or ("S" if line.vat_rate else "Z")
    # A price is never negative: the sign is the quantity's. Discounts are inside the net price (BT-146 = BT-148 - BT-147).
    turned = -1 if line.unit_price < 0 else 1
    gross = Decimal(abs(line.unit_price)) / 100
    net = gross * (10_000 - line.discount) / 10_000
    found: Data = {
        "BT-126": str(rank), "BT-129": number(Decimal(sign * turned * line.quantity) / 1000),
        "BT-130": UNITS.get(line.unit.strip().lower(), "C62"), "BT-131": euros(sign * line.net), "BT-146": price(net),
        "BT-151": category, "BT-153": line.label, "BT-154": line.detail, "BT-155": line.reference,
    }  # fmt: skip
    if line.discount:
        found |= {"BT-148": price(gross), "BT-147-00": [{"BT-147": price(gross - net)}]}
    if category != VatCategory.OUTSIDE.value:
        found["BT-152"] = percent(line.vat_rate)
    return {key: value for key, value in found.items() if value not in (None, "")}


def number(value: Decimal) -> str:
    """« 0.75 »: no exponent, no useless zero."""
    return f"{value.normalize():f}"


def price(value: Decimal) -> str:
    """« 7.50 »: two to six decimals; a cent with a discount in basis points never has more."""
    text = f"{value:.6f}".rstrip("0")
    whole, _dot, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(2, '0')}"


def _clean(value: Any) -> Any:
    """The same without the characters that XML refuses."""
    if isinstance(value, str):
        return _CONTROL.sub("", value)
    if isinstance(value, dict):
        return {key: _clean(item) for key, item in value.items()}
    return [_clean(item) for item in value] if isinstance(value, list) else value
