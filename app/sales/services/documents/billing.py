"""Billing an order: deposits, progress invoices, the final invoice that deducts deposits. In each VAT rate, base and tax
of all of them add up to the order's, to the cent (a deposit is an invoice: CGI art. 289, I 1 c; its VAT is due: art. 269)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.money import discounted_cents, euros, percent, round_half_up
from app.core.money import quantity as written
from app.sales.models import DocumentLine, SalesDocument
from app.sales.queries.documents import credits_of, of_order
from app.sales.services import thirds
from app.sales.services.documents import shipping
from app.sales.services.documents.amounts import ByRate, bases_of, by_rate, put_totals, vat_on
from app.sales.services.documents.credits import left_gross, left_of
from app.sales.services.documents.deducting import capped, deduct, deposits_left, still_deducted
from app.sales.services.documents.drafting import OPEN, draft, locked
from app.sales.services.documents.lines import LineData, data_of
from app.sales.services.facturx.shape import nature_of
from app.sales.states import DocumentKind, DocumentState, LineKind

WHOLE = 10_000
Data = dict[str, Any]


def _order(document: SalesDocument) -> SalesDocument:
    require_transaction()
    order = locked(document)
    if order.kind != DocumentKind.ORDER or order.state not in (*OPEN, DocumentState.DONE):
        raise DomainError(_("On facture une commande confirmée. Confirmez celle-ci d'abord."))
    return order


def _common(order: SalesDocument) -> Data:
    return {
        "order_id": order.id, "quote_id": order.quote_id, "ticket_id": order.ticket_id, "payer_id": order.payer_id,
        "title": order.title, "purchase_order": order.purchase_order, "delivery_address": order.delivery_address,
    }  # fmt: skip


def _content(order: SalesDocument) -> Data:
    return {"ticket": order.content.get("ticket")} if order.content.get("ticket") else {}


def billed(order: SalesDocument) -> int:
    """What the order's deposits, progress and final invoices ask for, drafts included, credit notes taken off: cents."""
    kinds = (DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.INVOICE)
    return sum(_standing(document) - still_deducted(document) for document in of_order(order.id, *kinds))


def _standing(document: SalesDocument) -> int:
    return document.gross if document.issued_at is None else left_gross(document)


# --- deposits -----------------------------------------------------------------------------------------------------


def deposit(document: SalesDocument, *, share: int = 0, amount: int = 0, label: str = "") -> SalesDocument:
    """The draft of a deposit invoice: of a share (basis points) of the order, or of an amount in cents with tax, spread
    over its rates. Raises DomainError when more than the order would be asked for."""
    order = _order(document)
    if not (0 < share <= WHOLE or amount > 0):
        raise DomainError(_("Donnez la part de l'acompte, entre 0 et 100 %, ou son montant."), field="share")
    parts = _by_share(order, share) if share else _by_amount(order, amount)
    words = label or (
        _("Acompte de %(share)s sur la commande %(number)s", share=percent(share), number=order.number)
        if share
        else _("Acompte sur la commande %(number)s", number=order.number)
    )
    lines = [LineData(words, 1000, base, code, unit="acompte") for (code, _rate), (base, _vat) in parts.items() if base]
    asked = sum(base + vat for base, vat in parts.values())
    if not lines:
        raise DomainError(_("Cet acompte serait nul. Augmentez-le."), field="share")
    left = order.gross - order.third_party - billed(order)
    if asked > left:
        raise DomainError(_("L'acompte dépasse ce qui reste à facturer : %(left)s. Baissez-le.", left=euros(left)))
    nature = order.content.get("nature") or nature_of(order.lines)
    made = draft(DocumentKind.DEPOSIT, order.contact, lines, nature=nature, content=_content(order), **_common(order))
    put_totals(made, made.lines, (), {key: vat for key, (_base, vat) in parts.items()})
    db.session.flush()
    return made


Parts = dict[tuple[str, int], tuple[int, int]]


def _by_share(order: SalesDocument, share: int) -> Parts:
    bases, _vats = by_rate(order.shares)
    parts = {key: round_half_up(Decimal(base) * share / WHOLE) for key, base in bases.items() if base > 0}
    return {key: (base, vat_on(base, key[1])) for key, base in parts.items()}


def _by_amount(order: SalesDocument, amount: int) -> Parts:
    """The amount with tax, spread over the rates as the order is; what rounding leaves goes to the largest."""
    bases, vats = by_rate(order.shares)
    gross = {key: base + vats[key] for key, base in bases.items() if base > 0}
    whole = sum(gross.values())
    spread = {key: amount * part // whole for key, part in gross.items()}
    spread[max(gross, key=lambda key: gross[key])] += amount - sum(spread.values())
    found: Parts = {}
    for key, part in spread.items():
        base = round_half_up(Decimal(part) * WHOLE / (WHOLE + key[1]))
        found[key] = (base, part - base)
    return found


# --- progress and final -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """What progress invoices asked for a line of an order: cents without tax, and the thousandths that they counted."""

    net: int = 0
    count: int = 0


NOTHING = Done()


def done_of(order: SalesDocument) -> dict[int, Done]:
    """By line of the order, what its progress invoices asked for, credit notes taken off."""
    ordered = {line.id: line for line in order.lines}
    nets: dict[int, int] = defaultdict(int)
    counts: dict[int, int] = defaultdict(int)

    def add(source: DocumentLine | None, line: DocumentLine, sign: int) -> None:
        if source is not None and line.kind == LineKind.ITEM:
            nets[source.id] += sign * line.net
            counts[source.id] += sign * line.quantity if _same_price(line, source) else 0

    for invoice in of_order(order.id, DocumentKind.PROGRESS):
        sources = {line.id: ordered.get(line.source_id or 0) for line in invoice.lines}
        for line in invoice.lines:
            add(sources[line.id], line, 1)
        for credit in credits_of(invoice.id) if invoice.issued_at else ():
            for line in credit.lines:
                add(sources.get(line.source_id or 0), line, -1)
    return {line_id: Done(net, counts[line_id]) for line_id, net in nets.items()}


def _same_price(line: DocumentLine, source: DocumentLine) -> bool:
    """Whether a line counts what it bills: it has the price of the order's own, and is no share of it."""
    return (line.unit_price, line.discount, line.unit) == (source.unit_price, source.discount, source.unit)


def _invoiced(order: SalesDocument) -> tuple[ByRate, ByRate]:
    bases: ByRate = defaultdict(int)
    vats: ByRate = defaultdict(int)
    for invoice in of_order(order.id, DocumentKind.PROGRESS):
        found = left_of(invoice) if invoice.issued_at else by_rate(invoice.shares)
        for total, part in zip((bases, vats), found, strict=True):
            for key, cents in part.items():
                total[key] += cents
    return dict(bases), dict(vats)


def _no_draft(order: SalesDocument, *kinds: DocumentKind) -> None:
    for other in of_order(order.id, *kinds):
        if other.state == DocumentState.DRAFT:
            raise DomainError(
                _(
                    "Une facture de cette commande attend déjà en brouillon. Émettez-la, ou abandonnez-la, puis recommencez."
                )
            )
        if other.kind == DocumentKind.INVOICE and left_gross(other) > 0:
            raise DomainError(_("Cette commande a déjà sa facture finale, %(number)s.", number=other.number))


def progress(document: SalesDocument, share: int = 0, shares: Mapping[int, int] | None = None) -> SalesDocument:
    """The draft of a progress invoice: work done to that share in all (basis points), or to its own for each line named in
    `shares`; a line that neither says stays where it is. What was already invoiced is taken off. Raises DomainError."""
    order = _order(document)
    _no_draft(order, DocumentKind.PROGRESS, DocumentKind.INVOICE)
    reached = shares or {}
    if not all(0 <= part <= WHOLE for part in (share, *reached.values())):
        raise DomainError(_("L'avancement va de 0 à 100 %."), field="share")
    before = done_of(order)
    items = [line for line in order.lines if line.kind == LineKind.ITEM and (share or line.id in reached)]
    lines = [
        made
        for line in items
        for made in _progressed(line, reached.get(line.id, share), before.get(line.id, NOTHING).net)
    ]
    if not lines:
        raise DomainError(_("L'avancement donné est déjà facturé. Augmentez-le."), field="share")
    made = draft(DocumentKind.PROGRESS, order.contact, lines, content=_content(order), **_common(order) | _stage(order))
    _put_cumulated(order, made)
    left = order.gross - billed(order)
    if left < 0:
        raise DomainError(
            _(
                "Avec les acomptes déjà demandés, la commande serait dépassée de %(over)s. Baissez l'avancement.",
                over=euros(-left),
            )
        )
    _bear(order, made)
    return made


def stage_of(order: SalesDocument) -> int:
    """The rank of the next progress invoice of an order, from 1."""
    return 1 + len(of_order(order.id, DocumentKind.PROGRESS))


def _stage(order: SalesDocument) -> Data:
    words = _("Situation n° %(rank)s", rank=stage_of(order))
    return {"title": f"{order.title}, {words.lower()}" if order.title else words}


def delivered(document: SalesDocument, quantities: Mapping[int, int]) -> SalesDocument:
    """The draft of what was delivered in all (thousandths by line of the order), less what was already invoiced: line by
    line, at the price of the order, less the deposits, as far as it goes: what is left of them waits for the next. What came back
    since is the matter of a credit note. Raises DomainError."""
    order = _order(document)
    _no_draft(order, DocumentKind.PROGRESS, DocumentKind.INVOICE)
    before = done_of(order)
    lines = [
        made
        for line in order.lines
        if line.kind == LineKind.ITEM and line.id in quantities
        for made in _delivered(line, quantities[line.id], before.get(line.id, NOTHING))
    ]
    if not lines:
        raise DomainError(_("Tout ce qui est livré est déjà facturé."))
    lines = _with_numbers(order, lines)
    made = draft(
        DocumentKind.PROGRESS, order.contact, lines, content=_content(order), **_common(order), **_brought(order)
    )
    _put_cumulated(order, made)
    deduct(made, capped(deposits_left(order), made))
    over = billed(order) - order.gross
    if over > 0:
        raise DomainError(
            _("Avec les acomptes déjà demandés, la commande serait dépassée de %(over)s. Faites sa facture finale une fois tout livré.", over=euros(over))
        )  # fmt: skip
    _bear(order, made)
    return made


def _brought(order: SalesDocument) -> Data:
    """The deliveries since the last progress invoice, named on the next, and the day of the last one: that of the sale."""
    last = max((invoice.id for invoice in of_order(order.id, DocumentKind.PROGRESS)), default=0)
    found = [row for row in of_order(order.id, DocumentKind.DELIVERY) if row.id > last and not row.is_return]
    if not found:
        return {}
    numbers = ", ".join(str(row.number) for row in found)
    return {"supplied_on": found[-1].supplied_on, "notes": _("Bons de livraison : %(numbers)s", numbers=numbers)}


def _with_numbers(order: SalesDocument, lines: list[LineData]) -> list[LineData]:
    """Each line with the lots and serial numbers delivered since the last progress invoice, as the client will look for them."""
    last = max((invoice.id for invoice in of_order(order.id, DocumentKind.PROGRESS)), default=0)
    gone = shipping.numbers_gone(order, after=last)
    return [
        replace(line, detail="\n".join(filter(None, (line.detail, _("N° %(codes)s", codes=", ".join(codes))))))
        if line.source_id and (codes := gone.get(line.source_id))
        else line
        for line in lines
    ]


def _delivered(line: DocumentLine, quantity: int, before: Done) -> list[LineData]:
    net = line.net if quantity == line.quantity else discounted_cents(quantity, line.unit_price, line.discount)
    cents = net - before.net
    if cents * line.net <= 0:
        return []
    detail = _("Livré : %(count)s sur %(all)s", count=written(quantity), all=written(line.quantity))
    return [_counted(line, quantity - before.count, cents, detail)]


def _counted(line: DocumentLine, count: int, cents: int, detail: str) -> LineData:
    """A line of so many at the price of the order when that makes these cents, else one worth them, said by its detail."""
    if count > 0 and discounted_cents(count, line.unit_price, line.discount) == cents:
        return replace(data_of(line), quantity=count, source_id=line.id)
    return _rest(line, cents, detail)


def _progressed(line: DocumentLine, share: int, before: int) -> list[LineData]:
    cents = round_half_up(Decimal(line.net) * share / WHOLE) - before
    if not cents:
        return []
    if cents * line.net < 0:
        raise DomainError(
            _("« %(label)s » est déjà facturée au-delà de cet avancement.", label=line.label), field="share"
        )
    detail = _("Avancement : %(share)s de %(net)s HT", share=percent(share), net=euros(line.net))
    return [_rest(line, cents, detail)]


def _rest(line: DocumentLine, cents: int, detail: str) -> LineData:
    """A line worth these cents, whatever the quantity and price it comes from."""
    return replace(
        data_of(line), quantity=1000 if cents > 0 else -1000, unit_price=abs(cents), discount=0, unit="situation", cost=0,
        detail=detail, source_id=line.id,
    )  # fmt: skip


def _put_cumulated(order: SalesDocument, made: SalesDocument) -> None:
    """Tax of the whole work done, less the tax already invoiced: the last one brings the order's own, to the cent."""
    bases, vats = _invoiced(order)
    own = bases_of(made.lines)
    earlier = {key: bases.get(key, 0) - own.get(key, 0) for key in {*bases, *own}}  # `made` is among the order's own
    made_vats = by_rate(made.shares)[1]
    taxes = {
        key: vat_on(earlier[key] + base, key[1]) - (vats.get(key, 0) - made_vats.get(key, 0))
        for key, base in own.items()
    }
    put_totals(made, made.lines, (), taxes)
    db.session.flush()


def _bear(order: SalesDocument, made: SalesDocument) -> None:
    """Have the progress invoice that is the last of an order bear what others pay of it."""
    if billed(order) >= order.gross:
        thirds.carry(thirds.left_of_order(order, made.due), made)


def final(document: SalesDocument) -> SalesDocument:
    """The draft of the final invoice: what progress invoices left of each line, less the deposits. Raises DomainError."""
    order = _order(document)
    _no_draft(order, DocumentKind.DEPOSIT, DocumentKind.PROGRESS, DocumentKind.INVOICE)
    before = done_of(order)
    lines = [made for line in order.lines for made in _remaining(line, before.get(line.id, NOTHING), bool(before))]
    if not any(line.kind == LineKind.ITEM for line in lines):
        raise DomainError(_("Toute la commande est déjà facturée."))
    lines = _with_numbers(order, lines)
    deposits = deposits_left(order)
    made = draft(
        DocumentKind.INVOICE, order.contact, lines, content={**_content(order), "deposits": deposits},
        prepaid=sum(entry["gross"] for entry in deposits), **_common(order),
    )  # fmt: skip
    bases, vats = _invoiced(order)
    whole = by_rate(order.shares)[1]
    taxes = {
        key: whole.get(key, 0) - vats.get(key, 0) if base + bases.get(key, 0) == by_rate(order.shares)[0].get(key) else vat_on(base, key[1])
        for key, base in bases_of(made.lines).items()
    }  # fmt: skip
    put_totals(made, made.lines, (), taxes)
    if made.due < 0:
        raise DomainError(_("Les acomptes dépassent ce qui reste à facturer. Faites d'abord un avoir sur un acompte."))
    thirds.carry(thirds.left_of_order(order, made.due), made)
    return made


def _remaining(line: DocumentLine, before: Done, started: bool) -> list[LineData]:
    if line.kind != LineKind.ITEM:
        return [] if started else [data_of(line)]
    if not before.net:
        return [replace(data_of(line), source_id=line.id)]
    cents = line.net - before.net
    detail = _("Solde sur %(net)s HT", net=euros(line.net))
    return [_counted(line, line.quantity - before.count, cents, detail)] if cents else []
