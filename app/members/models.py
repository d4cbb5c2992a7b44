"""Households and who lives in them, seasons, memberships, proofs. Amounts are cents; days are local dates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.catalog.models import Article
from app.contacts.models import Contact
from app.core.db import UTC, Archivable, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.documents.models import StoredFile
from app.members.states import MembershipState, ProofKind, ProofState, Role
from app.sales.models import SalesDocument


class Member(Identified, Stamped, Base):
    """What is known of a person beside his contact record. Suspended until `suspended_until`, itself counted."""

    __tablename__ = "member"
    __kind__ = "member"
    __fr__ = Names("profil d'adhérent", "profils d'adhérents")

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), unique=True)
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    category: Mapped[str] = column("Catégorie d'adhérent", default="")
    born_on: Mapped[date | None] = column("Date de naissance", default=None)
    suspended_until: Mapped[date | None] = column("Suspendu jusqu'au", default=None)
    suspension: Mapped[str] = column("Motif de la suspension", default="")


class Household(Identified, Stamped, Archivable, Base):
    """A home: who lives there, who pays. Its postal address is its own when it has one, else its payer's."""

    __tablename__ = "household"
    __kind__ = "household"
    __fr__ = Names("foyer", "foyers")

    name: Mapped[str] = column("Nom du foyer")
    payer_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    payer: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    address: Mapped[str] = column("Adresse", default="")
    postcode: Mapped[str] = column("Code postal", default="")
    town: Mapped[str] = column("Commune", default="")


class HouseholdMember(Identified, Stamped, Base):
    """Somebody of a household; `position` is the order in which one calls. A child may be in two households."""

    __tablename__ = "household_member"
    __fr__ = Names("membre d'un foyer", "membres des foyers")
    __table_args__ = (UniqueConstraint("household_id", "contact_id"),)

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"))
    household: Mapped[Household] = relationship(lazy="raise_on_sql")
    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    role: Mapped[Role] = column("Rôle", LabelType(Role), default=Role.ADULT)
    position: Mapped[int] = column("Ordre d'appel", default=1)


class Guardian(Identified, Stamped, Base):
    """An adult who represents a child by law. What he allows for the child is a `contacts.Consent` of his about the child."""

    __tablename__ = "guardian"
    __fr__ = Names("représentant légal", "représentants légaux")
    __table_args__ = (UniqueConstraint("child_id", "adult_id"),)

    child_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    child: Mapped[Contact] = relationship(lazy="raise_on_sql", foreign_keys=[child_id])
    adult_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    adult: Mapped[Contact] = relationship(lazy="raise_on_sql", foreign_keys=[adult_id])


class Season(Identified, Stamped, Archivable, Base):
    """A period of membership, both days included; it may straddle two years."""

    __tablename__ = "season"
    __kind__ = "season"
    __fr__ = Names("saison", "saisons", True)
    __table_args__ = (CheckConstraint("first_day <= last_day", name="period"),)

    name: Mapped[str] = column("Nom", unique=True)
    first_day: Mapped[date] = column("Premier jour")
    last_day: Mapped[date] = column("Dernier jour")


class Membership(Identified, Stamped, Base):
    """A person's membership of a season: what he pays and why, and the invoice that asks for it. One a season and person.

    `net`, `gross`: cents, as priced when it was asked for. `why`: the facts of the person and the reasons of the rules, in French.
    """

    __tablename__ = "membership"
    __kind__ = "membership"
    __fr__ = Names("adhésion", "adhésions", True)
    __table_args__ = (UniqueConstraint("contact_id", "season_id"), Index(None, "season_id", "state"))

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql", foreign_keys=[contact_id])
    season_id: Mapped[int] = mapped_column(ForeignKey("season.id"))
    season: Mapped[Season] = relationship(lazy="raise_on_sql")
    household_id: Mapped[int | None] = mapped_column(ForeignKey("household.id"), default=None, index=True)
    household: Mapped[Household | None] = relationship(lazy="raise_on_sql")
    payer_id: Mapped[int] = mapped_column(ForeignKey("contact.id"), index=True)
    payer: Mapped[Contact] = relationship(lazy="raise_on_sql", foreign_keys=[payer_id])
    article_id: Mapped[int] = mapped_column(ForeignKey("article.id"))
    article: Mapped[Article] = relationship(lazy="raise_on_sql")
    state: Mapped[MembershipState] = column("État", LabelType(MembershipState), default=MembershipState.ASKED)
    net: Mapped[int] = column("Montant HT", Cents, default=0)
    gross: Mapped[int] = column("Montant TTC", Cents, default=0)
    why: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("sales_document.id"), default=None, index=True)
    document: Mapped[SalesDocument | None] = relationship(lazy="raise_on_sql")


class Proof(Identified, Stamped, Base):
    """A paper shown or sent, then checked and deleted: only who checked it, when, until when it holds, and the bracket are kept.

    `bracket_from`, `bracket_below`: cents of quotient familial, [from, below[, None for no limit. The quotient itself is not kept.
    """

    __tablename__ = "proof"
    __kind__ = "proof"
    __fr__ = Names("justificatif", "justificatifs")
    __table_args__ = (Index(None, "contact_id", "kind"), Index(None, "state"))

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql")
    kind: Mapped[ProofKind] = column("Nature", LabelType(ProofKind))
    state: Mapped[ProofState] = column("État", LabelType(ProofState), default=ProofState.WAITING)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"), default=None)
    file: Mapped[StoredFile | None] = relationship(lazy="raise_on_sql")
    checked_at: Mapped[datetime | None] = column("Vérifié le", UTC, default=None)
    checked_by: Mapped[str] = column("Vérifié par", default="")
    valid_until: Mapped[date | None] = column("Valable jusqu'au", default=None)
    bracket_from: Mapped[int | None] = column("Tranche à partir de", Cents, default=None)
    bracket_below: Mapped[int | None] = column("Tranche en dessous de", Cents, default=None)
    reason: Mapped[str] = column("Motif du refus", default="")
