"""Preparing a quote from the lines of its ticket."""

from collections.abc import Sequence

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.sales.models import Quote
from app.sales.queries import draft_of, lines_total
from app.sales.services.content import Terms, snapshot, terms_for
from app.tickets.models import Ticket, TicketLine
from app.tickets.queries import lines_of
from app.tickets.queries import word as state_word
from app.tickets.services import locked
from app.tickets.states import UNDECIDED, TicketKind

MAX_DAYS = 365


def check_sendable(ticket: Ticket, lines: Sequence[TicketLine]) -> None:
    """Raises DomainError with what is missing before a quote of this ticket can be sent."""
    if ticket.kind != TicketKind.REPAIR or ticket.contact_id is None:
        raise DomainError(_("Un devis s'envoie pour la réparation d'un client. Ce dossier-ci n'en demande pas."))
    if ticket.state not in UNDECIDED:
        words = ", ".join(f"« {state_word(state)} »" for state in UNDECIDED)
        raise DomainError(
            _("Le devis s'envoie quand le dossier est à l'état %(words)s. Changez d'abord son état.", words=words)
        )
    if not lines:
        raise DomainError(
            _("Le dossier n'a aucune ligne. Ajoutez une pièce ou de la main-d'œuvre, puis envoyez le devis.")
        )
    if lines_total(lines).gross <= 0:
        raise DomainError(
            _("Le total du devis est nul. Vérifiez les prix, ou passez en réparation : il n'y a rien à accepter.")
        )


def prepare(ticket: Ticket, terms: Terms | None = None) -> Quote:
    """The draft of this ticket, made or refreshed from its present lines. Raises DomainError."""
    require_transaction()
    fresh = locked(ticket)
    lines = lines_of(fresh)
    check_sendable(fresh, lines)
    asked = terms or terms_for(fresh)
    if not 1 <= asked.days <= MAX_DAYS:
        raise DomainError(_("Donnez une durée de validité entre 1 et 365 jours."), field="days")
    assert fresh.contact_id is not None  # noqa: S101  checked above
    quote = draft_of(fresh.id) or Quote(ticket_id=fresh.id, contact_id=fresh.contact_id)
    quote.ticket, quote.contact_id = fresh, fresh.contact_id
    quote.content = snapshot(fresh, lines, asked)
    quote.conditions = asked.conditions.strip()
    sums = lines_total(lines)
    quote.net, quote.vat, quote.gross = sums.net, sums.vat, sums.gross
    db.session.add(quote)
    db.session.flush()
    return quote


def discard(quote: Quote) -> None:
    """Forget a draft: nobody saw it, it has no number."""
    require_transaction()
    if quote.number is not None:
        raise DomainError(_("Ce devis a été envoyé : il ne s'efface plus. Révisez-le plutôt."))
    db.session.delete(quote)
