"""Supplier invoices, once checked; then their payment. Without a right to deduct, the tax is a part of the cost."""

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
from app.purchasing.models import SupplierInvoice
from app.purchasing.states import BillState

KIND = "supplier_invoice"
ORDER = 20
BILLED, PAID = "", "paid"


def missing() -> Sequence[Key]:
    """Checked invoices, and payments of them, without their entries."""
    checked = SupplierInvoice.state.in_((BillState.MATCHED, BillState.PAID))
    bills = select(SupplierInvoice.issued_on, SupplierInvoice.id).where(checked, unwritten(KIND, SupplierInvoice.id))
    paid = select(SupplierInvoice.paid_on, SupplierInvoice.id).where(
        SupplierInvoice.state == BillState.PAID, SupplierInvoice.paid_on.is_not(None),
        unwritten(KIND, SupplierInvoice.id, PAID),
    )  # fmt: skip
    return [Key(day, ORDER, KIND, number, BILLED) for day, number in db.session.execute(bills)] + [
        Key(day, ORDER + 1, KIND, number, PAID) for day, number in db.session.execute(paid) if day
    ]


def drafts(keys: Sequence[Key]) -> Iterator[Draft]:
    """Their entries."""
    query = (
        select(SupplierInvoice.id, SupplierInvoice.number, SupplierInvoice.issued_on, SupplierInvoice.net,
               SupplierInvoice.vat, SupplierInvoice.gross, SupplierInvoice.paid_how, Contact.id.label("supplier_id"), Contact.name)
        .join(Contact, Contact.id == SupplierInvoice.supplier_id)
        .where(SupplierInvoice.id.in_({key.id for key in keys}))
    )  # fmt: skip
    rows = {row.id: row for row in db.session.execute(query)}
    deducts = our_organisation().vat_regime == VatRegime.NORMAL
    for key in keys:
        row = rows[key.id]
        yield _bill(key, row, deducts) if key.step == BILLED else _payment(key, row)


def _bill(key: Key, row: Row[*tuple[Any, ...]], deducts: bool) -> Draft:
    draft = Draft(key, Journal.PURCHASES, row.number, f"{row.name} {row.number}", row.issued_on)
    vat = row.vat if deducts else 0
    draft.put("purchases", row.gross - vat)
    draft.put("vat_deductible", vat)
    draft.put("supplier", -row.gross, supplier(row.supplier_id, row.name))
    return draft


def means_of(how: str) -> Method:
    """The means that `paid_how` names, by its value or its label; a transfer when it says something else."""
    words = how.strip().casefold()
    return next((one for one in Method if words in (one.value, one.label.casefold()) and one in MEANS), Method.TRANSFER)


def _payment(key: Key, row: Row[*tuple[Any, ...]]) -> Draft:
    means = means_of(row.paid_how)
    journal = Journal.CASH if means == Method.CASH else Journal.BANK
    draft = Draft(
        key, journal, row.number, _("Règlement %(name)s %(number)s", name=row.name, number=row.number), key.day
    )
    draft.put("supplier", row.gross, supplier(row.supplier_id, row.name))
    # What we pay leaves the bank, whatever the means: cheques and cards to be cashed are those of clients.
    draft.put("cash" if means == Method.CASH else "bank", -row.gross)
    return draft
