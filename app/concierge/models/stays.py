"""The stays of platforms, as they are told and as a person corrected them. Money in cents; days are calendar dates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.concierge.models.lodgings import Lodging
from app.concierge.states import StayState
from app.core.db import UTC, Archivable, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.core.partners import PartnerAccount
from app.planning.models import Booking


class StaySourceLodging(Identified, Stamped, Base):
    """A lodging as a partner knows it, mapped once to ours. `ignored`: a person said that it is none of ours."""

    __tablename__ = "stay_source_lodging"
    __kind__ = "stay_source_lodging"
    __fr__ = Names("logement chez un partenaire", "logements chez un partenaire")
    __table_args__ = (UniqueConstraint("account_id", "remote_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("partner_account.id"))
    account: Mapped[PartnerAccount] = relationship(lazy="raise_on_sql")
    remote_id: Mapped[str] = column("Identifiant")
    name: Mapped[str] = column("Nom", default="")
    lodging_id: Mapped[int | None] = mapped_column(ForeignKey("lodging.id"), default=None, index=True)
    lodging: Mapped[Lodging | None] = relationship(lazy="raise_on_sql")
    ignored: Mapped[bool] = column("N'est pas des nôtres", default=False)


class Stay(Identified, Stamped, Archivable, Base):
    """A stay. What is None was not said, which is not zero.

    `told`: what the partner said last, field by field; `kept`: the names of the fields that a person corrected, which
    the partner's next word does not undo (it makes an oddity instead). `mark`: the partner's own mark of its last change.
    `asked`: the partner's word should be looked at (it says something else than what was corrected, or its sum is doubtful).
    `changed_at`: when an amount, a date or the state last changed, whoever did it. `booking`: its slot on the planning;
    None when it holds none (cancelled, unmapped, or another stay has it: an overlap, shown). `excluded`: why it is left
    out of the months, in a person's words; empty: it counts.
    """

    __tablename__ = "stay"
    __kind__ = "stay"
    __fr__ = Names("séjour", "séjours")
    __table_args__ = (
        UniqueConstraint("account_id", "remote_id"),
        CheckConstraint("arrival <= departure", name="days"),
        Index(None, "lodging_id", "arrival"),
        Index(None, "arrival"),
        Index(None, "departure"),
    )

    account_id: Mapped[int | None] = mapped_column(ForeignKey("partner_account.id"), default=None)
    remote_id: Mapped[str | None] = column("Identifiant chez le partenaire", default=None)
    reference: Mapped[str] = column("Référence", default="")
    source_lodging_id: Mapped[int | None] = mapped_column(
        ForeignKey("stay_source_lodging.id"), default=None, index=True
    )
    lodging_id: Mapped[int | None] = mapped_column(ForeignKey("lodging.id"), default=None)
    lodging: Mapped[Lodging | None] = relationship(lazy="raise_on_sql")
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), default=None, index=True)
    booking: Mapped[Booking | None] = relationship(lazy="raise_on_sql")
    state: Mapped[StayState] = column("État", LabelType(StayState), default=StayState.BOOKED)
    channel: Mapped[str] = column("Plateforme", default="")
    arrival: Mapped[date] = column("Arrivée")
    departure: Mapped[date] = column("Départ")
    guest: Mapped[str] = column("Voyageur", default="")
    email: Mapped[str] = column("Courriel", default="")
    phone: Mapped[str] = column("Téléphone", default="")
    adults: Mapped[int] = column("Adultes", default=1)
    children: Mapped[int] = column("Enfants", default=0)
    rent: Mapped[int | None] = column("Loyer", Cents, default=None)
    cleaning: Mapped[int] = column("Ménage payé", Cents, default=0)
    linen: Mapped[int] = column("Linge payé", Cents, default=0)
    tourist_tax: Mapped[int | None] = column("Taxe de séjour", Cents, default=None)
    platform: Mapped[int | None] = column("Commission de la plateforme", Cents, default=None)
    refund: Mapped[int] = column("Remboursé au voyageur", Cents, default=0)
    deposit_kept: Mapped[int] = column("Caution retenue", Cents, default=0)
    cleaning_cost: Mapped[int] = column("Coût du ménage", Cents, default=0)
    linen_cost: Mapped[int] = column("Coût du linge", Cents, default=0)
    told: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    kept: Mapped[list[str]] = mapped_column(Json, default=list)
    mark: Mapped[str] = mapped_column(default="")
    asked: Mapped[bool] = column("À regarder", default=False)
    changed_at: Mapped[datetime | None] = column("Modifié le", UTC, default=None)
    excluded: Mapped[str] = column("Mis de côté parce que", default="")

    @property
    def nights(self) -> int:
        """At least one."""
        return max((self.departure - self.arrival).days, 1)


class StayNote(Identified, Base):
    """What could not be read of a partner, so that nothing is lost in silence: an id there and why, until it is read."""

    __tablename__ = "stay_note"
    __fr__ = Names("séjour illisible", "séjours illisibles")
    __table_args__ = (UniqueConstraint("account_id", "remote_id"),)

    account_id: Mapped[int] = mapped_column(ForeignKey("partner_account.id"))
    remote_id: Mapped[str] = column("Identifiant")
    reason: Mapped[str] = column("Raison")
    at: Mapped[datetime] = column("Quand", UTC)
