"""Many units at once, whose values were checked: what an import writes."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import select

from app.assets.models import Asset, Family
from app.assets.queries import serial_key
from app.assets.services.families import add_family
from app.core.db import db, insert_many, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.search import index_new


def add_assets(rows: Sequence[dict[str, Any]]) -> list[int]:
    """New units from their columns, the same for every row; their ids, in order. Their history is the caller's.

    Raises DomainError when an inventory number is taken.
    """
    require_transaction()
    numbers = [row["inventory_number"] for row in rows if row.get("inventory_number")]
    taken = (
        set(db.session.scalars(select(Asset.inventory_number).where(Asset.inventory_number.in_(numbers))))
        if numbers
        else set()
    )
    twice = next((number for number in numbers if number in taken or numbers.count(number) > 1), None)
    if twice is not None:
        raise DomainError(_("Le n° d'inventaire %(number)s est déjà pris.", number=twice), field="inventory_number")
    ids = insert_many(Asset, [{**row, "serial_key": serial_key(row.get("serial", ""))} for row in rows])
    index_new(Asset.__kind__, ids)
    return ids


def families_named(names: Iterable[str]) -> dict[str, int]:
    """{name in small letters: id} of these families; those that do not exist are made."""
    require_transaction()
    known = {name.lower(): family_id for family_id, name in db.session.execute(select(Family.id, Family.name))}
    wanted = {name.strip()[:120].lower(): name.strip()[:120] for name in names if name.strip()}
    for low in wanted.keys() - known.keys():
        known[low] = add_family(name=wanted[low]).id
    return {low: known[low] for low in wanted}
