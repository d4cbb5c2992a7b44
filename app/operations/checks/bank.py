"""Money agrees with itself: what an invoice says paid with what was allocated, the bank's lines and remittances with their payments."""

from collections.abc import Iterator

from sqlalchemy import func, or_, select

from app.core.db import db
from app.core.i18n import _
from app.core.money import euros
from app.payments.models import Allocation, BankLine, Payment, Remittance
from app.payments.states import RemittanceState
from app.purchasing.models import SupplierInvoice, SupplierPayment
from app.sales.models import SalesDocument
from app.sales.states import DocumentKind


def wrong_balances() -> Iterator[str]:
    """Invoices whose « réglé » is not the sum of what was set against them."""
    received = (
        select(func.coalesce(func.sum(Allocation.amount), 0))
        .where(Allocation.document_id == SalesDocument.id)
        .scalar_subquery()
    )
    query = select(SalesDocument.number, SalesDocument.paid, received).where(
        SalesDocument.kind != DocumentKind.CREDIT, SalesDocument.paid != received
    )
    for number, paid, found in db.session.execute(query):
        yield _(
            "%(number)s dit %(paid)s réglés, ses règlements en font %(found)s",
            number=number,
            paid=euros(paid),
            found=euros(int(found)),
        )


def wrong_bills() -> Iterator[str]:
    """Supplier invoices whose « réglé » is not the sum of what settled them; credit notes, of what they were deducted for."""
    settled = (
        select(func.coalesce(func.sum(SupplierPayment.amount), 0))
        .where(SupplierPayment.bill_id == SupplierInvoice.id)
        .scalar_subquery()
    )
    deducted = (
        select(func.coalesce(func.sum(SupplierPayment.amount), 0))
        .where(SupplierPayment.credit_id == SupplierInvoice.id)
        .scalar_subquery()
    )
    query = select(SupplierInvoice.number, SupplierInvoice.paid, settled - deducted).where(
        SupplierInvoice.paid != settled - deducted
    )
    for number, paid, found in db.session.execute(query):
        yield _(
            "facture reçue %(number)s : %(paid)s réglés, ses paiements en font %(found)s",
            number=number,
            paid=euros(paid),
            found=euros(int(found)),
        )


def wrong_remittances() -> Iterator[str]:
    """Remittances whose total is not that of what they hold; lines of the bank matched with another amount."""
    held = (
        select(func.coalesce(func.sum(Payment.amount), 0))
        .where(Payment.remittance_id == Remittance.id)
        .scalar_subquery()
    )
    query = select(Remittance.number, Remittance.total, held + Remittance.other_amount).where(
        Remittance.state != RemittanceState.CANCELLED, Remittance.total != held + Remittance.other_amount
    )
    for number, total, found in db.session.execute(query):
        yield _(
            "remise %(number)s : %(total)s, ses règlements en font %(found)s",
            number=number,
            total=euros(total),
            found=euros(int(found)),
        )
    lines = (
        select(BankLine.id, BankLine.amount)
        .outerjoin(Payment, Payment.id == BankLine.payment_id)
        .outerjoin(Remittance, Remittance.id == BankLine.remittance_id)
        .where(or_(Payment.amount != BankLine.amount, Remittance.total - Remittance.fees != BankLine.amount))
    )
    of_suppliers = (
        select(BankLine.id, BankLine.amount)
        .join(SupplierPayment, SupplierPayment.bank_line_id == BankLine.id)
        .group_by(BankLine.id, BankLine.amount)
        .having(func.sum(SupplierPayment.amount) != -BankLine.amount)
    )
    for line_id, amount in (*db.session.execute(lines), *db.session.execute(of_suppliers)):
        yield _(
            "la ligne de banque %(id)s (%(amount)s) est rapprochée d'un autre montant", id=line_id, amount=euros(amount)
        )
