"""One quote, and the quotes of a ticket."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, bindparam, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.money import Totals, totals
from app.sales.models import Quote
from app.sales.states import ANSWERABLE, QuoteState
from app.tickets.models import Ticket, TicketLine
from app.tickets.queries import visible

LOADED = (
    joinedload(Quote.ticket).joinedload(Ticket.family),
    joinedload(Quote.ticket).joinedload(Ticket.asset),
    joinedload(Quote.ticket).joinedload(Ticket.contact),
    joinedload(Quote.contact).joinedload(Contact.company),
    joinedload(Quote.file),
)


def _one(*which: ColumnElement[bool]) -> Quote | None:
    query = select(Quote).join(Ticket, Ticket.id == Quote.ticket_id).where(*which).options(*LOADED)
    return db.session.scalars(query).one_or_none()


def _visible(user: User) -> tuple[ColumnElement[bool], ...]:
    """The quotes a person sees: of the tickets he sees; a client, those he was sent."""
    if user.is_client:
        return visible(user), Quote.state != QuoteState.DRAFT
    return (visible(user),) if allowed(user, "quote.view") else (Quote.id.is_(None),)


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


def lines_total(lines: Sequence[TicketLine]) -> Totals:
    """What a quote made of these lines would amount to."""
    return totals((line.net, line.vat_rate) for line in lines)


def overdue(quote: Quote) -> bool:
    """True past the last day of its validity."""
    return quote.valid_until is not None and quote.valid_until < clock.today()


def reachable(quote: Quote) -> bool:
    """True while the client can still answer: sent, its PDF made, within its validity, its ticket not gone further."""
    sent = quote.state == QuoteState.SENT and quote.sha256 != ""
    return sent and not overdue(quote) and quote.ticket.state in ANSWERABLE
