"""An invoice beside its order: line by line when it has lines, by its totals else. What differs is said in French."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.i18n import _
from app.core.money import euros, line_cents
from app.core.money import quantity as written
from app.core.search import fold
from app.documents.einvoices import ReadInvoice
from app.purchasing.models import Purchase, PurchaseLine, SupplierInvoice

CENT = 1
UNIT = 1000


@dataclass(frozen=True, slots=True)
class BillLine:
    """A line of an invoice received: quantity in thousandths, unit price and total in cents without tax.

    `references`: the supplier's and ours, as it names them; `line_id`: the line of the order, when it is known.
    """

    label: str
    quantity: int
    price: int
    net: int
    references: list[str] = field(default_factory=list)
    line_id: int | None = None


def compare(bill: SupplierInvoice, purchase: Purchase) -> tuple[list[dict[str, Any]], list[str]]:
    """(the invoice's lines, each with the line of the order that it is; what differs, a sentence each)."""
    found = []
    if bill.supplier_id != purchase.supplier_id:
        found.append(_("La commande est chez %(name)s.", name=purchase.supplier.name))
    if not bill.lines:
        return [], found + _by_totals(bill, purchase)
    lines = paired(bill.lines, purchase.lines)
    found += _by_lines(lines, purchase, _invoiced_before(bill, purchase))
    beside = bill.net - sum(line["net"] for line in lines)
    if abs(beside) > CENT:
        found.append(
            _("Le total HT comprend %(amount)s de frais ou de remise en dehors des lignes.", amount=euros(beside))
        )
    return lines, found


# --- line by line ----------------------------------------------------------------------------------------------------


def paired(lines: Iterable[Mapping[str, Any]], ordered: Sequence[PurchaseLine]) -> list[dict[str, Any]]:
    """Each line of an invoice with the line of the order that it is: by reference, else by its words."""
    return [{**line, "line_id": _line_of(line, ordered)} for line in lines]


def _line_of(line: Mapping[str, Any], ordered: Sequence[PurchaseLine]) -> int | None:
    if any(row.id == line.get("line_id") for row in ordered):
        return int(line["line_id"])
    named = {_code(one) for one in line["references"] if one}
    for row in ordered:
        if named & {_code(one) for one in (row.reference, row.article.reference, row.article.barcode) if one}:
            return row.id
    words = fold(line["label"]).strip()
    same = [row.id for row in ordered if words in (fold(row.label).strip(), fold(row.article.label).strip())]
    return same[0] if len(same) == 1 else None


def _code(text: str) -> str:
    return "".join(text.split()).upper()


def _invoiced_before(bill: SupplierInvoice, purchase: Purchase) -> Mapping[int, int]:
    """What other invoices of this order already charged, by line, in thousandths."""
    query = select(SupplierInvoice.lines).where(
        SupplierInvoice.purchase_id == purchase.id, SupplierInvoice.id != bill.id
    )
    found: dict[int, int] = defaultdict(int)
    for lines in db.session.scalars(query):
        for line in lines:
            if line.get("line_id"):
                found[line["line_id"]] += line["quantity"]
    return found


def _by_lines(lines: Sequence[Mapping[str, Any]], purchase: Purchase, before: Mapping[int, int]) -> list[str]:
    found = []
    for row in purchase.lines:
        mine = [line for line in lines if line["line_id"] == row.id]
        found += [_price_gap(row, line) for line in mine if _other_price(row, line)]
        charged = before.get(row.id, 0) + sum(line["quantity"] for line in mine)
        if mine and charged > row.received:
            found.append(
                _(
                    "« %(label)s » : facturé %(charged)s, reçu %(received)s sur %(ordered)s commandé.",
                    label=row.label, charged=written(charged), received=written(row.received), ordered=written(row.quantity),
                )
            )  # fmt: skip
    found += [
        _("« %(label)s » : %(net)s HT, n'est pas dans la commande.", label=line["label"], net=euros(line["net"]))
        for line in lines
        if line["line_id"] is None
    ]
    return found


def _other_price(row: PurchaseLine, line: Mapping[str, Any]) -> bool:
    """Compared on the line's total: a discount is a price too, and a price per hundred rounds."""
    return abs(int(line["net"]) - line_cents(line["quantity"], row.price)) > CENT


def _price_gap(row: PurchaseLine, line: Mapping[str, Any]) -> str:
    count = line["quantity"] or UNIT
    gap = line["net"] - line_cents(line["quantity"], row.price)
    return _(
        "« %(label)s » : facturé %(bill)s l'unité, commandé %(order)s, soit %(gap)s sur la ligne.",
        label=row.label, bill=euros(round(line["net"] * UNIT / count)), order=euros(row.price),
        gap=f"+{euros(gap)}" if gap > 0 else euros(gap),
    )  # fmt: skip


# --- by totals -------------------------------------------------------------------------------------------------------


def _by_totals(bill: SupplierInvoice, purchase: Purchase) -> list[str]:
    received = sum(line_cents(line.received, line.price) for line in purchase.lines)
    others = select(SupplierInvoice.net).where(
        SupplierInvoice.purchase_id == purchase.id, SupplierInvoice.id != bill.id
    )
    invoiced = bill.net + sum(db.session.scalars(others))
    found = []
    if invoiced != purchase.net:
        found.append(_("Facturé %(bill)s HT, commandé %(order)s HT.", bill=euros(invoiced), order=euros(purchase.net)))
    if invoiced != received:
        found.append(
            _("Facturé %(bill)s HT, reçu pour %(received)s HT.", bill=euros(invoiced), received=euros(received))
        )
    found += [
        _("%(label)s : facturé peut-être sans avoir été reçu en entier.", label=line.label)
        for line in purchase.lines
        if line.received < line.quantity and invoiced > received
    ]
    return found


# --- where lines come from -------------------------------------------------------------------------------------------


def lines_in(read: ReadInvoice) -> list[BillLine]:
    """The lines that an invoice carries, deposits and free ones included; those of a credit note are below zero."""
    sign = -1 if read.credit else 1
    return [
        BillLine(
            line.label, sign * line.quantity, line.unit_price, sign * line.net, [one for one in (line.reference, line.buyer_reference) if one]
        )
        for line in read.lines
    ]  # fmt: skip


def typed_lines(purchase: Purchase, typed: Mapping[int, tuple[int, int]]) -> list[BillLine]:
    """The lines of an invoice on paper, pointed at those of its order: {line: (thousandths, cents)}; zero is no line."""
    return [
        BillLine(row.label, *typed[row.id], line_cents(*typed[row.id]), [row.reference], row.id)
        for row in purchase.lines
        if row.id in typed and typed[row.id][0]
    ]
