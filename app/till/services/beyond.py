"""What a ticket does outside the till: stock, invoices, vouchers, the repair's deposit."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.catalog.queries import components_of
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import euros
from app.core.settings import setting
from app.core.subject import subject_of
from app.payments.queries import left_of_intake
from app.payments.services import receive, vouchers
from app.payments.services.intake import spend_at_till
from app.payments.states import Method
from app.sales.models import SalesDocument
from app.sales.services.thirds import Third, going_back, put, third_of
from app.stock.services import add_lot, codes_of, cost_of, move, sell_numbered
from app.stock.states import MoveKind
from app.till.models import Till, TillSale
from app.till.services.sums import Paid, SaleLine
from app.till.states import LineKind, Means, SaleKind


def take_stock(till: Till, sale: TillSale, lines: Sequence[SaleLine]) -> None:
    """Take from the till's place what was sold, or put back what came back. Raises DomainError naming what is left."""
    if till.place_id is None:
        return
    sold: dict[int, int] = defaultdict(int)
    for rank, line in enumerate(lines):
        if line.kind == LineKind.ITEM and line.article_id is not None and line.lots:
            _move_numbered(till.place_id, sale, rank, line)
        elif line.kind == LineKind.ITEM and line.article_id is not None and line.stocked:
            sold[line.article_id] += line.quantity
    for article_id, quantity in sorted(components_of(sold).items()):
        if quantity == 0:  # sold and given back on one ticket
            continue
        kind = MoveKind.SALE if quantity > 0 else MoveKind.RETURN
        move(kind, article_id, till.place_id, -quantity, about=subject_of(sale), key=f"till-{sale.id}-{article_id}")


def check_numbers(till: Till, lines: Sequence[SaleLine]) -> None:
    """What is followed by lot or serial number says which one leaves. Raises DomainError."""
    for line in lines if till.place_id is not None and not till.training else ():
        if line.traced:
            codes_of(line.label, line.lots, line.quantity)


def _move_numbered(place_id: int, sale: TillSale, rank: int, line: SaleLine) -> None:
    article_id = line.article_id or 0
    for code, count in codes_of(line.label, line.lots, abs(line.quantity)):
        key = f"till-{sale.id}-{article_id}-{rank}"
        if line.quantity > 0:
            sell_numbered(article_id, code, count, place_id=place_id, about=subject_of(sale), key=key, label=line.label)
        else:
            lot = add_lot(article_id, code)
            move(
                MoveKind.RETURN, article_id, place_id, count, about=subject_of(sale), lot_id=lot.id,
                cost=cost_of(article_id, lot.id), key=f"{key}-{lot.id}",
            )  # fmt: skip


def settle_documents(sale: TillSale, lines: Sequence[SaleLine]) -> None:
    """Give the money of the ticket to the invoices that it settles, in order."""
    owed = [[line.document_id, line.gross] for line in lines if line.kind == LineKind.DOCUMENT and line.document_id]
    if not owed:
        return
    payers = _payers([int(document_id) for document_id, _left in owed if document_id])
    for rank, row in enumerate(sale.means):
        left = row["documents"]
        for entry in owed:
            part = min(left, int(entry[1] or 0))
            if part <= 0:
                continue
            document_id = int(entry[0] or 0)
            receive(
                payers[document_id], Method(row["means"]), part, clock.local(sale.at).date(),
                allocations=[(document_id, part)], reference=row["reference"], till_sale_id=sale.id, by=sale.operator,
                form_key=f"till-{sale.id}-{rank}-{document_id}", note=_("Caisse, ticket %(number)s", number=sale.number),
            )  # fmt: skip
            entry[1], left = int(entry[1] or 0) - part, left - part


def _payers(ids: Sequence[int]) -> dict[int, int]:
    query = select(SalesDocument.id, func.coalesce(SalesDocument.payer_id, SalesDocument.contact_id))
    return {row[0]: row[1] for row in db.session.execute(query.where(SalesDocument.id.in_(ids)))}


def spend_vouchers(sale: TillSale) -> None:
    """Take from each voucher what the ticket did not already take for an invoice."""
    for row in sale.means:
        amount = row["amount"] - row["documents"]
        if row["means"] == Means.VOUCHER and amount > 0:
            vouchers.spend(row["reference"], amount)


def give_back_vouchers(rows: Iterable[Mapping[str, Any]]) -> None:
    """Put back on its voucher what a refund gives back so."""
    for row in rows:
        if row["means"] == Means.VOUCHER:
            vouchers.give_back(row["reference"], -row["amount"])


def with_new_vouchers(lines: Sequence[SaleLine]) -> list[SaleLine]:
    """The lines, each voucher sold with the code that was made for it."""
    return [_with_voucher(line) if line.kind == LineKind.VOUCHER and not line.voucher else line for line in lines]


def _with_voucher(line: SaleLine) -> SaleLine:
    if line.gross <= 0:
        raise DomainError(_("Écrivez la valeur du bon cadeau."))
    sold_on = clock.today()
    voucher = vouchers.make(line.gross, sold_on, voucher_end(sold_on))
    return replace(line, voucher=voucher.code, label=_("%(label)s n° %(code)s", label=line.label, code=voucher.code))


def voucher_end(sold_on: date) -> date | None:
    """The last day of a voucher sold today; None when they have no end."""
    months = int(setting("till.voucher_months"))
    if not months:
        return None
    year, month = divmod(sold_on.month - 1 + months, 12)
    last = monthrange(sold_on.year + year, month + 1)[1]
    return date(sold_on.year + year, month + 1, min(sold_on.day, last))


# --- third parties ------------------------------------------------------------------------------------------------


def check_thirds(parts: Sequence[Paid], contact_id: int | None, most: int) -> None:
    """What others pay is owed by somebody known, other than the client, and is not above what is sold. Raises DomainError."""
    for paid in parts:
        payer = db.session.get(Contact, paid.payer_id) if paid.payer_id else None
        if payer is None or payer.archived_at is not None:
            raise DomainError(
                _("Le tiers qui prend en charge « %(label)s » n'existe plus. Retirez sa part.", label=paid.reference)
            )
        third_of(payer, contact_id, paid.reference, paid.amount, most)
        most -= paid.amount


def owe_thirds(sale: TillSale) -> None:
    """Write what third parties owe by a ticket, or, below zero, owe no more: before its seal, which covers it."""
    on = clock.local(sale.at).date()
    for row in sale.means:
        if row["means"] == Means.THIRD:
            put(
                [Third(row["payer"], row["reference"], row["amount"])], till_sale_id=sale.id, piece=sale.number, owed_on=on
            )  # fmt: skip


def thirds_left(sale: TillSale) -> list[Third]:
    """What others pay of a ticket, less what its refunds gave back."""
    back = db.session.scalars(select(TillSale.means).where(TillSale.reverses_id == sale.id))
    borne: dict[tuple[int, str], int] = defaultdict(int)
    for means in [sale.means, *back]:
        for row in means:
            if row["means"] == Means.THIRD:
                borne[row["payer"], row["reference"]] += row["amount"]
    return [Third(payer_id, label, amount) for (payer_id, label), amount in borne.items() if amount > 0]


def thirds_back(sale: TillSale, worth: int) -> list[Paid]:
    """What goes back to third parties when `worth` cents of a ticket are given back: only what the rest no longer bears."""
    gone = db.session.scalar(select(func.coalesce(func.sum(TillSale.gross), 0)).where(TillSale.reverses_id == sale.id))
    left = sale.gross + int(gone or 0) - worth
    return [
        Paid(Means.THIRD, third.amount, third.label, third.payer_id) for third in going_back(thirds_left(sale), left)
    ]


# --- repairs ---------------------------------------------------------------------------------------------------


def check_prepaid(ticket_id: int | None, amount: int) -> None:
    """What was paid at the intake is not spent beyond what is left of it. Raises DomainError."""
    there = left_of_intake(ticket_id) if ticket_id else 0
    if amount > there:
        raise DomainError(
            _("Il reste %(there)s de ce que le client a versé au dépôt, pas davantage.", there=euros(there))
        )


def spend_prepaid(sale: TillSale) -> None:
    """Take from what was paid at the intake what the ticket deducts. Raises Conflict when somebody used it meanwhile."""
    amount = sum(row["amount"] for row in sale.means if row["means"] == Means.PREPAID)
    if amount and sale.ticket_id is not None:
        spend_at_till(sale.ticket_id, amount, sale.id)


def rung_for(ticket_id: int) -> TillSale | None:
    """The ticket of the till that rang this repair, unless it was given back in full."""
    query = select(TillSale).where(
        TillSale.ticket_id == ticket_id, TillSale.training.is_(False), TillSale.kind == SaleKind.SALE
    )
    for sale in db.session.scalars(query.order_by(TillSale.id.desc())):
        back = db.session.scalar(
            select(func.coalesce(func.sum(TillSale.gross), 0)).where(TillSale.reverses_id == sale.id)
        )
        if sale.gross + int(back or 0) > 0:
            return sale
    return None


def check_refundable(lines: Iterable[Mapping[str, Any]]) -> None:
    """Only what was sold is given back at the till. Raises Conflict."""
    for line in lines:
        if line["kind"] != LineKind.ITEM:
            raise Conflict(_("« %(label)s » n'est pas une vente : elle ne se rembourse pas ici.", label=line["label"]))
