"""A draft's head, lines and third parties, changed one at a time; its totals follow."""

from typing import Any

from app.contacts.models import Contact
from app.core import clock
from app.core.db import db
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.sales.models import DocumentLine, SalesDocument, ThirdPartyShare
from app.sales.queries.documents import third_parties_of
from app.sales.services import thirds
from app.sales.services.documents.amounts import put_totals
from app.sales.services.documents.drafting import check_draft
from app.sales.services.documents.lines import LineData, check_count, fill
from app.sales.services.documents.vat import rates_on
from app.sales.states import DocumentKind

#: Of CGI ann. II art. 242 nonies A: goods, services, both; "" for what the lines say.
NATURES = ("", "B", "S", "M")
#: Lines of these follow from other documents: computed, never typed.
COMPUTED = frozenset({DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.CREDIT})
#: What a third party may pay a part of.
BEARING = frozenset({DocumentKind.ORDER, DocumentKind.INVOICE, DocumentKind.PROGRESS})
CHANGEABLE = frozenset({
    "title", "contact_id", "payer_id", "due_on", "supplied_on", "purchase_order", "delivery_address", "conditions", "notes",
})  # fmt: skip


def has_typed_lines(document: SalesDocument) -> bool:
    """True for a document whose lines may be changed by hand: not those computed from an order or an invoice."""
    return document.kind not in COMPUTED and not (document.kind == DocumentKind.INVOICE and document.order_id)


def _check_lines(document: SalesDocument) -> None:
    check_draft(document)
    if not has_typed_lines(document):
        raise DomainError(
            _(
                "Les lignes de ce document se calculent. Abandonnez ce brouillon, puis refaites-le avec d'autres montants."
            )
        )


def change(document: SalesDocument, *, nature: str | None = None, **values: Any) -> SalesDocument:
    """Change the head of a locked draft. Raises DomainError."""
    check_draft(document)
    unknown = set(values) - CHANGEABLE
    if unknown:
        raise ValueError(f"not to be changed by hand: {unknown}")
    if "payer_id" in values and values["payer_id"] == values.get("contact_id", document.contact_id):
        values["payer_id"] = None
    for name, value in values.items():
        setattr(document, name, value.strip() if isinstance(value, str) else value)
    if nature is not None and nature in NATURES:
        document.content = {**document.content, "nature": nature}
    if document.instalments:
        document.due_on = document.instalments[0].due_on
    elif document.due_on and document.due_on < clock.today():
        raise DomainError(_("L'échéance est passée. Choisissez une date à partir d'aujourd'hui."), field="due_on")
    refresh(document)
    return document


def refresh(document: SalesDocument) -> None:
    """Compute the totals of a draft again from its lines. Those of a computed document stay as they were made."""
    if has_typed_lines(document):
        put_totals(document, document.lines, third_parties_of(document.id))
    db.session.flush()


def add_line(document: SalesDocument, line: LineData) -> DocumentLine:
    """Add a line at the end of a locked draft. Raises DomainError."""
    _check_lines(document)
    check_count(len(document.lines) + 1)
    row = DocumentLine(
        document_id=document.id, position=max((other.position for other in document.lines), default=0) + 1
    )
    document.lines.append(fill(row, line, rates_on(clock.today())))
    refresh(document)
    record(document, "document.line_added", label=row.label)
    return row


def change_line(document: SalesDocument, line_id: int, line: LineData) -> DocumentLine:
    """Change a line of a locked draft. Raises DomainError."""
    _check_lines(document)
    row = fill(_line(document, line_id), line, rates_on(clock.today()))
    refresh(document)
    record(document, "document.line_changed", label=row.label)
    return row


def remove_line(document: SalesDocument, line_id: int) -> None:
    """Take a line away from a locked draft. Raises DomainError when a colleague already did."""
    _check_lines(document)
    row = _line(document, line_id)
    document.lines.remove(row)
    refresh(document)
    record(document, "document.line_removed", label=row.label)


def move_line(document: SalesDocument, line_id: int, step: int) -> None:
    """Move a line up (-1) or down (1). Raises DomainError."""
    _check_lines(document)
    row = _line(document, line_id)
    ordered = sorted(document.lines, key=lambda line: (line.position, line.id))
    rank = ordered.index(row)
    target = max(0, min(rank + step, len(ordered) - 1))
    ordered.insert(target, ordered.pop(rank))
    for position, line in enumerate(ordered, 1):
        line.position = position
    document.lines.sort(key=lambda line: line.position)
    db.session.flush()


def _line(document: SalesDocument, line_id: int) -> DocumentLine:
    for row in document.lines:
        if row.id == line_id:
            return row
    raise DomainError(_("Cette ligne n'est plus là : un collègue l'a peut-être supprimée. Relisez le document."))


def add_third_party(
    document: SalesDocument, payer: Contact, label: str, amount: int, reference: str = ""
) -> ThirdPartyShare:
    """A part of a draft order or invoice that somebody else pays, in cents with tax; it comes after the total. Raises DomainError."""
    check_draft(document)
    if document.kind not in BEARING:
        raise DomainError(_("La part d'un tiers se met sur une commande ou sur une facture."))
    third = thirds.third_of(payer, document.contact_id, label, amount, document.due, reference)
    (row,) = thirds.put([third], document_id=document.id)
    thirds.refresh(document)
    record(document, "document.third_party", label=row.label, amount=amount)
    return row


def remove_third_party(document: SalesDocument, share_id: int) -> None:
    """Take a third party's part away from a draft."""
    check_draft(document)
    row = db.session.get(ThirdPartyShare, share_id)
    if row is not None and row.document_id == document.id:
        db.session.delete(row)
        db.session.flush()
    thirds.refresh(document)
