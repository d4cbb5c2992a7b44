"""An article put on a ticket: one line, or for a standard service the lines that it brings, and its time (C11)."""

from collections.abc import Sequence
from dataclasses import replace

from app.catalog.models import Article
from app.catalog.queries import PartRow, parts_of, rate_on
from app.catalog.states import ArticleKind
from app.core import clock
from app.core.db import db, require_transaction
from app.tariffs.services import offers
from app.tickets.models import Ticket, TicketLine
from app.tickets.services.lines import LineInput, add_line
from app.tickets.states import LineKind

DEEPEST = 4  # standard services in standard services
LABOUR = (ArticleKind.SERVICE, ArticleKind.STANDARD)


def add_article_line(ticket: Ticket, line: LineInput) -> list[TicketLine]:
    """Add a line; when it is a standard service, then what it brings, options left out, and its minutes to the time
    foreseen. One that has no price of its own is not a line: what it brings is. Raises DomainError."""
    require_transaction()
    article = db.session.get(Article, line.article_id) if line.article_id else None
    if article is None or article.kind != ArticleKind.STANDARD:
        return [add_line(ticket, line)]
    brought = _brought(article.id, line.quantity, 0)
    own = [line] if line.unit_price or not brought else []
    rows = [add_line(ticket, item) for item in (*own, *_for_client(brought, ticket.contact_id))]
    if article.minutes:
        ticket.estimated_minutes = (ticket.estimated_minutes or 0) + round(article.minutes * line.quantity / 1000)
    return rows


def _for_client(lines: Sequence[LineInput], contact_id: int | None) -> list[LineInput]:
    """The lines at the prices of this client."""
    prices = offers([(line.article_id, line.quantity) for line in lines if line.article_id], contact_id)
    found = [(line, prices.get((line.article_id or 0, line.quantity))) for line in lines]
    return [replace(line, unit_price=priced.net) if priced else line for line, priced in found]


def _brought(article_id: int, quantity: int, depth: int) -> list[LineInput]:
    found: list[LineInput] = []
    for part in parts_of(article_id):
        wanted = round(part.quantity * quantity / 1000)
        if part.optional or not wanted:
            continue
        inside = part.kind == ArticleKind.STANDARD and depth < DEEPEST
        brought = _brought(part.part_id, wanted, depth + 1) if inside else []
        if part.price or not brought:
            found.append(_line(part, wanted))
        found += brought
    return found


def _line(part: PartRow, quantity: int) -> LineInput:
    labour = part.kind in LABOUR
    return LineInput(
        LineKind.LABOUR if labour else LineKind.PART, part.label, quantity, part.price,
        rate_on(part.vat_code, clock.today()).rate, part.reference, part.unit, "" if labour else part.origin.value,
        part.part_id,
    )  # fmt: skip
