"""The right to withdraw from a quote accepted at a distance or off premises: until when, and from when its money may be taken.

Sources: C. conso. art. L221-18 (14 days from the conclusion; for goods, from their reception), L221-19 (the first day does not count,
a last day that is no working day gives way to the next), L221-28 (exceptions), L221-10 (no payment within 7 days off premises, but
for urgent repairs). Both delays are dated amounts of the law.
"""

from collections.abc import Collection
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.contacts.models import Contact
from app.contacts.states import ContactKind
from app.core import clock
from app.core.db import db
from app.core.law import legal
from app.messaging.services.quiet import is_rest_day
from app.sales.models import Quote, SalesDocument
from app.sales.states import DocumentKind, DocumentState, QuoteState
from app.sales.states.withdrawal import Concluded, Exempt
from app.tickets.models import Ticket
from app.tickets.states import FINAL, TicketState

D = SalesDocument
DAYS, HOLD = "sales.withdrawal_days", "sales.withdrawal_hold"
SATURDAY = 5
DONE = (*FINAL, TicketState.READY, TicketState.SHIPPING)


def may_withdraw(contact: Contact, concluded: Concluded, exempt: Exempt) -> bool:
    """Whether the law gives this client that right: a private person, a contract not concluded at our place, no exception."""
    return contact.kind == ContactKind.PERSON and concluded != Concluded.PREMISES and exempt == Exempt.NONE


def last_day(first: date) -> date:
    """The last day to withdraw when the delay runs from `first`, which does not count."""
    day = first + timedelta(days=legal(DAYS, first))
    while day.weekday() == SATURDAY or is_rest_day(day):
        day += timedelta(days=1)
    return day


def withdrawal_end(quote: Quote) -> date | None:
    """The last day on which its client may withdraw; None where he has no such right, or not yet agreed, or lost it: the work that
    he had asked to begin at once is done. Goods not delivered yet count from today: the end moves on until they are."""
    if quote.state != QuoteState.ACCEPTED or quote.answered_at is None:
        return None
    if not may_withdraw(quote.contact, quote.concluded, quote.exempt) or (quote.begin_at_once and _is_done(quote)):
        return None
    first = clock.local(quote.answered_at).date()
    return last_day(max(first, _received_on(quote)) if goods_of(quote) else first)


def goods_of(quote: Quote) -> bool:
    """Whether it sells goods, which the delay then counts from the reception of: a quote of sale of more than time spent."""
    return quote.of_sale and quote.content.get("nature", "S") != "S"


def _is_done(quote: Quote) -> bool:
    if not quote.of_sale:
        state = db.session.scalar(select(Ticket.state).where(Ticket.id == quote.ticket_id))
        return state in DONE
    return _order_state(quote) == DocumentState.DONE


def _order_state(quote: Quote) -> DocumentState | None:
    query = select(D.state).where(D.quote_id == quote.id, D.kind == DocumentKind.ORDER, D.number.is_not(None))
    return db.session.scalar(query.order_by(D.id.desc()).limit(1))


def _received_on(quote: Quote) -> date:
    """The day of the last delivery once all is delivered; today before."""
    if _order_state(quote) not in (DocumentState.DELIVERED, DocumentState.DONE):
        return clock.today()
    orders = select(D.id).where(D.quote_id == quote.id, D.kind == DocumentKind.ORDER)
    query = select(D.supplied_on).where(
        D.kind == DocumentKind.DELIVERY, D.order_id.in_(orders), D.origin_id.is_(None), D.supplied_on.is_not(None)
    )
    return db.session.scalar(query.order_by(D.supplied_on.desc()).limit(1)) or clock.today()


def is_open(quote: Quote) -> bool:
    """True while its client may withdraw."""
    end = withdrawal_end(quote)
    return end is not None and clock.today() <= end


def payable_from(quote: Quote) -> date | None:
    """The first day on which its money may be taken; None when it may at once (L221-10: off premises, unless urgent)."""
    if quote.concluded != Concluded.OFF_PREMISES or quote.exempt == Exempt.URGENT or quote.answered_at is None:
        return None
    if quote.contact.kind != ContactKind.PERSON or quote.state != QuoteState.ACCEPTED:
        return None
    day = clock.local(quote.answered_at).date()
    return day + timedelta(days=legal(HOLD, day) + 1)


def held_quote(quote_id: int | None) -> date | None:
    """The first day on which money of what was made of this quote may be taken, when it is to come."""
    quote = db.session.get(Quote, quote_id, options=[joinedload(Quote.contact)]) if quote_id else None
    day = payable_from(quote) if quote is not None else None
    return day if day is not None and clock.today() < day else None


def held_documents(ids: Collection[int]) -> dict[int, date]:
    """Of these documents, those whose money may not be taken yet: from which day it may."""
    query = select(D.id, D.quote_id).join(Quote, Quote.id == D.quote_id).where(D.id.in_(ids), Quote.concluded == Concluded.OFF_PREMISES)  # fmt: skip
    rows = db.session.execute(query).all() if ids else []
    return {row.id: day for row in rows if (day := held_quote(row.quote_id)) is not None}
