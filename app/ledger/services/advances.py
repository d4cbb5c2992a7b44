"""The VAT of what was paid at the intake of repairs and is not billed yet.

A deposit on a service bears its tax the day it comes (CGI art. 269, 2 c; of goods since 2023, 2 a bis), with or without the option
for debits, provided that the supply is known: its nature, its price, its rate (CJUE C-419/02, BUPA). Money left with a device to
be looked at pays no known supply: it bears none until its client accepts the quote; from that day, or from the day it comes if later,
it bears the tax of that quote, in proportion. The invoice, or the ticket of a till, that takes it bears the whole tax, and what was
counted here ends that day. All that is read is written for good (quote, payments, what they settled): a month told stays what it was.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.money import round_half_up
from app.payments.models import Allocation, Payment
from app.payments.states import PaymentState
from app.sales.models import Quote
from app.sales.states import QuoteState

#: rate (basis points) → (base, tax), cents.
ByRate = dict[int, tuple[int, int]]


class _Agreed(NamedTuple):
    """What a client accepted, and when; `totals` as his quote prints them."""

    on: date
    gross: int
    totals: Mapping[str, Any]


def advances(start: date, end: date) -> ByRate:
    """What falls due in a period, both days included, less what documents and tickets take up in it: below zero then."""
    agreed = _agreed(end)
    moves = _moves(agreed)
    found: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for ticket_id, quote in agreed.items():
        before, after = (_held(moves[ticket_id], quote, day) for day in (start - timedelta(days=1), end))
        for rate in quote.totals.get("vat") or ():
            for place, key in enumerate(("base", "amount")):
                found[rate["rate"]][place] += _part(rate[key], after, quote) - _part(rate[key], before, quote)
    return {rate: (base, vat) for rate, (base, vat) in found.items() if base or vat}


def _agreed(end: date) -> dict[int, _Agreed]:
    """The quote that the client of each ticket accepted, the newest, of the tickets for which something was paid at the intake."""
    paid = select(Payment.ticket_id).where(Payment.ticket_id.is_not(None))
    query = select(Quote.ticket_id, Quote.answered_at, Quote.gross, Quote.content).where(
        Quote.state == QuoteState.ACCEPTED, Quote.ticket_id.in_(paid), Quote.answered_at.is_not(None), Quote.gross > 0
    )
    found: dict[int, _Agreed] = {}
    for ticket_id, answered_at, gross, content in db.session.execute(query.order_by(Quote.id)):
        on = clock.local(answered_at).date()
        if on <= end:
            found[ticket_id] = _Agreed(on, gross, content.get("totals") or {})
    return found


def _moves(tickets: Mapping[int, _Agreed]) -> dict[int, list[tuple[date, int]]]:
    """(day, cents) of what came for these tickets, went back, or was taken by an invoice or a till."""
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    came = select(Payment.ticket_id, Payment.received_on, Payment.amount).where(Payment.state != PaymentState.PENDING)
    for ticket_id, on, amount in db.session.execute(came.where(Payment.ticket_id.in_(tickets))):
        found[ticket_id or 0].append((on, amount))
    taken = select(Payment.ticket_id, Allocation.at, Allocation.amount).join(
        Payment, Payment.id == Allocation.payment_id
    )
    for ticket_id, at, amount in db.session.execute(taken.where(Payment.ticket_id.in_(tickets))):
        found[ticket_id or 0].append((clock.local(at).date(), -amount))
    return found


def _held(moves: Sequence[tuple[date, int]], quote: _Agreed, day: date) -> int:
    """What is held for that work at the end of a day, never more than its price; nothing before it was agreed upon."""
    held = sum(amount for on, amount in moves if on <= day) if day >= quote.on else 0
    return max(0, min(held, quote.gross))


def _part(amount: int, held: int, quote: _Agreed) -> int:
    return round_half_up(Decimal(amount) * held / quote.gross)
