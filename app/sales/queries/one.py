"""One quote, and the quotes of a ticket."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, bindparam, select, true
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.money import Totals, totals
from app.sales.models import Quote
from app.sales.states import QuoteState
from app.tickets.models import Ticket, TicketLine
from app.tickets.queries import visible
from app.tickets.queries.filters import scope_of
from app.tickets.states import UNDECIDED

LOADED = (
    joinedload(Quote.ticket).joinedload(Ticket.family),
    joinedload(Quote.ticket).joinedload(Ticket.asset),
    joinedload(Quote.ticket).joinedload(Ticket.contact),
    joinedload(Quote.contact).joinedload(Contact.company),
    joinedload(Quote.file),
    selectinload(Quote.lines),
)


def _one(*which: ColumnElement[bool]) -> Quote | None:
    query = select(Quote).outerjoin(Ticket, Ticket.id == Quote.ticket_id).where(*which).options(*LOADED)
    return db.session.scalars(query).one_or_none()


def _visible(user: User) -> tuple[ColumnElement[bool], ...]:
    """The quotes a person sees: of the tickets he sees; a client, those he was sent."""
    if user.is_client:
        return seen(user), Quote.state != QuoteState.DRAFT
    return (seen(user),) if allowed(user, "quote.view") else (Quote.id.is_(None),)


def seen(user: User) -> ColumnElement[bool]:
    """The quotes of the tickets that this person sees (`Ticket` is joined), and those of sale: all for who sees every ticket, his own
    for a client."""
    scope = scope_of(user)
    if scope == "all":
        return true()
    if scope == "client":
        mine = Quote.contact_id.in_(select(Contact.id).where(Contact.user_id == user.id))
        return visible(user) | (Quote.ticket_id.is_(None) & mine)
    return visible(user)


def quote_for(user: User, number: str) -> Quote | None:
    """The quote of that number, when this person may see it."""
    return _one(Quote.number == number, *_visible(user))


def quote_for_id(user: User, quote_id: int) -> Quote | None:
    """The quote of that id, when this person may see it."""
    return _one(Quote.id == quote_id, *_visible(user))


def quote_by_id(quote_id: int) -> Quote | None:
    """The quote with what its pages show: for signed links and jobs, which carry their own right."""
    return _one(Quote.id == quote_id)


def quote_numbered(number: str) -> Quote | None:
    """The quote of that number: for commands, which carry their own right."""
    return _one(Quote.number == number)


_OF_TICKET = (
    select(Quote)
    .where(Quote.ticket_id == bindparam("ticket"))
    .options(joinedload(Quote.file))
    .order_by(Quote.id.desc())
)


def quotes_of(ticket_id: int) -> Sequence[Quote]:
    """The quotes of a ticket, the newest first."""
    return db.session.scalars(_OF_TICKET, {"ticket": ticket_id}).all()


def draft_of(ticket_id: int) -> Quote | None:
    """The quote being prepared for a ticket."""
    query = select(Quote).where(Quote.ticket_id == ticket_id, Quote.state == QuoteState.DRAFT)
    return db.session.scalar(query.order_by(Quote.id.desc()).limit(1))


def latest_of(ticket_id: int) -> Quote | None:
    """The newest quote that the client was sent."""
    query = select(Quote).where(Quote.ticket_id == ticket_id, Quote.state != QuoteState.DRAFT)
    return db.session.scalar(query.order_by(Quote.id.desc()).limit(1))


def newest_version(quote: Quote) -> Quote | None:
    """The newest that the client was sent of this quote: for the same ticket, or of the same quote of sale."""
    if quote.ticket_id is not None:
        return latest_of(quote.ticket_id)
    query = select(Quote).where(_kin(quote), Quote.number.is_not(None)).order_by(Quote.version.desc())
    return db.session.scalar(query.limit(1))


def versions_of(quote: Quote) -> list[Any]:
    """(id, number, version, state, gross, sent_at) of every version of a quote of sale, the newest first."""
    query = select(Quote.id, Quote.number, Quote.version, Quote.state, Quote.gross, Quote.sent_at).where(_kin(quote))
    return list(db.session.execute(query.order_by(Quote.id.desc())))


def _kin(quote: Quote) -> ColumnElement[bool]:
    root = quote.root_id or quote.id
    return Quote.ticket_id.is_(None) & ((Quote.root_id == root) | (Quote.id == root))


def draft_for_id(user: User, quote_id: int) -> Quote | None:
    """The quote of sale being written, with its lines, when this person may see it."""
    found = quote_for_id(user, quote_id)
    return found if found is not None and found.of_sale and found.state == QuoteState.DRAFT else None


def lines_total(lines: Sequence[TicketLine]) -> Totals:
    """What a quote made of these lines would amount to."""
    return totals((line.net, line.vat_rate) for line in lines)


def overdue(quote: Quote) -> bool:
    """True past the last day of its validity."""
    return quote.valid_until is not None and quote.valid_until < clock.today()


def reachable(quote: Quote) -> bool:
    """True while the client can still answer: sent, its PDF made, within its validity, its ticket not gone further."""
    sent = quote.state == QuoteState.SENT and quote.sha256 != ""
    return sent and not overdue(quote) and (quote.of_sale or quote.work.state in UNDECIDED)
