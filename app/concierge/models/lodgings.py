"""A lodging is one of our assets, let for its owners under a mandate whose terms hold from a day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.assets.models import Asset
from app.contacts.models import Contact
from app.core.db import UTC, Archivable, Base, Identified, Json, Names, Stamped, column
from app.documents.models import StoredFile


class Lodging(Identified, Stamped, Archivable, Base):
    """A place that is let. Its name, address, photos and custom fields are those of its asset.

    `registration`: 13 characters, compulsory for every tourist let (loi n° 2024-1039, at latest 20 May 2026).
    `tax`: the town's tourist tax, a `statements.models.TaxTariff` as plain data; empty: none is counted.
    `nights_cap`: nights a year that a main residence may be let (120, or fewer if the town voted it).
    """

    __tablename__ = "lodging"
    __kind__ = "lodging"
    __fr__ = Names("logement", "logements")

    asset_id: Mapped[int] = mapped_column(ForeignKey("asset.id"), unique=True)
    asset: Mapped[Asset] = relationship(lazy="raise_on_sql")
    town: Mapped[str] = column("Commune", default="")
    postcode: Mapped[str] = column("Code postal", default="")
    address: Mapped[str] = column("Adresse", default="")
    registration: Mapped[str] = column("Numéro d'enregistrement", default="")
    main_residence: Mapped[bool] = column("Résidence principale", default=False)
    nights_cap: Mapped[int] = column("Nuits par an, au plus", default=120)
    sleeps: Mapped[int] = column("Voyageurs, au plus", default=0)
    tax: Mapped[dict[str, Any]] = column("Taxe de séjour", Json, default=dict)
    notes: Mapped[str] = column("Notes", default="")
    mandates: Mapped[list["RentalMandate"]] = relationship(
        lazy="raise_on_sql", back_populates="lodging", order_by="RentalMandate.starts_on"
    )


class RentalMandate(Identified, Stamped, Archivable, Base):
    """What an owner entrusts us with for a lodging: `number` is its place in the register (décret 72-678, art. 72).

    `ends_on` is its last day; the period of two mandates of a lodging never overlaps (a service refuses it).
    """

    __tablename__ = "rental_mandate"
    __kind__ = "rental_mandate"
    __fr__ = Names("mandat de gérance", "mandats de gérance")

    number: Mapped[str] = column("Numéro", unique=True)
    lodging_id: Mapped[int] = mapped_column(ForeignKey("lodging.id"), index=True)
    lodging: Mapped[Lodging] = relationship(lazy="raise_on_sql", back_populates="mandates")
    signed_on: Mapped[date | None] = column("Signé le", default=None)
    starts_on: Mapped[date] = column("Début")
    ends_on: Mapped[date | None] = column("Dernier jour", default=None)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    notes: Mapped[str] = column("Notes", default="")
    owners: Mapped[list["MandateOwner"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="MandateOwner.position"
    )
    versions: Mapped[list["MandateTerms"]] = relationship(
        lazy="raise_on_sql", cascade="all, delete-orphan", order_by="MandateTerms.since"
    )


class MandateOwner(Identified, Base):
    """An owner and his share, in basis points; those of a mandate add up to 10,000. The first bears the odd cents."""

    __tablename__ = "mandate_owner"
    __fr__ = Names("propriétaire", "propriétaires")
    __table_args__ = (
        UniqueConstraint("mandate_id", "contact_id"),
        CheckConstraint("basis_points between 1 and 10000", name="share"),
    )

    mandate_id: Mapped[int] = mapped_column(ForeignKey("rental_mandate.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    basis_points: Mapped[int] = column("Part", default=10_000)
    position: Mapped[int] = column("Rang", default=0)


class MandateTerms(Identified, Stamped, Base):
    """A version of a mandate's terms, in force from `since`: a `statements.models.Terms` as plain data (`queries.terms`).

    `used_at`: when a month that it counted was approved; from then on the database refuses to change or remove it.
    """

    __tablename__ = "mandate_terms"
    __kind__ = "mandate_terms"
    __fr__ = Names("conditions du mandat", "conditions des mandats", True)
    __table_args__ = (UniqueConstraint("mandate_id", "since"),)

    mandate_id: Mapped[int] = mapped_column(ForeignKey("rental_mandate.id"))
    since: Mapped[date] = column("À partir du")
    terms: Mapped[dict[str, Any]] = column("Conditions", Json)
    reason: Mapped[str] = column("Pourquoi", default="")
    used_at: Mapped[datetime | None] = column("Figée le", UTC, default=None)
