"""The VAT of a period by rate: when it is due depends on what was sold and on the option (CGI art. 269, 2).

Goods: at the invoice. Services, and deposits of either: when paid, in proportion of what came; at the invoice when the
organisation opted for debits. Never before the document is issued, but for what was paid at the intake of a repair: `advances`.
Till sales: the day of the ticket. What a supplier charged: at its invoice. Cents.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import aliased

from app.accounts.queries import our_organisation
from app.catalog.models import Article
from app.catalog.states import Nature
from app.core import clock
from app.core.db import db
from app.core.money import round_half_up
from app.ledger.models import Entry, EntryLine
from app.ledger.services.advances import advances
from app.ledger.services.chart import Chart
from app.ledger.services.sources.invoices import DISBURSEMENT, deducted
from app.payments.models import Allocation, Payment
from app.sales.models import DocumentLine, SalesDocument, ThirdPartyShare
from app.sales.states import ISSUED, DocumentKind, LineKind
from app.till.models import TillSale

#: (rate) → (base, tax)
Sums = dict[int, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class VatLine:
    """A rate (basis points), its base and its tax, in cents: goods, services and the till apart."""

    rate: int
    base: int
    vat: int
    goods: int
    services: int
    till: int


@dataclass(frozen=True, slots=True)
class VatSummary:
    """`collected` by rate; `deductible` of suppliers' invoices; `waiting`: tax of services invoiced and not paid at the end."""

    lines: list[VatLine]
    collected: int
    deductible: int
    waiting: int
    on_debits: bool

    @property
    def due(self) -> int:
        """Collected less deductible; below zero: a credit of VAT."""
        return self.collected - self.deductible


@dataclass(slots=True)
class _Document:
    """What is due at the issue, and what follows the payments, by rate."""

    issued_on: date
    total: int
    sign: int
    goods: Sums = field(default_factory=dict)
    services: Sums = field(default_factory=dict)


def vat_summary(start: date, end: date) -> VatSummary:
    """The tax of a period, both days included."""
    on_debits = our_organisation().vat_on_debits
    documents = _documents(end, on_debits)
    received = _received(end)
    goods, services, waiting = _Tally(), _Tally(), 0
    for number, one in documents.items():
        if start <= one.issued_on <= end:
            goods.add(one.goods, one.sign)
        moves = received.get(number, [])
        before, after = sum(a for d, a in moves if d < start), sum(a for _d, a in moves)
        for rate, (base, vat) in one.services.items():
            due = tuple(_part(x, after, one.total) - _part(x, before, one.total) for x in (base, vat))
            services.add({rate: (due[0], due[1])}, one.sign)
            waiting += one.sign * (vat - _part(vat, after, one.total))
    services.add(advances(start, end))
    till = _till(start, end)
    rates = sorted({*goods.sums, *services.sums, *till.sums}, reverse=True)
    lines = [_line(rate, goods[rate], services[rate], till[rate]) for rate in rates]
    collected = sum(line.vat for line in lines)
    return VatSummary(lines, collected, _deductible(start, end), waiting, on_debits)


def _line(rate: int, *parts: tuple[int, int]) -> VatLine:
    """A rate's line from its goods, its services and its till sales."""
    goods, services, till = (vat for _base, vat in parts)
    return VatLine(rate, sum(base for base, _vat in parts), goods + services + till, goods, services, till)


class _Tally:
    def __init__(self) -> None:
        self.sums: Sums = {}

    def add(self, more: Sums, sign: int = 1) -> None:
        for rate, (base, vat) in more.items():
            known = self[rate]
            self.sums[rate] = (known[0] + sign * base, known[1] + sign * vat)

    def __getitem__(self, rate: int) -> tuple[int, int]:
        return self.sums.get(rate, (0, 0))


def _part(amount: int, received: int, total: int) -> int:
    """What of an amount is due once so much of the total came; all of it when there was nothing to pay."""
    return amount if not total else round_half_up(Decimal(amount) * received / total)


def _documents(end: date, on_debits: bool) -> dict[int, _Document]:
    query = select(
        SalesDocument.id, SalesDocument.kind, SalesDocument.issued_on, SalesDocument.gross, SalesDocument.due,
        SalesDocument.third_party, SalesDocument.prepaid, SalesDocument.shares, SalesDocument.order_id, SalesDocument.content,
        SalesDocument.origin_id,
    ).where(SalesDocument.issued_at.is_not(None), SalesDocument.kind.in_(ISSUED), SalesDocument.issued_on <= end)  # fmt: skip
    rows = list(db.session.execute(query))
    goods_bases = _goods(end)
    shares = {row.id: row.shares for row in rows}
    for row in rows:
        if row.content.get("rebate") and row.origin_id in goods_bases:
            goods_bases[row.id] = _as_origin(row.shares, shares[row.origin_id], goods_bases[row.origin_id])
    return {row.id: _document(row, goods_bases.get(row.id, {}), on_debits) for row in rows}


def _as_origin(shares: Any, origin: Any, goods: dict[tuple[str, int], int]) -> dict[tuple[str, int], int]:
    """The base of goods of a credit note by amount: of each rate, the part that goods are of it in its invoice."""
    bases = {(share.get("code", ""), share["rate"]): share["base"] for share in origin}
    return {
        key: _part(goods[key], share["base"], bases[key])
        for share in shares
        if (key := (share.get("code", ""), share["rate"])) in goods and bases.get(key)
    }


def _goods(end: date) -> dict[int, dict[tuple[str, int], int]]:
    """The base of goods by document, code and rate."""
    found: dict[int, dict[tuple[str, int], int]] = defaultdict(dict)
    query = (
        select(DocumentLine.document_id, DocumentLine.vat_code, DocumentLine.vat_rate, func.sum(DocumentLine.net))
        .join(SalesDocument, SalesDocument.id == DocumentLine.document_id)
        .join(Article, Article.id == DocumentLine.article_id)
        .where(DocumentLine.kind == LineKind.ITEM, Article.nature == Nature.GOODS, SalesDocument.issued_on <= end)
        .group_by(DocumentLine.document_id, DocumentLine.vat_code, DocumentLine.vat_rate)
    )
    for document, code, rate, net in db.session.execute(query):
        found[document][code, rate] = int(net or 0)
    return found


def _document(row: Row[*tuple[Any, ...]], goods_bases: dict[tuple[str, int], int], on_debits: bool) -> _Document:
    sign = -1 if row.kind == DocumentKind.CREDIT and row.gross > 0 else 1
    one = _Document(row.issued_on, abs(row.due) + row.third_party, sign)
    goods, services = _Tally(), _Tally()
    for share in row.shares:
        if share.get("code") == DISBURSEMENT:
            continue
        rate, base = share["rate"], share["base"]
        part = 0 if row.kind == DocumentKind.DEPOSIT else goods_bases.get((share.get("code", ""), rate), 0)
        tax = share["vat"] if part == base else round_half_up(Decimal(share["vat"]) * part / base) if base else 0
        goods.add({rate: (part, tax)})
        services.add({rate: (base - part, share["vat"] - tax)})
    if row.prepaid:
        # The tax of deposits was due with them: of what is left, goods first.
        for rate, (base, vat) in deducted(row).items():
            taken = min(vat, services[rate][1]) if vat >= 0 else vat
            taken_base = base if taken == vat else min(base, services[rate][0])
            services.add({rate: (taken_base, taken)}, -1)
            goods.add({rate: (base - taken_base, vat - taken)}, -1)
    one.goods, one.services = goods.sums, services.sums
    if on_debits or one.total == 0:
        goods.add(services.sums)
        one.services = {}
    return one


def _received(end: date) -> dict[int, list[tuple[date, int]]]:
    """What settled each document, and when: payments by their day, or that of the document when they came before it; credit notes set
    against it by the day of that."""
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    shared, of_share = aliased(ThirdPartyShare), aliased(SalesDocument)
    query = (
        select(func.coalesce(Allocation.document_id, shared.document_id), Allocation.credit_id, Allocation.amount,
               Payment.received_on, Allocation.at, SalesDocument.kind,
               func.coalesce(SalesDocument.issued_on, of_share.issued_on))
        .outerjoin(Payment, Payment.id == Allocation.payment_id)
        .outerjoin(shared, shared.id == Allocation.share_id)
        .outerjoin(of_share, of_share.id == shared.document_id)
        .outerjoin(SalesDocument, SalesDocument.id == Allocation.document_id)
        .where(Allocation.voucher_id.is_(None))
    )  # fmt: skip
    for document, credit, amount, received_on, at, kind, issued_on in db.session.execute(query):
        day = received_on or clock.local(at).date()
        day = max(day, issued_on) if issued_on else day
        if day > end:
            continue
        if document is not None:
            found[document].append((day, -amount if kind == DocumentKind.CREDIT else amount))
        if credit is not None:
            found[credit].append((day, amount))
    return found


def _till(start: date, end: date) -> _Tally:
    tally = _Tally()
    begin, stop = clock.start_of(start), clock.start_of(end + timedelta(days=1))
    query = select(TillSale.shares).where(TillSale.training.is_(False), TillSale.at >= begin, TillSale.at < stop)
    for shares in db.session.scalars(query):
        tally.add(_by_rate(shares))
    return tally


def _by_rate(shares: Iterable[dict[str, Any]]) -> Sums:
    tally = _Tally()
    for share in shares:
        if share.get("code") != DISBURSEMENT:
            tally.add({share["rate"]: (share["base"], share["vat"])})
    return tally.sums


def _deductible(start: date, end: date) -> int:
    code = Chart()["vat_deductible"].code
    query = (
        select(func.coalesce(func.sum(EntryLine.debit - EntryLine.credit), 0))
        .join(Entry, Entry.id == EntryLine.entry_id)
        .where(EntryLine.account == code, Entry.booked_on.between(start, end), Entry.source_kind == "supplier_invoice")
    )
    return int(db.session.scalar(query) or 0)
