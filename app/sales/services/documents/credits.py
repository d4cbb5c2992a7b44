"""Credit notes: in full or in part, with their origin; never more than what is left (CGI art. 289, I 5)."""

from collections.abc import Sequence
from dataclasses import replace

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.sales.models import DocumentLine, SalesDocument, ThirdPartyShare
from app.sales.queries.documents import INVOICES, credits_of, third_parties_of
from app.sales.services.documents import counter
from app.sales.services.documents.amounts import ByRate, by_rate, put_totals, vat_on
from app.sales.services.documents.drafting import draft, locked
from app.sales.services.documents.issuing import issue
from app.sales.services.documents.lines import LineData, data_of
from app.sales.states import DocumentKind, LineKind

#: (id of a line of the invoice, thousandths taken back).
Part = tuple[int, int]


def left_of(invoice: SalesDocument) -> tuple[ByRate, ByRate]:
    """(bases, taxes) by code and rate that no credit note took back yet."""
    bases, vats = by_rate(invoice.shares)
    for credit in credits_of(invoice.id):
        taken, tax = by_rate(credit.shares)
        for key in bases:
            bases[key] -= taken.get(key, 0)
            vats[key] -= tax.get(key, 0)
    return bases, vats


def left_gross(invoice: SalesDocument) -> int:
    """What may still be taken back of an invoice, in cents with tax."""
    bases, vats = left_of(invoice)
    return sum(bases.values()) + sum(vats.values())


def quantities_left(invoice: SalesDocument) -> dict[int, int]:
    """Thousandths of each line of an invoice that no credit note took back."""
    left = {line.id: line.quantity for line in invoice.lines if line.kind == LineKind.ITEM}
    for credit in credits_of(invoice.id):
        for line in credit.lines:
            if line.source_id in left:
                left[line.source_id] -= line.quantity
    return left


def credit(
    document: SalesDocument, lines: Sequence[Part] | None = None, *, reason: str = "", goods_back: bool = True
) -> SalesDocument:
    """The credit note of an invoice, issued at once: of all that is left without `lines`, else of these (line id,
    thousandths). What the invoice took from the stock is put back unless the client keeps the goods (`goods_back`).
    Raises DomainError when it would take back more than what is left."""
    require_transaction()
    invoice = locked(document)
    if invoice.kind not in INVOICES or invoice.issued_at is None:
        raise DomainError(
            _("Un avoir corrige une facture émise. Celle-ci est un brouillon : modifiez-la, ou abandonnez-la.")
        )
    left = left_gross(invoice)
    if left <= 0:
        raise DomainError(_("Cette facture est déjà reprise en entier par un avoir."))
    asked = _asked(invoice, lines)
    whole = not credits_of(invoice.id) and _is_whole(invoice, asked)
    made = _make(invoice, asked, whole=whole, reason=reason)
    if made.gross > left:
        raise DomainError(
            _("L'avoir dépasse ce qui reste de la facture : %(left)s. Baissez les quantités.", left=euros(left))
        )
    issued = issue(made)
    if goods_back:
        counter.give_back(locked(issued), invoice)
    record(invoice, "document.credited", number=issued.number, gross=issued.gross)
    return issued


def _asked(invoice: SalesDocument, lines: Sequence[Part] | None) -> dict[int, int]:
    left = quantities_left(invoice)
    if lines is None:
        return {line_id: quantity for line_id, quantity in left.items() if quantity}
    asked = {line_id: quantity for line_id, quantity in lines if quantity}
    for line_id, quantity in asked.items():
        if line_id not in left:
            raise DomainError(_("Une des lignes n'est pas de cette facture. Rechargez la page, puis recommencez."))
        if quantity * (1 if left[line_id] >= 0 else -1) < 0 or abs(quantity) > abs(left[line_id]):
            raise DomainError(_("Une quantité dépasse ce qui reste à reprendre. Baissez-la."))
    if not asked:
        raise DomainError(_("Dites au moins une quantité à reprendre."))
    return asked


def _is_whole(invoice: SalesDocument, asked: dict[int, int]) -> bool:
    return asked == {line.id: line.quantity for line in invoice.lines if line.kind == LineKind.ITEM}


def _make(invoice: SalesDocument, asked: dict[int, int], *, whole: bool, reason: str) -> SalesDocument:
    lines = [_line(line, asked[line.id]) for line in invoice.lines if line.id in asked]
    made = draft(
        DocumentKind.CREDIT, invoice.contact, lines, nature=invoice.content.get("nature", ""), origin_id=invoice.id,
        order_id=invoice.order_id, ticket_id=invoice.ticket_id, payer_id=invoice.payer_id, title=invoice.title,
        notes=reason.strip()[:1000], prepaid=invoice.prepaid if whole else 0, conditions="", supplied_on=invoice.supplied_on,
        purchase_order=invoice.purchase_order, content={"ticket": invoice.content.get("ticket")},
    )  # fmt: skip
    thirds = _thirds(invoice, made) if whole else []
    put_totals(made, made.lines, thirds, _taxes(invoice, made))
    db.session.flush()
    return made


def _line(line: DocumentLine, quantity: int) -> LineData:
    return replace(data_of(line), quantity=quantity, source_id=line.id)


def _thirds(invoice: SalesDocument, made: SalesDocument) -> list[ThirdPartyShare]:
    copies = [
        ThirdPartyShare(document_id=made.id, payer_id=third.payer_id, label=third.label, amount=third.amount)
        for third in third_parties_of(invoice.id)
    ]
    db.session.add_all(copies)
    return copies


def _taxes(invoice: SalesDocument, made: SalesDocument) -> ByRate:
    """Tax by rate: that of the base, and for the last of a rate what is left of the invoice's own, to the cent."""
    bases_left, vats_left = left_of(invoice)
    bases, _own = by_rate(made.shares)
    return {
        key: vats_left.get(key, 0) if base == bases_left.get(key) else vat_on(base, key[1])
        for key, base in bases.items()
    }
