"""Lettering: the lines of one account and one person that settle each other bear the same letters.

Invoices, credit notes and payments that allocations bind, directly or through each other, make a group; once debits equal
credits it is lettered. A payment that comes back opens its group again.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import aliased

from app.core import clock
from app.core.db import db, insert_many, require_transaction
from app.ledger.models import Entry, EntryLine, Lettering
from app.ledger.services.drafts import PAYER
from app.ledger.services.opening import KIND as OPENING
from app.payments.models import Allocation, Payment
from app.purchasing.models import SupplierPayment
from app.purchasing.queries import stands
from app.sales.models import SalesDocument, ThirdPartyShare
from app.sales.states import DocumentKind
from app.till.models import TillClosing, TillSale

Node = tuple[str, int]
_BATCH = 500


class _Line(NamedTuple):
    id: int
    account: str
    third: str
    amount: int
    node: Node
    letters: str | None


def settle_lines() -> int:
    """Letter the groups that are settled, take the letters off those that no longer are; how many lines were lettered."""
    require_transaction()
    find = _groups()
    by_group: dict[tuple[str, str, Node], list[_Line]] = defaultdict(list)
    for line in _lines():
        by_group[line.account, line.third, find(line.node)].append(line)
    letters, today, rows, undone = _next_letters(), clock.today(), [], []
    for group in by_group.values():
        marks = {line.letters for line in group}
        if sum(line.amount for line in group):
            undone += [line.id for line in group if line.letters]
        elif len(group) > 1 and (None in marks or len(marks) > 1):
            undone += [line.id for line in group if line.letters]
            mark = next(letters)
            rows += [{"line_id": line.id, "letters": mark, "on": today} for line in group]
    for start in range(0, len(undone), _BATCH):
        db.session.execute(delete(Lettering).where(Lettering.line_id.in_(undone[start : start + _BATCH])))
    insert_many(Lettering, rows)
    return len(rows)


def _lines() -> Iterator[_Line]:
    """Lines of auxiliary accounts: those that an allocation is belong with it, others with their source."""
    query = (
        select(EntryLine.id, EntryLine.account, EntryLine.third_party, (EntryLine.debit - EntryLine.credit).label("amount"),
               Entry.source_kind, Entry.source_id, EntryLine.allocation_id, Lettering.letters)
        .join(Entry, Entry.id == EntryLine.entry_id)
        .outerjoin(Lettering, Lettering.line_id == EntryLine.id)
        .where(EntryLine.third_party != "", Entry.source_kind != OPENING)
        .order_by(EntryLine.id)
        .execution_options(yield_per=1000)
    )  # fmt: skip
    for row in db.session.execute(query):
        node = ("allocation", row.allocation_id) if row.allocation_id else (row.source_kind, row.source_id)
        if node[0] == "sales_document" and row.third_party.startswith(PAYER):
            node = ("of_third", row.source_id)
        yield _Line(row.id, row.account, row.third_party, row.amount, node, row.letters)


class _Union:
    """Sets of nodes that are bound."""

    def __init__(self) -> None:
        self._above: dict[Node, Node] = {}

    def find(self, node: Node) -> Node:
        path = []
        while (above := self._above.get(node, node)) != node:
            path.append(node)
            node = above
        for one in path:
            self._above[one] = node
        return node

    def bind(self, nodes: Iterable[Node]) -> None:
        first, *others = nodes
        for other in others:
            self._above[self.find(other)] = self.find(first)


def _groups() -> Callable[[Node], Node]:
    union = _Union()
    query = (
        select(Allocation.id, Allocation.payment_id, Allocation.credit_id, Allocation.document_id, ThirdPartyShare.document_id,
               TillClosing.id)
        .outerjoin(ThirdPartyShare, ThirdPartyShare.id == Allocation.share_id)
        .outerjoin(TillSale, TillSale.id == ThirdPartyShare.till_sale_id)
        .outerjoin(TillClosing, TillClosing.session_id == TillSale.session_id)
    )  # fmt: skip
    for number, payment, credit, document, shared, closing in db.session.execute(
        query.execution_options(yield_per=1000)
    ):
        union.bind(_nodes(allocation=number, payment=payment, sales_document=credit))
        union.bind(_nodes(allocation=number, sales_document=document, of_third=shared, till_closing=closing))
    for one, other in _given_back():
        union.bind([one, other])
    backs = select(Payment.id, Payment.reverses_id).where(Payment.reverses_id.is_not(None))
    for number, reversed_id in db.session.execute(backs):
        union.bind([("payment", number), ("payment", reversed_id or 0)])
    bills = select(SupplierPayment.id, SupplierPayment.bill_id, SupplierPayment.credit_id).where(
        SupplierPayment.credit_id.is_(None) | stands()
    )
    for number, bill_id, credit_id in db.session.execute(bills.execution_options(yield_per=1000)):
        union.bind([("supplier_payment", number), ("supplier_invoice", bill_id)])
        union.bind(_nodes(supplier_payment=number, supplier_invoice=credit_id))
    return union.find


def _given_back() -> Iterator[tuple[Node, Node]]:
    """What others no longer pay, with what it was a part of: credit notes and invoices, tickets of tills and their refunds."""
    credited = (
        select(SalesDocument.id, SalesDocument.origin_id)
        .join(ThirdPartyShare, ThirdPartyShare.document_id == SalesDocument.id)
        .where(SalesDocument.kind == DocumentKind.CREDIT, SalesDocument.origin_id.is_not(None))
    )
    for number, origin in db.session.execute(credited):
        yield ("of_third", number), ("of_third", origin or 0)
    rung, day = aliased(TillSale), aliased(TillClosing)
    refunded = (
        select(TillClosing.id, day.id)
        .join(TillSale, TillSale.session_id == TillClosing.session_id)
        .join(ThirdPartyShare, ThirdPartyShare.till_sale_id == TillSale.id)
        .join(rung, rung.id == TillSale.reverses_id)
        .join(day, day.session_id == rung.session_id)
    )
    for one, other in db.session.execute(refunded):
        yield ("till_closing", one), ("till_closing", other)


def _nodes(**named: int | None) -> list[Node]:
    return [(kind, number) for kind, number in named.items() if number is not None]


def _next_letters() -> Iterator[str]:
    """« AAA », « AAB »… after the last one given."""
    last = db.session.scalar(
        select(Lettering.letters).order_by(func.length(Lettering.letters).desc(), Lettering.letters.desc()).limit(1)
    )
    number = _number(last) + 1 if last else 0
    while True:
        yield _word(number)
        number += 1


def _word(number: int) -> str:
    """Three letters at least, base 26."""
    word = ""
    while number or len(word) < 3:
        number, rest = divmod(number, 26)
        word = chr(65 + rest) + word
    return word


def _number(word: str) -> int:
    number = 0
    for letter in word:
        number = number * 26 + ord(letter) - 65
    return number
