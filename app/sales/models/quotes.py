"""Quotes. A sent quote keeps a copy of all that it prints."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contacts.models import Contact
from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.documents.models import StoredFile
from app.sales.models.lines import PricedLine
from app.sales.states.quotes import QuoteState
from app.tickets.models import Ticket


class Quote(Identified, Stamped, Base):
    """A price asked of the client for a ticket. `content` is what is printed; totals are cents.

    `sha256` is that of the PDF the client saw: the proof of what was accepted.
    """

    __tablename__ = "quote"
    __kind__ = "quote"
    __fr__ = Names("devis", "devis")
    __table_args__ = (Index(None, "state", "valid_until"),)

    number: Mapped[str | None] = column("N°", default=None, unique=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    ticket: Mapped[Ticket] = relationship(lazy="raise_on_sql")
    title: Mapped[str] = column("Objet", default="")
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    state: Mapped[QuoteState] = column("État", LabelType(QuoteState), default=QuoteState.DRAFT)
    version: Mapped[int] = column("Version", default=1)
    content: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    net: Mapped[int] = column("Total HT", Cents, default=0)
    vat: Mapped[int] = column("TVA", Cents, default=0)
    gross: Mapped[int] = column("Total TTC", Cents, default=0)
    conditions: Mapped[str] = column("Conditions", default="")
    valid_until: Mapped[date | None] = column("Valable jusqu'au", default=None)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql", foreign_keys=[file_id])
    sha256: Mapped[str] = column("Empreinte du PDF", default="")
    sent_at: Mapped[datetime | None] = column("Envoyé le", UTC, default=None)
    reminded_at: Mapped[datetime | None] = column("Rappelé le", UTC, default=None)
    reminders: Mapped[int] = column("Rappels", default=0)
    answered_at: Mapped[datetime | None] = column("Répondu le", UTC, default=None)
    answered_name: Mapped[str] = column("Répondu par", default="")
    answered_from: Mapped[str] = column("Adresse de la réponse", default="")
    answered_agent: Mapped[str] = mapped_column(default="")
    answered_how: Mapped[str] = column("Moyen de la réponse", default="")
    signature_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    refusal_reason: Mapped[str] = column("Raison du refus", default="")
    form_key: Mapped[str | None] = mapped_column(default=None, unique=True)
    lines: Mapped[list["QuoteLine"]] = relationship(
        order_by="QuoteLine.position", cascade="all, delete-orphan", lazy="raise_on_sql"
    )

    @property
    def due(self) -> int:
        """What is left to pay, in cents: the total less what was paid at the intake."""
        due: int = self.content.get("totals", {}).get("due", self.gross)
        return due


class QuoteLine(PricedLine, Identified, Base):
    """A line of a quote that has no ticket. `optional`: the client may take it; `chosen`: he did."""

    __tablename__ = "quote_line"
    __kind__ = "quote_line"
    __fr__ = Names("ligne de devis", "lignes de devis", True)

    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), index=True)
    optional: Mapped[bool] = column("En option", default=False)
    chosen: Mapped[bool] = column("Choisie", default=False)
