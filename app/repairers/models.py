"""Outside repairers, what they know, and the repairs that are sent out. Money in cents, work in minutes."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.assets.models import Family
from app.contacts.models import Contact
from app.core.db import UTC, Archivable, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.purchasing.models import SupplierInvoice
from app.repairers.states import JobState, Level, QuoteState
from app.tickets.models import Ticket


class Repairer(Identified, Stamped, Archivable, Base):
    """A supplier who repairs for us, with his account. `hours`: minutes of work by weekday, Monday is "0"."""

    __tablename__ = "repairer"
    __kind__ = "repairer"
    __fr__ = Names("réparateur extérieur", "réparateurs extérieurs")

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), unique=True)
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
    user: Mapped[User] = relationship(lazy="raise_on_sql")
    hours: Mapped[dict[str, int]] = column("Minutes par jour", Json, default=dict)
    hourly: Mapped[int] = column("Prix de l'heure TTC", Cents, default=0)
    metres: Mapped[int | None] = column("Distance (m)", default=None)
    notes: Mapped[str] = column("Notes", default="")
    skills: Mapped[list["RepairerSkill"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="RepairerSkill.id"
    )

    @property
    def weekly_minutes(self) -> int:
        """What he works in an ordinary week."""
        return sum(self.hours.values())


class RepairerSkill(Identified, Base):
    """What a repairer knows of a family and those below it; `price` in cents with tax, when it is not by the hour."""

    __tablename__ = "repairer_skill"
    __fr__ = Names("compétence", "compétences", True)
    __table_args__ = (UniqueConstraint("repairer_id", "family_id"),)

    repairer_id: Mapped[int] = mapped_column(ForeignKey("repairer.id"), index=True)
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    family: Mapped[Family] = relationship(lazy="raise_on_sql")
    level: Mapped[Level] = column("Niveau", LabelType(Level), default=Level.REPAIR)
    lead_days: Mapped[int] = column("Délai habituel (jours)", default=0)
    price: Mapped[int | None] = column("Prix forfaitaire TTC", Cents, default=None)


class RepairJob(Identified, Stamped, Base):
    """A ticket whose work is sent out: to whom it is proposed, and why him.

    `why` is what the sharing said (an assignment of `app.dispatch`, as plain data); `refused`: [{repairer_id, name, reason}];
    `agreed_on` is the day promised when it was accepted, `expected_on` the one known now; `cost` with tax, from his invoice.
    """

    __tablename__ = "repair_job"
    __kind__ = "repair_job"
    __fr__ = Names("réparation confiée", "réparations confiées", True)
    __table_args__ = (Index(None, "repairer_id", "state"), Index(None, "state", "asked_at"))

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), unique=True)
    ticket: Mapped[Ticket] = relationship(lazy="raise_on_sql")
    state: Mapped[JobState] = column("État", LabelType(JobState), default=JobState.TO_SHARE)
    repairer_id: Mapped[int | None] = mapped_column(ForeignKey("repairer.id"), default=None)
    repairer: Mapped[Repairer | None] = relationship(lazy="raise_on_sql", foreign_keys=[repairer_id])
    suggested_id: Mapped[int | None] = mapped_column(ForeignKey("repairer.id"), default=None)
    why: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    refused: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    level: Mapped[Level] = column("Niveau demandé", LabelType(Level), default=Level.UPKEEP)
    earliest: Mapped[date | None] = column("Pas avant le", default=None)
    asked_at: Mapped[datetime | None] = column("Proposée le", UTC, default=None)
    answered_at: Mapped[datetime | None] = column("Répondu le", UTC, default=None)
    reminded_at: Mapped[datetime | None] = column("Relancé le", UTC, default=None)
    escalated_at: Mapped[datetime | None] = column("Sans réponse depuis", UTC, default=None)
    agreed_on: Mapped[date | None] = column("Fin promise", default=None)
    expected_on: Mapped[date | None] = column("Fin prévue", default=None)
    quote: Mapped[int | None] = column("Devis TTC", Cents, default=None)
    quote_note: Mapped[str] = column("Devis, précisions", default="")
    quote_state: Mapped[QuoteState | None] = column("État du devis", LabelType(QuoteState), default=None)
    bill_id: Mapped[int | None] = mapped_column(ForeignKey("supplier_invoice.id"), default=None, index=True)
    bill: Mapped[SupplierInvoice | None] = relationship(lazy="raise_on_sql")
    cost: Mapped[int | None] = column("Coût TTC", Cents, default=None)
