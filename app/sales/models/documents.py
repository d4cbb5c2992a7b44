"""Orders, deliveries, invoices and credit notes. An issued one is sealed: the database refuses any change of it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.core.i18n import _
from app.documents.models import StoredFile
from app.sales.models.lines import PricedLine
from app.sales.models.parts import Dated, Part, parts_of
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
    instalments: Mapped[list["Instalment"]] = relationship(
        order_by="Instalment.position, Instalment.id", cascade="all, delete-orphan", lazy="raise_on_sql",
        foreign_keys="Instalment.document_id",
    )  # fmt: skip

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
    def parts(self) -> list[Part]:
        """The dates at which an invoice is to be paid, with what is left of each; one without a schedule. `instalments` loaded."""
        dated = [Dated(row.due_on, row.amount) for row in self.instalments if row.due_on is not None]
        return parts_of(dated or [Dated(self.due_on, self.due)], self.paid)

    @property
    def next_part(self) -> Part | None:
        """The first of them that is not settled."""
        return next((part for part in self.parts if part.left > 0), None)

    def left_by(self, day: date) -> int:
        """Cents left of what was to be paid by that day, itself counted."""
        return sum(part.left for part in self.parts if part.due_on is not None and part.due_on <= day)

    @property
    def asked(self) -> int:
        """Cents to ask for now: what has come due, else the next instalment."""
        part = self.next_part
        return self.left_by(clock.today()) or (part.left if part is not None else self.left)

    @property
    def late(self) -> bool:
        """True when a date has passed of an invoice, and it is not paid."""
        part = self.next_part
        return not self.settled and part is not None and part.due_on is not None and part.due_on < clock.today()


class DocumentLine(PricedLine, Identified, Base):
    """A line of a document. `source_id` is the order's line that a delivery or an invoice takes up."""

    __tablename__ = "document_line"
    __kind__ = "document_line"
    __fr__ = Names("ligne de document", "lignes de documents", True)

    document_id: Mapped[int] = mapped_column(ForeignKey("sales_document.id"), index=True)
    source_id: Mapped[int | None] = mapped_column(ForeignKey("document_line.id"), default=None, index=True)


class ThirdPartyShare(Identified, Stamped, Base):
    """A part that somebody else pays (eco bonus, town, insurance, guarantee), of one of: a document, a quote, a ticket of a till.

    It comes after the total, and its tax stays whole. That of an issued invoice or of a till's ticket is a receivable of its own;
    below zero, or of a credit note, it gives one back. `piece` and `owed_on`: the number and the day of the till's ticket.
    """

    __tablename__ = "third_party_share"
    __kind__ = "third_party_share"
    __fr__ = Names("part d'un tiers", "parts de tiers", True)
    __table_args__ = (
        CheckConstraint(
            "case when document_id is null then 0 else 1 end + case when quote_id is null then 0 else 1 end"
            " + case when till_sale_id is null then 0 else 1 end = 1",
            name="one_owner",
        ),
    )

    document_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, index=True)
    document: Mapped[SalesDocument | None] = relationship(lazy="raise_on_sql")
    quote_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"), default=None, index=True)
    till_sale_id: Mapped[int | None] = mapped_column(default=None, index=True)
    payer_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    payer: Mapped[Contact] = relationship(lazy="raise_on_sql")
    label: Mapped[str] = column("Mention", hint="Par exemple « Bonus Réparation Ecosystem ».")
    amount: Mapped[int] = column("Montant", Cents)
    paid: Mapped[int] = column("Réglé", Cents, default=0)
    reference: Mapped[str] = column("Référence", default="")
    piece: Mapped[str] = column("Ticket de caisse", default="")
    owed_on: Mapped[date | None] = column("Due depuis le", default=None)

    @property
    def words(self) -> str:
        """« Bonus Réparation, pris en charge par Ecosystem ». Its payer is loaded."""
        return borne_by(self.label, self.payer.name)


def borne_by(label: str, payer: str) -> str:
    """How a paper calls a part that somebody else pays."""
    if label.casefold() == payer.casefold():
        return _("Pris en charge par %(payer)s", payer=payer)
    return _("%(label)s, pris en charge par %(payer)s", label=label, payer=payer)


class Instalment(Identified, Stamped, Base):
    """One line of a payment schedule. Of an order: a share or an amount, due at a date or by an event, asked for by a deposit
    invoice; a step waits for its task. Of an invoice: an amount due at a date, sealed with it; what is settled of it follows from
    `SalesDocument.paid`, the oldest first."""

    __tablename__ = "instalment"
    __kind__ = "instalment"
    __fr__ = Names("échéance", "échéances", True)

    document_id: Mapped[int] = mapped_column(ForeignKey("sales_document.id"), index=True)
    position: Mapped[int] = column("Rang", default=0)
    label: Mapped[str] = column("Libellé")
    share: Mapped[int] = column("Part (points de base)", default=0)
    amount: Mapped[int] = column("Montant TTC", Cents, default=0)
    event: Mapped[ScheduleEvent] = column("Quand", LabelType(ScheduleEvent), default=ScheduleEvent.DATE)
    due_on: Mapped[date | None] = column("Le", default=None)
    task_id: Mapped[int | None] = mapped_column(ForeignKey("task.id"), default=None)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None)
    invoice: Mapped[SalesDocument | None] = relationship(foreign_keys=[invoice_id], lazy="raise_on_sql")


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
