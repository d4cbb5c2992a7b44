"""Drafts: made blank, from a ticket, from a quote; changed and cancelled while they have no number."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import selectinload

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db, key_of, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import parse_decimal
from app.core.settings import setting
from app.core.subject import subject_of
from app.messaging.services import finish_tasks_about
from app.sales.models import Instalment, Quote, QuoteLine, SalesDocument
from app.sales.queries.documents import invoice_of_quote, invoice_of_ticket
from app.sales.services import thirds
from app.sales.services.documents import shipping
from app.sales.services.documents.amounts import put_totals
from app.sales.services.documents.lines import LineData, data_of, rows_of
from app.sales.services.documents.vat import code_of_rate, rates_on
from app.sales.states import DOCUMENTS, DocumentKind, DocumentState, LineKind, QuoteState
from app.tickets.models import Ticket
from app.tickets.queries import lines_of as ticket_lines
from app.tickets.services import locked as locked_ticket
from app.tickets.states import LineKind as WorkKind
from app.tickets.states import Outcome

#: An order whose deliveries and invoices are still to come.
OPEN = (DocumentState.CONFIRMED, DocumentState.DELIVERED)


def draft(
    kind: DocumentKind, contact: Contact, lines: Iterable[LineData] = (), *, nature: str = "", **values: Any
) -> SalesDocument:
    """A document without a number, with these lines. `values` are columns of `SalesDocument`; `nature` is "B" (goods),
    "S" (services), "M" (both), or "" for what the lines say. Raises DomainError."""
    require_transaction()
    values.setdefault("conditions", setting("sales.invoice_conditions"))
    document = SalesDocument(kind=kind, contact_id=contact.id, contact=contact, **values)
    document.content = {**(document.content or {}), "nature": nature}
    document.prepaid = document.prepaid or 0
    document.lines, document.instalments = rows_of(lines), []
    put_totals(document, document.lines)
    db.session.add(document)
    db.session.flush()
    record(document, "document.drafted", kind=kind.value)
    return document


def from_ticket(ticket: Ticket) -> SalesDocument:
    """The draft invoice of a ticket's parts and labour. The one there is already is given back: nothing is billed twice."""
    fresh = locked_ticket(ticket)
    if fresh.contact is None:
        raise DomainError(_("Ce dossier n'a pas de client. Choisissez-en un, puis facturez."))
    known = invoice_of_ticket(fresh.id)
    if known is not None:
        return known
    found = ticket_lines(fresh)
    if not found:
        raise DomainError(_("Le dossier n'a aucune ligne. Ajoutez une pièce ou de la main-d'œuvre, puis facturez."))
    today = clock.today()
    rates = rates_on(today)
    lines = [
        LineData(
            line.label, line.quantity, line.unit_price, code_of_rate(line.vat_rate, rates), detail=line.origin_label,
            reference=line.reference, unit=line.unit, article_id=line.article_id,
        )
        for line in found
    ]  # fmt: skip
    natures = {"S" if line.kind == WorkKind.LABOUR else "B" for line in found}
    serial = fresh.asset.serial if fresh.asset else ""
    made = draft(
        DocumentKind.INVOICE, fresh.contact, lines, nature="M" if len(natures) > 1 else natures.pop(),
        ticket_id=fresh.id, title=fresh.title, conditions=_conditions(fresh),
        content={"ticket": {"number": fresh.number, "title": fresh.title, "serial": serial}},
        supplied_on=clock.local(fresh.ready_at).date() if fresh.ready_at else today,
    )  # fmt: skip
    thirds.carry(thirds.fitting(thirds.agreed_for(fresh.id), made.due), made)
    return made


def _conditions(ticket: Ticket | None) -> str:
    """Those of the settings, under the guarantee of the repair (QualiRépar 6.3.2)."""
    repaired = ticket is not None and ticket.outcome in (None, Outcome.REPAIRED)
    guarantee = setting("tickets.exit_guarantee").strip() if repaired else ""
    return "\n".join(filter(None, (guarantee, setting("sales.invoice_conditions"))))


def quote_lines(quote: Quote, day: date) -> list[LineData]:
    """The lines that the client accepted, as he read them; of a quote of sale, what he chose."""
    if quote.of_sale:
        return [data_of(line) for line in _taken(quote.lines)]
    rates = rates_on(day)
    return [
        LineData(
            line["label"], int(parse_decimal(str(line["quantity"]).replace(".", ","), 3) * 1000), line["unit_price"],
            code_of_rate(line["vat"], rates), detail=line.get("detail") or "", unit=line["unit"],
        )
        for line in quote.content["lines"]
    ]  # fmt: skip


def _taken(lines: Iterable[QuoteLine]) -> list[QuoteLine]:
    """What counts, with the texts; a title under which nothing was taken is left out."""
    kept: list[QuoteLine] = []
    for line in lines:
        if line.kind == LineKind.SECTION and kept and kept[-1].kind == LineKind.SECTION:
            kept.pop()
        if line.counted or line.kind != LineKind.ITEM:
            kept.append(line)
    return kept[:-1] if kept and kept[-1].kind == LineKind.SECTION else kept


def check_accepted(quote: Quote) -> None:
    """Raises DomainError unless the client agreed."""
    if quote.state != QuoteState.ACCEPTED:
        raise DomainError(_("Ce devis n'est pas accepté. Notez d'abord l'accord du client."))


def about_ticket(quote: Quote) -> dict[str, Any]:
    """What a document made of a quote says of its ticket; nothing without one."""
    if quote.of_sale:
        return {}
    about = quote.content["ticket"]
    return {"ticket": {"number": about["number"], "title": about["title"], "serial": ""}}


def from_quote(quote: Quote) -> SalesDocument:
    """The draft invoice of an accepted quote, or the one that stands already. Raises DomainError."""
    if quote.ticket is not None:
        locked_ticket(quote.ticket)
    check_accepted(quote)
    known = invoice_of_quote(quote.id) or (invoice_of_ticket(quote.ticket_id) if quote.ticket_id else None)
    if known is not None:
        return known
    made = draft(
        DocumentKind.INVOICE, quote.contact, quote_lines(quote, clock.today()), quote_id=quote.id,
        ticket_id=quote.ticket_id, title=quote.name, conditions=_conditions(quote.ticket), content=about_ticket(quote),
    )  # fmt: skip
    thirds.carry(thirds.fitting(thirds.thirds_of(thirds.of_quote(quote.id)), made.due), made)
    return made


def locked(document: SalesDocument | int, version: int | None = None) -> SalesDocument:
    """The document (or that of this id) read again under its lock, with its lines, schedule and parties. Raises Conflict when `version`
    is not its own."""
    require_transaction()
    key = document if isinstance(document, int) else key_of(document)
    query = select(SalesDocument).where(SalesDocument.id == key).with_for_update(of=SalesDocument)
    names = ("lines", "instalments", "contact", "payer")
    loaded = [selectinload(getattr(SalesDocument, name)) for name in names]
    fresh = db.session.scalars(query.options(*loaded).execution_options(populate_existing=True)).one()
    if version is not None and fresh.version != version:
        raise Conflict(_("Ce document a changé entre-temps. Relisez-le, puis recommencez."))
    return fresh


def check_draft(document: SalesDocument) -> None:
    """Raises DomainError once a document has its number."""
    if document.state != DocumentState.DRAFT:
        raise DomainError(
            _("Ce document a son numéro : il ne se modifie plus. Faites un avoir pour corriger une facture.")
        )


def cancel(document: SalesDocument) -> SalesDocument:
    """Give up a draft, or an order of which nothing was made. The instalment that asked for a draft may be asked for again.
    Raises DomainError, IllegalMove."""
    fresh = locked(document)
    if fresh.state not in (DocumentState.DRAFT, DocumentState.CONFIRMED):
        check_draft(fresh)
    DOCUMENTS.move(fresh, DocumentState.CANCELLED)
    if fresh.kind == DocumentKind.ORDER:
        shipping.let_go(fresh)
    else:
        db.session.execute(update(Instalment).where(Instalment.invoice_id == fresh.id).values(invoice_id=None))
        finish_tasks_about(subject_of(fresh))
    return fresh
