"""Things in and out."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from app.assets.models import Asset, AssetModel, Family
from app.assets.queries import serial_key
from app.assets.services.bulk import add_assets, families_named
from app.assets.states import AssetState
from app.contacts.models import Contact
from app.core.db import db
from app.core.fields import chosen_id
from app.core.i18n import _
from app.exchange import values
from app.exchange.kinds.base import (
    Field,
    Kind,
    Line,
    Origin,
    declare_kind,
    note_lines,
    own_ids,
    own_ref,
    show_amount,
    show_day,
    show_yes_no,
)
from app.exchange.kinds.people import People, Person

FIELDS = (
    Field("id", "Identifiant", ("id", "ref", "reference", "code")),
    Field("label", "Désignation", ("libelle", "appareil", "materiel", "bien", "article", "nom", "instrument", "produit", "label", "designation")),
    Field("family", "Famille", ("categorie", "type", "type d appareil", "category", "family", "rayon")),
    Field("brand", "Marque", ("brand", "fabricant", "make")),
    Field("model", "Modèle", ("model", "reference constructeur", "reference fabricant")),
    Field("inventory_number", "N° d'inventaire", ("inventaire", "numero d inventaire", "n inventaire", "numero"), values.text(40)),
    Field("serial", "N° de série", ("serie", "serial", "numero de serie", "n serie", "sn", "serial number", "imei"), values.text(80)),
    Field("barcode", "Code-barres", ("ean", "gtin", "code barre", "barcode"), values.text(80)),
    Field("owner", "Propriétaire", ("client", "nom du client", "owner", "proprietaire")),
    Field("owner_email", "Courriel du propriétaire", ("email", "mail", "courriel"), values.email),
    Field("owner_phone", "Téléphone du propriétaire", ("telephone", "tel", "portable"), values.phone),
    Field("owner_id", "Identifiant du propriétaire", ("id client", "code client", "numero client")),
    Field("ours", "À nous", ("parc", "a nous", "appartient a l organisation", "interne"), values.yes_no),
    Field("state", "État", ("etat", "statut", "state"), values.choice(AssetState, {"actif": AssetState.IN_USE, "en panne": AssetState.OUT_OF_USE, "reforme": AssetState.OUT_OF_USE, "perdu": AssetState.LOST, "vole": AssetState.LOST})),
    Field("shelf", "Emplacement", ("rangement", "etagere", "lieu", "localisation"), values.text(80)),
    Field("bought_on", "Date d'achat", ("achete le", "date achat", "purchase date", "achat"), values.past_day),
    Field("warranty_until", "Garantie jusqu'au", ("fin de garantie", "garantie", "date de fin de garantie"), values.day),
    Field("value", "Valeur", ("prix d achat", "prix", "valeur d achat", "montant"), values.amount),
    Field("notes", "Notes internes", ("notes", "note", "commentaire", "remarques", "observations", "description"), values.text(4000)),
)  # fmt: skip
OTHER_FAMILY = "Divers"


def sense(line: Line) -> str:
    """A thing has a name, or a family or a brand to make one from."""
    if any(line.text(key) for key in ("label", "family", "brand", "model")):
        return ""
    return _("Cette ligne ne dit pas de quel matériel il s'agit : ni désignation, ni famille, ni marque.")


class AssetWriter:
    """Writes units; families that are missing are made, owners are found or made."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin
        self.people = People(origin)

    def known(self, lines: Sequence[Line]) -> set[int]:
        """By their identifier; without one, by their inventory or serial number."""
        refs = {line.ref for line in lines if line.ref}
        ours = own_ids("asset", refs)
        there = set(db.session.scalars(select(Asset.source_ref).where(Asset.source_ref.in_(refs)))) if refs else set()
        mine = set(db.session.scalars(select(Asset.id).where(Asset.id.in_(ours.values())))) if ours else set()
        known = {line.number for line in lines if line.ref and (line.ref in there or ours.get(line.ref) in mine)}
        bare = [line for line in lines if not line.ref]
        return (
            known | _taken(bare, Asset.inventory_number, "inventory_number") | _taken(bare, Asset.serial_key, "serial")
        )

    def write(self, lines: Sequence[Line]) -> None:
        """Every line a unit."""
        families = families_named(line.text("family") or OTHER_FAMILY for line in lines)
        owners = self.people.ids([_owner(line) for line in lines])
        models = self._models(
            {(line.text("brand").lower(), line.text("model").lower()) for line in lines if line.text("model")}
        )
        rows = [
            self._values(line, families, models) | {"owner_id": owner}
            for line, owner in zip(lines, owners, strict=True)
        ]
        note_lines("asset", add_assets(rows), lines, self.origin)

    def _models(self, wanted: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
        if not wanted:
            return {}
        found = db.session.execute(select(AssetModel.brand, AssetModel.name, AssetModel.id))
        return {key: number for brand, name, number in found if (key := (brand.lower(), name.lower())) in wanted}

    def _values(self, line: Line, families: Mapping[str, int], models: Mapping[tuple[str, str], int]) -> dict[str, Any]:
        family = line.text("family") or OTHER_FAMILY
        brand, model = line.text("brand"), line.text("model")
        model_id = models.get((brand.lower(), model.lower()))
        label = line.text("label") or " ".join(part for part in (line.text("family"), brand, model) if part)
        unknown = (
            _("Modèle : %(name)s", name=model)
            if model and model_id is None and model.lower() not in label.lower()
            else ""
        )
        notes = "\n".join(part for part in (line.text("notes"), unknown, line.remarks(FIELDS)) if part)
        ours = line["ours"] if line["ours"] is not None else False
        return {key: line.text(key) for key in ("serial", "barcode", "shelf")} | {
            "family_id": families[family.strip()[:120].lower()], "model_id": model_id, "label": label[:200], "brand": brand,
            "inventory_number": line.text("inventory_number") or None, "ours": ours, "state": line["state"] or AssetState.IN_USE,
            "bought_on": line["bought_on"], "warranty_until": line["warranty_until"], "value": line["value"], "notes": notes,
            "source_ref": line.ref or None, "custom": {},
        }  # fmt: skip


def _taken(lines: Sequence[Line], column: Any, key: str) -> set[int]:
    """The lines whose number is in the base, or on an earlier line."""
    normal = serial_key if key == "serial" else str
    wanted = {normal(line.text(key)) for line in lines} - {""}
    seen = set(db.session.scalars(select(column).where(column.in_(wanted)))) if wanted else set()
    taken = set()
    for line in lines:
        number = normal(line.text(key))
        if number in seen:
            taken.add(line.number)
        elif number:
            seen.add(number)
    return taken


def _owner(line: Line) -> Person | None:
    person = Person(line.text("owner"), line.text("owner_email"), line.text("owner_phone"), line.text("owner_id"))
    return None if person.anonymous else person


def rows(filters: Mapping[str, str]) -> Iterator[Sequence[Any]]:
    """Units in use, or of one family (`famille`), the newest first."""
    query = (
        select(
            Asset,
            Family.name,
            AssetModel.name,
            Contact.name,
            Contact.email,
            Contact.phone,
            Contact.id,
            Contact.source_ref,
        )
        .join(Family, Family.id == Asset.family_id)
        .outerjoin(AssetModel, AssetModel.id == Asset.model_id)
        .outerjoin(Contact, Contact.id == Asset.owner_id)
        .where(Asset.archived_at.is_not(None) if "archives" in filters else Asset.archived_at.is_(None))
        .order_by(Asset.id.desc())
        .execution_options(yield_per=500)
    )
    if family_id := chosen_id(filters.get("famille")):
        query = query.where(Asset.family_id == family_id)
    for asset, family, model, owner, email, phone, owner_id, owner_ref in db.session.execute(query):
        yield (
            own_ref("asset", asset.id, asset.source_ref), asset.label, family, asset.brand, model or "", asset.inventory_number or "",
            asset.serial, asset.barcode, owner or "", email or "", phone or "",
            own_ref("contact", owner_id, owner_ref) if owner_id else "", show_yes_no(asset.ours), asset.state.label, asset.shelf,
            show_day(asset.bought_on), show_day(asset.warranty_until), show_amount(asset.value), asset.notes,
        )  # fmt: skip


declare_kind(Kind("assets", "Matériel", "scan", FIELDS, sense, AssetWriter, rows, list_url="/biens"))
