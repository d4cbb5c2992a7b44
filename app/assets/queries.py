"""Reads of assets: families with what they bring, a unit by its serial."""

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset, AssetModel, Family, FamilyQuestionnaire, FieldDefinition
from app.contacts.queries import own_contact
from app.core.db import db
from app.questionnaires.models import Questionnaire
from app.questionnaires.states import Use


CUSTOM = "champ-"


def custom_form_values(typed: Mapping[str, str]) -> dict[str, str]:
    """{code: text} of the custom fields of a page, whose names begin with « champ- »."""
    return {name.removeprefix(CUSTOM): value for name, value in typed.items() if name.startswith(CUSTOM)}


def serial_key(serial: str) -> str:
    """A serial as it is compared: letters and digits, upper case."""
    return re.sub(r"[^0-9A-Za-z]", "", serial).upper()


def families() -> Sequence[tuple[int, str]]:
    """(id, name) of families in use, by name."""
    query = select(Family.id, Family.name).where(Family.archived_at.is_(None)).order_by(Family.name)
    return [(row[0], row[1]) for row in db.session.execute(query)]


def family(family_id: int | None) -> Family | None:
    """One family."""
    return db.session.get(Family, family_id) if family_id else None


def questionnaire_for(family_id: int | None, use: Use) -> Questionnaire | None:
    """The questionnaire a family uses at a moment, its parent's when it has none of its own."""
    current = family(family_id)
    while current is not None:
        found = db.session.scalar(
            select(Questionnaire)
            .join(FamilyQuestionnaire, FamilyQuestionnaire.questionnaire_id == Questionnaire.id)
            .where(FamilyQuestionnaire.family_id == current.id, FamilyQuestionnaire.use == use)
        )
        if found is not None:
            return found
        current = family(current.parent_id)
    return None


def fields_of(family_id: int | None) -> list[FieldDefinition]:
    """The custom fields of a family: everybody's, then its own, by rank."""
    query = (
        select(FieldDefinition)
        .where(
            FieldDefinition.archived_at.is_(None),
            or_(FieldDefinition.family_id.is_(None), FieldDefinition.family_id == family_id),
        )
        .order_by(FieldDefinition.family_id.is_not(None), FieldDefinition.position, FieldDefinition.id)
    )
    return list(db.session.scalars(query))


def asset_for(user: User, asset_id: int) -> Asset | None:
    """The unit, when this person may see it; a client sees what he owns."""
    asset = db.session.get(Asset, asset_id, options=[joinedload(Asset.family), joinedload(Asset.model), joinedload(Asset.owner)])
    if asset is None:
        return None
    if allowed(user, "asset.view"):
        return asset
    if user.is_client:
        contact = own_contact(user)
        return asset if contact and asset.owner_id == contact.id else None
    return None


def assets_with_serial(text: str) -> list[Asset]:
    """Units whose serial, barcode or inventory number is this text, the newest first."""
    key = serial_key(text)
    if len(key) < 2:
        return []
    query = (
        select(Asset)
        .where(
            Asset.archived_at.is_(None),
            or_(Asset.serial_key == key, Asset.barcode == text.strip(), Asset.inventory_number == text.strip()),
        )
        .options(joinedload(Asset.family), joinedload(Asset.model), joinedload(Asset.owner))
        .order_by(Asset.id.desc())
        .limit(5)
    )
    return list(db.session.scalars(query))


def assets_of(contact_id: int, limit: int = 20) -> list[Asset]:
    """What a contact owns, the newest first."""
    query = (
        select(Asset)
        .where(Asset.owner_id == contact_id, Asset.archived_at.is_(None))
        .options(joinedload(Asset.family))
        .order_by(Asset.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def model_named(brand: str, name: str) -> AssetModel | None:
    """The model of that brand and name, whatever the case."""
    return db.session.scalar(
        select(AssetModel).where(AssetModel.brand.ilike(brand.strip()), AssetModel.name.ilike(name.strip()))
    )
