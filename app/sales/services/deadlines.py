"""What time does to a quote: reminders, then expiry. Found by date, so that a missed night does no harm."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.history import record
from app.core.i18n import _
from app.core.settings import setting
from app.sales.models import Quote
from app.sales.queries import overdue, reachable
from app.sales.services import messages
from app.sales.services.answers import check_open, locked_quote
from app.sales.states import QUOTES, QuoteState
from app.tickets.services import move_by_itself
from app.tickets.states import TicketState


def reminder_days(text: str) -> list[int]:
    """« 2, 7 » → [2, 7]. Raises ValueError."""
    days = sorted({int(part) for part in text.replace(";", ",").split(",") if part.strip()})
    if any(not 1 <= day <= 365 for day in days):
        raise ValueError(text)
    return days


def _due(sent: date, last: date, today: date) -> bool:
    """True when a day of reminder has come since the client last heard of the quote."""
    return any(last < sent + timedelta(days=day) <= today for day in reminder_days(setting("sales.quote_reminders")))


def _is_forgotten(quote: Quote) -> bool:
    if quote.sent_at is None:
        return False
    sent = clock.local(quote.sent_at).date()
    last = clock.local(quote.reminded_at).date() if quote.reminded_at else sent
    return _due(sent, last, clock.today())


def forgotten_ids() -> list[int]:
    """Ids of the quotes whose client is to be reminded today."""
    return [quote.id for quote in _live() if not overdue(quote) and _is_forgotten(quote)]


def expired_ids() -> list[int]:
    """Ids of the quotes that are past their validity, and not marked so."""
    return [quote.id for quote in _live() if overdue(quote)]


def _live() -> Sequence[Quote]:
    return db.session.scalars(select(Quote).where(Quote.state == QuoteState.SENT).order_by(Quote.id)).all()


def remind(quote_id: int, *, by_hand: bool = False) -> bool:
    """Remind the client. By itself: only when a reminder is due, so a job that runs twice reminds once; False otherwise.

    By hand: raises Gone or Conflict when the quote can no longer be answered.
    """
    quote = locked_quote(quote_id)
    if by_hand:
        check_open(quote)
    elif not (reachable(quote) and _is_forgotten(quote)):
        return False
    quote.reminders += 1
    quote.reminded_at = clock.now()
    record(quote, "quote.reminded", count=quote.reminders)
    messages.tell_reminder(quote)
    return True


def expire(quote_id: int) -> bool:
    """Mark a quote past its validity: the ticket returns to the technician, the client and the desk are told. Once."""
    quote = locked_quote(quote_id)
    if quote.state != QuoteState.SENT or not overdue(quote):
        return False
    QUOTES.move(quote, QuoteState.EXPIRED, number=quote.number, gross=quote.gross)
    if not quote.of_sale and quote.work.state == TicketState.QUOTED:
        move_by_itself(
            quote.work, TicketState.DIAGNOSING, _("Devis %(number)s expiré sans réponse", number=quote.number)
        )
    messages.ask_team(
        quote, _("Devis %(number)s expiré : appelez %(name)s", number=quote.number, name=quote.contact.name), call=True
    )
    messages.tell_expired(quote)
    return True
