"""Lines of the bank that pay our suppliers, or give back what a credit note of theirs owes us."""

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from app.core.errors import Conflict, DomainError
from app.core.i18n import _
from app.core.money import euros
from app.core.search import fold
from app.payments.models import BankLine
from app.payments.services.bank.clues import Proposal, Text, near
from app.purchasing import services as purchases
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.purchasing.queries import Noted, ToPay
from app.purchasing.states import BillState

ICON = "truck-delivery"
#: How banks write by what means money left; anything else is a transfer.
MEANS = {
    "prlv": "prélèvement",
    "prelevement": "prélèvement",
    "cb": "carte",
    "carte": "carte",
    "chq": "chèque",
    "cheque": "chèque",
}
MOST = 4


def proposed(line: BankLine, text: Text, bills: Sequence[ToPay], noted: Sequence[Noted]) -> Iterator[Proposal]:
    """The supplier invoices that a line may pay: what is left of them; a part of one is never sure."""
    yield from _noted(line, text, noted)
    yield from _whole(line, text, bills)
    yield from _together(line, text, bills)
    yield from _part(line, text, bills)


def _known(text: Text, bill: ToPay) -> bool:
    return text.names(bill.supplier) or text.holds(bill.iban)


def _proposal(bills: Sequence[ToPay], words: str, *, sure: bool, rank: int) -> Proposal:
    """A disputed invoice is never sure: somebody said that it was not to be paid."""
    quiet = all(bill.state != BillState.DISPUTED for bill in bills)
    words = words if quiet else _("%(words)s, en litige", words=words)
    refs, numbers = ",".join(str(bill.id) for bill in bills), ", ".join(bill.number for bill in bills)
    return Proposal(f"f:{refs}", numbers, words, ICON, sure and quiet, rank)


def _noted(line: BankLine, text: Text, noted: Sequence[Noted]) -> Iterator[Proposal]:
    same = [row for row in noted if row.amount == -line.amount and near(row.paid_on, line.booked_on)]
    told = [row for row in same if text.names(row.supplier) or text.quotes(row.number)]
    for row in same:
        words = _("%(supplier)s, paiement déjà noté le %(day)s", supplier=row.supplier, day=f"{row.paid_on:%d/%m/%Y}")
        yield Proposal(f"n:{row.id}", row.number, words, "link", told == [row], 0 if row in told else 5)


def _whole(line: BankLine, text: Text, bills: Sequence[ToPay]) -> Iterator[Proposal]:
    same = [bill for bill in bills if bill.left == -line.amount]
    quoted = [bill for bill in same if text.quotes(bill.number)]
    named = [bill for bill in same if bill not in quoted and _known(text, bill)]
    for bill in quoted:
        yield _proposal(
            [bill], _("%(supplier)s, n° et montant exacts", supplier=bill.supplier), sure=len(quoted) == 1, rank=0
        )
    for bill in named:
        words = _("%(supplier)s, nom et montant exacts", supplier=bill.supplier)
        yield _proposal([bill], words, sure=not quoted and len(named) == 1, rank=1)
    if not quoted and not named:
        for bill in same[:MOST]:
            yield _proposal([bill], _("%(supplier)s, même montant", supplier=bill.supplier), sure=False, rank=6)


def _together(line: BankLine, text: Text, bills: Sequence[ToPay]) -> Iterator[Proposal]:
    """Several invoices of one supplier: those quoted, or all that he is owed."""
    for supplier_id in {bill.supplier_id for bill in bills if _known(text, bill) or text.quotes(bill.number)}:
        owed = [bill for bill in bills if bill.supplier_id == supplier_id]
        quoted = [bill for bill in owed if text.quotes(bill.number)]
        if len(quoted) > 1 and sum(bill.left for bill in quoted) == -line.amount:
            yield _proposal(
                quoted, _("%(supplier)s, n° et montant exacts", supplier=owed[0].supplier), sure=True, rank=0
            )
        elif len(owed) > 1 and sum(bill.left for bill in owed) == -line.amount:
            yield _proposal(
                owed, _("%(supplier)s, tout ce que nous lui devons", supplier=owed[0].supplier), sure=True, rank=1
            )


def _part(line: BankLine, text: Text, bills: Sequence[ToPay]) -> Iterator[Proposal]:
    """A part of an invoice: of the one quoted, else of the only one that we owe this supplier."""
    larger = [bill for bill in bills if bill.left > -line.amount > 0]
    quoted = [bill for bill in larger if text.quotes(bill.number)]
    alone = [
        bill for bill in larger
        if _known(text, bill) and sum(other.supplier_id == bill.supplier_id for other in bills) == 1
    ]  # fmt: skip
    for bill in quoted or alone:
        words = _(
            "%(supplier)s, une partie : il restera %(left)s",
            supplier=bill.supplier,
            left=euros(bill.left + line.amount),
        )
        yield _proposal([bill], words, sure=False, rank=3)


def pay_bills(line: BankLine, bill_ids: Sequence[int]) -> str:
    """Note these invoices paid by a line, the last due of them in part when it is less than they make; what they are, in words.

    Raises DomainError when they do not make its amount, Conflict when one was paid meanwhile.
    """
    query = select(SupplierInvoice).where(SupplierInvoice.id.in_(bill_ids)).order_by(SupplierInvoice.id)
    bills = list(db.session.scalars(query.with_for_update().execution_options(populate_existing=True)))
    if not bills:
        raise DomainError(_("Cochez la facture que cette ligne a payée."))
    if any(bill.state == BillState.PAID for bill in bills):
        raise Conflict(_("Une de ces factures vient d'être notée payée. Relisez la ligne."))
    for bill, part in _shared(-line.amount, bills):
        purchases.pay(bill, min(line.booked_on, clock.today()), means_of(line.label), part, bank_line_id=line.id)
    line.made = True
    return ", ".join(bill.number for bill in bills)


def _shared(amount: int, bills: Sequence[SupplierInvoice]) -> list[tuple[SupplierInvoice, int]]:
    """So many cents over what is left of these invoices: credit notes whole, then the oldest due first, the last in part."""
    side = 1 if amount > 0 else -1
    against = [bill for bill in bills if bill.left * side < 0]
    found = [(bill, bill.left) for bill in against]
    rest = amount - sum(part for _bill, part in found)
    for bill in sorted(
        (bill for bill in bills if bill not in against), key=lambda one: (one.due_on or one.issued_on, one.id)
    ):
        part = side * min(abs(bill.left), abs(rest))
        found.append((bill, part))
        rest -= part
    total = sum(bill.left for bill in bills)
    if rest:
        raise DomainError(
            _("Il reste %(total)s à payer sur les factures cochées, et la ligne fait %(amount)s. Cochez-en d'autres.",
              total=euros(total), amount=euros(amount))
        )  # fmt: skip
    if any(not part for _bill, part in found):
        raise DomainError(
            _("La ligne fait %(amount)s : elle ne suffit pas à toutes les factures cochées, qui font %(total)s. Décochez-en.",
              total=euros(total), amount=euros(amount))
        )  # fmt: skip
    return found


def means_of(label: str) -> str:
    """By what means money left, as purchases name it."""
    words = fold(label).split()[:3]
    return next((MEANS[word] for word in words if word in MEANS), "virement")


def show_payment(line: BankLine, payment_id: int) -> None:
    """A payment already noted by hand is the one that this line shows. Raises Conflict when another line does."""
    payment = db.session.get_one(SupplierPayment, payment_id, with_for_update=True, populate_existing=True)
    if payment.bank_line_id is not None:
        raise Conflict(_("Ce règlement vient d'être rapproché d'une autre ligne. Relisez celle-ci."))
    payment.bank_line_id = line.id


def undo(line: BankLine, reason: str) -> None:
    """Take the line off the supplier payments that it shows; those written from it are undone by their opposite."""
    query = select(SupplierPayment).where(SupplierPayment.bank_line_id == line.id).order_by(SupplierPayment.id)
    for payment in list(db.session.scalars(query.with_for_update())):
        if line.made:
            purchases.unpay(payment, reason)
        payment.bank_line_id = None
