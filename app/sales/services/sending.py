"""Sending a quote, and taking back one that must change."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from sqlalchemy import func, select

from app.core import clock, links
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.jobs import later
from app.core.money import euros
from app.core.numbers import next_number
from app.core.queue import HEAVY
from app.core.subject import subject_of
from app.core.urls import absolute
from app.sales.models import Quote
from app.sales.services.content import Terms
from app.sales.services.drafting import prepare
from app.sales.states import QUOTES, QuoteState
from app.tickets.models import Ticket
from app.tickets.services import locked, move_by_itself, touch
from app.tickets.states import TicketState

PUBLISH = "app.sales.jobs.render_and_send"
LINK = "quote"


def link_of(quote: Quote) -> str:
    """The address where the client reads and answers; "" when it has none any more."""
    token = links.token_of(LINK, subject_of(quote))
    return absolute("portal.quote", token=token) if token else ""


def send(ticket: Ticket, *, terms: Terms | None = None, expected: int | None = None) -> Quote:
    """Number the quote of the present lines and send it: its PDF and the messages follow by a job.

    The ticket moves to « Devis à accepter »; a quote still waiting is replaced. `expected` is the amount that the button
    named, in cents: raises Conflict when the lines changed meanwhile, DomainError when something is missing.
    """
    require_transaction()
    quote = prepare(ticket, terms)
    if expected is not None and quote.due != expected:
        raise Conflict(
            _(
                "Les lignes ont changé : le devis est maintenant de %(amount)s. Relisez-le, puis envoyez-le.",
                amount=euros(quote.due),
            )
        )
    fresh = quote.work
    quote.version = _sent_before(fresh.id) + 1
    give_number(quote, _live(fresh))
    reason = _("Devis %(number)s envoyé, %(amount)s", number=quote.number, amount=euros(quote.due))
    if fresh.state == TicketState.QUOTED:
        touch(fresh)
    else:
        move_by_itself(fresh, TicketState.QUOTED, reason)
    return quote


def give_number(quote: Quote, replaced: Iterable[Quote]) -> None:
    """Number and send a quote that is ready, in the place of those; its PDF and its messages follow by a job."""
    number = next_number("D")
    withdraw(replaced, number)
    quote.number, quote.sent_at = number, clock.now()
    quote.valid_until = clock.today() + timedelta(days=quote.content["days"])
    links.issue(LINK, subject_of(quote), days=quote.content["days"] + 1)
    QUOTES.move(quote, QuoteState.SENT, number=number, gross=quote.gross)
    later(PUBLISH, quote.id, label=_("Devis %(number)s", number=number), queue_name=HEAVY)


def _sent_before(ticket_id: int) -> int:
    query = select(func.count()).select_from(Quote).where(Quote.ticket_id == ticket_id, Quote.number.is_not(None))
    return db.session.scalar(query) or 0


def _live(ticket: Ticket) -> Sequence[Quote]:
    live = select(Quote).where(Quote.ticket_id == ticket.id, Quote.state == QuoteState.SENT).with_for_update()
    return db.session.scalars(live).all()


def withdraw(quotes: Iterable[Quote], number: str = "") -> None:
    """These quotes can no longer be answered: their links are void. `number` is what replaces them."""
    for quote in quotes:
        QUOTES.move(quote, QuoteState.REPLACED, **({"by": number} if number else {}))
        links.revoke(LINK, subject_of(quote))


def revise(quote: Quote) -> Ticket:
    """Take a quote back to change it: its link is void at once, the ticket returns to the technician.

    A refused quote may be taken up again too. Raises DomainError for an accepted one, or when the thing has left.
    """
    require_transaction()
    ticket = locked(quote.work)
    db.session.refresh(quote, ["state"])
    reason = _("Devis %(number)s à réviser", number=quote.number)
    if quote.state == QuoteState.SENT:
        withdraw(_live(ticket))
        if ticket.state == TicketState.QUOTED:
            move_by_itself(ticket, TicketState.DIAGNOSING, reason)
    elif quote.state == QuoteState.REFUSED and ticket.state == TicketState.READY:
        move_by_itself(ticket, TicketState.REPAIRING, reason)
    elif quote.state not in (QuoteState.EXPIRED, QuoteState.REFUSED) or ticket.state == TicketState.OUT:
        raise DomainError(_("Ce devis ne se révise plus. Envoyez-en un autre depuis le dossier si le travail change."))
    return ticket
