"""Contacts and their consents."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.contacts.states import ContactKind, Purpose
from app.core import clock
from app.core.db import UTC, Archivable, Base, Identified, LabelType, Names, Stamped, column


class Contact(Identified, Stamped, Archivable, Base):
    """Anybody we deal with. `name` is how we call them; a company's people are contacts with that company."""

    __tablename__ = "contact"
    __kind__ = "contact"
    __fr__ = Names("contact", "contacts")
    __table_args__ = (Index(None, "name"), Index(None, "phone_key"), Index(None, "email"))

    kind: Mapped[ContactKind] = column("Type", LabelType(ContactKind), default=ContactKind.PERSON)
    name: Mapped[str] = column("Nom")
    first_name: Mapped[str] = column("Prénom", default="")
    last_name: Mapped[str] = column("Nom de famille", default="")
    siret: Mapped[str] = column("SIRET", default="")
    vat_number: Mapped[str] = column("N° de TVA", default="")
    einvoice_address: Mapped[str] = column("Adresse de facturation électronique", default="", hint="SIREN par défaut.")
    category: Mapped[str] = column("Catégorie de client", default="")
    supplier: Mapped[bool] = column("Fournisseur", default=False)
    email: Mapped[str] = column("Courriel", default="")
    phone: Mapped[str] = column("Téléphone", default="")
    phone_key: Mapped[str] = mapped_column(default="")
    phone_2: Mapped[str] = column("Autre téléphone", default="")
    address: Mapped[str] = column("Adresse", default="")
    postcode: Mapped[str] = column("Code postal", default="")
    town: Mapped[str] = column("Commune", default="")
    country: Mapped[str] = column("Pays", default="FR")
    notify_sms: Mapped[bool] = column("Prévenir par SMS", default=True)
    notify_email: Mapped[bool] = column("Prévenir par courriel", default=True)
    notify_call: Mapped[bool] = column("Prévenir par téléphone", default=False)
    notes: Mapped[str] = column("Notes internes", default="")
    company_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    company: Mapped["Contact | None"] = relationship(remote_side="Contact.id", lazy="raise_on_sql")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"), default=None, unique=True)
    user: Mapped[User | None] = relationship(lazy="raise_on_sql")
    source_ref: Mapped[str | None] = column("Référence d'origine", default=None, unique=True)

    @property
    def postal_line(self) -> str:
        """« 83170 Brignoles »."""
        return f"{self.postcode} {self.town}".strip()

    @property
    def is_company(self) -> bool:
        """True for a company or an association."""
        return self.kind != ContactKind.PERSON


class Consent(Identified, Base):
    """A consent given or withdrawn: append-only, the newest of a purpose holds. `about_id`: the child it is given for."""

    __tablename__ = "consent"
    __kind__ = "consent"
    __fr__ = Names("consentement", "consentements")
    __table_args__ = (Index(None, "contact_id", "purpose", "id"),)

    contact_id: Mapped[int] = mapped_column(ForeignKey("contact.id"))
    contact: Mapped[Contact] = relationship(lazy="raise_on_sql", foreign_keys=[contact_id])
    about_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    purpose: Mapped[Purpose] = column("Objet", LabelType(Purpose))
    given: Mapped[bool] = column("Donné")
    wording: Mapped[str] = column("Texte accepté", default="")
    source: Mapped[str] = column("Recueilli par", default="")
    at: Mapped[datetime] = column("Quand", UTC, default=clock.now)
