"""An article put on a ticket: one line, or for a standard service the lines that it brings, and its time (C11)."""

from collections.abc import Collection

from app.catalog.models import Article
from app.catalog.queries import rate_on
from app.catalog.states import ArticleKind
from app.core import clock
from app.core.db import db, require_transaction
from app.tariffs.services import Brought, brought, in_option
from app.tickets.models import Ticket, TicketLine
from app.tickets.services.lines import LineInput, add_line
from app.tickets.states import LineKind

LABOUR = (ArticleKind.SERVICE, ArticleKind.STANDARD)


def add_article_line(ticket: Ticket, line: LineInput, taken: Collection[int] = ()) -> list[TicketLine]:
    """Add a line; when it is a standard service, then what it brings, options left out, and its minutes to the time
    foreseen. One that has no price of its own is not a line: what it brings is; so is a bundle. `taken`: ids of the articles
    in option that were ticked. Raises DomainError."""
    require_transaction()
    stands, more = brought(line.article_id, line.quantity, line.unit_price, ticket.contact_id)
    own = [line] if stands else []
    rows = [add_line(ticket, item) for item in (*own, *map(_line, more))]
    article = db.session.get(Article, line.article_id) if line.article_id else None
    if article is not None and article.kind == ArticleKind.STANDARD and article.minutes:
        ticket.estimated_minutes = (ticket.estimated_minutes or 0) + round(article.minutes * line.quantity / 1000)
    for item in in_option(line.article_id, line.quantity, ticket.contact_id) if taken else ():
        rows += add_article_line(ticket, _line(item)) if item.part.part_id in taken else []
    return rows


def _line(item: Brought) -> LineInput:
    part = item.part
    labour = part.kind in LABOUR
    return LineInput(
        LineKind.LABOUR if labour else LineKind.PART, part.label, item.quantity, item.price,
        rate_on(part.vat_code, clock.today()).rate, part.reference, part.unit, "" if labour else part.origin.value,
        part.part_id,
    )  # fmt: skip
