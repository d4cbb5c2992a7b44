"""What assets gives the house."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from flask import Flask
from sqlalchemy import select

from app.assets import queries, views
from app.assets.models import Asset, AssetModel, Family, FamilyQuestionnaire
from app.assets.personal import PERSONAL
from app.assets.queries.words import DEFAULT, SETTING, noun_fault
from app.contacts.models import Contact
from app.core.db import db
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.revisions import follow
from app.core.search import Document, Quoted, Source, declare_source
from app.core.settings import Setting, declare_settings
from app.core.settings_pages import declare_settings_page
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path

TEAM = ("gerant", "accueil", "commercial", "technicien")
READERS = (*TEAM, "comptable")
MANAGER = ("gerant",)


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    follow("families", Family, FamilyQuestionnaire)
    app.register_blueprint(views.bp)
    app.register_blueprint(views.settings_bp)
    declare_permissions(
        Permission("asset.view", "Voir le matériel", "Matériel", READERS),
        Permission("asset.edit", "Ajouter et modifier le matériel", "Matériel", TEAM),
        Permission("family.edit", "Régler les familles, leurs champs et leurs documents", "Réglages", MANAGER),
    )
    declare_settings(
        Setting(
            SETTING,
            "Nom d'un bien",
            "json",
            DEFAULT,
            "Mots",
            "« Instrument », « piscine », « logement »…",
            check=noun_fault,
        )
    )
    declare_menu(Entry("assets", lambda: queries.noun().title, "scan", "assets.index", "asset.view", 320, "Base"))
    declare_settings_page(
        "families", "Familles", "Champs, accessoires, pannes fréquentes, questionnaires, documents, modèles.", "category",
        "families.index", "family.edit", 30, "Métier",
    )  # fmt: skip
    declare_settings_page(
        "fits", "Accessoires compatibles", "Ce qui va avec quoi : l'archet d'un violon, l'étui d'une flûte.", "puzzle",
        "families.fits", "family.edit", 31, "Métier",
    )  # fmt: skip
    declare_panels("asset", Panel("fits", "assets/_fits.html", 30, _fits_of_unit, "asset.view", "Accessoires"))
    _search()
    declare_panels(
        "contact", Panel("assets", "assets/contact_panel.html", 20, _contact_panel, "asset.view", "Matériel")
    )
    _subjects()
    _verbs()


def _search() -> None:
    declare_source(
        Source(
            "asset",
            Asset,
            _document,
            "scan",
            "Matériel",
            "assets.show",
            "asset_id",
            "asset.view",
            documents=_documents,
            quotes=(Quoted(Contact, ("name",), lambda ids: select(Asset.id).where(Asset.owner_id.in_(ids))),),
        )
    )


def _contact_panel(contact: Contact) -> dict[str, Any]:
    return {"assets": queries.assets_of(contact.id), "noun": queries.noun()}


def _fits_of_unit(unit: Asset) -> dict[str, Any] | None:
    """Ours alone go with something: what a client brings is repaired, not lent."""
    return {"fits": queries.fitting([unit]), "main": f"asset:{unit.id}"} if unit.ours else None


def _subjects() -> None:
    declare_subject(
        SubjectKind(
            "asset", queries.asset_for, lambda row: path("assets.show", asset_id=row.id), lambda row: row.label,
            contact_id=lambda row: row.owner_id, icon="scan",
        )
    )  # fmt: skip
    declare_subject(
        SubjectKind(
            "family",
            queries.family_for,
            lambda row: path("families.edit", family_id=row.id),
            lambda row: row.name,
            icon="category",
        )
    )
    declare_subject(
        SubjectKind(
            "model", queries.model_for, lambda row: path("families.edit_model", model_id=row.id),
            lambda row: f"{row.brand} {row.name}", icon="tag",
        )
    )  # fmt: skip


def _document(asset: Asset) -> Document:
    """What the box finds of a unit."""
    family = db.session.get(Family, asset.family_id)
    owner = db.session.get(Contact, asset.owner_id) if asset.owner_id else None
    model = db.session.get(AssetModel, asset.model_id) if asset.model_id else None
    words = (asset.brand, asset.inventory_number, asset.barcode, model.name if model else "")
    return _found(
        asset.id, asset.label, asset.serial, (family.name if family else "", owner.name if owner else ""), words
    )


def _documents(ids: Sequence[int]) -> Iterator[tuple[int, Document]]:
    query = (
        select(
            Asset.id, Asset.label, Asset.serial, Family.name, Contact.name,
            Asset.brand, Asset.inventory_number, Asset.barcode, AssetModel.name,
        )
        .join(Family, Family.id == Asset.family_id)
        .outerjoin(AssetModel, AssetModel.id == Asset.model_id)
        .outerjoin(Contact, Contact.id == Asset.owner_id)
        .where(Asset.id.in_(ids))
    )  # fmt: skip
    for asset_id, label, serial, family, owner, *words in db.session.execute(query):
        yield asset_id, _found(asset_id, label, serial, (family, owner), words)


def _found(
    asset_id: int, label: str, serial: str, names: tuple[str, str | None], words: Sequence[str | None]
) -> Document:
    family, owner = names
    detail = ", ".join(part for part in (family, serial, owner) if part)
    return Document(str(asset_id), label, detail, (serial, *words))


def _changes(facts: Mapping[str, Any]) -> str:
    labels = (
        Asset.__table__.columns[name].info.get("label", name)
        for name in facts.get("changes", {})
        if name in Asset.__table__.columns
    )
    return ", ".join(_(label) for label in labels)


def _name(facts: Mapping[str, Any]) -> str:
    return str(facts.get("name") or facts.get("label") or "")


def _pair(facts: Mapping[str, Any]) -> str:
    return f"{facts['main']} + {facts['other']}"


def _verbs() -> None:
    declare_verbs(
        Verb("asset.added", "Fiche créée", "plus", "vert"),
        Verb("asset.changed", "Fiche modifiée", "pencil", "bleu", detail=_changes),
        Verb("asset.archived", "Fiche archivée", "archive"),
        Verb("asset.restored", "Fiche restaurée", "arrow-back-up", "vert"),
        Verb("family.added", "Famille créée", "plus", "vert", detail=_name),
        Verb("family.changed", "Famille modifiée", "pencil", "bleu", detail=_name),
        Verb("family.archived", "Famille archivée", "archive", detail=_name),
        Verb("family.restored", "Famille restaurée", "arrow-back-up", "vert", detail=_name),
        Verb("field.added", "Champ ajouté", "plus", "vert", detail=_name),
        Verb("field.changed", "Champ modifié", "pencil", "bleu", detail=_name),
        Verb("field.archived", "Champ archivé", "archive", detail=_name),
        Verb("field.restored", "Champ restauré", "arrow-back-up", "vert", detail=_name),
        Verb("model.added", "Modèle ajouté", "plus", "vert", detail=_name),
        Verb("model.changed", "Modèle modifié", "pencil", "bleu", detail=_name),
        Verb("model.archived", "Modèle archivé", "archive", detail=_name),
        Verb("compatibility.set", "Accessoire compatible", "puzzle", "vert", detail=_pair),
        Verb("compatibility.dropped", "Accessoire retiré", "puzzle-off"),
    )
