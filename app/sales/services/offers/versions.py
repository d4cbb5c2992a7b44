"""Sending a quote of sale, and the next version of one that was sent: the earlier ones stay readable."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import euros
from app.sales.models import Quote, QuoteLine
from app.sales.services import thirds
from app.sales.services.documents.lines import data_of
from app.sales.services.offers.drafting import OfferLine, OfferTerms, check_sendable, locked_draft, refresh, start
from app.sales.services.sending import give_number, withdraw
from app.sales.states import QuoteState

TAKEN_BACK = (QuoteState.SENT, QuoteState.REFUSED, QuoteState.EXPIRED, QuoteState.REPLACED)


def send(quote: Quote, *, expected: int | None = None) -> Quote:
    """Number a draft and send it: its PDF and the message follow by a job; an earlier version that waits is replaced.

    `expected` is the total that the button named, in cents. Raises Conflict when the lines changed meanwhile, DomainError.
    """
    fresh = locked_draft(quote.id)
    refresh(fresh)
    check_sendable(fresh)
    if expected is not None and expected != fresh.gross:
        raise Conflict(
            _("Les lignes ont changé : le devis est maintenant de %(amount)s. Relisez-le.", amount=euros(fresh.gross))
        )
    earlier = _versions(fresh)
    fresh.version = 1 + max((other.version for other in earlier), default=0)
    give_number(fresh, [other for other in earlier if other.state == QuoteState.SENT])
    return fresh


def _versions(quote: Quote) -> list[Quote]:
    """The other versions of a quote that were sent, locked."""
    root = quote.root_id or quote.id
    query = select(Quote).where(
        (Quote.root_id == root) | (Quote.id == root), Quote.number.is_not(None), Quote.id != quote.id
    )
    return list(db.session.scalars(query.order_by(Quote.id).with_for_update()))


def revise(quote: Quote) -> Quote:
    """The draft of the next version, its lines those of this one; the link of one that waits is void at once.

    The draft there is already is given back. Raises DomainError for one that was accepted.
    """
    require_transaction()
    query = select(Quote).where(Quote.id == quote.id).with_for_update(of=Quote)
    loaded = (selectinload(Quote.lines), joinedload(Quote.contact))
    fresh = db.session.scalars(query.options(*loaded).execution_options(populate_existing=True)).one()
    root = fresh.root_id or fresh.id
    draft = db.session.scalar(select(Quote).where(Quote.root_id == root, Quote.state == QuoteState.DRAFT).limit(1))
    if fresh.state not in TAKEN_BACK:
        raise DomainError(_("Ce devis est accepté : il ne se révise plus. Faites-en un nouveau pour ce qui change."))
    if fresh.state == QuoteState.SENT:
        withdraw([fresh])
    return draft or _next(fresh, root)


def _next(quote: Quote, root_id: int) -> Quote:
    made = start(quote.contact, _terms(quote), [_again(line) for line in quote.lines], root_id=root_id)
    thirds.put(thirds.thirds_of(thirds.of_quote(quote.id)), quote_id=made.id)
    refresh(made)
    return made


def _terms(quote: Quote) -> OfferTerms:
    content = quote.content
    return OfferTerms(
        quote.title, content.get("diagnosis") or "", content.get("delay", ""), content.get("days", 30), quote.conditions,
        quote.deposit_share, quote.deposit_amount,
    )  # fmt: skip


def _again(line: QuoteLine) -> OfferLine:
    return OfferLine(data_of(line), line.optional, line.choice, line.chosen)


def discard(quote: Quote) -> None:
    """Forget a draft: nobody saw it, it has no number."""
    thirds.drop_all(quote.id)
    db.session.delete(locked_draft(quote.id))
    db.session.flush()
