"""What was sold, what it cost and what is not paid, by month and by family of articles. Amounts are cents without tax; what is
not paid is with tax.

Sold: issued invoices less credit notes, and the till's tickets. A deposit invoice is no sale yet: its final invoice counts
whole. A disbursement is none either (CGI art. 267 II 2°).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import aliased

from app.catalog.models import Article
from app.catalog.queries import path_to, under
from app.core import clock
from app.core.db import db
from app.insights.queries.filters import Filters
from app.payments.queries.balances import unpaid as is_unpaid
from app.sales.models import DocumentLine, SalesDocument
from app.sales.queries.parts import overdue
from app.sales.states import DocumentKind, LineKind
from app.till.queries.records import sales_between
from app.till.services.sums import net_of
from app.till.states import LineKind as TillLineKind

DISBURSEMENT = "disbursement"
COUNTED = (DocumentKind.INVOICE, DocumentKind.PROGRESS, DocumentKind.CREDIT)


class Cell(NamedTuple):
    """Sold and what it cost, in cents without tax; `blind` is the part sold of which no cost is known."""

    net: int = 0
    cost: int = 0
    blind: int = 0

    def __add__(self, other: object) -> "Cell":
        return Cell(*(one + two for one, two in zip(self, other, strict=True))) if isinstance(other, Cell) else self

    @property
    def margin(self) -> int:
        """Sold less its cost."""
        return self.net - self.cost


@dataclass
class Sales:
    """Cells by (month, family); `families` names the families, the one that sold most first; None is « no family »."""

    months: list[date]
    families: dict[int | None, str] = field(default_factory=dict)
    cells: dict[tuple[int, int | None], Cell] = field(default_factory=dict)

    def of_month(self, rank: int) -> Cell:
        """The sum of a month."""
        return sum((cell for (month, _family), cell in self.cells.items() if month == rank), Cell())

    def of_family(self, family: int | None) -> Cell:
        """The sum of a family."""
        return sum((cell for (_month, known), cell in self.cells.items() if known == family), Cell())

    @property
    def total(self) -> Cell:
        """Everything."""
        return sum(self.cells.values(), Cell())


def months_of(filters: Filters) -> list[date]:
    """The first days of the months that the period touches, and the first after them."""
    first, days = filters.start.replace(day=1), []
    while first <= filters.end:
        days.append(first)
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return [*days, first]


def _month(column: Any, days: Sequence[date]) -> Any:
    return case(*((column < end, rank) for rank, end in enumerate(days[1:])), else_=len(days) - 2)


class _Line(NamedTuple):
    """Some of a month sold: `cost` in cents × thousandths."""

    month: int
    family_id: int | None
    net: int
    cost: int
    blind: int


def sales(filters: Filters) -> Sales:
    """What was sold in the period, within the family of the filter. At most five queries."""
    days = months_of(filters)
    wanted = frozenset(under(filters.family)) if filters.family else None
    sums: dict[tuple[int, int | None], list[int]] = defaultdict(lambda: [0, 0, 0])
    grouping = _Grouping(filters.family)
    for line in (*_invoiced(filters, days), *_rung(filters, days)):
        if wanted is not None and line.family_id not in wanted:
            continue
        cell = sums[line.month, grouping.of(line.family_id)]
        cell[0], cell[1], cell[2] = cell[0] + line.net, cell[1] + line.cost, cell[2] + line.blind
    cells = {key: Cell(net, round(cost / 1000), blind) for key, (net, cost, blind) in sums.items()}
    found = Sales(days[:-1], {}, cells)
    families = sorted({family for _month, family in cells}, key=lambda family: -found.of_family(family).net)
    found.families = {family: grouping.name(family) for family in families}
    return found


class _Grouping:
    """Articles are told by their family at the root of the tree, or right under the one that was chosen."""

    def __init__(self, chosen: int | None) -> None:
        self.chosen = chosen
        self.known: dict[int | None, int | None] = {None: None}
        self.names: dict[int | None, str] = {}

    def of(self, family_id: int | None) -> int | None:
        if family_id not in self.known:
            path = path_to(family_id)
            ids = [number for number, _name in path]
            place = min(ids.index(self.chosen) + 1, len(ids) - 1) if self.chosen in ids else 0
            self.known[family_id] = ids[place] if ids else None
            self.names |= dict(path)
        return self.known[family_id]

    def name(self, family_id: int | None) -> str:
        return self.names.get(family_id, "")


def _sign() -> ColumnElement[int]:
    """A credit note counts against, whichever sign its amounts are written with."""
    against = (SalesDocument.kind == DocumentKind.CREDIT) & (SalesDocument.gross > 0)
    return case((against, -1), else_=1)


def _invoiced(filters: Filters, days: Sequence[date]) -> Iterator[_Line]:
    origin = aliased(SalesDocument)
    month, sign = _month(SalesDocument.issued_on, days), _sign()
    blind = case((DocumentLine.cost == 0, DocumentLine.net), else_=0)
    query = (
        select(
            month, Article.family_id, func.sum(sign * DocumentLine.net),
            func.sum(sign * DocumentLine.cost * DocumentLine.quantity), func.sum(sign * blind),
        )
        .join(SalesDocument, SalesDocument.id == DocumentLine.document_id)
        .outerjoin(origin, origin.id == SalesDocument.origin_id)
        .outerjoin(Article, Article.id == DocumentLine.article_id)
        .where(
            SalesDocument.kind.in_(COUNTED), SalesDocument.issued_at.is_not(None),
            SalesDocument.issued_on.between(filters.start, filters.end), DocumentLine.kind == LineKind.ITEM,
            DocumentLine.vat_code != DISBURSEMENT,
            (SalesDocument.kind != DocumentKind.CREDIT) | origin.id.is_(None) | (origin.kind != DocumentKind.DEPOSIT),
        )
        .group_by(month, Article.family_id)
    )  # fmt: skip
    for row in db.session.execute(query):
        yield _Line(row[0], row[1], *(int(value or 0) for value in row[2:]))


def _rung(filters: Filters, days: Sequence[date]) -> Iterator[_Line]:
    """Of the till's tickets, whose lines are with tax: the tax is taken out so that each ticket's lines add up to its net."""
    query = sales_between(filters.start, filters.end)
    tickets = [(sale.at, sale.net, [line for line in sale.lines if line["kind"] == TillLineKind.ITEM])
               for sale in db.session.execute(query)]  # fmt: skip
    ids = {line["article"] for _at, _net, lines in tickets for line in lines if line["article"]}
    wanted = select(Article.id, Article.family_id, Article.cost).where(Article.id.in_(ids))
    articles = {row.id: row for row in db.session.execute(wanted)} if ids else {}
    ends = [*enumerate(days[1:])]
    for at, total, lines in tickets:
        day = clock.local(at).date()
        month = next(rank for rank, end in ends if day < end)
        for line, net in _nets(lines, total):
            article = articles.get(line["article"])
            cost = article.cost if article is not None else 0
            yield _Line(month, article.family_id if article else None, net, cost * line["quantity"], 0 if cost else net)


def _nets(lines: Sequence[Mapping[str, Any]], total: int) -> list[tuple[Mapping[str, Any], int]]:
    nets = [net_of(line["gross"], line["rate"]) for line in lines]
    if nets:
        nets[max(range(len(nets)), key=lambda rank: abs(nets[rank]))] += total - sum(nets)
    return list(zip(lines, nets, strict=True))


# --- not paid --------------------------------------------------------------------------------------------------------


@dataclass
class Unpaid:
    """What is left of the invoices issued in the period: cents with tax, of which past the due day; families as in `Sales`."""

    months: list[date]
    families: dict[int | None, str] = field(default_factory=dict)
    left: dict[tuple[int, int | None], int] = field(default_factory=dict)
    late: dict[tuple[int, int | None], int] = field(default_factory=dict)

    def of_month(self, rank: int, *, late: bool = False) -> int:
        """The sum of a month."""
        return sum(value for (month, _family), value in (self.late if late else self.left).items() if month == rank)

    def of_family(self, family: int | None, *, late: bool = False) -> int:
        """The sum of a family."""
        return sum(value for (_month, known), value in (self.late if late else self.left).items() if known == family)

    @property
    def total(self) -> int:
        """Everything."""
        return sum(self.left.values())


def unpaid(filters: Filters, today: date) -> Unpaid:
    """What clients still owe of the invoices of the period; an invoice's rest is shared between its families in proportion
    to their amounts, to the cent. At most four queries."""
    days = months_of(filters)
    query = select(
        SalesDocument.id, SalesDocument.issued_on, (SalesDocument.due - SalesDocument.paid).label("left"), overdue(today).label("overdue")
    ).where(is_unpaid(), SalesDocument.issued_on.between(filters.start, filters.end))  # fmt: skip
    rows = db.session.execute(query.order_by(SalesDocument.id)).all()
    parts, grouping = _parts([row.id for row in rows]), _Grouping(filters.family)
    wanted = frozenset(under(filters.family)) if filters.family else None
    found = Unpaid(days[:-1])
    for row in rows:
        month = next(rank for rank, end in enumerate(days[1:]) if row.issued_on < end)
        split = parts.get(row.id) or {None: 1}
        for (family_id, cents), (_same, late) in zip(shared(row.left, split), shared(row.overdue, split), strict=True):
            if wanted is not None and family_id not in wanted:
                continue
            key = month, grouping.of(family_id)
            found.left[key] = found.left.get(key, 0) + cents
            if late:
                found.late[key] = found.late.get(key, 0) + late
    families = sorted({family for _month, family in found.left}, key=lambda family: -found.of_family(family))
    found.families = {family: grouping.name(family) for family in families}
    return found


def _parts(ids: Sequence[int]) -> dict[int, dict[int | None, int]]:
    """{document: {family: cents}}."""
    found: dict[int, dict[int | None, int]] = defaultdict(dict)
    unpaid_ids = select(DocumentLine.document_id, Article.family_id, func.sum(DocumentLine.net)).outerjoin(
        Article, Article.id == DocumentLine.article_id
    )
    query = unpaid_ids.where(DocumentLine.document_id.in_(ids), DocumentLine.kind == LineKind.ITEM)
    if ids:
        for document_id, family_id, net in db.session.execute(
            query.group_by(DocumentLine.document_id, Article.family_id)
        ):
            if net > 0:
                found[document_id][family_id] = int(net)
    return found


def shared(cents: int, parts: Mapping[int | None, int]) -> list[tuple[int | None, int]]:
    """An amount divided in proportion, to the cent: the roundings follow the running sum."""
    whole, bounds, running = sum(parts.values()), [0], 0
    for part in parts.values():
        running += part
        bounds.append(round(cents * running / whole))
    return [(family, after - before) for family, (before, after) in zip(parts, pairwise(bounds), strict=True)]
