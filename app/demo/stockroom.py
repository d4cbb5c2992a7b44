"""The stock of the demonstration: places, what is on the shelves, parts kept for repairs, baskets, a delivery and its invoice."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select

from app.catalog.models import Article, ArticleSupplier
from app.catalog.services import add_article, set_supplier
from app.core import clock
from app.core.db import db
from app.core.money import gross_cents, line_cents
from app.purchasing import services as purchasing
from app.purchasing.models import Purchase
from app.purchasing.services import Arrived, BillInput
from app.purchasing.states import PurchaseState
from app.stock import services as stock
from app.stock.models import StockPlace
from app.stock.states import MoveKind, PlaceKind
from app.tickets.models import Ticket, TicketLine
from app.tickets.services import locked
from app.tickets.services.parts import reserve_part
from app.tickets.states import LineKind, TicketState

SHELVED, FITTED, MINIMUM = 70, 9, 4000
VAT = 2000
PLACES = (("Atelier", PlaceKind.WORKSHOP), ("Magasin", PlaceKind.SHOP), ("Camionnette 1", PlaceKind.VAN))


def write() -> int:
    """Fill the shelves; how many articles are on them. In a transaction, once articles and tickets are written."""
    query = (
        select(Article)
        .where(Article.stocked, Article.id.in_(select(ArticleSupplier.article_id)))
        .order_by(Article.id)
        .limit(SHELVED)
    )
    articles = db.session.scalars(query).all()
    if not articles:
        return 0
    places = [stock.add_place(name, kind) for name, kind in PLACES]
    _shelve(articles, places)
    seller = select(ArticleSupplier.supplier_id).order_by(ArticleSupplier.id.desc()).limit(1)
    _fit({row.reference: row.id for row in articles}, db.session.scalars(seller).one(), places[0])
    purchasing.fill()
    _deliver()
    return len(articles)


def _shelve(articles: Sequence[Article], places: Sequence[StockPlace]) -> None:
    """More or less of each; one in five is short of its minimum."""
    for rank, article in enumerate(articles):
        place = places[rank % 2]
        count = 1000 * (1 + rank % 5 if rank % 5 else 1)
        if rank % 5 == 0:
            article.minimum = article.minimum or MINIMUM
        else:
            count += article.minimum
        _put(article, place, count)
        if rank % 9 == 4:
            stock.transfer(article.id, place.id, places[2].id, 1000)


def _put(article: Article, place: StockPlace, count: int) -> None:
    if not article.traced:
        stock.move(MoveKind.OPENING, article.id, place.id, count, cost=article.cost)
        return
    for number in range(count // 1000):
        lot = stock.add_lot(article.id, f"{article.reference}-{number + 1:03d}", cost=article.cost)
        stock.move(MoveKind.OPENING, article.id, place.id, 1000, lot_id=lot.id, cost=article.cost)


def _fit(known: dict[str, int], supplier_id: int, place: StockPlace) -> None:
    """Parts of repairs under way are articles of the stock, kept for them; one in three has to be ordered."""
    query = (
        select(TicketLine.ticket_id, TicketLine.id)
        .join(Ticket, Ticket.id == TicketLine.ticket_id)
        .where(Ticket.state == TicketState.REPAIRING, TicketLine.kind == LineKind.PART, TicketLine.reference != "")
        .order_by(TicketLine.id.desc())
        .limit(FITTED)
    )
    for rank, (ticket_id, line_id) in enumerate(db.session.execute(query).all()):
        ticket = locked(db.session.get_one(Ticket, ticket_id))
        line = next(row for row in ticket.lines if row.id == line_id)
        if line.reference not in known:
            known[line.reference] = _part(line, supplier_id, place, 0 if rank % 3 == 1 else 3000)
        line.article_id, line.origin = known[line.reference], ""
        reserve_part(ticket, line)


def _part(line: TicketLine, supplier_id: int, place: StockPlace, count: int) -> int:
    """The article of a part that was written on a ticket by hand."""
    cost = line.unit_price * 11 // 20
    article = add_article(reference=line.reference, label=line.label, price=line.unit_price, cost=cost, stocked=True)
    set_supplier(article, supplier_id, price=cost, reference=f"AT-{line.reference}", days=3)
    if count:
        _put(article, place, count)
    return article.id


def _deliver() -> None:
    """Of the baskets, one was ordered, one has come in part, one in full with its invoice; the others wait for a click."""
    baskets = select(Purchase.id).where(Purchase.state == PurchaseState.BASKET).order_by(Purchase.id)
    ordered = list(db.session.scalars(baskets))[1:4]
    for rank, purchase_id in enumerate(ordered):
        purchase = purchasing.order(purchase_id)
        lines = {line.id: Arrived(line.left) for line in purchase.lines if not line.article.traced}
        if rank == 1 and len(lines) > 1:
            lines.popitem()
        if rank and lines:
            purchasing.receive(
                purchase.id,
                lines,
                place_id=purchase.place_id or stock.default_place().id,
                note=f"BL-48{purchase_id:02d}",
            )
        if rank == len(ordered) - 1:
            _invoice(purchase)


def _invoice(purchase: Purchase) -> None:
    net = sum(line_cents(line.quantity, line.price) for line in purchase.lines)
    gross = gross_cents(net, VAT)
    today = clock.today()
    purchasing.add_bill(
        BillInput(
            purchase.supplier_id, f"F{today.year}-{purchase.id:04d}", today - timedelta(days=2), net, gross - net, gross,
            due_on=today + timedelta(days=28), purchase_id=purchase.id, shares=[{"rate": VAT, "base": net, "vat": gross - net}],
        )
    )  # fmt: skip
