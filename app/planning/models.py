"""Bookings. The guard against overlaps is in migration 0002: an exclusion constraint or two triggers."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.clock import Period
from app.core.db import UTC, Base, Identified, LabelType, Names, Stamped, column
from app.planning.states import BookingState


class Booking(Identified, Stamped, Base):
    """An asset or a person taken for a half-open period. `resource` is "asset:12" or "user:3"; the buffer time
    belongs to the period. `kind` is registered by the feature that owns it."""

    __tablename__ = "booking"
    __kind__ = "booking"
    __fr__ = Names("réservation", "réservations", True)
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="period"),
        CheckConstraint("(asset_id is null) <> (user_id is null)", name="one_resource"),
        Index(None, "resource", "starts_at"),
        Index(None, "starts_at", "ends_at"),
        Index(None, "about_kind", "about_id"),
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

    @property
    def period(self) -> Period:
        """Its half-open period."""
        return Period(self.starts_at, self.ends_at)
