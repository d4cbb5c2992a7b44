"""A quote of sale while it is written: its terms and its lines, changed one at a time; its copy and its totals follow."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.settings import setting
from app.sales.models import Quote, QuoteLine
from app.sales.services import thirds
from app.sales.services.documents.lines import LineData, check_count, fill
from app.sales.services.documents.standard import as_one, lines_of_article, options_of_line
from app.sales.services.documents.vat import rates_on
from app.sales.services.offers.choosing import amounts_of, check_parts, choices_of
from app.sales.services.offers.paper import paper
from app.sales.services.rights import usual_place
from app.sales.states import LineKind, QuoteState
from app.sales.states.withdrawal import Concluded, Exempt

WHOLE, MAX_DAYS = 10_000, 365


@dataclass(frozen=True, slots=True)
class OfferTerms:
    """What a quote of sale says beside its lines. The deposit: a share in basis points, or an amount in cents with tax.
    `concluded`: where it is; None, as usual."""

    title: str = ""
    introduction: str = ""
    delay: str = ""
    days: int = 30
    conditions: str = ""
    deposit_share: int = 0
    deposit_amount: int = 0
    concluded: Concluded | None = None
    exempt: Exempt = Exempt.NONE


@dataclass(frozen=True, slots=True)
class OfferLine:
    """A line as it is asked: `optional`, the client may tick it; `choice`, he takes one of those of that name; `chosen`, proposed."""

    data: LineData
    optional: bool = False
    choice: str = ""
    chosen: bool = False


def usual_terms(title: str = "") -> OfferTerms:
    """The terms to begin with, by the settings."""
    return OfferTerms(
        title=title, days=setting("sales.quote_days"), conditions=setting("sales.offer_conditions"),
        deposit_share=setting("sales.offer_deposit") * 100, concluded=usual_place(),
    )  # fmt: skip


def start(contact: Contact, terms: OfferTerms, lines: Iterable[OfferLine] = (), *, root_id: int | None = None) -> Quote:
    """A draft for this contact, with these lines. Raises DomainError."""
    require_transaction()
    quote = Quote(contact_id=contact.id, contact=contact, root_id=root_id, content={}, lines=[])
    db.session.add(quote)
    db.session.flush()
    for line in lines:
        quote.lines.append(filled(QuoteLine(position=len(quote.lines) + 1), line))
    db.session.flush()
    change_terms(quote, terms)
    return quote


def locked_draft(quote_id: int) -> Quote:
    """The draft read again under its lock, with its contact and its lines. Raises DomainError once it is sent."""
    require_transaction()
    query = select(Quote).where(Quote.id == quote_id, Quote.ticket_id.is_(None)).with_for_update(of=Quote)
    loaded = (selectinload(Quote.lines), joinedload(Quote.contact))
    quote = db.session.scalars(query.options(*loaded).execution_options(populate_existing=True)).one()
    if quote.state != QuoteState.DRAFT:
        raise DomainError(_("Ce devis est envoyé : il ne se modifie plus. Faites-en une nouvelle version."))
    return quote


def change_terms(quote: Quote, terms: OfferTerms, contact: Contact | None = None) -> None:
    """Change what a draft says beside its lines. Raises DomainError, with the field at fault."""
    if not 1 <= terms.days <= MAX_DAYS:
        raise DomainError(_("Donnez une durée de validité entre 1 et 365 jours."), field="days")
    if not 0 <= terms.deposit_share <= WHOLE or terms.deposit_amount < 0:
        raise DomainError(_("L'acompte va de 0 à 100 %."), field="deposit_share")
    if contact is not None:
        quote.contact_id, quote.contact = contact.id, contact
    quote.title, quote.conditions = terms.title.strip()[:200], terms.conditions.strip()
    quote.concluded, quote.exempt = terms.concluded or usual_place(), terms.exempt
    quote.deposit_share = terms.deposit_share
    quote.deposit_amount = 0 if terms.deposit_share else terms.deposit_amount
    refresh(quote, terms)


def refresh(quote: Quote, terms: OfferTerms | None = None) -> None:
    """Compute the copy and the totals of a draft again."""
    known = quote.content
    introduction = terms.introduction if terms else known.get("diagnosis") or ""
    delay, days = (terms.delay.strip(), terms.days) if terms else (known.get("delay", ""), known.get("days", MAX_DAYS))
    lines = sorted(quote.lines, key=lambda line: (line.position, line.id))
    amounts = amounts_of(quote, [line for line in lines if line.counted])
    quote.net, quote.vat, quote.gross = amounts.net, amounts.vat, amounts.gross
    quote.content = paper(quote, lines, introduction=introduction, delay=delay, days=days)
    db.session.flush()


def add_third(quote: Quote, payer: Contact, label: str, amount: int) -> None:
    """Have somebody else pay a part (cents with tax) of a locked draft. Raises DomainError, with the field at fault."""
    left = quote.gross - sum(share.amount for share in thirds.of_quote(quote.id))
    thirds.put([thirds.third_of(payer, quote.contact_id, label, amount, left)], quote_id=quote.id)
    refresh(quote)


def remove_third(quote: Quote, share_id: int) -> None:
    """Take such a part away from a locked draft."""
    thirds.drop(share_id, quote.id)
    refresh(quote)


# --- lines --------------------------------------------------------------------------------------------------------


def filled(row: QuoteLine, line: OfferLine) -> QuoteLine:
    """Write what was asked into a row. Raises DomainError, with the field at fault."""
    fill(row, line.data, rates_on(clock.today()))
    free = row.kind == LineKind.ITEM
    row.choice = line.choice.strip()[:80] if free else ""
    row.optional = free and line.optional and not row.choice
    row.chosen = bool((row.optional or row.choice) and line.chosen)
    return row


def brought_lines(quote: Quote, line: OfferLine) -> list[OfferLine]:
    """The line with those that its article brings, then its options, for the client to tick; what he takes or leaves as a whole
    is one line. Raises DomainError."""
    if line.optional or line.choice:
        return [replace(line, data=as_one(line.data, quote.contact_id))]
    options = options_of_line(line.data, quote.contact_id)
    return [
        *(replace(line, data=data) for data in lines_of_article(line.data, quote.contact_id)),
        *(OfferLine(as_one(data, quote.contact_id), optional=True) for data in options),
    ]


def add_line(quote: Quote, line: OfferLine) -> list[QuoteLine]:
    """Add a line at the end of a locked draft, and those that its article brings. Raises DomainError."""
    last = max((other.position for other in quote.lines), default=0)
    rows = [filled(QuoteLine(position=last + rank), item) for rank, item in enumerate(brought_lines(quote, line), 1)]
    check_count(len(quote.lines) + len(rows))
    quote.lines.extend(rows)
    db.session.flush()
    _settle(quote, rows[-1])
    return rows


def change_line(quote: Quote, line_id: int, line: OfferLine) -> QuoteLine:
    """Change a line of a locked draft. Raises DomainError."""
    row = filled(_line(quote, line_id), line)
    _settle(quote, row)
    return row


def remove_line(quote: Quote, line_id: int) -> None:
    """Take a line away from a locked draft. Raises DomainError when a colleague already did."""
    quote.lines.remove(_line(quote, line_id))
    _settle(quote)


def move_line(quote: Quote, line_id: int, step: int) -> None:
    """Move a line up (-1) or down (1)."""
    ordered = sorted(quote.lines, key=lambda line: (line.position, line.id))
    rank = ordered.index(_line(quote, line_id))
    ordered.insert(max(0, min(rank + step, len(ordered) - 1)), ordered.pop(rank))
    for position, line in enumerate(ordered, 1):
        line.position = position
    quote.lines.sort(key=lambda line: line.position)
    refresh(quote)


def _settle(quote: Quote, last: QuoteLine | None = None) -> None:
    """Of each choice one line is proposed: the last that was asked to be, else the first."""
    for lines in choices_of(quote.lines).values():
        asked = [line for line in lines if line.chosen]
        kept = last if last in asked else (asked or lines)[0]
        for line in lines:
            line.chosen = line is kept
    refresh(quote)


def _line(quote: Quote, line_id: int) -> QuoteLine:
    for row in quote.lines:
        if row.id == line_id:
            return row
    raise DomainError(_("Cette ligne n'est plus là : un collègue l'a peut-être supprimée. Relisez le devis."))


def check_sendable(quote: Quote) -> None:
    """Raises DomainError with what is missing before a quote of sale can be sent."""
    if not any(line.kind == LineKind.ITEM for line in quote.lines):
        raise DomainError(_("Ce devis n'a aucune ligne. Ajoutez un article ou une ligne libre, puis envoyez-le."))
    for name, lines in choices_of(quote.lines).items():
        if len(lines) < 2:
            raise DomainError(
                _("Le choix « %(name)s » n'a qu'une possibilité. Ajoutez-en une, ou faites-en une option.", name=name)
            )
    if quote.gross <= 0:
        raise DomainError(_("Le total du devis est nul. Vérifiez les prix."))
    check_parts(amounts_of(quote, [line for line in quote.lines if line.counted]))
