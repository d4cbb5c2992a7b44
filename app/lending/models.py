"""A loan, each thing it lends (one booking a thing), what goes wrong with them, and what is agreed by family."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assets.models import Asset, Family
from app.catalog.models import Article
from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Base, Cents, Identified, LabelType, Names, Stamped, column
from app.lending.states import (
    ChargeKind,
    Every,
    IncidentState,
    LatePer,
    LoanState,
    OfferState,
    RentPer,
    RequestState,
    Teller,
)
from app.planning.models import Booking
from app.sales.models import SalesDocument
from app.tickets.models import Ticket


class Loan(Identified, Stamped, Base):
    """One or several of our things lent to somebody until `due_at`. Times are UTC, from hand-over to return, buffers apart."""

    __tablename__ = "loan"
    __kind__ = "loan"
    __fr__ = Names("prêt", "prêts")
    __table_args__ = (
        CheckConstraint("starts_at < due_at", name="period"),
        Index(None, "state", "due_at"),
        Index(None, "state", "starts_at"),
    )

    number: Mapped[str] = column("N°", unique=True)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    state: Mapped[LoanState] = column("État", LabelType(LoanState), default=LoanState.RESERVED)
    starts_at: Mapped[datetime] = column("Remise", UTC)
    due_at: Mapped[datetime] = column("Retour prévu", UTC)
    returned_at: Mapped[datetime | None] = column("Rendu le", UTC, default=None)
    expires_at: Mapped[datetime | None] = column("L'option expire", UTC, default=None)
    notes: Mapped[str] = column("Notes", default="")
    version: Mapped[int] = mapped_column(default=1)
    renewals: Mapped[int] = column("Prolongé par l'emprunteur (fois)", default=0)
    signed_name: Mapped[str] = column("Contrat signé par", default="")
    signed_at: Mapped[datetime | None] = column("Contrat signé le", UTC, default=None)
    signature_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    contract_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    items: Mapped[list["LoanItem"]] = relationship(
        lazy="raise_on_sql", order_by="LoanItem.id", cascade="save-update, merge", passive_deletes=True
    )


class LoanItem(Identified, Base):
    """A thing of a loan. `asset_id` follows the unit really handed over."""

    __tablename__ = "loan_item"
    __kind__ = "loan_item"
    __fr__ = Names("matériel prêté", "matériels prêtés")
    __table_args__ = (UniqueConstraint("booking_id"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    loan: Mapped[Loan] = relationship(lazy="raise_on_sql", viewonly=True)
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    booking: Mapped[Booking] = relationship(lazy="raise_on_sql")
    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")
    prepared_at: Mapped[datetime | None] = column("Préparé le", UTC, default=None)
    out_at: Mapped[datetime | None] = column("Remis le", UTC, default=None)
    back_at: Mapped[datetime | None] = column("Rendu le", UTC, default=None)
    note_back: Mapped[str] = column("Au retour", default="")


class Incident(Identified, Stamped, Base):
    """Something wrong with a thing of ours: said by the desk, by the borrower, or by two states that differ."""

    __tablename__ = "incident"
    __kind__ = "incident"
    __fr__ = Names("incident", "incidents")
    __table_args__ = (Index(None, "state", "id"),)

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), index=True)
    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), default=None, index=True)
    loan: Mapped[Loan | None] = relationship(lazy="raise_on_sql")
    item_id: Mapped[int | None] = mapped_column(ForeignKey("loan_item.id"), default=None, index=True)
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    state: Mapped[IncidentState] = column("Décision", LabelType(IncidentState), default=IncidentState.OPEN)
    teller: Mapped[Teller] = column("Signalé par", LabelType(Teller), default=Teller.DESK)
    words: Mapped[str] = column("Constat")
    note: Mapped[str] = column("Note de la décision", default="")
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), default=None, index=True)
    ticket: Mapped[Ticket | None] = relationship(lazy="raise_on_sql")
    decided_at: Mapped[datetime | None] = column("Décidé le", UTC, default=None)


class LendingTerms(Identified, Stamped, Base):
    """What is agreed when a thing of a family is lent; a family without terms follows the nearest one above it, else the one
    without family. Amounts are cents with tax; grace and renewals are days."""

    __tablename__ = "lending_terms"
    __kind__ = "lending_terms"
    __fr__ = Names("conditions de prêt", "conditions de prêt", True)

    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), default=None, unique=True)
    family: Mapped[Family | None] = relationship(lazy="raise_on_sql")
    deposit: Mapped[int] = column("Caution", Cents, default=0)
    insurance: Mapped[bool] = column("Attestation d'assurance demandée", default=False)
    rent_article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), default=None)
    rent_article: Mapped[Article | None] = relationship(lazy="raise_on_sql")
    rent_per: Mapped[RentPer] = column("Loyer par", LabelType(RentPer), default=RentPer.LOAN)
    late_fee: Mapped[int] = column("Indemnité de retard", Cents, default=0)
    late_per: Mapped[LatePer] = column("Indemnité par", LabelType(LatePer), default=LatePer.DAY)
    late_grace: Mapped[int] = column("Tolérance (jours)", default=0)
    late_cap: Mapped[int | None] = column("Plafond", Cents, default=None)
    renewals: Mapped[int] = column("Prolongations par l'emprunteur", default=0)
    renewal_days: Mapped[int] = column("Durée d'une prolongation (jours)", default=14)


class ReminderRule(Identified, Stamped, Base):
    """When a reminder leaves: so many days after the return date (below zero: before). A family with rules has only its own.
    `channel`: "" for what the borrower likes, else "email" or "sms"."""

    __tablename__ = "reminder_rule"
    __kind__ = "reminder_rule"
    __fr__ = Names("rappel de prêt", "rappels de prêt")

    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), default=None, index=True)
    family: Mapped[Family | None] = relationship(lazy="raise_on_sql")
    days: Mapped[int] = column("Jours après le retour prévu")
    channel: Mapped[str] = column("Canal", default="")


class LoanReminder(Identified, Base):
    """A reminder that left. `days`: of its rule, empty when sent by hand. One a loan, rule and return date: the key is unique."""

    __tablename__ = "loan_reminder"
    __fr__ = Names("rappel envoyé", "rappels envoyés")
    __table_args__ = (UniqueConstraint("loan_id", "due_on", "days"), Index(None, "contact_id", "sent_on"))

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"))
    due_on: Mapped[date] = column("Retour prévu")
    days: Mapped[int | None] = column("Règle (jours)", default=None)
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    sent_on: Mapped[date] = column("Envoyé le")


class InsuranceCertificate(Identified, Stamped, Base):
    """The certificate that a borrower gave, good until that day. `asked_on`: when the next one was asked for."""

    __tablename__ = "insurance_certificate"
    __kind__ = "insurance_certificate"
    __fr__ = Names("attestation d'assurance", "attestations d'assurance", True)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    valid_until: Mapped[date] = column("Valable jusqu'au")
    asked_on: Mapped[date | None] = column("Redemandée le", default=None)


class LoanCharge(Identified, Base):
    """What a thing lent cost its borrower, once a kind, and a rent once a `part`: the first period, then what a renewal adds.
    `amount` in cents, as billed (see the document); `units`: loans, days, weeks or months of rent."""

    __tablename__ = "loan_charge"
    __fr__ = Names("somme due d'un prêt", "sommes dues de prêts", True)
    __table_args__ = (UniqueConstraint("item_id", "kind", "part"),)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("loan_item.id"))
    kind: Mapped[ChargeKind] = column("Nature", LabelType(ChargeKind))
    part: Mapped[int] = column("Période", default=0)
    units: Mapped[int | None] = column("Unités de loyer", default=None)
    amount: Mapped[int] = column("Montant", Cents)
    document_id: Mapped[int] = mapped_column(ForeignKey("sales_document.id"), index=True)
    document: Mapped[SalesDocument] = relationship(lazy="raise_on_sql")
    at: Mapped[datetime] = column("Écrit le", UTC, default=clock.now)


class Displacement(Identified, Stamped, Base):
    """A delay took the thing of a loan. `unit_id`: the one it lost; `held_id`: the booking that holds another one for the
    borrower; `starts_at`, `due_at`: the dates he had (UTC); `answer_by`: then the desk calls him (`called_at`)."""

    __tablename__ = "loan_displacement"
    __kind__ = "displacement"
    __fr__ = Names("prêt menacé", "prêts menacés")
    __table_args__ = (Index(None, "unit_id", "state"), Index(None, "state", "answer_by"))

    item_id: Mapped[int] = mapped_column(ForeignKey("loan_item.id"), index=True)
    item: Mapped[LoanItem] = relationship(lazy="raise_on_sql")
    unit_id: Mapped[int] = mapped_column(ForeignKey("asset.id"))
    unit: Mapped[Asset] = relationship(lazy="raise_on_sql")
    held_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id", ondelete="SET NULL"), default=None, index=True)
    held: Mapped[Booking | None] = relationship(lazy="raise_on_sql")
    state: Mapped[OfferState] = column("Réponse", LabelType(OfferState), default=OfferState.ASKED)
    starts_at: Mapped[datetime] = column("Remise prévue", UTC)
    due_at: Mapped[datetime] = column("Retour prévu", UTC)
    answer_by: Mapped[datetime] = column("Réponse attendue avant", UTC)
    answered_at: Mapped[datetime | None] = column("Répondu le", UTC, default=None)
    answered_by: Mapped[str] = column("Répondu par", default="")
    called_at: Mapped[datetime | None] = column("Appel demandé le", UTC, default=None)


class LoanRequest(Identified, Stamped, Base):
    """What somebody asked for and could not be lent (UTC, from hand-over to return): counted, or waited for, first come first
    served. `flexible_days`: how far the dates may move. `loan_id`: the option that is offered."""

    __tablename__ = "loan_request"
    __kind__ = "loan_request"
    __fr__ = Names("demande de prêt", "demandes de prêt", True)
    __table_args__ = (CheckConstraint("starts_at < due_at", name="period"), Index(None, "state", "family_id"))

    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    model_id: Mapped[int | None] = mapped_column(ForeignKey("asset_model.id"), default=None)
    starts_at: Mapped[datetime] = column("Remise", UTC)
    due_at: Mapped[datetime] = column("Retour", UTC)
    flexible_days: Mapped[int] = column("Dates souples (jours)", default=0)
    state: Mapped[RequestState] = column("État", LabelType(RequestState), default=RequestState.WAITING)
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loan.id"), default=None, index=True)


class LoanSeries(Identified, Stamped, Base):
    """Loans that come back by a rule: each date is a loan of its own. `weekdays`: « 0,2 » for Mondays and Wednesdays."""

    __tablename__ = "loan_series"
    __kind__ = "loan_series"
    __fr__ = Names("série de prêts", "séries de prêts", True)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    every: Mapped[Every] = column("Répétition", LabelType(Every))
    weekdays: Mapped[str] = column("Jours", default="")
    first_day: Mapped[date] = column("Première date")


class SeriesDate(Identified, Base):
    """A loan of a series; it is of one at most."""

    __tablename__ = "loan_series_date"
    __fr__ = Names("date de série", "dates de séries", True)

    loan_id: Mapped[int] = mapped_column(ForeignKey("loan.id"), unique=True)
    series_id: Mapped[int] = mapped_column(ForeignKey("loan_series.id"), index=True)
