"""Orders, deliveries, invoices and credit notes. An issued one is sealed: the database refuses any change of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.core.i18n import _
from app.documents.models import StoredFile
from app.sales.models.lines import PricedLine
from app.sales.models.quotes import Quote
from app.sales.states.documents import CheckState, DocumentKind, DocumentState, EinvoiceState, ScheduleEvent
from app.tickets.models import Ticket


class SalesDocument(Identified, Stamped, Base):
    """One document of the chain. `content` is the copy of all that it prints beside its lines (seller, buyer, mentions),
    made when it is issued; `shares` the VAT per rate; `paid` what payments and credits have settled, kept by them.

    What changes after the issue (paid, check, e-invoice, file) is outside the seal: migration 0003 names the columns.
    """

    __tablename__ = "sales_document"
    __kind__ = "sales_document"
    __fr__ = Names("document de vente", "documents de vente")
    __table_args__ = (
        Index(None, "kind", "state", "issued_on"),
        Index(None, "contact_id", "kind"),
        Index(None, "settled", "due_on"),
        Index(None, "issued_on", "id"),
    )

    kind: Mapped[DocumentKind] = column("Type", LabelType(DocumentKind))
    number: Mapped[str | None] = column("N°", default=None, unique=True)
    state: Mapped[DocumentState] = column("État", LabelType(DocumentState), default=DocumentState.DRAFT)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql", foreign_keys=[contact_id])
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    payer: Mapped[Contact | None] = relationship(lazy="raise_on_sql", foreign_keys=[payer_id])
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"), default=None, index=True)
    quote: Mapped[Quote | None] = relationship(lazy="raise_on_sql")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, index=True)
    order: Mapped["SalesDocument | None"] = relationship(
        remote_side="SalesDocument.id", foreign_keys=[order_id], lazy="raise_on_sql"
    )
    origin_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, index=True)
    origin: Mapped["SalesDocument | None"] = relationship(
        remote_side="SalesDocument.id", foreign_keys=[origin_id], lazy="raise_on_sql"
    )
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), default=None, index=True)
    ticket: Mapped[Ticket | None] = relationship(lazy="raise_on_sql")
    title: Mapped[str] = column("Objet", default="")
    issued_on: Mapped[date | None] = column("Date", default=None)
    due_on: Mapped[date | None] = column("Échéance", default=None)
    supplied_on: Mapped[date | None] = column("Date de la vente ou de la prestation", default=None)
    purchase_order: Mapped[str] = column("Bon de commande du client", default="")
    delivery_address: Mapped[str] = column("Adresse de livraison", default="")
    conditions: Mapped[str] = column("Conditions", default="")
    notes: Mapped[str] = column("Note imprimée", default="")
    net: Mapped[int] = column("Total HT", Cents, default=0)
    vat: Mapped[int] = column("TVA", Cents, default=0)
    gross: Mapped[int] = column("Total TTC", Cents, default=0)
    third_party: Mapped[int] = column("Payé par des tiers", Cents, default=0)
    prepaid: Mapped[int] = column("Acomptes déduits", Cents, default=0)
    due: Mapped[int] = column("Net à payer", Cents, default=0)
    paid: Mapped[int] = column("Réglé", Cents, default=0)
    settled: Mapped[bool] = column("Soldé", default=False)
    shares: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    content: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    check: Mapped[CheckState] = column("Contrôle", LabelType(CheckState), default=CheckState.NONE)
    faults: Mapped[list[str]] = mapped_column(Json, default=list)
    einvoice: Mapped[EinvoiceState] = column("Plateforme", LabelType(EinvoiceState), default=EinvoiceState.NONE)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    issued_at: Mapped[datetime | None] = column("Émis le", UTC, default=None)
    sent_at: Mapped[datetime | None] = column("Envoyé le", UTC, default=None)
    reminders: Mapped[int] = column("Relances", default=0)
    reminded_at: Mapped[datetime | None] = column("Relancé le", UTC, default=None)
    form_key: Mapped[str | None] = mapped_column(default=None, unique=True)
    version: Mapped[int] = mapped_column(default=1)
    lines: Mapped[list["DocumentLine"]] = relationship(
        order_by="DocumentLine.position", cascade="all, delete-orphan", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @property
    def is_return(self) -> bool:
        """True for goods that came back of a delivery."""
        return self.kind == DocumentKind.DELIVERY and self.origin_id is not None

    @property
    def noun(self) -> str:
        """What it is called on its page."""
        return _("Bon de retour") if self.is_return else self.kind.label

    @property
    def left(self) -> int:
        """What is still to pay, in cents; below zero when too much came."""
        return self.due - self.paid

    @property
    def late(self) -> bool:
        """True past the due date of an invoice that is not paid."""
        return not self.settled and self.due_on is not None and self.due_on < clock.today()


class DocumentLine(PricedLine, Identified, Base):
    """A line of a document. `source_id` is the order's line that a delivery or an invoice takes up."""

    __tablename__ = "document_line"
    __kind__ = "document_line"
    __fr__ = Names("ligne de document", "lignes de documents", True)

    document_id: Mapped[int] = mapped_column(ForeignKey("sales_document.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("document_line.id"), default=None, index=True)


class ThirdPartyShare(Identified, Stamped, Base):
    """A part of an invoice that somebody else pays (eco bonus, town, insurance, guarantee), with its own receivable."""

    __tablename__ = "third_party_share"
    __kind__ = "third_party_share"
    __fr__ = Names("part d'un tiers", "parts de tiers", True)

    document_id: Mapped[int] = mapped_column(ForeignKey("sales_document.id"), index=True)
    document: Mapped[SalesDocument] = relationship(lazy="raise_on_sql")
    payer_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    payer: Mapped[Contact] = relationship(lazy="raise_on_sql")
    label: Mapped[str] = column("Mention", hint="Par exemple « Bonus Réparation Ecosystem ».")
    amount: Mapped[int] = column("Montant", Cents)
    paid: Mapped[int] = column("Réglé", Cents, default=0)
    reference: Mapped[str] = column("Référence", default="")


class Instalment(Identified, Stamped, Base):
    """One line of an order's payment schedule: a share or an amount, due at a date or by an event; a step waits for its task."""

    __tablename__ = "instalment"
    __kind__ = "instalment"
    __fr__ = Names("échéance", "échéances", True)

    order_id: Mapped[int] = mapped_column(ForeignKey("sales_document.id"), index=True)
    position: Mapped[int] = column("Rang", default=0)
    label: Mapped[str] = column("Libellé")
    share: Mapped[int] = column("Part (points de base)", default=0)
    amount: Mapped[int] = column("Montant TTC", Cents, default=0)
    event: Mapped[ScheduleEvent] = column("Quand", LabelType(ScheduleEvent), default=ScheduleEvent.DATE)
    due_on: Mapped[date | None] = column("Le", default=None)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), default=None)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None)


class Recurrence(Identified, Stamped, Base):
    """A draft invoice made again every so many months from a model."""

    __tablename__ = "recurrence"
    __kind__ = "recurrence"
    __fr__ = Names("facture récurrente", "factures récurrentes", True)

    label: Mapped[str] = column("Nom")
    model_id: Mapped[int] = mapped_column(ForeignKey("sales_document.id"))
    model: Mapped[SalesDocument] = relationship(lazy="raise_on_sql")
    months: Mapped[int] = column("Tous les … mois", default=1)
    next_on: Mapped[date] = column("Prochaine")
    until: Mapped[date | None] = column("Jusqu'au", default=None)
    issue: Mapped[bool] = column("Émettre et envoyer sans attendre", default=False)
    active: Mapped[bool] = column("En service", default=True)


class DocumentStatus(Identified, Base):
    """What the approved platform said of an invoice, and when: append-only."""

    __tablename__ = "document_status"
    __kind__ = "document_status"
    __fr__ = Names("statut de plateforme", "statuts de plateforme")
    __table_args__ = (UniqueConstraint("document_id", "reference"),)

    document_id: Mapped[int] = mapped_column(ForeignKey("sales_document.id"))
    state: Mapped[EinvoiceState] = column("Statut", LabelType(EinvoiceState))
    reason: Mapped[str] = column("Raison", default="")
    reference: Mapped[str] = column("Référence de la plateforme", default="")
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
