"""Credit notes: in full, by lines or by amount, with their origin; never more than what is left (CGI art. 289, I 5)."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from app.core.db import require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros, round_half_up
from app.sales.models import DocumentLine, SalesDocument
from app.sales.queries.documents import INVOICES, credits_of
from app.sales.services import thirds
from app.sales.services.documents import counter
from app.sales.services.documents.amounts import ByRate, by_rate, put_totals, vat_on
from app.sales.services.documents.drafting import draft, locked
from app.sales.services.documents.issuing import issue
from app.sales.services.documents.lines import LineData, data_of
from app.sales.services.documents.vat import DISBURSEMENT
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
    invoice = _creditable(document)
    asked = _asked(invoice, lines)
    bases, vats = left_of(invoice)
    left = sum(bases.values()) + sum(vats.values())
    whole = not credits_of(invoice.id) and _is_whole(invoice, asked)
    made = _make(invoice, asked, whole=whole, reason=reason)
    if made.gross > left or any(base > max(0, bases.get(key, 0)) for key, base in by_rate(made.shares)[0].items()):
        raise DomainError(
            _("L'avoir dépasse ce qui reste de la facture : %(left)s. Baissez les quantités, ou reprenez le reste par montant.",
              left=euros(left))
        )  # fmt: skip
    issued = issue(made)
    if goods_back:
        counter.give_back(locked(issued), invoice)
    record(invoice, "document.credited", number=issued.number, gross=issued.gross)
    return issued


def rebate(document: SalesDocument, gross: int, *, reason: str) -> SalesDocument:
    """A credit note of so many cents with tax of an invoice, issued at once: a gesture, without any of its articles.

    It is spread over the rates of the invoice in proportion of what is left of each, to the cent; what was paid for the client
    (débours, CGI art. 267 II 2°) is no part of our price and is left out. Raises DomainError above what is left.
    """
    invoice = _creditable(document)
    bases, vats = left_of(invoice)
    left = rebatable(bases, vats)
    if gross <= 0:
        raise DomainError(_("Saisissez le montant TTC de l'avoir, par exemple 30,00."), field="amount")
    if gross > left:
        raise DomainError(
            _("L'avoir dépasse ce qui reste de la facture : %(left)s. Baissez le montant.", left=euros(left)),
            field="amount",
        )
    parts = spread(gross, bases, vats)
    words = _("Geste commercial sur la facture %(number)s", number=invoice.number or "")
    lines = [
        LineData(words, 1000 if base > 0 else -1000, abs(base), code, unit="forfait")
        for (code, _rate), (base, _vat) in sorted(parts.items(), key=lambda item: (-item[0][1], item[0][0]))
    ]
    made = draft(DocumentKind.CREDIT, invoice.contact, lines, **_common(invoice, reason), content={"rebate": True})
    put_totals(made, made.lines, (), {key: vat for key, (_base, vat) in parts.items()})
    if made.gross != gross:
        raise DomainError(
            _("Un taux de TVA de cette facture a changé depuis : reprenez-la par lignes."), field="amount"
        )
    _give_thirds_back(invoice, made)
    issued = issue(made)
    record(invoice, "document.credited", number=issued.number, gross=issued.gross)
    return issued


def rebatable(bases: ByRate, vats: ByRate) -> int:
    """What may still be given back by amount, in cents with tax, of what is left by code and rate."""
    return sum(base + vats[key] for key, base in bases.items() if key[0] != DISBURSEMENT)


def spread(gross: int, bases: ByRate, vats: ByRate) -> dict[tuple[str, int], tuple[int, int]]:
    """(base, tax) by code and rate of so many cents with tax, in proportion of what is left: the parts add up to `gross`, none is
    more than what is left of its rate, and all of what is left is given back as it is."""
    known = {key: (base, vats[key]) for key, base in bases.items() if key[0] != DISBURSEMENT and (base or vats[key])}
    if gross == sum(base + vat for base, vat in known.values()):
        return known
    owed = {key: base + vat for key, (base, vat) in known.items() if base + vat > 0}
    total, done, reached = sum(owed.values()), 0, 0
    found = {}
    for key, left in sorted(owed.items()):
        # Rounding what is reached so far, not each part: the sum is exact and no part goes above what is left of it.
        reached += left
        part = round_half_up(Decimal(gross) * reached / total) - done
        done += part
        base, vat = known[key]
        net = round_half_up(Decimal(part) * 10_000 / (10_000 + key[1]))
        net = min(max(net, part - vat), base)
        if part:
            found[key] = (net, part - net)
    return found


def _creditable(document: SalesDocument) -> SalesDocument:
    """The invoice, locked. Raises DomainError for what no credit note corrects."""
    require_transaction()
    invoice = locked(document)
    if invoice.kind not in INVOICES or invoice.issued_at is None:
        raise DomainError(
            _("Un avoir corrige une facture émise. Celle-ci est un brouillon : modifiez-la, ou abandonnez-la.")
        )
    if left_gross(invoice) <= 0:
        raise DomainError(_("Cette facture est déjà reprise en entier par un avoir."))
    return invoice


def _common(invoice: SalesDocument, reason: str) -> dict[str, Any]:
    """What a credit note takes from its origin."""
    return {
        "nature": invoice.content.get("nature", ""), "origin_id": invoice.id, "order_id": invoice.order_id,
        "ticket_id": invoice.ticket_id, "payer_id": invoice.payer_id, "title": invoice.title, "notes": reason.strip()[:1000],
        "conditions": "", "supplied_on": invoice.supplied_on, "purchase_order": invoice.purchase_order,
    }  # fmt: skip


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
        DocumentKind.CREDIT, invoice.contact, lines, **_common(invoice, reason), prepaid=invoice.prepaid if whole else 0,
        content={"ticket": invoice.content.get("ticket")},
    )  # fmt: skip
    put_totals(made, made.lines, (), _taxes(invoice, made))
    _give_thirds_back(invoice, made)
    return made


def _line(line: DocumentLine, quantity: int) -> LineData:
    return replace(data_of(line), quantity=quantity, source_id=line.id)


def _give_thirds_back(invoice: SalesDocument, made: SalesDocument) -> None:
    """What others pay goes back when the rest of the invoice no longer bears it: the client's own part goes back first."""
    thirds.carry(thirds.going_back(thirds.left_of_invoice(invoice), left_gross(invoice) - made.gross), made)


def _taxes(invoice: SalesDocument, made: SalesDocument) -> ByRate:
    """Tax by rate: that of the base, and for the last of a rate what is left of the invoice's own, to the cent."""
    bases_left, vats_left = left_of(invoice)
    bases, _own = by_rate(made.shares)
    return {
        key: vats_left.get(key, 0) if base == bases_left.get(key) else vat_on(base, key[1])
        for key, base in bases.items()
    }
