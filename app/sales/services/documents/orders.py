"""Orders: made of an accepted quote or typed, confirmed, delivered in full or in part; what comes back of a delivery."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from sqlalchemy import select

from app.catalog.models import Article
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.numbers import next_number
from app.sales.models import DocumentLine, Quote, SalesDocument
from app.sales.queries.documents import of_order, order_of_quote, returns_of
from app.sales.services import thirds
from app.sales.services.documents import shipping
from app.sales.services.documents.drafting import (
    OPEN,
    about_ticket,
    check_accepted,
    check_draft,
    draft,
    locked,
    quote_lines,
)
from app.sales.services.documents.lines import LineData, data_of
from app.sales.services.documents.schedule import ask_deposit, ask_for, await_steps
from app.sales.services.facturx.shape import snapshot
from app.sales.states import DOCUMENTS, SERIES, DocumentKind, DocumentState, LineKind, ScheduleEvent
from app.stock.services import codes_of, words_of
from app.stock.services.numbered import Codes
from app.tickets.services import locked as locked_ticket


def order_from_quote(quote: Quote) -> SalesDocument:
    """The confirmed order of an accepted quote, or the one there is already. Raises DomainError."""
    if quote.ticket is not None:
        locked_ticket(quote.ticket)
    check_accepted(quote)
    known = order_of_quote(quote.id)
    if known is not None:
        return known
    made = draft(
        DocumentKind.ORDER, quote.contact, quote_lines(quote, clock.today()), quote_id=quote.id, ticket_id=quote.ticket_id,
        title=quote.name, content=about_ticket(quote), conditions=quote.conditions,
    )  # fmt: skip
    thirds.carry(thirds.thirds_of(thirds.of_quote(quote.id)), made)
    order = confirm(made)
    if quote.deposit_share or quote.deposit_amount:
        ask_deposit(order, share=quote.deposit_share, amount=quote.deposit_amount)
    return order


def confirm(document: SalesDocument) -> SalesDocument:
    """Number an order: the client agreed. What is due at the order is asked for. Raises DomainError."""
    order = locked(document)
    if order.kind != DocumentKind.ORDER:
        raise DomainError(_("Seule une commande se confirme. Une facture s'émet."))
    check_draft(order)
    if not any(line.kind == LineKind.ITEM for line in order.lines):
        raise DomainError(_("Ajoutez au moins une ligne, puis confirmez la commande."))
    _number(order, DocumentState.CONFIRMED)
    shipping.keep(order, left_to_deliver(order))
    ask_for(order, ScheduleEvent.SIGNED)
    await_steps(order)
    return order


def _number(document: SalesDocument, state: DocumentState) -> None:
    document.issued_on = clock.today()
    document.number = next_number(SERIES[document.kind])
    kept = {key: value for key, value in document.content.items() if value}
    document.content = {**snapshot(document, document.lines), **kept}
    DOCUMENTS.move(document, state, number=document.number, gross=document.gross)
    db.session.flush()


def left_to_deliver(order: SalesDocument) -> dict[int, int]:
    """Thousandths of each line of an order that no delivery brought yet."""
    left = {line.id: line.quantity for line in order.lines if line.kind == LineKind.ITEM and line.quantity > 0}
    for delivery in of_order(order.id, DocumentKind.DELIVERY):
        for line in delivery.lines:
            if line.source_id in left:
                left[line.source_id] -= line.quantity
    return left


def deliver(
    document: SalesDocument,
    quantities: Mapping[int, int] | None = None,
    *,
    on: date | None = None,
    place_id: int | None = None,
    numbers: Mapping[int, str] | None = None,
) -> SalesDocument:
    """A delivery of an order, numbered at once: of all that is left, or of these thousandths by line. Its goods leave the stock of
    that place, or of where they are kept. `numbers`: the lots or serial numbers of what is followed so, by line of the order, as
    typed. Raises DomainError, OutOfStock."""
    require_transaction()
    order = locked(document)
    if order.kind != DocumentKind.ORDER or order.state not in OPEN:
        raise DomainError(_("On livre une commande confirmée. Confirmez celle-ci d'abord."))
    left = left_to_deliver(order)
    asked = {line_id: quantity for line_id, quantity in (quantities or left).items() if quantity}
    if not asked:
        raise DomainError(_("Tout est livré, ou aucune quantité n'est donnée."))
    if any(line_id not in left or not 0 < quantity <= left[line_id] for line_id, quantity in asked.items()):
        raise DomainError(_("Une quantité dépasse ce qui reste à livrer. Baissez-la."))
    codes = _numbers(order, asked, numbers or {})
    lines = [_leaving(line, asked[line.id], codes.get(line.id)) for line in order.lines if line.id in asked]
    made = draft(
        DocumentKind.DELIVERY, order.contact, lines, order_id=order.id, ticket_id=order.ticket_id, title=order.title,
        delivery_address=order.delivery_address, supplied_on=on or clock.today(), conditions="",
        purchase_order=order.purchase_order,
    )  # fmt: skip
    _number(made, DocumentState.DELIVERED)
    shipping.ship(made, place_id, codes)
    record(order, "document.delivered", number=made.number)
    if order.state == DocumentState.CONFIRMED and not any(left_to_deliver(order).values()):
        DOCUMENTS.move(order, DocumentState.DELIVERED, number=order.number)
        ask_for(order, ScheduleEvent.DELIVERED)
    return made


def numbered_lines(order: SalesDocument) -> set[int]:
    """The lines of an order whose article is followed by lot or serial number: each says which ones leave."""
    ids = {line.article_id for line in order.lines if line.article_id}
    query = select(Article.id).where(Article.id.in_(ids), Article.traced, Article.stocked)
    traced = set(db.session.scalars(query)) if ids else set()
    return {line.id for line in order.lines if line.article_id in traced}


def _numbers(order: SalesDocument, asked: Mapping[int, int], typed: Mapping[int, str]) -> dict[int, Codes]:
    wanted = numbered_lines(order)
    return {
        line.id: codes_of(line.label, typed.get(line.id, ""), asked[line.id])
        for line in order.lines
        if line.id in asked and line.id in wanted
    }


def _leaving(line: DocumentLine, quantity: int, codes: Codes | None) -> LineData:
    detail = "\n".join(filter(None, (line.detail, words_of(codes) if codes else "")))
    return replace(data_of(line), quantity=quantity, source_id=line.id, detail=detail)


def left_to_return(delivery: SalesDocument) -> dict[int, int]:
    """Thousandths of each line of a delivery that did not come back."""
    left = {line.id: line.quantity for line in delivery.lines if line.kind == LineKind.ITEM and line.quantity > 0}
    by_source = {line.source_id: line.id for line in delivery.lines}
    for back in returns_of(delivery.id):
        for line in back.lines:
            if by_source.get(line.source_id) in left:
                left[by_source[line.source_id]] += line.quantity
    return left


def take_back(
    document: SalesDocument, quantities: Mapping[int, int], *, place_id: int | None = None, reason: str = ""
) -> SalesDocument:
    """A return of a delivery, numbered at once: these thousandths by line come back to the stock, and may be delivered again.

    The money is another matter: a credit note of the invoice. Raises DomainError.
    """
    require_transaction()
    delivery = locked(document)
    if delivery.kind != DocumentKind.DELIVERY or delivery.origin_id is not None or delivery.order_id is None:
        raise DomainError(_("Un retour se fait depuis un bon de livraison."))
    order, left = locked(delivery.order_id), left_to_return(delivery)
    asked = {line_id: quantity for line_id, quantity in quantities.items() if quantity}
    if not asked:
        raise DomainError(_("Dites au moins une quantité qui revient."))
    if any(line_id not in left or not 0 < quantity <= left[line_id] for line_id, quantity in asked.items()):
        raise DomainError(_("Une quantité dépasse ce qui a été livré. Baissez-la."))
    lines = [replace(data_of(line), quantity=-asked[line.id]) for line in delivery.lines if line.id in asked]
    made = draft(
        DocumentKind.DELIVERY, order.contact, lines, order_id=order.id, origin_id=delivery.id, ticket_id=order.ticket_id,
        title=order.title, notes=reason.strip()[:1000], supplied_on=clock.today(), conditions="",
    )  # fmt: skip
    _number(made, DocumentState.DELIVERED)
    shipping.bring_back(made, delivery, place_id)
    record(order, "document.returned", number=made.number)
    return made


def finish(document: SalesDocument) -> SalesDocument:
    """Close an order: the work is done. Raises IllegalMove."""
    order = locked(document)
    if order.kind != DocumentKind.ORDER:
        raise DomainError(_("Seule une commande se termine."))
    DOCUMENTS.move(order, DocumentState.DONE, number=order.number)
    shipping.let_go(order)
    ask_for(order, ScheduleEvent.DONE)
    return order
