"""The client withdraws from what he agreed to (C. conso. art. L221-18 to L221-25)."""

from datetime import timedelta

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.law import legal
from app.sales.models import Quote, SalesDocument
from app.sales.queries.documents import of_order
from app.sales.queries.withdrawal import DAYS, is_open, withdrawal_end
from app.sales.services import messages
from app.sales.services.answers import NAME_LENGTH, Signer, locked_quote
from app.sales.services.documents.drafting import cancel
from app.sales.services.documents.drafting import locked as locked_document
from app.sales.states import QUOTES, DocumentKind, DocumentState, QuoteState
from app.tickets.services import touch

D = SalesDocument


def withdraw_contract(quote_id: int, signer: Signer) -> Quote:
    """The client withdraws, without a reason: the desk is told what to stop and to pay back, he gets his receipt; an order of which
    nothing was made is cancelled. Twice is once. Raises Conflict once the delay is past or where there is no such right."""
    require_transaction()
    quote = locked_quote(quote_id)
    if quote.state == QuoteState.WITHDRAWN:
        return quote
    end = withdrawal_end(quote)
    if end is None:
        raise Conflict(
            _("Ce devis n'ouvre pas de droit de rétractation. Appelez-nous, nous verrons ce qui est possible.")
        )
    if not is_open(quote):
        raise Conflict(_("Le délai de rétractation est passé depuis le %(day)s. Appelez-nous, nous verrons ce qui est possible.", day=clock.long_date(end)))  # fmt: skip
    name = " ".join(signer.name.split())[:NAME_LENGTH]
    if not name:
        raise DomainError(_("Écrivez le nom de la personne qui se rétracte."), field="name")
    quote.withdrawn_at, quote.withdrawn_by = clock.now(), name
    facts = {"name": name, "means": signer.means.value, "address": signer.address[:60]}
    QUOTES.move(quote, QuoteState.WITHDRAWN, number=quote.number, gross=quote.gross, **facts)
    order = _cancel_order(quote)
    _tell(quote, order)
    return quote


def _cancel_order(quote: Quote) -> SalesDocument | None:
    """The order of the quote that is still to be stopped by hand; None when there is none, or it could be cancelled."""
    live = (DocumentState.CONFIRMED, DocumentState.DELIVERED)
    query = select(D.id).where(D.quote_id == quote.id, D.kind == DocumentKind.ORDER, D.state.in_(live))
    found = db.session.scalar(query.order_by(D.id.desc()).limit(1))
    if found is None:
        return None
    order = locked_document(found)
    made = of_order(order.id, DocumentKind.DELIVERY, DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.INVOICE)
    if order.state == DocumentState.CONFIRMED and not made:
        cancel(order)
        return None
    return order


def _tell(quote: Quote, order: SalesDocument | None) -> None:
    words = _("%(name)s se rétracte du devis %(number)s", name=quote.withdrawn_by, number=quote.number)
    day = clock.today() + timedelta(days=legal(DAYS, clock.today()))
    notes = _("Remboursez ce qui est payé avant le %(day)s (art. L221-24 du code de la consommation).", day=clock.long_date(day))  # fmt: skip
    if order is not None:
        notes += " " + _("La commande %(number)s est engagée : arrêtez-la et faites ses avoirs.", number=order.number)
    if quote.begin_at_once:
        notes += " " + _("Le client avait demandé de commencer : ce qui est déjà fait reste dû, en proportion (art. L221-25).")  # fmt: skip
    messages.ask_team(quote, _("%(words)s : arrêtez le travail", words=words), call=False, notes=notes)
    messages.tell_withdrawn(quote)
    if not quote.of_sale:
        touch(quote.work)
