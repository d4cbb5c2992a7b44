"""A month of all owners: a statement each, its lines with their sums, what a person added. Money in cents."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.concierge.models.lodgings import RentalMandate
from app.concierge.models.stays import Stay
from app.concierge.states import MonthState, StatementState
from app.contacts.models import Contact
from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.documents.models import StoredFile
from app.sales.models import SalesDocument
from app.statements.states import LineKind


class RentalMonth(Identified, Stamped, Base):
    """A calendar month; there is one row of it. `oddities`: what must be looked at, as the last count found it."""

    __tablename__ = "rental_month"
    __kind__ = "rental_month"
    __fr__ = Names("mois de gérance", "mois de gérance")
    __table_args__ = (
        UniqueConstraint("year", "month"),
        CheckConstraint("month between 1 and 12", name="month"),
    )

    year: Mapped[int] = column("Année")
    month: Mapped[int] = column("Mois")
    state: Mapped[MonthState] = column("État", LabelType(MonthState), default=MonthState.OPEN)
    counted_at: Mapped[datetime | None] = column("Compté le", UTC, default=None)
    oddities: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)

    @hybrid_property
    def rank(self) -> int:
        """As `statements.models.Month.rank`, in queries too."""
        return self.year * 12 + self.month


class OwnerStatement(Identified, Stamped, Base):
    """What an owner is owed and owes for a month: opening + receipts - expenses - fees - payouts = closing, in cents.

    `number` (RG-2026-0001) is given when it is made; `invoice` bills its fees, `file` is its « relevé de gérance »;
    `outside`: the invoice in another system, as it said it (`connectors.invoicing.Billed`). From `approved_at` on, the
    database refuses to change what it says and its lines.
    """

    __tablename__ = "owner_statement"
    __kind__ = "owner_statement"
    __fr__ = Names("relevé de gérance", "relevés de gérance")
    __table_args__ = (UniqueConstraint("month_id", "contact_id"), Index(None, "contact_id"))

    month_id: Mapped[int] = mapped_column(ForeignKey("rental_month.id"))
    month: Mapped[RentalMonth] = relationship(lazy="raise_on_sql")
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    state: Mapped[StatementState] = column("État", LabelType(StatementState), default=StatementState.PREVIEW)
    number: Mapped[str | None] = column("Numéro", unique=True, default=None)
    opening: Mapped[int] = column("Solde précédent", Cents, default=0)
    receipts: Mapped[int] = column("Encaissements", Cents, default=0)
    expenses: Mapped[int] = column("Dépenses", Cents, default=0)
    fees: Mapped[int] = column("Honoraires TTC", Cents, default=0)
    payouts: Mapped[int] = column("Virements", Cents, default=0)
    closing: Mapped[int] = column("Nouveau solde", Cents, default=0)
    reason: Mapped[str] = column("Mis de côté parce que", default="")
    approved_at: Mapped[datetime | None] = column("Approuvé le", UTC, default=None)
    sent_at: Mapped[datetime | None] = column("Envoyé le", UTC, default=None)
    fault: Mapped[str] = column("À corriger", default="")
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, unique=True)
    invoice: Mapped[SalesDocument | None] = relationship(lazy="raise_on_sql")
    outside: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    lines: Mapped[list["StatementLine"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="StatementLine.position"
    )


class StatementLine(Identified, Base):
    """A line: what, how much (cents; net of VAT for our fees), and the sum that gives it, in French.

    `vat` in basis points, of a fee; `of_month`: the closed month that it corrects, as 202610; `ref`: the stay as the
    calculation knew it, kept even when the stay is gone.
    """

    __tablename__ = "statement_line"
    __fr__ = Names("ligne de relevé", "lignes de relevé", True)
    __table_args__ = (Index(None, "statement_id", "position"),)

    statement_id: Mapped[int] = mapped_column(ForeignKey("owner_statement.id"))
    position: Mapped[int] = column("Rang")
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("rental_mandate.id"), default=None, index=True)
    mandate: Mapped[RentalMandate | None] = relationship(lazy="raise_on_sql")
    stay_id: Mapped[int | None] = mapped_column(ForeignKey("stay.id"), default=None, index=True)
    stay: Mapped[Stay | None] = relationship(lazy="raise_on_sql")
    kind: Mapped[LineKind] = column("Nature", LabelType(LineKind))
    label: Mapped[str] = column("Libellé")
    formula: Mapped[str] = column("Calcul", default="")
    cents: Mapped[int] = column("Montant", Cents)
    vat: Mapped[int] = column("TVA", default=0)
    of_month: Mapped[int | None] = column("Corrige", default=None)


class MonthEntry(Identified, Stamped, Base):
    """What no stay says: a disbursement with its receipt, a transfer, a payment received, a service, a discount.

    `owner_id` None: shared among the owners of the mandate. `file`: the receipt. `key`: what made it by itself, once."""

    __tablename__ = "month_entry"
    __kind__ = "month_entry"
    __fr__ = Names("ligne ajoutée", "lignes ajoutées", True)
    __table_args__ = (Index(None, "month_id", "owner_id"),)

    month_id: Mapped[int] = mapped_column(ForeignKey("rental_month.id"))
    month: Mapped[RentalMonth] = relationship(lazy="raise_on_sql")
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    owner: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("rental_mandate.id"), default=None, index=True)
    mandate: Mapped[RentalMandate | None] = relationship(lazy="raise_on_sql")
    kind: Mapped[LineKind] = column("Nature", LabelType(LineKind))
    label: Mapped[str] = column("Libellé")
    cents: Mapped[int] = column("Montant", Cents)
    vat: Mapped[int] = column("TVA", default=2000)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    key: Mapped[str | None] = mapped_column(unique=True, default=None)
