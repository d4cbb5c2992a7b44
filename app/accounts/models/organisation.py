"""The organisation that runs this installation, and its sites."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from app.accounts.states import Trade, VatRegime
from app.core import colours
from app.core.db import Archivable, Base, Identified, Json, LabelType, Names, Stamped, column


class Organisation(Identified, Stamped, Base):
    """One row: who we are on every screen and document. `opening` maps "0".."6" to [["09:00","12:00"], …]."""

    __tablename__ = "organisation"
    __kind__ = "organisation"
    __fr__ = Names("organisation", "organisations", True)

    name: Mapped[str] = column("Nom")
    tagline: Mapped[str] = column("Activité", default="")
    trade: Mapped[Trade] = column("Métier", LabelType(Trade), default=Trade.WORKSHOP)
    legal_form: Mapped[str] = column("Forme juridique", default="", hint="Par exemple « SAS au capital de 5 000 € ».")
    siret: Mapped[str] = column("SIRET", default="")
    vat_number: Mapped[str] = column("N° de TVA", default="")
    vat_regime: Mapped[VatRegime] = column("Régime de TVA", LabelType(VatRegime), default=VatRegime.NORMAL)
    vat_on_debits: Mapped[bool] = column("TVA sur les débits", default=False)
    iban: Mapped[str] = column("IBAN", default="")
    bic: Mapped[str] = column("BIC", default="")
    creditor_id: Mapped[str] = column("Identifiant créancier SEPA (ICS)", default="")
    registration: Mapped[str] = column("Immatriculation", default="", hint="RCS ou RNE et la ville.")
    address: Mapped[str] = column("Adresse", default="")
    postcode: Mapped[str] = column("Code postal", default="")
    town: Mapped[str] = column("Commune", default="")
    phone: Mapped[str] = column("Téléphone", default="")
    email: Mapped[str] = column("Courriel", default="")
    website: Mapped[str] = column("Site", default="")
    insurance: Mapped[str] = column("Assurance professionnelle", default="")
    mediator: Mapped[str] = column("Médiateur de la consommation", default="")
    zone: Mapped[str] = column("Fuseau horaire", default="Europe/Paris")
    accent: Mapped[str] = column("Couleur", default="#2a4b9b")
    icon: Mapped[str] = column("Icône", default="tools")
    logo_file_id: Mapped[int | None] = mapped_column(default=None)
    opening: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)

    @property
    def logo_url(self) -> str:
        """Where anybody may see the logo; empty without one."""
        return f"/logo/{self.logo_file_id}.png" if self.logo_file_id else ""

    @property
    def style_url(self) -> str:
        """The address of the style sheet with our colour; empty while it is the house's."""
        return "" if self.accent == colours.DEFAULT else f"/charte/{colours.style_hash(self.accent)}.css"


class Site(Identified, Stamped, Archivable, Base):
    """A shop, a workshop, a branch: filters lists, never cuts rights."""

    __tablename__ = "site"
    __kind__ = "site"
    __fr__ = Names("site", "sites")

    name: Mapped[str] = column("Nom", unique=True)
    address: Mapped[str] = column("Adresse", default="")
    postcode: Mapped[str] = column("Code postal", default="")
    town: Mapped[str] = column("Commune", default="")
    phone: Mapped[str] = column("Téléphone", default="")
