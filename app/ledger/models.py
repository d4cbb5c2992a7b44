"""Accounts and entries. An entry is written once from its source, balances to the cent, and never changes. Amounts are cents."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core import clock
from app.core.db import UTC, Base, Cents, Identified, LabelType, Names, Stamped, column
from app.ledger.states import Journal


class Account(Identified, Stamped, Base):
    """An account of the chart. `role` is what the house uses it for (« client », « vat:2000 »…); the code is the organisation's."""

    __tablename__ = "ledger_account"
    __kind__ = "ledger_account"
    __fr__ = Names("compte", "comptes")

    code: Mapped[str] = column("Compte")
    label: Mapped[str] = column("Libellé")
    role: Mapped[str] = column("Usage", unique=True)


class Entry(Identified, Base):
    """One entry: its number is continuous in its year; its source makes it unique."""

    __tablename__ = "ledger_entry"
    __kind__ = "ledger_entry"
    __fr__ = Names("écriture", "écritures", True)
    __table_args__ = (
        UniqueConstraint("source_kind", "source_id", "step"),
        UniqueConstraint("year", "rank"),
        Index(None, "booked_on", "id"),
    )

    year: Mapped[int] = column("Exercice")
    rank: Mapped[int] = column("N°")
    journal: Mapped[Journal] = column("Journal", LabelType(Journal))
    booked_on: Mapped[date] = column("Date")
    piece: Mapped[str] = column("Pièce")
    piece_on: Mapped[date] = column("Date de la pièce")
    label: Mapped[str] = column("Libellé")
    source_kind: Mapped[str] = column("Type de fiche")
    source_id: Mapped[int] = mapped_column()
    step: Mapped[str] = mapped_column(default="")
    validated_at: Mapped[datetime] = column("Validée le", UTC, default=clock.now)
    lines: Mapped[list["EntryLine"]] = relationship(order_by="EntryLine.id", lazy="raise_on_sql")


class EntryLine(Identified, Base):
    """A debit or a credit."""

    __tablename__ = "ledger_line"
    __fr__ = Names("ligne d'écriture", "lignes d'écritures", True)
    __table_args__ = (
        CheckConstraint("debit >= 0 AND credit >= 0 AND (debit = 0 OR credit = 0)", name="one_side"),
        Index(None, "account", "third_party"),
    )

    entry_id: Mapped[int] = mapped_column(ForeignKey("ledger_entry.id"), index=True)
    account: Mapped[str] = column("Compte")
    account_label: Mapped[str] = column("Libellé du compte")
    third_party: Mapped[str] = column("Compte auxiliaire", default="")
    third_party_label: Mapped[str] = column("Libellé auxiliaire", default="")
    debit: Mapped[int] = column("Débit", Cents, default=0)
    credit: Mapped[int] = column("Crédit", Cents, default=0)
    #: The allocation of a payment that this line is (`allocation.id`, without a foreign key: a line is written for good).
    allocation_id: Mapped[int | None] = mapped_column(default=None, index=True)


class Lettering(Identified, Base):
    """Lines that settle each other: the letters of the FEC."""

    __tablename__ = "ledger_lettering"
    __fr__ = Names("lettrage", "lettrages")
    __table_args__ = (UniqueConstraint("line_id"),)

    line_id: Mapped[int] = mapped_column(ForeignKey("ledger_line.id"))
    letters: Mapped[str] = column("Lettrage", index=True)
    on: Mapped[date] = column("Lettré le")
