"""Tills, their sessions, sales, events and closings. Amounts are cents with tax; sealed rows never change."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Site
from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Archivable, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.stock.models import StockPlace
from app.till.states import EventKind, Period, SaleKind, SessionState


class Till(Identified, Stamped, Archivable, Base):
    """One cash desk: its place of stock, its place on earth. Its sales are numbered `T<code>-2026-000001`."""

    __tablename__ = "till"
    __kind__ = "till"
    __fr__ = Names("caisse", "caisses", True)

    code: Mapped[str] = column("Code", unique=True)
    name: Mapped[str] = column("Nom")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), default=None)
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("stock_place.id"), default=None)
    place: Mapped[StockPlace | None] = relationship(lazy="raise_on_sql")
    training: Mapped[bool] = column("Mode école", default=False)


class TillSession(Identified, Base):
    """From opening to closing."""

    __tablename__ = "till_session"
    __kind__ = "till_session"
    __fr__ = Names("journée de caisse", "journées de caisse", True)
    __table_args__ = (Index(None, "till_id", "state"),)

    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    till: Mapped[Till] = relationship(lazy="raise_on_sql")
    state: Mapped[SessionState] = column("État", LabelType(SessionState), default=SessionState.OPEN)
    opened_at: Mapped[datetime] = column("Ouverte le", UTC, default=clock.now)
    opened_by: Mapped[str] = column("Par", default="")
    float_amount: Mapped[int] = column("Fond de caisse", Cents, default=0)
    closed_at: Mapped[datetime | None] = column("Clôturée le", UTC, default=None)
    closed_by: Mapped[str] = column("Clôturée par", default="")
    counted: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    difference: Mapped[int] = column("Écart", Cents, default=0)


class TillSale(Identified, Base):
    """A ticket: sealed at once. `lines`, `shares` and `means` are what it prints; a mistake is mended by another one.

    `gross` is what was sold; `settled` what else was paid with the same ticket (invoices, the client's account, vouchers
    sold): it is no turnover. `on_account` is what the client owes from it, below zero when it pays off his account.
    `perpetual` adds every `gross` since the till began, `absolute` its absolute values.
    Training sales are marked, numbered apart, and count for nothing.
    """

    __tablename__ = "till_sale"
    __kind__ = "till_sale"
    __fr__ = Names("ticket de caisse", "tickets de caisse")
    __table_args__ = (Index(None, "session_id"), Index(None, "contact_id"), Index(None, "at"))

    number: Mapped[str] = column("N°", unique=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"))
    kind: Mapped[SaleKind] = column("Type", LabelType(SaleKind), default=SaleKind.SALE)
    training: Mapped[bool] = column("Factice", default=False)
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
    operator: Mapped[str] = column("Opérateur", default="")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None)
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("till_sale.id"), default=None, index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, index=True)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("ticket.id"), default=None, index=True)
    lines: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    shares: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    means: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    net: Mapped[int] = column("Total HT", Cents, default=0)
    vat: Mapped[int] = column("TVA", Cents, default=0)
    gross: Mapped[int] = column("Total TTC", Cents, default=0)
    settled: Mapped[int] = column("Règlements", Cents, default=0)
    on_account: Mapped[int] = column("Mis en compte", Cents, default=0)
    change: Mapped[int] = column("Rendu", Cents, default=0)
    perpetual: Mapped[int] = column("Total perpétuel", Cents, default=0)
    absolute: Mapped[int] = column("Total perpétuel en valeur absolue", Cents, default=0)
    form_key: Mapped[str] = mapped_column(unique=True)


class SuspendedSale(Identified, Base):
    """A sale put aside: a draft, not a ticket."""

    __tablename__ = "suspended_sale"
    __kind__ = "suspended_sale"
    __fr__ = Names("vente en attente", "ventes en attente", True)

    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"), index=True)
    label: Mapped[str] = column("Nom", default="")
    by: Mapped[str] = column("Par", default="")
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
    values: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class TillEvent(Identified, Base):
    """One line of the till's journal: sealed."""

    __tablename__ = "till_event"
    __kind__ = "till_event"
    __fr__ = Names("événement de caisse", "événements de caisse")
    __table_args__ = (Index(None, "till_id", "id"),)

    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    kind: Mapped[EventKind] = column("Événement", LabelType(EventKind))
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
    operator: Mapped[str] = column("Opérateur", default="")
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)


class TillClosing(Identified, Base):
    """Totals of a day, a month or a year, and the perpetual total: sealed."""

    __tablename__ = "till_closing"
    __kind__ = "till_closing"
    __fr__ = Names("clôture", "clôtures", True)
    __table_args__ = (UniqueConstraint("till_id", "period", "begins_on", "session_id"),)

    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("till_session.id"), default=None)
    number: Mapped[str] = column("N°", unique=True)
    period: Mapped[Period] = column("Période", LabelType(Period))
    begins_on: Mapped[date] = column("Du")
    ends_on: Mapped[date] = column("Au")
    at: Mapped[datetime] = column("Faite le", UTC, default=clock.now)
    by: Mapped[str] = column("Par", default="")
    sales: Mapped[int] = column("Tickets", default=0)
    net: Mapped[int] = column("Total HT", Cents, default=0)
    vat: Mapped[int] = column("TVA", Cents, default=0)
    gross: Mapped[int] = column("Total TTC", Cents, default=0)
    perpetual: Mapped[int] = column("Total perpétuel", Cents, default=0)
    absolute: Mapped[int] = column("Total perpétuel en valeur absolue", Cents, default=0)
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
