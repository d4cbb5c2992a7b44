"""Supplier invoices, once checked; then each payment of them. Without a right to deduct, the tax is a part of the cost.

An association with sectors deducts the tax of what is for its taxed activity alone; what serves both asks for a coefficient
(CGI ann. II art. 206), which is not computed here: its tax stays in the cost.

What an invoice charges of the articles of its order goes to the accounts of their families; the rest, to that of the kind of
expense chosen on it, else to the purchases of goods.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Row, select

from app.accounts.queries import our_organisation
from app.accounts.states import VatRegime
from app.catalog.models import Article
from app.contacts.models import Contact
from app.core.db import db
from app.core.i18n import _
from app.core.money import line_cents, round_half_up
from app.ledger.services.chart import EXPENSE, MEANS, Chart
from app.ledger.services.drafts import Draft, Key, supplier
from app.ledger.services.families import PURCHASE, Families
from app.ledger.services.missing import unwritten
from app.ledger.states import Journal
from app.payments.states import Method
from app.purchasing.models import PurchaseLine, SupplierInvoice, SupplierPayment
from app.purchasing.states import BillState, ExpenseKind

KIND, PAYMENT = "supplier_invoice", "supplier_payment"
ORDER = 20


def missing() -> Sequence[Key]:
    """Checked invoices without their entry."""
    checked = SupplierInvoice.state.in_((BillState.MATCHED, BillState.PAID)) | (SupplierInvoice.paid != 0)
    bills = select(SupplierInvoice.issued_on, SupplierInvoice.id).where(checked, unwritten(KIND, SupplierInvoice.id))
    return [Key(day, ORDER, KIND, number, "") for day, number in db.session.execute(bills)]


def missing_payments() -> Sequence[Key]:
    """Payments, and what undid them, without their entry; a credit note deducted moves no money: lettering says it."""
    paid = select(SupplierPayment.paid_on, SupplierPayment.id).where(
        SupplierPayment.amount != 0, SupplierPayment.credit_id.is_(None), unwritten(PAYMENT, SupplierPayment.id)
    )
    return [Key(day, ORDER + 1, PAYMENT, number, "") for day, number in db.session.execute(paid)]


def drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """The entries of invoices."""
    query = (
        select(SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.issued_on, SupplierInvoice.net, SupplierInvoice.vat,
               SupplierInvoice.gross, SupplierInvoice.lines, SupplierInvoice.purchase_id, SupplierInvoice.expense, SupplierInvoice.taxed_use,
               Contact.id.label("supplier_id"), Contact.name)
        .join(Contact, Contact.id == SupplierInvoice.supplier_id)
        .where(SupplierInvoice.id.in_({key.id for key in keys}))
    )  # fmt: skip
    rows = {row.id: row for row in db.session.execute(query)}
    regime = our_organisation().vat_regime
    ordered = _Ordered.of({row.purchase_id for row in rows.values() if row.purchase_id})
    for key in keys:
        row = rows[key.id]
        deducts = regime == VatRegime.NORMAL or (regime == VatRegime.SECTORS and row.taxed_use)
        yield _bill(key, row, deducts, ordered)


def preview(bill: SupplierInvoice) -> list[tuple[str, str, int]]:
    """(account, label, cents: above zero at the debit) of the entry that an invoice will have, as the chart is now."""
    draft = next(drafts([Key(bill.issued_on, ORDER, KIND, bill.id, "")]))
    return [(line.code, line.label, line.amount) for line in draft.merged(Chart().of)]


def payment_drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """The entries of payments."""
    query = (
        select(SupplierPayment.id, SupplierPayment.amount, SupplierPayment.how, SupplierPayment.reverses_id,
               SupplierInvoice.number, Contact.id.label("supplier_id"), Contact.name)
        .join(SupplierInvoice, SupplierInvoice.id == SupplierPayment.bill_id)
        .join(Contact, Contact.id == SupplierInvoice.supplier_id)
        .where(SupplierPayment.id.in_({key.id for key in keys}))
    )  # fmt: skip
    rows = {row.id: row for row in db.session.execute(query)}
    for key in keys:
        yield _payment(key, rows[key.id])


class _Ordered(NamedTuple):
    """The lines of orders: (role of account, what was ordered without tax) by line, and the lines of each order."""

    lines: dict[int, tuple[str, int]]
    of_order: dict[int, list[int]]

    @classmethod
    def of(cls, purchase_ids: set[int]) -> "_Ordered":
        found = cls({}, defaultdict(list))
        query = (
            select(
                PurchaseLine.id, PurchaseLine.purchase_id, PurchaseLine.quantity, PurchaseLine.price, Article.family_id
            )
            .join(Article, Article.id == PurchaseLine.article_id)
            .where(PurchaseLine.purchase_id.in_(purchase_ids))
            .order_by(PurchaseLine.id)
        )
        families = Families()
        for line_id, purchase_id, quantity, price, family_id in db.session.execute(query):
            role = families.role(PURCHASE, family_id, "purchases")
            found.lines[line_id] = (role, line_cents(quantity, price))
            found.of_order[purchase_id].append(line_id)
        return found


def _bill(key: Key, row: Row[*tuple[Any, ...]], deducts: bool, ordered: _Ordered) -> Draft:
    draft = Draft(key, Journal.PURCHASES, row.number, f"{row.name} {row.number}", row.issued_on)
    vat = row.vat if deducts else 0
    for role, amount in _spread(row.gross - vat, _weights(row, ordered), rest_role(row.expense)).items():
        draft.put(role, amount)
    draft.put("vat_deductible", vat)
    draft.put("supplier", -row.gross, supplier(row.supplier_id, row.name))
    return draft


def rest_role(expense: ExpenseKind | None) -> str:
    """The role of the account of what no article says."""
    return f"{EXPENSE}{expense}" if expense else "purchases"


def _weights(row: Row[*tuple[Any, ...]], ordered: _Ordered) -> dict[str, int]:
    """Cents without tax by role. Line by line when the invoice has lines; else as its order is made up, unless it is said to be an
    expense."""
    weights: dict[str, int] = defaultdict(int)
    if row.lines:
        for line in row.lines:
            role, _net = ordered.lines.get(line.get("line_id") or 0, (rest_role(row.expense), 0))
            weights[role] += line["net"]
        weights[rest_role(row.expense)] += row.net - sum(weights.values())
    elif row.expense is None:
        for line_id in ordered.of_order.get(row.purchase_id or 0, []):
            role, net = ordered.lines[line_id]
            weights[role] += net
    return weights


def _spread(cost: int, weights: Mapping[str, int], rest: str) -> dict[str, int]:
    """`cost` cents in proportion of the weights, to the cent: the last one takes what rounding leaves."""
    total = sum(weights.values())
    parts = sorted((role, weight) for role, weight in weights.items() if weight)
    if not total or not parts:
        return {rest: cost}
    found = {role: round_half_up(Decimal(cost) * weight / total) for role, weight in parts}
    found[parts[-1][0]] += cost - sum(found.values())
    return found


def means_of(how: str) -> Method:
    """The means that a payment's `how` names, by its value or its label; a transfer when it says something else."""
    words = how.strip().casefold()
    return next((one for one in Method if words in (one.value, one.label.casefold()) and one in MEANS), Method.TRANSFER)


def _payment(key: Key, row: Row[*tuple[Any, ...]]) -> Draft:
    means = means_of(row.how)
    journal = Journal.CASH if means == Method.CASH else Journal.BANK
    words = _("Règlement %(name)s %(number)s", name=row.name, number=row.number)
    if row.reverses_id is not None:
        words = _("Annulation : %(words)s", words=words)
    draft = Draft(key, journal, row.number, words, key.day)
    draft.put("supplier", row.amount, supplier(row.supplier_id, row.name))
    # What we pay leaves the bank, whatever the means: cheques and cards to be cashed are those of clients.
    draft.put("cash" if means == Method.CASH else "bank", -row.amount)
    return draft
