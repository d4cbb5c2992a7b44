"""Supplier invoices, once checked; then each payment of them. Without a right to deduct, the tax is a part of the cost."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row, select

from app.accounts.queries import our_organisation
from app.accounts.states import VatRegime
from app.contacts.models import Contact
from app.core.db import db
from app.core.i18n import _
from app.ledger.services.chart import MEANS
from app.ledger.services.drafts import Draft, Key, supplier
from app.ledger.services.missing import unwritten
from app.ledger.states import Journal
from app.payments.states import Method
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.purchasing.states import BillState

KIND, PAYMENT = "supplier_invoice", "supplier_payment"
ORDER = 20


def missing() -> Sequence[Key]:
    """Checked invoices without their entry."""
    checked = SupplierInvoice.state.in_((BillState.MATCHED, BillState.PAID))
    bills = select(SupplierInvoice.issued_on, SupplierInvoice.id).where(checked, unwritten(KIND, SupplierInvoice.id))
    return [Key(day, ORDER, KIND, number, "") for day, number in db.session.execute(bills)]


def missing_payments() -> Sequence[Key]:
    """Payments, and what undid them, without their entry."""
    paid = select(SupplierPayment.paid_on, SupplierPayment.id).where(
        SupplierPayment.amount != 0, unwritten(PAYMENT, SupplierPayment.id)
    )
    return [Key(day, ORDER + 1, PAYMENT, number, "") for day, number in db.session.execute(paid)]


def drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """The entries of invoices."""
    query = (
        select(SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.issued_on, SupplierInvoice.net,
               SupplierInvoice.vat, SupplierInvoice.gross, Contact.id.label("supplier_id"), Contact.name)
        .join(Contact, Contact.id == SupplierInvoice.supplier_id)
        .where(SupplierInvoice.id.in_({key.id for key in keys}))
    )  # fmt: skip
    rows = {row.id: row for row in db.session.execute(query)}
    deducts = our_organisation().vat_regime == VatRegime.NORMAL
    for key in keys:
        yield _bill(key, rows[key.id], deducts)


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


def _bill(key: Key, row: Row[*tuple[Any, ...]], deducts: bool) -> Draft:
    draft = Draft(key, Journal.PURCHASES, row.number, f"{row.name} {row.number}", row.issued_on)
    vat = row.vat if deducts else 0
    draft.put("purchases", row.gross - vat)
    draft.put("vat_deductible", vat)
    draft.put("supplier", -row.gross, supplier(row.supplier_id, row.name))
    return draft


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
