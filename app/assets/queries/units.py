"""Reads of units, scoped for a person: one, those of a contact, those of a serial, the list."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.accounts.queries import allowed
from app.assets.models import Asset, Family
from app.assets.states import AssetState
from app.contacts.models import Contact
from app.contacts.queries import own_contact
from app.core.db import db

CUSTOM = "champ-"


def custom_form_values(typed: Mapping[str, str]) -> dict[str, str]:
    """{code: text} of the custom fields of a page, whose names begin with « champ- »."""
    return {name.removeprefix(CUSTOM): value for name, value in typed.items() if name.startswith(CUSTOM)}


def serial_key(serial: str) -> str:
    """A serial as it is compared: letters and digits, upper case."""
    return re.sub(r"[^0-9A-Za-z]", "", serial).upper()


def asset_for(user: User, asset_id: int) -> Asset | None:
    """The unit, when this person may see it; a client sees what he owns."""
    whole = (joinedload(Asset.family), joinedload(Asset.model), joinedload(Asset.owner))
    asset = db.session.scalar(select(Asset).where(Asset.id == asset_id).options(*whole))
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


def listing(
    *,
    family_id: int | None = None,
    ours: bool | None = None,
    state: AssetState | None = None,
    archived: bool = False,
    ids: Sequence[int] | None = None,
) -> Select[*tuple[Any, ...]]:
    """The query of the list, the newest first. `family` and `owner` are names."""  # fmt: skip
    query = (
        select(
            Asset.id, Asset.label, Asset.brand, Asset.serial, Asset.inventory_number, Family.name.label("family"),
            Contact.name.label("owner"), Asset.ours, Asset.state, Asset.warranty_until, Asset.custom,
        )
        .join(Family, Family.id == Asset.family_id)
        .outerjoin(Contact, Contact.id == Asset.owner_id)
        .where(Asset.archived_at.is_not(None) if archived else Asset.archived_at.is_(None))
        .order_by(Asset.id.desc())
    )  # fmt: skip
    if family_id is not None:
        query = query.where(or_(Asset.family_id == family_id, Family.parent_id == family_id))
    if ours is not None:
        query = query.where(Asset.ours if ours else ~Asset.ours)
    if state is not None:
        query = query.where(Asset.state == state)
    return query if ids is None else query.where(Asset.id.in_(ids))


def next_inventory_number(wanted: str) -> str:
    """The first free number after one that is taken, written the same way: « 0127 » after « 0126 »."""
    digits = re.search(r"\d+$", wanted)
    if digits is None:
        return ""
    head, width = wanted[: digits.start()], len(digits.group())
    query = select(Asset.inventory_number).where(Asset.inventory_number.startswith(head, autoescape=True))
    taken = {number for number in db.session.scalars(query) if number}
    number = int(digits.group())
    while (candidate := f"{head}{number:0{width}d}") in taken:
        number += 1
    return candidate


def inventory_number_taken(number: str, besides: int | None = None) -> bool:
    """True when another unit has it."""
    query = select(Asset.id).where(Asset.inventory_number == number, Asset.id != (besides or 0)).limit(1)
    return db.session.scalar(query) is not None
