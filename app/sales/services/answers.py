"""The client's answer. The ticket's row, then the quote's, are locked: an answer, a replacement and an expiry never both win."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError, Gone
from app.core.history import record
from app.core.i18n import _
from app.core.subject import subject_of
from app.documents import services as files
from app.documents.services import Ready
from app.sales.models import Quote
from app.sales.queries import overdue
from app.sales.queries.one import LOADED
from app.sales.queries.withdrawal import may_withdraw
from app.sales.services import messages
from app.sales.services.documents.orders import order_from_quote
from app.sales.services.offers.choosing import take_choice
from app.sales.services.risks import risks_of
from app.sales.states import QUOTES, Means, QuoteState
from app.tickets.models import Ticket
from app.tickets.services import locked, move_by_itself, touch
from app.tickets.states import UNDECIDED, Outcome, TicketState

NAME_LENGTH = 120


@dataclass(frozen=True, slots=True)
class Signer:
    """Who answers, by what means, from where. `signature`: the bytes of the one drawn, prepared before the transaction."""

    name: str
    means: Means
    address: str = ""
    agent: str = ""
    signature: Ready | None = None


def locked_quote(quote_id: int) -> Quote:
    """The quote read again under the locks of its ticket and its own, with what messages about it say."""
    require_transaction()
    ticket = db.session.scalar(select(Ticket).join(Quote, Quote.ticket_id == Ticket.id).where(Quote.id == quote_id))
    if ticket is not None:
        locked(ticket)
    query = (
        select(Quote).where(Quote.id == quote_id).with_for_update(of=Quote).execution_options(populate_existing=True)
    )
    return db.session.scalars(query.options(*LOADED)).one()


def check_open(quote: Quote) -> None:
    """Raises Gone or Conflict, with the way out, when this quote can no longer be answered."""
    if quote.state == QuoteState.REPLACED:
        raise Gone(_("Ce devis a été remplacé par un autre. Ouvrez le plus récent que vous avez reçu."))
    if quote.state == QuoteState.EXPIRED or (quote.state == QuoteState.SENT and overdue(quote)):
        raise Gone(_("Ce devis n'est plus valable. Demandez-nous de le remettre à jour, nous vous répondrons vite."))
    if quote.state == QuoteState.ACCEPTED:
        raise Conflict(_("Ce devis est déjà accepté. Appelez-nous si vous souhaitez changer d'avis."))
    if quote.state == QuoteState.REFUSED:
        raise Conflict(_("Ce devis est déjà refusé. Appelez-nous si vous souhaitez changer d'avis."))
    if quote.sha256 == "":
        raise Conflict(_("Le document de ce devis se prépare. Revenez dans un instant."))
    if not quote.of_sale and quote.work.state not in UNDECIDED:
        raise Conflict(
            _(
                "Ce devis ne s'accepte plus en ligne : votre dossier a avancé. Appelez-nous, nous vous dirons où il en est."
            )
        )


def accept(
    quote_id: int,
    signer: Signer,
    *,
    chosen: Collection[int] | None = None,
    expected: int | None = None,
    begin: bool = False,
) -> Quote:
    """The client agrees: the work may start, or the order is made of what he chose (`chosen`: ids of options and choices, what was
    proposed without any; `expected`: the total that he read; `begin`: he asks that the work begin before the end of the delay of
    withdrawal). Accepting twice is the same acceptance.

    Raises DomainError, Gone, Conflict.
    """
    quote = locked_quote(quote_id)
    if quote.state == QuoteState.ACCEPTED:
        return quote
    check_open(quote)
    if quote.of_sale:
        take_choice(quote, chosen, expected)
    _sign(quote, signer)
    quote.begin_at_once = begin and may_withdraw(quote.contact, quote.concluded, quote.exempt)
    facts = {"begin": _("demande de commencer sans attendre")} if quote.begin_at_once else {}
    _move(quote, QuoteState.ACCEPTED, signer, **facts)
    words = messages.answer_words(quote, _("accepté"))
    if quote.of_sale:
        order = order_from_quote(quote)
        messages.ask_team(quote, _("%(words)s : commande %(order)s à préparer", words=words, order=order.number))
    else:
        _begin(quote, words)
        messages.ask_team(quote, _("%(words)s : réparez %(title)s", words=words, title=quote.name))
    messages.tell_accepted(quote)
    return quote


def _begin(quote: Quote, words: str) -> None:
    if quote.work.state in (TicketState.QUOTED, TicketState.DIAGNOSING):
        move_by_itself(quote.work, TicketState.REPAIRING, words)
    else:
        _note(quote, words)


def refuse(quote_id: int, signer: Signer, reason: str) -> Quote:
    """The client does not want it: what he left with us can be collected. Refusing twice is the same refusal."""
    quote = locked_quote(quote_id)
    if quote.state == QuoteState.REFUSED:
        return quote
    check_open(quote)
    if not reason.strip():
        raise DomainError(_("Dites en un mot pourquoi : cela nous aide à mieux faire."), field="reason")
    _sign(quote, signer)
    quote.refusal_reason = reason.strip()[:1000]
    _move(quote, QuoteState.REFUSED, signer, reason=quote.refusal_reason)
    words = messages.answer_words(quote, _("refusé"))
    if quote.of_sale:
        label = _("%(words)s : proposez-lui autre chose, ou classez", words=words)
    else:
        label = _("%(words)s : préparez la remise de %(title)s", words=words, title=quote.name)
        messages.tell_refused(quote, risks_of(quote.work))
        _give_back(quote, words)
    messages.ask_team(quote, label, notes=quote.refusal_reason)
    return quote


def _give_back(quote: Quote, words: str) -> None:
    if quote.work.state == TicketState.QUOTED:
        move_by_itself(quote.work, TicketState.READY, words, Outcome.QUOTE_REFUSED)
    else:
        _note(quote, words)


def _sign(quote: Quote, signer: Signer) -> None:
    name = " ".join(signer.name.split())[:NAME_LENGTH]
    if not name:
        raise DomainError(_("Signez avec le doigt, ou tapez votre nom."), field="signature_name")
    quote.answered_at = clock.now()
    quote.answered_name, quote.answered_how = name, signer.means.value
    quote.answered_from, quote.answered_agent = signer.address[:60], signer.agent[:300]
    if signer.signature is not None:
        stored = files.keep(signer.signature, by=name)
        files.attach(stored, subject_of(quote), _("Signature de %(name)s", name=name))
        quote.signature_file_id = stored.id


def _move(quote: Quote, to: QuoteState, signer: Signer, **facts: str) -> None:
    proof = {
        "name": quote.answered_name,
        "means": signer.means.value,
        "address": quote.answered_from,
        "sha256": quote.sha256,
    }
    QUOTES.move(quote, to, number=quote.number, gross=quote.gross, **proof, **facts)


def _note(quote: Quote, words: str) -> None:
    """The ticket had already gone on by hand: the answer is written on its time-line all the same."""
    record(quote.about, "quote.answered", words=words)
    touch(quote.work)
