"""Families, custom fields, models and units."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Site
from app.assets.states import AssetState, FieldType
from app.contacts.models import Contact
from app.core.db import Archivable, Base, Cents, Identified, Json, LabelType, Names, Stamped, column
from app.questionnaires.models import Questionnaire
from app.questionnaires.states import Use


class Family(Identified, Stamped, Archivable, Base):
    """A family of things, with what is asked, checked and said for each of them."""

    __tablename__ = "family"
    __kind__ = "family"
    __fr__ = Names("famille", "familles", True)

    name: Mapped[str] = column("Nom", unique=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), default=None, index=True)
    parent: Mapped["Family | None"] = relationship(remote_side="Family.id", lazy="raise_on_sql")
    icon: Mapped[str] = column("Icône", default="device-unknown")
    trade_sheet: Mapped[str] = column("Fiche métier", default="")
    accessories: Mapped[list[str]] = column("Accessoires habituels", Json, default=list)
    common_faults: Mapped[list[str]] = column("Pannes fréquentes", Json, default=list)
    warranty_months: Mapped[int] = column("Garantie du fabricant (mois)", default=24)
    diagnosis_fee: Mapped[int | None] = column("Forfait diagnostic TTC", Cents, default=None)
    refusal_notice: Mapped[str] = column("Risques en cas de refus du devis", default="")
    repair_days: Mapped[int] = column("Délai habituel (jours ouvrés)", default=5)


class FamilyQuestionnaire(Identified, Base):
    """Which questionnaire a family uses at which moment."""

    __tablename__ = "family_questionnaire"
    __fr__ = Names("questionnaire de famille", "questionnaires de famille")
    __table_args__ = (UniqueConstraint("family_id", "use"),)

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"))
    family: Mapped[Family] = relationship(lazy="raise_on_sql")
    use: Mapped[Use] = column("Moment", LabelType(Use))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("questionnaire.id"), index=True)
    questionnaire: Mapped[Questionnaire] = relationship(lazy="raise_on_sql")


class FieldDefinition(Identified, Stamped, Archivable, Base):
    """A field an administrator added: to a family, or to every family when `family_id` is empty."""

    __tablename__ = "field_definition"
    __kind__ = "field"
    __fr__ = Names("champ", "champs")
    __table_args__ = (UniqueConstraint("family_id", "code"),)

    family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), default=None, index=True)
    family: Mapped[Family | None] = relationship(lazy="raise_on_sql")
    code: Mapped[str] = column("Code")
    label: Mapped[str] = column("Libellé")
    type: Mapped[FieldType] = column("Type", LabelType(FieldType), default=FieldType.TEXT)
    choices: Mapped[list[str]] = column("Choix", Json, default=list)
    hint: Mapped[str] = column("Aide", default="")
    required: Mapped[bool] = column("Obligatoire", default=False)
    on_slips: Mapped[bool] = column("Sur les bons", default=False)
    in_lists: Mapped[bool] = column("Dans les listes", default=False)
    position: Mapped[int] = column("Rang", default=0)


class AssetModel(Identified, Stamped, Archivable, Base):
    """A maker's model: brings its family, its warranty and its documents."""

    __tablename__ = "asset_model"
    __kind__ = "model"
    __fr__ = Names("modèle", "modèles")
    __table_args__ = (UniqueConstraint("brand", "name"),)

    brand: Mapped[str] = column("Marque")
    name: Mapped[str] = column("Modèle")
    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    family: Mapped[Family] = relationship(lazy="raise_on_sql")
    warranty_months: Mapped[int | None] = column("Garantie (mois)", default=None)


class Asset(Identified, Stamped, Archivable, Base):
    """One thing. `ours` tells our own fleet from a client's device; `label` is how it is called."""

    __tablename__ = "asset"
    __kind__ = "asset"
    __fr__ = Names("bien", "biens")
    __table_args__ = (Index(None, "serial_key"), Index(None, "ours", "state", "family_id", "archived_at"))

    family_id: Mapped[int] = mapped_column(ForeignKey("family.id"), index=True)
    family: Mapped[Family] = relationship(lazy="raise_on_sql")
    model_id: Mapped[int | None] = mapped_column(ForeignKey("asset_model.id"), default=None, index=True)
    model: Mapped[AssetModel | None] = relationship(lazy="raise_on_sql")
    label: Mapped[str] = column("Désignation")
    brand: Mapped[str] = column("Marque", default="")
    inventory_number: Mapped[str | None] = column("N° d'inventaire", default=None, unique=True)
    serial: Mapped[str] = column("N° de série", default="")
    serial_key: Mapped[str] = mapped_column(default="")
    barcode: Mapped[str] = column("Code-barres", default="", index=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("contact.id"), default=None, index=True)
    owner: Mapped[Contact | None] = relationship(lazy="raise_on_sql")
    ours: Mapped[bool] = column("À nous", default=False)
    state: Mapped[AssetState] = column("État", LabelType(AssetState), default=AssetState.IN_USE)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("site.id"), default=None, index=True)
    site: Mapped[Site | None] = relationship(lazy="raise_on_sql")
    shelf: Mapped[str] = column("Emplacement", default="")
    bought_on: Mapped[date | None] = column("Date d'achat", default=None)
    warranty_until: Mapped[date | None] = column("Garantie jusqu'au", default=None)
    value: Mapped[int | None] = column("Valeur", Cents, default=None)
    custom: Mapped[dict[str, Any]] = column("Champs de la famille", Json, default=dict)
    notes: Mapped[str] = column("Notes internes", default="")
    source_ref: Mapped[str | None] = column("Référence d'origine", default=None, unique=True)


def _one_of(*names: str) -> str:
    """The check that exactly one of these columns is filled."""
    return " + ".join(f"(case when {name} is null then 0 else 1 end)" for name in names) + " = 1"


class Compatibility(Identified, Stamped, Base):
    """What goes with what: a family, a model or a unit, and the family, model or unit that fits it. `compulsory`: it comes
    along by itself, else it is proposed."""

    __tablename__ = "compatibility"
    __kind__ = "compatibility"
    __fr__ = Names("accessoire compatible", "accessoires compatibles")
    __table_args__ = (
        CheckConstraint(_one_of("main_family_id", "main_model_id", "main_asset_id"), name="main"),
        CheckConstraint(_one_of("with_family_id", "with_model_id", "with_asset_id"), name="accessory"),
    )

    main_family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), default=None, index=True)
    main_model_id: Mapped[int | None] = mapped_column(ForeignKey("asset_model.id"), default=None, index=True)
    main_asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), default=None, index=True)
    with_family_id: Mapped[int | None] = mapped_column(ForeignKey("family.id"), default=None)
    with_model_id: Mapped[int | None] = mapped_column(ForeignKey("asset_model.id"), default=None)
    with_asset_id: Mapped[int | None] = mapped_column(ForeignKey("asset.id"), default=None)
    compulsory: Mapped[bool] = column("Obligatoire", default=False)
