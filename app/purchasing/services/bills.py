"""Supplier invoices: taken in, matched to their order with what differs, disputed until it is settled."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date

from sqlalchemy import select

from app.contacts.models import Contact
from app.core.db import db, require_transaction
from app.core.errors import Conflict, DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import euros
from app.purchasing.models import Purchase, SupplierInvoice
from app.purchasing.services.loading import locked
from app.purchasing.services.matching import BillLine, compare, typed_lines
from app.purchasing.states import BILLS, BillState, ExpenseKind
from app.stock.models import StockLot, StockMove


@dataclass(frozen=True, slots=True)
class BillInput:
    """What an invoice received says; amounts in cents. `source`: "typed", "facturx" or "platform"."""

    supplier_id: int
    number: str
    issued_on: date
    net: int
    vat: int
    gross: int
    due_on: date | None = None
    purchase_id: int | None = None
    file_id: int | None = None
    source: str = "typed"
    shares: list[dict[str, int]] = field(default_factory=list)
    lines: list[BillLine] = field(default_factory=list)
    iban: str = ""
    expense: ExpenseKind | None = None
    taxed_use: bool = False


_booked: list[Callable[[int], bool]] = []


def declare_booked(told: Callable[[int], bool]) -> None:
    """Start-up: `told(bill_id)` says whether an invoice has its entry in the ledger, which never changes."""
    _booked[:] = [told]


def is_booked(bill: SupplierInvoice) -> bool:
    """Whether its entry is written."""
    return any(told(bill.id) for told in _booked)


def classify(bill: SupplierInvoice, expense: ExpenseKind | None, *, taxed_use: bool = False) -> None:
    """Say what an invoice without articles is for (None: goods), and for which sector. Raises Conflict once its entry is written."""
    require_transaction()
    if is_booked(bill):
        raise Conflict(
            _(
                "Cette facture est déjà en comptabilité : sa nature ne change plus. Voyez votre comptable pour la reclasser."
            )
        )
    if (bill.expense, bill.taxed_use) != (expense, taxed_use):
        bill.expense, bill.taxed_use = expense, taxed_use
        record(bill, "bill.classified", expense=expense.label if expense else _("Marchandises"))


def last_expense(supplier_id: int | None) -> ExpenseKind | None:
    """What the latest invoice of this supplier was for: who sends a rent sends rents."""
    query = select(SupplierInvoice.expense).where(SupplierInvoice.supplier_id == supplier_id)
    return db.session.scalars(query.order_by(SupplierInvoice.id.desc()).limit(1)).first()


def add_bill(bill: BillInput) -> SupplierInvoice:
    """Take in an invoice; matched at once where its order is named. Raises DomainError: a number twice, amounts that do not add up."""
    require_transaction()
    number = bill.number.strip()[:80]
    if not number:
        raise DomainError(_("Saisissez le numéro de la facture du fournisseur."), field="number")
    if db.session.get(Contact, bill.supplier_id) is None:
        raise DomainError(_("Choisissez le fournisseur."), field="supplier_id")
    same = select(SupplierInvoice.id).where(
        SupplierInvoice.supplier_id == bill.supplier_id, SupplierInvoice.number == number
    )
    if db.session.scalar(same) is not None:
        raise DomainError(_("La facture %(number)s de ce fournisseur est déjà là.", number=number), field="number")
    if bill.net + bill.vat != bill.gross:
        raise DomainError(
            _("HT et TVA font %(sum)s, et non %(gross)s. Corrigez l'un des trois.", sum=euros(bill.net + bill.vat), gross=euros(bill.gross)),
            field="gross",
        )  # fmt: skip
    row = SupplierInvoice(
        supplier_id=bill.supplier_id, number=number, issued_on=bill.issued_on, due_on=bill.due_on, net=bill.net, vat=bill.vat,
        gross=bill.gross, shares=bill.shares, file_id=bill.file_id, source=bill.source, iban=bill.iban[:34], expense=bill.expense, taxed_use=bill.taxed_use,
        lines=[asdict(line) for line in bill.lines],
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    record(row, "bill.added", gross=row.gross, source=row.source)
    if bill.purchase_id is not None:
        match(row, bill.purchase_id)
    return row


def match(bill: SupplierInvoice, purchase_id: int) -> list[str]:
    """Match an invoice to its order; it is « Rapprochée » when nothing differs, else « À vérifier » with the list of what does:
    line by line when the invoice has lines, by its totals else.

    The lots received with the order then bear the number and the day of their invoice. Returns the differences.
    """
    require_transaction()
    purchase = locked(purchase_id)
    if purchase.number is None:
        raise DomainError(_("Ce panier n'est pas encore commandé : rien à rapprocher."), field="purchase_id")
    bill.purchase_id = purchase.id
    bill.lines, bill.differences = compare(bill, purchase)
    if not bill.differences and bill.state == BillState.TO_CHECK:
        BILLS.move(bill, BillState.MATCHED, order=purchase.number)
    elif bill.differences and bill.state == BillState.MATCHED:
        BILLS.move(bill, BillState.TO_CHECK, order=purchase.number, differences=bill.differences)
    else:
        record(bill, "bill.compared", order=purchase.number, differences=bill.differences)
    _invoice_lots(bill, purchase)
    db.session.flush()
    return bill.differences


def point(bill: SupplierInvoice, typed: Mapping[int, tuple[int, int]]) -> list[str]:
    """Say what an invoice on paper charges of each line of its order ({line: (thousandths, cents)}), and compare again.

    Returns the differences. Raises DomainError without an order, or for an invoice whose file says its lines by itself.
    """
    require_transaction()
    if bill.purchase_id is None:
        raise DomainError(_("Choisissez d'abord la commande de cette facture."), field="purchase_id")
    if bill.source != "typed":
        raise DomainError(_("Les lignes de cette facture viennent de son fichier : elles ne se changent pas."))
    if bill.state == BillState.PAID:
        raise Conflict(_("Cette facture est déjà payée : ses lignes ne changent plus."))
    bill.lines = [asdict(line) for line in typed_lines(locked(bill.purchase_id), typed)]
    return match(bill, bill.purchase_id)


def _invoice_lots(bill: SupplierInvoice, purchase: Purchase) -> None:
    moved = select(StockMove.lot_id).where(
        StockMove.about_kind == Purchase.__kind__, StockMove.about_id == purchase.id, StockMove.lot_id.is_not(None)
    )
    lots = select(StockLot).where(StockLot.id.in_(moved), StockLot.supplier_invoice == "")
    for lot in db.session.scalars(lots):
        lot.supplier_invoice, lot.invoiced_on = bill.number, bill.issued_on


def accept(bill: SupplierInvoice) -> None:
    """Its differences were looked at and are right. Raises Conflict once it is paid, even in part."""
    if bill.state in (BillState.PAID, BillState.PARTIAL):
        raise Conflict(_("Cette facture est déjà payée. Rien n'a changé."))
    BILLS.move(bill, BillState.PARTIAL if bill.paid else BillState.MATCHED, differences=bill.differences)


def dispute(bill: SupplierInvoice, reason: str) -> None:
    """Something is wrong with it: it is not paid before it is settled. Raises DomainError without a reason."""
    if not reason.strip():
        raise DomainError(_("Dites ce qui ne va pas : le fournisseur vous le demandera."), field="reason")
    BILLS.move(bill, BillState.DISPUTED, reason=reason.strip()[:300])


def settle_dispute(bill: SupplierInvoice, how: str) -> None:
    """The supplier and we agree: it may be paid again. It is « Payée en partie » when it was before, « Rapprochée » when nothing
    differs from its order, else to be checked. Raises DomainError without words, Conflict when nothing is disputed."""
    if bill.state != BillState.DISPUTED:
        raise Conflict(_("Cette facture n'est pas en litige. Rechargez la page."))
    if not how.strip():
        raise DomainError(_("Dites comment le litige s'est réglé : la facture en garde la trace."), field="reason")
    right = bill.purchase_id is not None and not bill.differences
    to = BillState.PARTIAL if bill.paid else BillState.MATCHED if right else BillState.TO_CHECK
    BILLS.move(bill, to, reason=how.strip()[:300])
