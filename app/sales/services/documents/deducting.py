"""The deposits that an invoice deducts: what no credit note and no earlier invoice took of them, in each VAT rate, to the cent."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from app.core.db import db
from app.core.money import round_half_up
from app.sales.models import SalesDocument
from app.sales.queries.documents import credits_of, of_order
from app.sales.services.documents.amounts import ByRate, Share, by_rate, shares_of
from app.sales.services.documents.credits import left_of
from app.sales.states import DocumentKind

WHOLE = 10_000
Data = dict[str, Any]


def still_deducted(document: SalesDocument) -> int:
    """Cents of deposits that an invoice deducts, less what a credit note of all of it gave back."""
    if not document.prepaid or document.issued_at is None:
        return document.prepaid
    return document.prepaid - sum(credit.prepaid for credit in credits_of(document.id))


def deposits_left(order: SalesDocument) -> list[Data]:
    """The issued deposits of an order with what no credit note and no progress invoice took of them, by rate."""
    taken = _taken(order)
    found = []
    for invoice in of_order(order.id, DocumentKind.DEPOSIT):
        bases, vats = left_of(invoice)
        for key, (base, vat) in taken.get(str(invoice.number), {}).items():
            bases[key], vats[key] = bases.get(key, 0) - base, vats.get(key, 0) - vat
        if invoice.issued_on and sum(bases.values()) + sum(vats.values()) > 0:
            kept = {key: base for key, base in bases.items() if base or vats.get(key)}
            found.append(_entry(invoice, shares_of(kept, invoice.issued_on, vats)))
    return found


def _entry(invoice: SalesDocument, shares: Sequence[Share]) -> Data:
    net, vat = sum(share["base"] for share in shares), sum(share["vat"] for share in shares)
    day = invoice.issued_on.isoformat() if invoice.issued_on else ""
    return {
        "number": invoice.number, "date": day, "kind": invoice.kind.value, "net": net, "vat": vat, "gross": net + vat,
        "shares": list(shares),
    }  # fmt: skip


def _taken(order: SalesDocument) -> dict[str, dict[tuple[str, int], tuple[int, int]]]:
    """By number of deposit and rate, the (base, tax) that progress invoices deducted and that no credit note gave back."""
    found: dict[str, dict[tuple[str, int], tuple[int, int]]] = defaultdict(dict)
    for invoice in of_order(order.id, DocumentKind.PROGRESS):
        for entry in (invoice.content.get("deposits") or ()) if still_deducted(invoice) else ():
            bases, vats = by_rate(entry["shares"])
            known = found[entry["number"]]
            for key in bases:
                base, vat = known.get(key, (0, 0))
                known[key] = (base + bases[key], vat + vats[key])
    return found


def capped(deposits: Sequence[Data], document: SalesDocument) -> list[Data]:
    """What an invoice can deduct of these deposits: in no rate more than its own base and tax, in all no more than its total."""
    bases, vats = by_rate(document.shares)
    room = document.gross
    found = []
    for entry in deposits:
        kept = []
        for whole in entry["shares"]:
            share = _part(whole, bases, vats, max(0, room))
            if share["base"] or share["vat"]:
                key = (share["code"], share["rate"])
                bases[key], vats[key] = bases[key] - share["base"], vats[key] - share["vat"]
                room -= share["base"] + share["vat"]
                kept.append(share)
        if kept:
            net, vat = sum(share["base"] for share in kept), sum(share["vat"] for share in kept)
            found.append(entry | {"net": net, "vat": vat, "gross": net + vat, "shares": kept})
    return found


def _part(share: Share, bases: ByRate, vats: ByRate, room: int) -> Share:
    """A share of a deposit, no more than what its rate has, nor than that many cents with tax."""
    key, rate = (share["code"], share["rate"]), share["rate"]
    base, vat = min(share["base"], max(0, bases.get(key, 0))), min(share["vat"], max(0, vats.get(key, 0)))
    if base + vat > room:
        vat = min(vat, round_half_up(Decimal(room) * rate / (WHOLE + rate)))
        base = min(base, room - vat)
    return share | {"base": base, "vat": vat}


def deduct(document: SalesDocument, deposits: Sequence[Data]) -> None:
    """Write on a draft the deposits that it deducts, and what is left to pay."""
    document.content = {**document.content, "deposits": list(deposits)}
    document.prepaid = sum(entry["gross"] for entry in deposits)
    document.due = document.gross - document.third_party - document.prepaid
    db.session.flush()
