"""Preparing a quote from the lines of its ticket."""

from collections.abc import Sequence

from app.contacts.models import Contact
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import euros
from app.sales.models import Quote, ThirdPartyShare
from app.sales.queries import draft_of, latest_of, lines_total
from app.sales.services import thirds
from app.sales.services.content import Terms, snapshot, terms_for
from app.sales.services.rights import usual_place
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
    quote.concluded, quote.exempt = asked.concluded or usual_place(), asked.exempt
    known = planned_for(fresh.id)
    if quote.id is None:
        quote.content, last = {}, thirds.thirds_of(known)
        db.session.add(quote)
        db.session.flush()
        thirds.put(last, quote_id=quote.id)
        known = thirds.of_quote(quote.id)
    sums = lines_total(lines)
    check_thirds(sum(share.amount for share in known), sums.gross)
    quote.content = snapshot(fresh, lines, asked, known)
    quote.conditions = asked.conditions.strip()
    quote.net, quote.vat, quote.gross = sums.net, sums.vat, sums.gross
    db.session.flush()
    return quote


def planned_for(ticket_id: int) -> Sequence[ThirdPartyShare]:
    """What others pay of a repair by the quote being prepared, or by its last one when there is none: the next takes it up."""
    last = draft_of(ticket_id) or latest_of(ticket_id)
    return thirds.of_quote(last.id if last else None)


def add_third(ticket: Ticket, terms: Terms, payer: Contact, label: str, amount: int) -> Quote:
    """Have somebody else pay a part (cents with tax) of the quote being prepared, which is kept as a draft. Raises DomainError."""
    quote = prepare(ticket, terms)
    left = quote.gross - sum(share.amount for share in thirds.of_quote(quote.id))
    thirds.put([thirds.third_of(payer, quote.contact_id, label, amount, left)], quote_id=quote.id)
    return prepare(ticket, terms)


def remove_third(ticket: Ticket, terms: Terms, share_id: int) -> Quote:
    """Take such a part away from the quote being prepared. One that is gone already is no fault."""
    quote = prepare(ticket, terms)
    asked = db.session.get(ThirdPartyShare, share_id)
    for share in thirds.of_quote(quote.id):  # one that was read on the last quote is copied to the new draft
        if asked is not None and (share.id == asked.id or thirds.thirds_of([share]) == thirds.thirds_of([asked])):
            thirds.drop(share.id, quote.id)
            break
    return prepare(ticket, terms)


def check_thirds(parts: int, gross: int) -> None:
    """Raises DomainError when others would pay more (cents) than the total."""
    if parts > gross:
        raise DomainError(
            _("La part payée par des tiers, %(parts)s, dépasse le total de %(gross)s. Baissez-la, ou retirez-la.", parts=euros(parts), gross=euros(gross))
        )  # fmt: skip


def discard(quote: Quote) -> None:
    """Forget a draft: nobody saw it, it has no number."""
    require_transaction()
    if quote.number is not None:
        raise DomainError(_("Ce devis a été envoyé : il ne s'efface plus. Révisez-le plutôt."))
    thirds.drop_all(quote.id)
    db.session.delete(quote)
