"""Tickets and their lines."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.accounts.models import Site, User
from app.assets.models import Asset, Family
from app.catalog.states import Origin
from app.contacts.models import Contact
from app.core import clock, money
from app.core.db import UTC, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.tickets.states import (
    FINAL,
    GROUPS,
    MACHINES,
    Cover,
    Group,
    LineKind,
    Outcome,
    Priority,
    TicketKind,
    TicketState,
    Waiting,
)


def _rank(values: Mapping[str, Any]) -> str:
    """Where a card stands in its column: urgent first, then by promised day; the database keeps them sorted by it."""
    day = values.get("promised_on")
    return f"{9 - int(values.get('priority') or 2)}{day.isoformat() if day else '9999-12-31'}"


class Ticket(Identified, Stamped, Base):
    """A job on a thing. Written only by `tickets.services`; `version` refuses two writers at once.

    Amounts are cents with tax; `facts` holds what only slips need (preliminary answers, consents as worded).
    """

    __tablename__ = "ticket"
    __kind__ = "ticket"
    __fr__ = Names("dossier", "dossiers")
    __table_args__ = (
        Index(None, "state", "waiting", "board_rank"),
        Index(None, "state", "promised_on"),
        Index(None, "state", "touched_at"),
        # Nearly every ticket has no parent: counted among the others, that would keep planners away from the index.
        Index(
            None,
            "parent_id",
            sqlite_where=text("parent_id IS NOT NULL"),
            postgresql_where=text("parent_id IS NOT NULL"),
        ),
        Index(None, "received_at"),
        Index(None, "out_at"),
        Index(None, "assignee_id", "state"),
    )

    number: Mapped[str] = column("N°", unique=True)
    kind: Mapped[TicketKind] = column("Type", LabelType(TicketKind), default=TicketKind.REPAIR)
    state: Mapped[TicketState] = column("État", LabelType(TicketState), default=TicketState.RECEIVED)
    state_since: Mapped[datetime] = column("Dans cet état depuis", UTC, default=clock.now)
    waiting: Mapped[Waiting] = column("Attente", LabelType(Waiting), default=Waiting.NONE)
    waiting_note: Mapped[str] = column("Précision de l'attente", default="")
    outcome: Mapped[Outcome | None] = column("Issue", LabelType(Outcome), default=None)
    priority: Mapped[Priority] = column("Priorité", LabelType(Priority, 1), default=Priority.NORMAL)
    title: Mapped[str] = column("Objet")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql", foreign_keys=[contact_id])
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), default=None, index=True)
    asset: Mapped[Asset | None] = relationship(lazy="raise_on_sql")
    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), default=None, index=True)
    family: Mapped[Family | None] = relationship(lazy="raise_on_sql")
    dropped_by: Mapped[str] = column("Déposé par", default="")
    person_to_contact: Mapped[str] = column("Personne à contacter", default="")
    accessories: Mapped[list[str]] = column("Accessoires déposés", Json, default=list)
    fault: Mapped[str] = column("Panne signalée", default="")
    extra_work: Mapped[str] = column("Travaux demandés en plus", default="")
    cover: Mapped[Cover] = column("Garantie", LabelType(Cover), default=Cover.NONE)
    promised_on: Mapped[date | None] = column("Promis pour", default=None)
    ceiling: Mapped[int | None] = column("Plafond accordé TTC", Cents, default=None)
    diagnosis_fee: Mapped[int | None] = column("Forfait diagnostic TTC", Cents, default=None)
    paid_at_intake: Mapped[int | None] = column("Versé au dépôt", Cents, default=None)
    paid_by: Mapped[str] = column("Moyen de paiement du dépôt", default="")
    diagnosis: Mapped[str] = column("Diagnostic", default="")
    report: Mapped[str] = column("Rapport d'intervention", default="")
    estimated_minutes: Mapped[int | None] = column("Temps estimé (min)", default=None)
    shelf: Mapped[str] = column("Emplacement", default="")
    external_ref: Mapped[str] = column("Suivi hors de l'application", default="")
    carrier: Mapped[str] = column("Transporteur", default="")
    tracking: Mapped[str] = column("N° de suivi", default="")
    return_tracking: Mapped[str] = column("N° de suivi du retour", default="")
    ship_to: Mapped[str] = column("Adresse d'expédition", default="")
    signature_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    exit_signature_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    signed_name: Mapped[str] = column("Signé par", default="")
    exit_signed_name: Mapped[str] = column("Remis à", default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), default=None)
    assignee: Mapped[User | None] = relationship(lazy="raise_on_sql", foreign_keys=[assignee_id])
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), default=None)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), default=None, index=True)
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), default=None)
    parent: Mapped["Ticket | None"] = relationship(remote_side="Ticket.id", lazy="raise_on_sql")
    received_at: Mapped[datetime] = column("Reçu le", UTC, default=clock.now)
    ready_at: Mapped[datetime | None] = column("Prêt le", UTC, default=None)
    out_at: Mapped[datetime | None] = column("Sorti le", UTC, default=None)
    touched_at: Mapped[datetime] = column("Dernière action", UTC, default=clock.now)
    board_rank: Mapped[str] = mapped_column(String(12), default=lambda context: _rank(context.get_current_parameters()))
    form_key: Mapped[str | None] = mapped_column(default=None, unique=True)
    source_ref: Mapped[str | None] = column("Référence d'origine", default=None, unique=True)
    version: Mapped[int] = mapped_column(default=1)
    lines: Mapped[list["TicketLine"]] = relationship(
        order_by="TicketLine.position", cascade="all, delete-orphan", lazy="raise_on_sql"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012

    @validates("priority", "promised_on")
    def _keep_rank(self, key: str, value: Any) -> Any:
        self.board_rank = _rank({"priority": self.priority, "promised_on": self.promised_on, key: value})
        return value

    @property
    def group(self) -> Group:
        """The automatic word of the slips."""
        return GROUPS[self.state]

    @property
    def finished(self) -> bool:
        """True once out or closed."""
        return self.state in FINAL

    @property
    def late(self) -> bool:
        """True when the promised day is past and the work is not finished."""
        done = self.group in (Group.FINISHED, Group.SHIPPING, Group.OUT)
        return not done and self.promised_on is not None and self.promised_on < clock.today()

    @property
    def following(self) -> tuple[TicketState, ...]:
        """The states that may legally follow."""
        return MACHINES[self.kind].following(self.state)


class TicketLine(Identified, Stamped, Base):
    """A part, some labour or another line. Quantity in thousandths, unit price in cents without tax, rate in basis points."""

    __tablename__ = "ticket_line"
    __kind__ = "ticket_line"
    __fr__ = Names("ligne", "lignes", True)

    ticket_id: Mapped[int] = mapped_column(ForeignKey("ticket.id"), index=True)
    position: Mapped[int] = column("Rang", default=0)
    kind: Mapped[LineKind] = column("Nature", LabelType(LineKind), default=LineKind.PART)
    label: Mapped[str] = column("Désignation")
    reference: Mapped[str] = column("Référence", default="")
    quantity: Mapped[int] = column("Quantité (millièmes)", default=1000)
    unit: Mapped[str] = column("Unité", default="pièce")
    unit_price: Mapped[int] = column("Prix unitaire HT", Cents, default=0)
    vat_rate: Mapped[int] = column("TVA (points de base)", default=2000)
    origin: Mapped[str] = column("Origine de la pièce", default="")
    article_id: Mapped[int | None] = mapped_column(ForeignKey("article.id"), default=None, index=True)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("stock_lot.id"), default=None, index=True)

    @property
    def origin_label(self) -> str:
        """Where the part comes from, in words (QualiRépar 6.2.2); "" for what is not a part or does not say."""
        if self.kind != LineKind.PART:
            return ""
        known = Origin._value2member_map_.get(self.origin)
        return str(known.label) if isinstance(known, Origin) else self.origin

    @property
    def detail(self) -> str:
        """What documents print under its words: its reference and its origin."""
        return ", ".join(filter(None, (self.reference, self.origin_label)))

    @property
    def net(self) -> int:
        """Total without tax, in cents."""
        return money.line_cents(self.quantity, self.unit_price)

    @property
    def gross(self) -> int:
        """Total with tax, in cents (shown per line; documents round per rate)."""
        return money.gross_cents(self.net, self.vat_rate)
