"""What a line of the bank could be the money of. A proposal is sure when amount and name, or amount and reference, say the same
thing and nothing else does; any doubt leaves the choice to a person.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.core.i18n import _
from app.core.money import euros
from app.payments.models import BankLine
from app.payments.queries import bank
from app.payments.queries.bank import Collected, Grouped, Open, Written
from app.payments.services.bank import suppliers
from app.payments.services.bank.clues import Proposal, Text, near
from app.payments.states import Method
from app.purchasing import queries as purchases
from app.purchasing.queries import Noted, ToPay

BACK = ("rejet", "impaye", "retour", "annulation")
SHOWN = 4


@dataclass(frozen=True, slots=True)
class Pool:
    """All that lines can be matched with, read once for a page of lines."""

    items: list[Open]
    payments: list[Written]
    remittances: list[Grouped]
    batches: list[Grouped]
    debits: list[Collected]
    bills: list[ToPay]
    noted: list[Noted]

    @classmethod
    def of(cls, amounts: Sequence[int]) -> "Pool":
        """For lines of these amounts. Seven queries."""
        return cls(
            bank.open_items(), bank.written_payments(set(amounts)), bank.waiting_remittances(), bank.waiting_batches(),
            bank.returnable_debits({-amount for amount in amounts if amount < 0}), purchases.to_pay(),
            purchases.noted_payments({-amount for amount in amounts}),
        )  # fmt: skip


def proposals(line: BankLine, pool: Pool) -> list[Proposal]:
    """The proposals for a line, the likeliest first. Two sure ones are none."""
    text = Text.of(line)
    found = list(_coming(line, text, pool) if line.amount > 0 else _going(line, text, pool))
    found += suppliers.proposed(line, text, pool.bills, pool.noted)
    found = list(
        {
            proposal.ref: proposal for proposal in sorted(found, key=lambda one: (not one.sure, one.rank), reverse=True)
        }.values()
    )
    if sum(proposal.sure for proposal in found) > 1:
        found = [proposal._replace(sure=False) for proposal in found]
    return sorted(found, key=lambda one: (not one.sure, one.rank))[:SHOWN]


def _coming(line: BankLine, text: Text, pool: Pool) -> Iterator[Proposal]:
    yield from _quoted(line, text, pool)
    yield from _payments(line, text, pool)
    yield from _same_amount(line, text, pool)
    yield from _named(line, text, pool)
    yield from _groups(line, text, pool)


def ref_of(items: Sequence[Open]) -> str:
    """« i:12,s7 »."""
    return "i:" + ",".join(f"s{item.share_id}" if item.share_id else str(item.document_id) for item in items)


def _invoice(items: Sequence[Open], detail: str, *, sure: bool, rank: int) -> Proposal:
    return Proposal(ref_of(items), ", ".join(item.number for item in items), detail, "file-invoice", sure, rank)


def _quoted(line: BankLine, text: Text, pool: Pool) -> Iterator[Proposal]:
    quoted = [item for item in pool.items if item.number and text.quotes(item.number) and item.share_id is None]
    if not quoted:
        return
    left, payer = sum(item.left for item in quoted), quoted[0].payer
    if left == line.amount:
        yield _invoice(
            quoted,
            _("%(payer)s, n° et montant exacts", payer=payer),
            sure=len({item.payer_id for item in quoted}) == 1,
            rank=0,
        )
    elif len(quoted) == 1 and line.amount == quoted[0].asked:
        yield _invoice(quoted, _("%(payer)s, n° et montant de l'échéance", payer=payer), sure=True, rank=0)
    elif line.amount < left:
        yield _invoice(quoted, _("%(payer)s, acompte sur %(left)s", payer=payer, left=euros(left)), sure=False, rank=2)
    else:
        more = euros(line.amount - left)
        yield _invoice(quoted, _("%(payer)s, et %(more)s à son crédit", payer=payer, more=more), sure=False, rank=3)


def _payments(line: BankLine, text: Text, pool: Pool) -> Iterator[Proposal]:
    same = [row for row in pool.payments if row.amount == line.amount and near(row.on, line.booked_on)]
    told = [row for row in same if text.names(row.payer) or text.quotes(row.reference)]
    for row in same:
        words = _("règlement du %(day)s déjà écrit", day=f"{row.on:%d/%m/%Y}")
        yield Proposal(
            f"p:{row.id}", row.payer or _("Client de passage"), words, "link", told == [row], 0 if row in told else 4
        )


def _same_amount(line: BankLine, text: Text, pool: Pool) -> Iterator[Proposal]:
    same = [item for item in pool.items if line.amount in (item.left, item.asked)]
    named = [item for item in same if text.names(item.payer)]
    for item in named:
        yield _invoice([item], _("%(payer)s, nom et montant exacts", payer=item.payer), sure=len(named) == 1, rank=1)
    if not named:
        for item in same[:SHOWN]:
            yield _invoice([item], _("%(payer)s, même montant", payer=item.payer), sure=False, rank=6)


def _named(line: BankLine, text: Text, pool: Pool) -> Iterator[Proposal]:
    """All that a payer owes, when it makes the amount; else his account, the oldest first."""
    for payer_id in {item.payer_id for item in pool.items if text.names(item.payer)}:
        items = [item for item in pool.items if item.payer_id == payer_id]
        left = sum(item.left for item in items)
        if left == line.amount and len(items) > 1:
            yield _invoice(items, _("%(payer)s, tout ce qui est dû", payer=items[0].payer), sure=True, rank=1)
        elif all(line.amount not in (item.left, item.asked) for item in items):
            words = _("le plus ancien d'abord, sur %(left)s dus", left=euros(left))
            yield Proposal(f"a:{payer_id}", items[0].payer, words, "user", False, 5)


def _groups(line: BankLine, text: Text, pool: Pool) -> Iterator[Proposal]:
    close = [
        row for row in pool.remittances if near(row.on, line.booked_on) and line.booked_on >= row.on - timedelta(days=3)
    ]
    same = [row for row in close if row.total == line.amount]
    for row in same:
        words = _("remise de %(means)s du %(day)s", means=row.method.label.lower(), day=f"{row.on:%d/%m/%Y}")
        yield Proposal(f"m:{row.id}", row.name, words, "building-bank", len(same) == 1 or text.quotes(row.name), 1)
    for row in close:
        if row.method != Method.CHEQUE and row.total * 95 <= line.amount * 100 < row.total * 100:
            words = _(
                "remise du %(day)s, %(fees)s de commission",
                day=f"{row.on:%d/%m/%Y}",
                fees=euros(row.total - line.amount),
            )
            yield Proposal(f"m:{row.id}", row.name, words, "building-bank", False, 4)
    batches = [
        row for row in pool.batches if row.total == line.amount and near(row.on, line.booked_on, timedelta(days=6))
    ]
    for row in batches:
        words = _("prélèvements du %(day)s", day=f"{row.on:%d/%m/%Y}")
        yield Proposal(f"b:{row.id}", row.name, words, "repeat", len(batches) == 1, 1)


def _going(line: BankLine, text: Text, pool: Pool) -> Iterator[Proposal]:
    yield from _payments(line, text, pool)
    back = any(word in text.compact for word in BACK)
    for row in pool.debits:
        quoted = row.amount == -line.amount and text.quotes(row.end_to_end)
        if quoted or (back and row.amount == -line.amount):
            words = _("prélèvement de %(payer)s rejeté", payer=row.payer)
            yield Proposal(f"r:{row.id}", row.number, words, "alert-triangle", quoted, 0 if quoted else 3)
