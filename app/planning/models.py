"""Bookings, closures, rules of booking. The guard against overlaps is in migration 0002: an exclusion constraint or two triggers."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Site, User
from app.assets.models import Asset, Family
from app.contacts.models import Contact
from app.core.clock import Period
from app.core.db import UTC, Base, Identified, LabelType, Names, Stamped, column
from app.planning.states import BookingState


class Booking(Identified, Stamped, Base):
    """An asset or a person taken for a half-open period. `resource` is "asset:12" or "user:3"; the buffer time
    (minutes before and after) belongs to the period. `kind` is registered by the feature that owns it. `any_unit`: the
    model was asked for, this unit stands for it until hand-over. `expires_at`: when a held slot or an option lapses.
    `expected_at`: when a repair is to be over, as last announced (None: nobody knows yet, `ends_at` is only a guess)."""

    __tablename__ = "booking"
    __kind__ = "booking"
    __fr__ = Names("réservation", "réservations", True)
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period"),
        CheckConstraint("(asset_id is null) <> (user_id is null)", name="one_resource"),
        Index(None, "resource", "starts_at"),
        Index(None, "starts_at", "ends_at"),
        Index(None, "about_kind", "about_id"),
        Index(None, "expires_at"),
    )

    kind: Mapped[str] = column("Nature")
    resource: Mapped[str] = mapped_column()
    asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), default=None, index=True)
    asset: Mapped[Asset | None] = relationship(lazy="raise_on_sql")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), default=None, index=True)
    user: Mapped[User | None] = relationship(lazy="raise_on_sql")
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    contact: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    starts_at: Mapped[datetime] = column("Début", UTC)
    ends_at: Mapped[datetime] = column("Fin", UTC)
    state: Mapped[BookingState] = column("État", LabelType(BookingState), default=BookingState.CONFIRMED)
    label: Mapped[str] = column("Objet", default="")
    about_kind: Mapped[str | None] = mapped_column(default=None)
    about_id: Mapped[int | None] = mapped_column(default=None)
    any_unit: Mapped[bool] = column("Modèle demandé, sans numéro", default=False)
    expires_at: Mapped[datetime | None] = column("Expire", UTC, default=None)
    expected_at: Mapped[datetime | None] = column("Fin annoncée", UTC, default=None)
    buffer_before: Mapped[int] = column("Préparation (minutes)", default=0)
    buffer_after: Mapped[int] = column("Remise en état (minutes)", default=0)

    @property
    def period(self) -> Period:
        """Its half-open period, buffers included."""
        return Period(self.starts_at, self.ends_at)


class Closure(Identified, Stamped, Base):
    """Days when the organisation, or one of its sites, is closed; both days included."""

    __tablename__ = "closure"
    __kind__ = "closure"
    __fr__ = Names("fermeture", "fermetures", True)
    __table_args__ = (CheckConstraint("first_day <= last_day", name="days"), Index(None, "first_day"))

    label: Mapped[str] = column("Motif")
    first_day: Mapped[date] = column("Du")
    last_day: Mapped[date] = column("Au")
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), default=None)
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")


class BookingRule(Identified, Stamped, Base):
    """How a family may be booked; a family without a rule follows the nearest one above it, else the one without family."""

    __tablename__ = "booking_rule"
    __kind__ = "booking_rule"
    __fr__ = Names("règle de réservation", "règles de réservation", True)

    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), default=None, unique=True)
    family: Mapped[Family | None] = relationship(lazy="raise_on_sql")
    buffer_before: Mapped[int] = column("Préparation avant (minutes)", default=0)
    buffer_after: Mapped[int] = column("Remise en état après (minutes)", default=0)
    notice_hours: Mapped[int] = column("Au plus tôt, dans (heures)", default=0)
    ahead_days: Mapped[int] = column("Au plus loin, dans (jours)", default=365)
    longest_days: Mapped[int] = column("Durée la plus longue (jours)", default=366)
    option_hours: Mapped[int] = column("Une option tient (heures)", default=48)
    by_member: Mapped[bool] = column("Les adhérents réservent eux-mêmes", default=True)
