"""What a direct invoice does to the stock: of no order and no ticket, nobody else takes what it sells; it does, when it is issued.

A credit note puts back what its invoice took. Goods of an order leave with their delivery, those of a ticket with its work.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import exists, or_, select

from app.catalog.models import Article
from app.catalog.queries import stocked_in
from app.catalog.states import ArticleKind
from app.core.db import db
from app.core.i18n import _
from app.core.money import quantity as written
from app.core.settings import setting
from app.core.subject import subject_of
from app.sales.models import DocumentLine, SalesDocument
from app.sales.services.documents.shipping import KIND, put_back
from app.sales.states import DocumentKind, LineKind
from app.stock.models import StockMove
from app.stock.queries import levels_of, place_by_id, places
from app.stock.services import default_place, move_out, shortage, usual_place
from app.stock.states import MoveKind

PLACE = "sales.invoice_place"
NEVER = "never"


def place_choices() -> tuple[tuple[str, str], ...]:
    """What « Réglages » offers for the place that direct invoices take from."""
    named = tuple((str(place_id), name) for place_id, name in places())
    return (("", "Le lieu habituel (l'atelier, sinon le magasin)"), *named, (NEVER, "Aucun : le stock ne bouge pas"))


def is_direct(document: SalesDocument) -> bool:
    """Whether issuing this invoice takes its goods: they leave by no delivery, no ticket, and the organisation wants it."""
    own = document.order_id is None and document.ticket_id is None
    return own and document.kind == DocumentKind.INVOICE and setting(PLACE) != NEVER


def _place_id() -> int | None:
    chosen = str(setting(PLACE))
    place = (place_by_id(int(chosen)) if chosen.isdigit() else None) or usual_place()
    return place.id if place else None


def _goods(document: SalesDocument) -> Iterator[tuple[DocumentLine, int, int]]:
    """(line, article, thousandths) of what a document sells of followed articles, in one order for all: no two wait for each
    other."""
    items = [line for line in document.lines if line.kind == LineKind.ITEM and line.article_id]
    kept = or_(Article.stocked, Article.kind == ArticleKind.BUNDLE)
    query = select(Article.id).where(Article.id.in_({line.article_id for line in items}), kept)
    followed = set(db.session.scalars(query)) if items else set()
    for line in sorted((line for line in items if line.article_id in followed), key=lambda line: line.article_id or 0):
        for article_id, quantity in sorted(stocked_in(line.article_id, line.quantity).items()):
            if quantity > 0:
                yield line, article_id, quantity


class Leaving(NamedTuple):
    """What issuing a draft takes: how many articles, from where, and a sentence for each that is short."""

    articles: int = 0
    place: str = ""
    short: tuple[str, ...] = ()


def leaving(document: SalesDocument) -> Leaving:
    """What issuing this draft would take from the stock. Reads only."""
    wanted: dict[int, int] = defaultdict(int)
    for _line, article_id, quantity in _goods(document) if is_direct(document) else ():
        wanted[article_id] += quantity
    if not wanted:
        return Leaving()
    place_id = _place_id()
    if place_id is None:
        return Leaving(
            len(wanted), "", (_("Le stock n'a encore aucun lieu. Entrez d'abord ce que vous vendez en stock."),)
        )
    there = levels_of(list(wanted), place_id)
    short = tuple(
        _("%(why)s La facture en prend %(count)s.", why=shortage(article_id, place_id), count=written(quantity))
        for article_id, quantity in wanted.items()
        if article_id not in there or there[article_id].free < quantity
    )
    place = place_by_id(place_id)
    return Leaving(len(wanted), place.name if place else "", short)


def hand_over(invoice: SalesDocument) -> None:
    """Take what an invoice just issued sells. Raises OutOfStock naming what is left and where: then it is not issued."""
    goods = list(_goods(invoice)) if is_direct(invoice) else []
    place_id = (_place_id() or default_place().id) if goods else 0
    for line, article_id, quantity in goods:
        key = f"invoice-{line.id}-{article_id}"
        move_out(MoveKind.SALE, article_id, place_id, quantity, about=subject_of(invoice), key=key)


def took(invoice: SalesDocument) -> bool:
    """Whether an invoice took goods from the stock."""
    return bool(
        db.session.scalar(select(exists().where(StockMove.about_kind == KIND, StockMove.about_id == invoice.id)))
    )


def give_back(credit: SalesDocument, invoice: SalesDocument) -> None:
    """Put back what a credit note credits of the goods that its invoice took, where they were; nothing that it did not take."""
    if took(invoice):
        for line, article_id, quantity in _goods(credit):
            put_back(credit, line, invoice.id, article_id, quantity)
