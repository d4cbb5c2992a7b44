"""Between us and the bank: SEPA mandates and debits, remittances of cheques and cards, statements. Amounts are cents."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.documents.models import StoredFile
from app.payments.states import (
    BankLineState,
    BatchState,
    DebitState,
    MandateState,
    Method,
    RemittanceState,
    SequenceType,
    SignedHow,
    StatementState,
)
from app.sales.models import SalesDocument


class Mandate(Identified, Stamped, Base):
    """A SEPA mandate. `rum` is at most 35 characters (EPC); the IBAN is kept encrypted. Unused for 36 months, it lapses."""

    __tablename__ = "mandate"
    __kind__ = "mandate"
    __fr__ = Names("mandat de prélèvement", "mandats de prélèvement")
    __table_args__ = (Index(None, "state", "last_used_on"),)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    rum: Mapped[str] = column("RUM", unique=True)
    holder: Mapped[str] = column("Titulaire du compte")
    sealed_iban: Mapped[str] = mapped_column()
    iban_end: Mapped[str] = column("IBAN (fin)", default="")
    bic: Mapped[str] = column("BIC", default="")
    signed_on: Mapped[date] = column("Signé le")
    signed_how: Mapped[SignedHow] = column("Signé", LabelType(SignedHow), default=SignedHow.PAPER)
    signer: Mapped[str] = column("Signataire", default="")
    signature_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    recurrent: Mapped[bool] = column("Récurrent", default=True)
    used: Mapped[bool] = column("Déjà utilisé", default=False)
    last_used_on: Mapped[date | None] = column("Dernier prélèvement", default=None)
    state: Mapped[MandateState] = column("État", LabelType(MandateState), default=MandateState.ACTIVE)
    ended_on: Mapped[date | None] = column("Fin", default=None)
    reason: Mapped[str] = column("Raison de la fin", default="")


class DebitBatch(Identified, Stamped, Base):
    """A pain.008 file for the bank: its debits of one day. `creditor` is what the file says of us, as it was then."""

    __tablename__ = "debit_batch"
    __kind__ = "debit_batch"
    __fr__ = Names("remise de prélèvements", "remises de prélèvements", True)
    __table_args__ = (Index(None, "state", "collected_on"),)

    message_id: Mapped[str] = column("Identifiant", unique=True)
    collected_on: Mapped[date] = column("Prélevé le")
    notify_on: Mapped[date] = column("Clients prévenus le")
    state: Mapped[BatchState] = column("État", LabelType(BatchState), default=BatchState.PREPARED)
    count: Mapped[int] = column("Nombre", default=0)
    total: Mapped[int] = column("Total", Cents, default=0)
    creditor: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    sent_at: Mapped[datetime | None] = column("Remise le", UTC, default=None)
    form_key: Mapped[str | None] = mapped_column(default=None, unique=True)


class Debit(Identified, Stamped, Base):
    """One invoice collected by one mandate. Its payment is written the day the bank pays; a rejection undoes it."""

    __tablename__ = "debit"
    __kind__ = "debit"
    __fr__ = Names("prélèvement", "prélèvements")
    __table_args__ = (Index(None, "document_id", "state"),)

    batch_id: Mapped[int] = mapped_column(ForeignKey("debit_batch.id"), index=True)
    batch: Mapped[DebitBatch] = relationship(lazy="raise_on_sql")
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"), index=True)
    mandate: Mapped[Mandate] = relationship(lazy="raise_on_sql")
    document_id: Mapped[int] = mapped_column(ForeignKey("sales_document.id"))
    document: Mapped[SalesDocument] = relationship(lazy="raise_on_sql")
    amount: Mapped[int] = column("Montant", Cents)
    sequence: Mapped[SequenceType] = column("Séquence", LabelType(SequenceType))
    end_to_end: Mapped[str] = column("Référence de bout en bout", unique=True)
    state: Mapped[DebitState] = column("État", LabelType(DebitState), default=DebitState.PLANNED)
    notified_at: Mapped[datetime | None] = column("Client prévenu le", UTC, default=None)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), default=None, index=True)
    code: Mapped[str] = column("Motif du rejet", default="")
    rejected_on: Mapped[date | None] = column("Rejeté le", default=None)


class Remittance(Identified, Stamped, Base):
    """Cheques, or card takings, handed to the bank together. `other`: what came by the till, whose tickets are not payments here."""

    __tablename__ = "remittance"
    __kind__ = "remittance"
    __fr__ = Names("remise en banque", "remises en banque", True)
    __table_args__ = (Index(None, "state", "deposited_on"),)

    number: Mapped[str] = column("N°", unique=True)
    method: Mapped[Method] = column("Moyen", LabelType(Method))
    deposited_on: Mapped[date] = column("Remise le")
    count: Mapped[int] = column("Nombre", default=0)
    total: Mapped[int] = column("Total", Cents, default=0)
    other_amount: Mapped[int] = column("Dont caisse", Cents, default=0)
    other_count: Mapped[int] = column("Nombre (caisse)", default=0)
    other_label: Mapped[str] = column("Libellé (caisse)", default="")
    state: Mapped[RemittanceState] = column("État", LabelType(RemittanceState), default=RemittanceState.DEPOSITED)
    credited_on: Mapped[date | None] = column("Créditée le", default=None)
    fees: Mapped[int] = column("Commission", Cents, default=0)
    cancelled_on: Mapped[date | None] = column("Annulée le", default=None)
    by: Mapped[str] = column("Par", default="")
    form_key: Mapped[str | None] = mapped_column(default=None, unique=True)


class BankStatement(Identified, Stamped, Base):
    """A file of the bank. `mapping`: what each of its columns is; `faults`: numbers of the lines that could not be read."""

    __tablename__ = "bank_statement"
    __kind__ = "bank_statement"
    __fr__ = Names("relevé de banque", "relevés de banque")

    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    file: Mapped[StoredFile] = relationship(lazy="raise_on_sql")
    account: Mapped[str] = column("Compte", default="")
    state: Mapped[StatementState] = column("État", LabelType(StatementState), default=StatementState.MAPPING)
    layout: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    headers: Mapped[list[str]] = mapped_column(Json, default=list)
    mapping: Mapped[list[str]] = mapped_column(Json, default=list)
    added: Mapped[int] = column("Lignes ajoutées", default=0)
    known: Mapped[int] = column("Déjà lues", default=0)
    doubtful: Mapped[int] = column("Peut-être déjà lues", default=0)
    faults: Mapped[list[int]] = mapped_column(Json, default=list)
    by: Mapped[str] = column("Par", default="")


class BankLine(Identified, Base):
    """A line of a bank statement. `key` tells a line read twice; `bank_id`: the bank's own number; `made`: its payment was written from it;
    `twin_id`: the line that it may be, read in another file."""

    __tablename__ = "bank_line"
    __kind__ = "bank_line"
    __fr__ = Names("ligne de banque", "lignes de banque", True)
    __table_args__ = (Index(None, "state", "booked_on"), Index(None, "booked_on", "id"))

    statement_id: Mapped[int] = mapped_column(ForeignKey("bank_statement.id"), index=True)
    account: Mapped[str] = column("Compte", default="")
    booked_on: Mapped[date] = column("Date")
    label: Mapped[str] = column("Libellé")
    reference: Mapped[str] = column("Référence", default="")
    amount: Mapped[int] = column("Montant", Cents)
    key: Mapped[str] = mapped_column(unique=True)
    bank_id: Mapped[str] = mapped_column(default="")
    state: Mapped[BankLineState] = column("État", LabelType(BankLineState), default=BankLineState.TO_MATCH)
    payment_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"), default=None, index=True)
    made: Mapped[bool] = column("Règlement écrit d'ici", default=False)
    remittance_id: Mapped[int | None] = mapped_column(ForeignKey("remittance.id"), default=None, index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("debit_batch.id"), default=None, index=True)
    debit_id: Mapped[int | None] = mapped_column(ForeignKey("debit.id"), default=None, index=True)
    twin_id: Mapped[int | None] = mapped_column(ForeignKey("bank_line.id"), default=None, index=True)
    note: Mapped[str] = column("Note", default="")
    read_at: Mapped[datetime] = column("Lue le", UTC, default=clock.now)
