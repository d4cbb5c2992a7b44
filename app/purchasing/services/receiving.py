"""Receiving: what came goes into the stock, in full, in part or with differences."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from app.catalog.services import change_article
from app.catalog.states import Origin
from app.core.actor import current_actor
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import quantity as written
from app.core.subject import subject_of
from app.purchasing.models import Purchase, PurchaseLine, Receipt
from app.purchasing.services.loading import locked
from app.purchasing.states import PURCHASES, PurchaseState
from app.stock import services as stock
from app.stock.services.hooks import went_down
from app.stock.states import MoveKind

OPEN = (PurchaseState.ORDERED, PurchaseState.PARTIAL)
MOST = 999_999_000
UNIT = 1000


@dataclass(frozen=True, slots=True)
class Arrived:
    """Of a line: how many came (thousandths); their lot, or their serial numbers separated by commas; their origin."""

    quantity: int
    lots: str = ""
    origin: Origin | None = None


def receive(
    purchase_id: int, arrived: Mapping[int, Arrived], *, place_id: int, note: str = "", form_key: str | None = None, complete: bool = False
) -> Receipt:  # fmt: skip
    """Write what came of an order, by line, on one delivery note; those who waited are served in their order, and told.

    `complete`: nothing more will come, whatever is missing is noted as a difference and wanted again. `form_key` makes it
    idempotent. Raises DomainError naming the line, Conflict when the order is over.
    """
    require_transaction()
    purchase = locked(purchase_id)
    known = form_key and db.session.scalar(select(Receipt).where(Receipt.form_key == form_key))
    if known:
        return known
    if purchase.state not in OPEN:
        raise Conflict(_("Cette commande n'attend plus rien. Relisez-la."))
    came = {line: arrived[line.id] for line in purchase.lines if line.id in arrived and arrived[line.id].quantity}
    if not came and not complete:
        raise DomainError(_("Scannez ce qui est arrivé, ou saisissez les quantités reçues."))
    receipt = Receipt(
        purchase_id=purchase.id, note=note.strip()[:120], by=current_actor().name, form_key=form_key, lines=[]
    )
    db.session.add(receipt)
    db.session.flush()
    for line, part in came.items():
        _take_in(purchase, receipt, line, part, place_id)
    receipt.lines = [_told(line, part) for line, part in came.items()]
    _settle(purchase, complete=complete, note=receipt.note)
    return receipt


def _take_in(purchase: Purchase, receipt: Receipt, line: PurchaseLine, part: Arrived, place_id: int) -> None:
    if not 0 < part.quantity <= MOST:
        raise DomainError(_("« %(label)s » : la quantité reçue ne se lit pas.", label=line.label), field=f"q{line.id}")
    for rank, (code, count) in enumerate(_lots(line, part)):
        lot_id = None
        if code:
            lot_id = stock.add_lot(
                line.article_id, code, origin=part.origin, supplier_id=purchase.supplier_id, cost=line.price
            ).id
        stock.move(
            MoveKind.RECEIPT, line.article_id, place_id, count, about=subject_of(purchase), lot_id=lot_id, cost=line.price,
            key=f"receipt-{receipt.id}-{line.id}-{rank}",
        )  # fmt: skip
    line.received += part.quantity
    if line.price and line.article.cost != line.price:
        change_article(line.article, cost=line.price, source=_("Commande %(number)s", number=purchase.number))


def _lots(line: PurchaseLine, part: Arrived) -> list[tuple[str, int]]:
    """(code, how many): one lot for all, or as many serial numbers as units. Raises DomainError."""
    if not line.article.traced and not stock.codes_typed(part.lots):
        return [("", part.quantity)]
    return stock.codes_of(line.label, part.lots, part.quantity, f"lot{line.id}")


def _told(line: PurchaseLine, part: Arrived) -> dict[str, object]:
    return {
        "line_id": line.id, "label": line.label, "quantity": part.quantity, "ordered": line.quantity, "received": line.received,
        "lots": part.lots,
    }  # fmt: skip


def _settle(purchase: Purchase, *, complete: bool, note: str) -> None:
    missing = [line for line in purchase.lines if line.received < line.quantity]
    facts = {"note": note, "differences": differences(purchase) if complete or not missing else []}
    if complete or not missing:
        PURCHASES.move(purchase, PurchaseState.RECEIVED, **facts)
        for line in missing:
            went_down(line.article_id)  # what will not come is wanted again
    elif purchase.state == PurchaseState.ORDERED:
        PURCHASES.move(purchase, PurchaseState.PARTIAL, **facts)
    else:
        record(purchase, "purchase.received", **facts)
    db.session.flush()


def differences(purchase: Purchase) -> list[str]:
    """What came otherwise than it was ordered, line by line."""
    return [
        _("%(label)s : %(received)s reçu pour %(ordered)s commandé", label=line.label, received=written(line.received), ordered=written(line.quantity))
        for line in purchase.lines
        if line.received != line.quantity
    ]  # fmt: skip
