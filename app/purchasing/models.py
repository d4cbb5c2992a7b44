"""Orders to suppliers, what came of them, and their invoices. Amounts are cents, quantities thousandths."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy import false as sa_false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Article
from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.core.money import line_cents
from app.documents.models import StoredFile
from app.purchasing.states import BillState, ExpenseKind, PurchaseState
from app.stock.models import StockPlace


class Purchase(Identified, Stamped, Base):
    """A basket, then an order to one supplier (numbers BC-)."""

    __tablename__ = "purchase"
    __kind__ = "purchase"
    __fr__ = Names("commande fournisseur", "commandes fournisseurs", True)
    __table_args__ = (Index(None, "supplier_id", "state"),)

    number: Mapped[str | None] = column("N°", default=None, unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    supplier: Mapped[Contact] = relationship(lazy="raise_on_sql")
    state: Mapped[PurchaseState] = column("État", LabelType(PurchaseState), default=PurchaseState.BASKET)
    place_id: Mapped[int | None] = mapped_column(ForeignKey("stock_place.id"), default=None)
    place: Mapped[StockPlace | None] = relationship(lazy="raise_on_sql")
    expected_on: Mapped[date | None] = column("Attendu le", default=None)
    ordered_at: Mapped[datetime | None] = column("Commandé le", UTC, default=None)
    net: Mapped[int] = column("Total HT", Cents, default=0)
    notes: Mapped[str] = column("Note au fournisseur", default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    version: Mapped[int] = mapped_column(default=1)
    lines: Mapped[list["PurchaseLine"]] = relationship(
        order_by="PurchaseLine.id", cascade="all, delete-orphan", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class PurchaseLine(Identified, Base):
    """So much of an article; for a reservation that waits, or for the shelf."""

    __tablename__ = "purchase_line"
    __kind__ = "purchase_line"
    __fr__ = Names("ligne de commande", "lignes de commande", True)

    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), index=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"), index=True)
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    reference: Mapped[str] = column("Référence du fournisseur", default="")
    label: Mapped[str] = column("Désignation", default="")
    quantity: Mapped[int] = column("Quantité (millièmes)")
    received: Mapped[int] = column("Reçu (millièmes)", default=0)
    price: Mapped[int] = column("Prix d'achat HT", Cents, default=0)
    why: Mapped[str] = column("Pourquoi", default="")

    @property
    def net(self) -> int:
        """Quantity × price, in cents without tax."""
        return line_cents(self.quantity, self.price)

    @property
    def left(self) -> int:
        """How many are still to come, in thousandths."""
        return max(0, self.quantity - self.received)


class Receipt(Identified, Base):
    """Goods that came in, on one delivery note."""

    __tablename__ = "purchase_receipt"
    __kind__ = "purchase_receipt"
    __fr__ = Names("réception", "réceptions", True)

    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase.id"), index=True)
    note: Mapped[str] = column("Bon de livraison", default="")
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
    by: Mapped[str] = column("Par", default="")
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    form_key: Mapped[str | None] = mapped_column(default=None, unique=True)


class SupplierInvoice(Identified, Stamped, Base):
    """An invoice received: read from its Factur-X when it has one, typed else; matched to an order, then paid.

    `lines`: [{label, references, quantity, price, net, line_id}], in thousandths and cents; `line_id` is the line of the
    order that it was matched to. Empty when the invoice was typed: its totals alone are then compared.
    """

    __tablename__ = "supplier_invoice"
    __kind__ = "supplier_invoice"
    __fr__ = Names("facture fournisseur", "factures fournisseurs", True)
    __table_args__ = (UniqueConstraint("supplier_id", "number"),)

    supplier_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    supplier: Mapped[Contact] = relationship(lazy="raise_on_sql")
    number: Mapped[str] = column("N° du fournisseur")
    state: Mapped[BillState] = column("État", LabelType(BillState), default=BillState.TO_CHECK)
    issued_on: Mapped[date] = column("Date")
    due_on: Mapped[date | None] = column("Échéance", default=None)
    net: Mapped[int] = column("Total HT", Cents, default=0)
    vat: Mapped[int] = column("TVA", Cents, default=0)
    gross: Mapped[int] = column("Total TTC", Cents, default=0)
    shares: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    purchase_id: Mapped[int | None] = mapped_column(ForeignKey("purchase.id"), default=None, index=True)
    purchase: Mapped[Purchase | None] = relationship(lazy="raise_on_sql")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    source: Mapped[str] = column("Reçue par", default="")
    iban: Mapped[str] = column("IBAN à payer", default="")
    #: What of it no article says: the account of the chart that it goes to; None for goods.
    expense: Mapped[ExpenseKind | None] = column("Nature de la dépense", LabelType(ExpenseKind), default=None)
    #: For an association with sectors: the expense of its taxed activity alone, whose VAT it deducts.
    taxed_use: Mapped[bool] = column("Pour l'activité taxée", default=False, server_default=sa_false())
    #: What settled it, in cents: payments, credit notes deducted; of a credit note, what it was deducted or given back for.
    paid: Mapped[int] = column("Réglé", Cents, default=0, server_default="0")
    paid_on: Mapped[date | None] = column("Payée le", default=None)
    paid_how: Mapped[str] = column("Moyen", default="")
    differences: Mapped[list[str]] = mapped_column(Json, default=list)

    @property
    def left(self) -> int:
        """What is still to be paid, in cents with tax; below zero: what a credit note still owes us."""
        return self.gross - self.paid


class SupplierPayment(Identified, Base):
    """What settled a supplier invoice or a part of it, in cents (above zero; below when it came back). Never changed: undone by its opposite.

    `credit_id`: the credit note that was deducted instead of money. `bank_line_id`: the line of the bank that shows it, which is
    of another floor: a plain number.
    """

    __tablename__ = "supplier_payment"
    __kind__ = "supplier_payment"
    __fr__ = Names("règlement fournisseur", "règlements fournisseurs")

    bill_id: Mapped[int] = mapped_column(ForeignKey("supplier_invoice.id"), index=True)
    bill: Mapped[SupplierInvoice] = relationship(lazy="raise_on_sql", foreign_keys=[bill_id])
    credit_id: Mapped[int | None] = mapped_column(ForeignKey("supplier_invoice.id"), default=None, index=True)
    amount: Mapped[int] = column("Montant", Cents)
    paid_on: Mapped[date] = column("Payé le")
    how: Mapped[str] = column("Moyen", default="")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("supplier_payment.id"), default=None, unique=True)
    bank_line_id: Mapped[int | None] = mapped_column(default=None, index=True)
    by: Mapped[str] = column("Par", default="")
    at: Mapped[datetime] = column("Écrit le", UTC, default=clock.now)
