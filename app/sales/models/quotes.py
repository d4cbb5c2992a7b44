"""Quotes. A sent quote keeps a copy of all that it prints."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.contacts.models import Contact
from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.core.subject import Subject
from app.documents.models import StoredFile
from app.sales.models.lines import PricedLine
from app.sales.states.documents import LineKind
from app.sales.states.quotes import QuoteState
from app.sales.states.withdrawal import Concluded, Exempt
from app.tickets.models import Ticket


class Quote(Identified, Stamped, Base):
    """A price proposed to a client: for the lines of a ticket, or without a ticket for its own (a quote of sale, with options).

    `content` is what is printed; totals are cents: of what is proposed, then of what the client chose. `sha256` is that of the PDF
    the client saw: the proof of what was accepted. `root_id` is the first version of a quote of sale. The deposit is a share
    (basis points) or an amount (cents with tax), asked for when the client agrees. `concluded` and `exempt` say whether he may
    withdraw; `begin_at_once`: he asked, signing, that the work begin before the end of that delay.
    """

    __tablename__ = "quote"
    __kind__ = "quote"
    __fr__ = Names("devis", "devis")
    __table_args__ = (Index(None, "state", "valid_until"),)

    number: Mapped[str | None] = column("N°", default=None, unique=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), default=None, index=True)
    ticket: Mapped[Ticket | None] = relationship(lazy="raise_on_sql")
    root_id: Mapped[int | None] = mapped_column(ForeignKey("quote.id"), default=None, index=True)
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
    deposit_share: Mapped[int] = column("Acompte (points de base)", default=0)
    deposit_amount: Mapped[int] = column("Acompte", Cents, default=0)
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
    concluded: Mapped[Concluded] = column("Conclu", LabelType(Concluded), default=Concluded.PREMISES)
    exempt: Mapped[Exempt] = column("Sans rétractation", LabelType(Exempt), default=Exempt.NONE)
    begin_at_once: Mapped[bool] = column("Commencer sans attendre", default=False)
    withdrawn_at: Mapped[datetime | None] = column("Rétracté le", UTC, default=None)
    withdrawn_by: Mapped[str] = column("Rétracté par", default="")
    signature_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    refusal_reason: Mapped[str] = column("Raison du refus", default="")
    form_key: Mapped[str | None] = mapped_column(default=None, unique=True)
    lines: Mapped[list["QuoteLine"]] = relationship(
        order_by="QuoteLine.position", cascade="all, delete-orphan", lazy="raise_on_sql"
    )

    @property
    def of_sale(self) -> bool:
        """True without a ticket: the quote has lines of its own."""
        return self.ticket_id is None

    @property
    def work(self) -> Ticket:
        """The ticket of a quote that has one."""
        assert self.ticket is not None  # noqa: S101  callers ask `of_sale` first
        return self.ticket

    @property
    def about(self) -> Subject:
        """What messages and tasks are about: the ticket, or the quote itself."""
        return Subject("quote", self.id) if self.ticket_id is None else Subject("ticket", self.ticket_id)

    @property
    def name(self) -> str:
        """What it is for: the thing to repair, or what is sold."""
        return str(self.content.get("ticket", {}).get("title") or self.title)

    @property
    def due(self) -> int:
        """What is left to the client, in cents: the total (of a sale, of what is chosen) less what others pay and what was paid at the
        intake."""
        totals = (self.content.get("accepted") or self.content).get("totals") or {}
        return int(totals.get("due", self.gross))


class QuoteLine(PricedLine, Identified, Base):
    """A line of a quote that has no ticket. `optional`: the client may take it; `choice`: he takes one of the lines that share
    that name; `chosen`: what is proposed to begin with, then what he took."""

    __tablename__ = "quote_line"
    __kind__ = "quote_line"
    __fr__ = Names("ligne de devis", "lignes de devis", True)

    quote_id: Mapped[int] = mapped_column(ForeignKey("quote.id"), index=True)
    optional: Mapped[bool] = column("En option", default=False)
    choice: Mapped[str] = column("Au choix", default="")
    chosen: Mapped[bool] = column("Choisie", default=False)

    @property
    def counted(self) -> bool:
        """Whether it is in the total."""
        return self.kind == LineKind.ITEM and (self.chosen or not (self.optional or self.choice))
