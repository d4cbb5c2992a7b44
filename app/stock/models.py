"""Places, levels, moves, lots, reservations and counts. Quantities are thousandths, prices cents without tax."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Site
from app.catalog.models import Article
from app.catalog.states import Origin
from app.contacts.models import Contact
from app.core import clock
from app.core.db import UTC, Archivable, Base, Cents, Identified, LabelType, Names, Stamped, column
from app.stock.states import CountState, MoveKind, PlaceKind, ReservationState


class StockPlace(Identified, Stamped, Archivable, Base):
    """A shop, a workshop, a van: where things are."""

    __tablename__ = "stock_place"
    __kind__ = "stock_place"
    __fr__ = Names("lieu de stock", "lieux de stock")

    name: Mapped[str] = column("Nom", unique=True)
    kind: Mapped[PlaceKind] = column("Type", LabelType(PlaceKind), default=PlaceKind.SHOP)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), default=None)
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")


class StockLot(Identified, Base):
    """A batch or a serial number bought: its origin, its supplier, its invoice. From a part to its tickets, and back."""

    __tablename__ = "stock_lot"
    __kind__ = "stock_lot"
    __fr__ = Names("lot", "lots")
    __table_args__ = (UniqueConstraint("article_id", "code"),)

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    code: Mapped[str] = column("Lot ou n° de série")
    origin: Mapped[Origin] = column("Origine", LabelType(Origin), default=Origin.NEW_MAKER)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None)
    supplier: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    supplier_invoice: Mapped[str] = column("Facture du fournisseur", default="")
    invoiced_on: Mapped[date | None] = column("Date de cette facture", default=None)
    cost: Mapped[int] = column("Prix d'achat HT", Cents, default=0)
    received_at: Mapped[datetime] = column("Reçu le", UTC, default=clock.now)


class StockLevel(Identified, Base):
    """What there is, kept with the moves in the same transaction; never below zero: two takers of the last one cannot both win.

    `lot_id` is 0 where the article has no lots, so that the unique key holds on every database.
    """

    __tablename__ = "stock_level"
    __fr__ = Names("niveau de stock", "niveaux de stock")
    __table_args__ = (
        UniqueConstraint("article_id", "place_id", "lot_id"),
        CheckConstraint("quantity >= 0", name="not_negative"),
        CheckConstraint("held >= 0", name="held_not_negative"),
    )

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    place_id: Mapped[int] = mapped_column(ForeignKey("stock_place.id"), index=True)
    lot_id: Mapped[int] = mapped_column(default=0)
    quantity: Mapped[int] = column("En stock (millièmes)", default=0)
    held: Mapped[int] = column("Réservé (millièmes)", default=0)


class StockMove(Identified, Base):
    """Something came, went, or changed place: append-only. `quantity` is positive when it comes to the place."""

    __tablename__ = "stock_move"
    __kind__ = "stock_move"
    __fr__ = Names("mouvement de stock", "mouvements de stock")
    __table_args__ = (
        Index(None, "article_id", "id"),
        Index(None, "about_kind", "about_id"),
        UniqueConstraint("key"),
    )

    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
    kind: Mapped[MoveKind] = column("Mouvement", LabelType(MoveKind))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    place_id: Mapped[int] = mapped_column(ForeignKey("stock_place.id"))
    place: Mapped[StockPlace] = relationship(lazy="raise_on_sql")
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("stock_lot.id"), default=None)
    lot: Mapped[StockLot | None] = relationship(lazy="raise_on_sql")
    quantity: Mapped[int] = column("Quantité (millièmes)")
    cost: Mapped[int] = column("Valeur unitaire HT", Cents, default=0)
    about_kind: Mapped[str | None] = column("Type de fiche", default=None)
    about_id: Mapped[int | None] = mapped_column(default=None)
    actor: Mapped[str] = column("Par", default="")
    note: Mapped[str] = column("Note", default="")
    key: Mapped[str | None] = mapped_column(default=None)


class StockReservation(Identified, Stamped, Base):
    """Part of the stock kept for a ticket or an order; waits for a delivery when there is none."""

    __tablename__ = "stock_reservation"
    __kind__ = "stock_reservation"
    __fr__ = Names("réservation de pièce", "réservations de pièces", True)
    __table_args__ = (Index(None, "about_kind", "about_id"), Index(None, "article_id", "state"))

    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    place_id: Mapped[int | None] = mapped_column(ForeignKey("stock_place.id"), default=None)
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("stock_lot.id"), default=None)
    quantity: Mapped[int] = column("Quantité (millièmes)")
    state: Mapped[ReservationState] = column("État", LabelType(ReservationState), default=ReservationState.WAITING)
    about_kind: Mapped[str] = column("Type de fiche")
    about_id: Mapped[int] = mapped_column()
    line_id: Mapped[int | None] = mapped_column(default=None, index=True)


class StockCount(Identified, Stamped, Base):
    """An inventory of one place."""

    __tablename__ = "stock_count"
    __kind__ = "stock_count"
    __fr__ = Names("inventaire", "inventaires")

    place_id: Mapped[int] = mapped_column(ForeignKey("stock_place.id"))
    place: Mapped[StockPlace] = relationship(lazy="raise_on_sql")
    state: Mapped[CountState] = column("État", LabelType(CountState), default=CountState.OPEN)
    by: Mapped[str] = column("Par", default="")
    closed_at: Mapped[datetime | None] = column("Validé le", UTC, default=None)


class StockCountLine(Identified, Base):
    """What was counted of an article, beside what was expected when the count was closed."""

    __tablename__ = "stock_count_line"
    __fr__ = Names("ligne d'inventaire", "lignes d'inventaire", True)
    __table_args__ = (UniqueConstraint("count_id", "article_id", "lot_id"),)

    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"))
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    lot_id: Mapped[int] = mapped_column(default=0)
    counted: Mapped[int] = column("Compté (millièmes)", default=0)
    expected: Mapped[int | None] = column("Attendu (millièmes)", default=None)
