"""What orders and deliveries do to the stock: kept when the order is confirmed, taken out when it is delivered, brought back."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from app.catalog.models import Article
from app.catalog.queries import stocked_in
from app.core import clock
from app.core.db import db
from app.core.i18n import _
from app.core.subject import Subject, subject_of
from app.messaging.services import add_task
from app.sales.models import DocumentLine, SalesDocument
from app.sales.queries.documents import of_order
from app.sales.states import DocumentKind, DocumentState, LineKind
from app.stock.models import StockLot, StockMove, StockReservation
from app.stock.queries.reserved import awaited_of
from app.stock.services import (
    cost_of,
    default_place,
    move,
    move_out,
    release,
    release_about,
    reserve_line,
    sell_numbered,
    serve,
    set_free,
)
from app.stock.services.numbered import Codes
from app.stock.states import RESERVATIONS, MoveKind, ReservationState

R = ReservationState
LIVE = (R.HELD, R.WAITING)
KIND = "sales_document"


def keep(order: SalesDocument, left: Mapping[int, int]) -> None:
    """Reserve what an order still has to deliver: thousandths by line; what is not there waits, and goes to a supplier's basket."""
    for line in order.lines:
        if line.kind == LineKind.ITEM and line.article_id and left.get(line.id, 0) > 0:
            reserve_line(subject_of(order), line.id, line.article_id, left[line.id])


def let_go(order: SalesDocument) -> None:
    """Nothing more will be delivered: what is kept is free."""
    release_about(subject_of(order))


def ship(delivery: SalesDocument, place_id: int | None = None, numbers: Mapping[int, Codes] | None = None) -> None:
    """Take the goods of a delivery out of the stock: what is kept for the order first, the rest from this place (the usual one
    without any). `numbers`: of articles followed by number, which ones, by line of the order. Raises OutOfStock naming what is left
    and where else, DomainError and Conflict for a number that cannot leave."""
    for line in delivery.lines:
        codes = (numbers or {}).get(line.source_id or 0)
        if codes and line.article_id:
            _ship_numbered(delivery, line, line.article_id, codes, place_id)
            continue
        for article_id, quantity in stocked_in(line.article_id, line.quantity).items():
            if quantity > 0:
                _ship(delivery, line, article_id, quantity, place_id)


def _ship(delivery: SalesDocument, line: DocumentLine, article_id: int, left: int, place_id: int | None) -> None:
    key = f"ship-{line.id}-{article_id}"
    for row in _kept(line.source_id or 0, article_id):
        if not left:
            break
        part = _part(row, min(left, row.quantity))
        if part.state == R.HELD and part.place_id and place_id in (None, part.place_id):
            move(
                MoveKind.SALE, article_id, part.place_id, -part.quantity, about=subject_of(delivery), lot_id=part.lot_id,
                cost=cost_of(article_id, part.lot_id), key=f"{key}-{part.id}", held=True,
            )  # fmt: skip
            RESERVATIONS.move(part, R.TAKEN, quantity=part.quantity)
        else:
            _free(part, delivery, place_id, f"{key}-{part.id}")
        left -= part.quantity
    if left:
        _from_shelf(article_id, left, delivery, place_id, key)


def _ship_numbered(
    delivery: SalesDocument, line: DocumentLine, article_id: int, codes: Codes, place_id: int | None
) -> None:
    """Those that are handed over, whichever were kept for the order: what was kept is free, then these are taken."""
    left = sum(count for _code, count in codes)
    wanted = select(StockLot.id).where(
        StockLot.article_id == article_id, StockLot.code.in_([code for code, _n in codes])
    )
    lots = set(db.session.scalars(wanted))
    for row in sorted(_kept(line.source_id or 0, article_id), key=lambda row: row.lot_id not in lots):
        if left:
            part = _part(row, min(left, row.quantity))
            left -= part.quantity
            set_free(part)
    for code, count in codes:
        sell_numbered(
            article_id, code, count, place_id=place_id, about=subject_of(delivery), key=f"ship-{line.id}-{article_id}",
            label=line.label,
        )  # fmt: skip
    serve(article_id)


def numbers_gone(order: SalesDocument, *, after: int = 0) -> dict[int, list[str]]:
    """By line of an order, the lots and serial numbers that its deliveries (those past the document `after`) brought, but for what
    came back."""
    deliveries = [row for row in of_order(order.id, DocumentKind.DELIVERY) if row.id > after]
    sources = {line.id: line.source_id or 0 for row in deliveries for line in row.lines}
    query = (
        select(StockMove.key, StockMove.quantity, StockLot.code)
        .join(StockLot, StockLot.id == StockMove.lot_id)
        .join(Article, Article.id == StockMove.article_id)
        .where(StockMove.about_kind == KIND, StockMove.about_id.in_([row.id for row in deliveries]), Article.traced)
        .order_by(StockMove.id)
    )
    left: dict[tuple[int, str], int] = defaultdict(int)
    for key, quantity, code in db.session.execute(query) if deliveries else ():
        line_id = int(str(key).split("-")[1])  # « ship-<line>-… », « back-<line>-… »
        left[sources.get(line_id, 0), code] -= quantity
    found: dict[int, list[str]] = defaultdict(list)
    for (line_id, code), count in left.items():
        if count > 0:
            found[line_id].append(code)
    return dict(found)


def _kept(line_id: int, article_id: int) -> Sequence[StockReservation]:
    """What is kept of an article for a line of an order: what is there first."""
    query = select(StockReservation).where(
        StockReservation.about_kind == KIND, StockReservation.line_id == line_id,
        StockReservation.article_id == article_id, StockReservation.state.in_(LIVE),
    )  # fmt: skip
    return db.session.scalars(query.order_by(StockReservation.state != R.HELD, StockReservation.id)).all()


def _part(row: StockReservation, quantity: int) -> StockReservation:
    """That many of a reservation, apart from the rest, which stays as it was."""
    if quantity == row.quantity:
        return row
    rest = StockReservation(
        article_id=row.article_id, quantity=row.quantity - quantity, about_kind=row.about_kind, about_id=row.about_id,
        line_id=row.line_id, place_id=row.place_id, lot_id=row.lot_id, state=row.state,
    )  # fmt: skip
    row.quantity = quantity
    db.session.add(rest)
    db.session.flush()
    return row


def _free(part: StockReservation, delivery: SalesDocument, place_id: int | None, key: str) -> None:
    """It goes out of another place than the one where it was kept, or had not come yet."""
    _from_shelf(part.article_id, part.quantity, delivery, place_id, key)
    release(part)


def _from_shelf(article_id: int, quantity: int, delivery: SalesDocument, place_id: int | None, key: str) -> None:
    where = place_id or default_place().id
    move_out(MoveKind.SALE, article_id, where, quantity, about=subject_of(delivery), key=key)


def bring_back(back: SalesDocument, delivery: SalesDocument, place_id: int | None = None) -> None:
    """Put what is returned (a delivery's negative quantities) back: into this place, else where it came from, with its lots."""
    for line in back.lines:
        for article_id, quantity in stocked_in(line.article_id, line.quantity).items():
            if quantity < 0:
                left = put_back(back, line, delivery.id, article_id, -quantity, place_id)
                if left:  # delivered before its stock was followed
                    where, key = place_id or default_place().id, _back(line, article_id)
                    move(MoveKind.RETURN, article_id, where, left, about=subject_of(back), key=key)


def _back(line: DocumentLine, article_id: int) -> str:
    return f"back-{line.id}-{article_id}"


def put_back(
    back: SalesDocument, line: DocumentLine, source_id: int, article_id: int, left: int, place_id: int | None = None
) -> int:
    """Put back so many (thousandths) of what a document took, with its lots: into this place, else where it came from.
    Returns how many it had not taken."""
    for gone_from, lot_id, count in _out_by(source_id, article_id):
        part = min(left, count)
        if part <= 0:
            continue
        move(
            MoveKind.RETURN, article_id, place_id or gone_from, part, about=subject_of(back), lot_id=lot_id,
            cost=cost_of(article_id, lot_id), key=f"{_back(line, article_id)}-{gone_from}-{lot_id or 0}",
        )  # fmt: skip
        left -= part
    return left


def _out_by(delivery_id: int, article_id: int) -> list[tuple[int, int | None, int]]:
    """(place, lot, thousandths still out) that this delivery took, the returns of each lot taken off."""
    query = (
        select(StockMove.place_id, StockMove.lot_id, func.sum(-StockMove.quantity))
        .where(StockMove.about_kind == KIND, StockMove.about_id == delivery_id, StockMove.article_id == article_id)
        .group_by(StockMove.place_id, StockMove.lot_id)
        .order_by(func.min(StockMove.id))
    )
    returned = _returned(delivery_id, article_id)
    found = []
    for place_id, lot_id, count in db.session.execute(query):
        back = min(int(count), returned.get(lot_id, 0))
        returned[lot_id] = returned.get(lot_id, 0) - back
        found.append((place_id, lot_id, int(count) - back))
    return found


def _returned(delivery_id: int, article_id: int) -> dict[int | None, int]:
    backs = select(SalesDocument.id).where(SalesDocument.origin_id == delivery_id)
    query = (
        select(StockMove.lot_id, func.sum(StockMove.quantity))
        .where(StockMove.about_kind == KIND, StockMove.about_id.in_(backs), StockMove.article_id == article_id)
        .group_by(StockMove.lot_id)
    )
    return {lot_id: int(count) for lot_id, count in db.session.execute(query)}


def goods_arrived(order_id: int, _rows: Sequence[StockReservation]) -> None:
    """What an order waited for has come: when all of it is there, the desk is told."""
    order = db.session.get(SalesDocument, order_id)
    if order is None or order.kind != DocumentKind.ORDER or awaited_of(Subject(KIND, order_id)):
        return
    if order.state in (DocumentState.CONFIRMED, DocumentState.DELIVERED):
        add_task(
            _("Tout est arrivé pour la commande %(number)s : livrez-la", number=order.number), due_on=clock.today(),
            about=subject_of(order), contact_id=order.contact_id,
        )  # fmt: skip
