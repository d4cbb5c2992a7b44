"""What is to be told of sales to private persons, and of the payments of services: sums by day, category and VAT rate.

Categories of XP Z12-012 (G1.68): TLB1 goods taxed, TPS1 services taxed, TNT1 not taxed. What the law leaves out (exempt by art. 261
to 261 E, outside VAT) is not counted. Sales to businesses abroad are told one by one: they are listed apart.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.catalog.models import Article
from app.catalog.queries import all_rates
from app.catalog.states import Nature, VatCategory
from app.core import clock
from app.core.db import db
from app.einvoicing.queries.collected import NO_MONEY, due_on_payment
from app.payments.models import Allocation, Payment
from app.sales.models import SalesDocument
from app.sales.services.facturx.shape import GOODS, SERVICES, TIME_UNITS
from app.sales.states import ISSUED, DocumentKind, LineKind
from app.till.models import TillSale
from app.till.states import LineKind as TillLine

TAXED_GOODS, TAXED_SERVICES, UNTAXED = "TLB1", "TPS1", "TNT1"
CATEGORIES = {
    TAXED_GOODS: "Ventes de biens taxées",
    TAXED_SERVICES: "Prestations de services taxées",
    UNTAXED: "Opérations non taxées",
}
EXEMPT = "VATEX-FR-CGI261"
Shares = Iterable[Mapping[str, Any]]
Key = tuple[date, str, int]


class Row(NamedTuple):
    """The sales of a day in a category at a rate (basis points); cents."""

    day: date
    category: str
    rate: int
    base: int
    vat: int
    operations: int


class PaymentRow(NamedTuple):
    """What was received that day of services at a rate; cents with tax."""

    day: date
    rate: int
    amount: int


class Report(NamedTuple):
    """What a period has to tell. `abroad`: (number, day, client, total) of sales to businesses outside France."""

    sales: list[Row]
    payments: list[PaymentRow]
    abroad: list[tuple[str, date, str, int]]


def report(first: date, last: date) -> Report:
    """The sums of a period, both days in."""
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0])
    received: dict[tuple[date, int], int] = defaultdict(int)
    abroad = _documents(first, last, sums)
    _tills(first, last, sums, received)
    _payments(first, last, received)
    sales = [Row(day, category, rate, *values) for (day, category, rate), values in sorted(sums.items())]
    paid = [PaymentRow(day, rate, amount) for (day, rate), amount in sorted(received.items()) if amount]
    return Report(sales, paid, abroad)


def spread(
    shares: Shares, weights: Mapping[tuple[str, int, bool], int], sign: int = 1
) -> list[tuple[str, int, int, int]]:
    """(category, rate, base, vat) of each VAT share, shared between goods and services as the lines weigh; cents add up.

    `weights`: (VAT code, rate, whether a service) → amount. A share that no line explains is of goods.
    """
    found: list[tuple[str, int, int, int]] = []
    for share in shares:
        code, rate = str(share.get("code") or ""), int(share["rate"])
        base, vat = sign * int(share["base"]), sign * int(share["vat"])
        if _left_out(share, code):
            continue
        if not rate:
            found.append((UNTAXED, rate, base, vat))
            continue
        services, goods = abs(weights.get((code, rate, True), 0)), abs(weights.get((code, rate, False), 0))
        part = services / (services + goods) if services + goods else 0.0
        of_services = (round(base * part), round(vat * part))
        found += [
            (category, rate, one, two)
            for category, one, two in (
                (TAXED_SERVICES, *of_services),
                (TAXED_GOODS, base - of_services[0], vat - of_services[1]),
            )
            if one or two
        ]
    return found


def _left_out(share: Mapping[str, Any], code: str) -> bool:
    """Exempt by art. 261 to 261 E, outside VAT, or paid for somebody else (débours)."""
    category, vatex = share.get("category"), str(share.get("vatex") or "")
    if category is None:
        known = next((rate for rate in reversed(all_rates()) if rate.code == code), None)
        category, vatex = (known.category.value, known.vatex) if known else ("S", "")
    return category == VatCategory.OUTSIDE.value or vatex.startswith(EXEMPT) or code == "disbursement"


def _natures(ids: Iterable[int]) -> dict[int, bool]:
    """Whether these articles are services."""
    wanted = set(ids)
    query = select(Article.id, Article.nature).where(Article.id.in_(wanted))
    return {row.id: row.nature == Nature.SERVICES for row in db.session.execute(query)} if wanted else {}


def _documents(first: date, last: date, sums: dict[Key, list[int]]) -> list[tuple[str, date, str, int]]:
    """Invoices and credit notes that are not between French businesses."""
    query = select(SalesDocument).where(
        SalesDocument.kind.in_(ISSUED), SalesDocument.issued_at.is_not(None), SalesDocument.issued_on.between(first, last),
        SalesDocument.content["business"].as_boolean().is_not(True),
    )  # fmt: skip
    rows = list(db.session.scalars(query.options(selectinload(SalesDocument.lines)).order_by(SalesDocument.id)))
    natures = _natures(line.article_id for row in rows for line in row.lines if line.article_id)
    abroad = []
    for row in rows:
        buyer, day = row.content.get("buyer") or {}, row.issued_on or first
        sign = -1 if row.kind == DocumentKind.CREDIT and row.gross > 0 else 1
        if buyer.get("company") and (buyer.get("country") or "FR") != "FR":
            abroad.append((str(row.number), day, str(buyer.get("name") or ""), sign * row.gross))
            continue
        for category, rate, base, vat in spread(row.shares, _weights_of(row, natures), sign):
            _add(sums, (day, category, rate), base, vat)
    return abroad


def _weights_of(row: SalesDocument, natures: Mapping[int, bool]) -> dict[tuple[str, int, bool], int]:
    nature, found = row.content.get("nature"), dict[tuple[str, int, bool], int]()
    for line in row.lines:
        if line.kind != LineKind.ITEM:
            continue
        service = natures.get(line.article_id or 0, line.unit.strip().lower() in TIME_UNITS)
        if nature in (SERVICES, GOODS):
            service = nature == SERVICES
        key = (line.vat_code, line.vat_rate, service)
        found[key] = found.get(key, 0) + abs(line.net)
    return found


def _add(sums: dict[Key, list[int]], key: Key, base: int, vat: int) -> None:
    for place, value in enumerate((base, vat, 1)):
        sums[key][place] += value


def _tills(first: date, last: date, sums: dict[Key, list[int]], received: dict[tuple[date, int], int]) -> None:
    """Tickets of the till, training apart; a service is paid where it is sold."""
    start, end = clock.start_of(first), clock.start_of(last + timedelta(days=1))
    query = select(TillSale.at, TillSale.shares, TillSale.lines).where(
        TillSale.at >= start, TillSale.at < end, TillSale.training.is_(False)
    )
    rows = list(db.session.execute(query.order_by(TillSale.id)))
    articles = (int(line["article"]) for row in rows for line in row.lines if line.get("article"))
    natures = _natures(articles)
    for row in rows:
        weights: dict[tuple[str, int, bool], int] = {}
        for line in row.lines:
            if line["kind"] in (TillLine.DOCUMENT, TillLine.ACCOUNT, TillLine.VOUCHER):
                continue
            service = natures.get(line.get("article") or 0, str(line.get("unit") or "").strip().lower() in TIME_UNITS)
            key = (str(line.get("vat_code") or ""), int(line.get("rate") or 0), service)
            weights[key] = weights.get(key, 0) + abs(int(line["gross"]))
        day = clock.local(row.at).date()
        for category, rate, base, vat in spread(row.shares, weights):
            _add(sums, (day, category, rate), base, vat)
            if category == TAXED_SERVICES:
                received[day, rate] += base + vat


def _payments(first: date, last: date, received: dict[tuple[date, int], int]) -> None:
    """What was received of invoices to private persons whose VAT is due on payment."""
    query = (
        select(Payment.received_on, Allocation.amount, SalesDocument)
        .join(Payment, Payment.id == Allocation.payment_id)
        .join(SalesDocument, SalesDocument.id == Allocation.document_id)
        .where(
            Payment.received_on.between(first, last), Payment.method.not_in(NO_MONEY), SalesDocument.content["business"].as_boolean().is_not(True)
        )
        .order_by(Allocation.id).options(selectinload(SalesDocument.lines))
    )  # fmt: skip
    rows = list(db.session.execute(query))
    natures = _natures(line.article_id for row in rows for line in row.SalesDocument.lines if line.article_id)
    for row in rows:
        document = row.SalesDocument
        if not due_on_payment(document) or not document.gross:
            continue
        for category, rate, base, vat in spread(document.shares, _weights_of(document, natures)):
            if category == TAXED_SERVICES:
                received[row.received_on, rate] += round(row.amount * (base + vat) / document.gross)
