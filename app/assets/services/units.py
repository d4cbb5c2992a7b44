"""Verbs of units: add, change, archive; warranty computed from the purchase and the model."""

from datetime import date
from typing import Any

from app.assets.models import Asset, Family
from app.assets.queries import inventory_number_taken, next_inventory_number, serial_key
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _

FIELDS = (
    "family_id", "model_id", "label", "brand", "inventory_number", "serial", "barcode", "owner_id", "ours", "state",
    "site_id", "shelf", "bought_on", "warranty_until", "value", "custom", "notes",
)  # fmt: skip


def warranty_end(bought_on: date | None, family: Family | None, model_months: int | None) -> date | None:
    """The last day of the maker's warranty: purchase date and the model's duration, else the family's."""
    if bought_on is None:
        return None
    months = model_months if model_months is not None else (family.warranty_months if family else 0)
    return clock.months_after(bought_on, months) if months else None


def check_bought_on(bought_on: date | None) -> None:
    """Refuse a purchase in the future. Raises DomainError."""
    if bought_on is not None and bought_on > clock.today():
        likely = min(bought_on.year - 40, clock.today().year)
        raise DomainError(
            _("La date est dans le futur. Vérifiez l'année, par exemple %(year)s.", year=likely), field="bought_on"
        )


def _prepared(values: dict[str, Any]) -> dict[str, Any]:
    prepared = {key: value.strip() if type(value) is str else value for key, value in values.items() if key in FIELDS}
    check_bought_on(values.get("bought_on"))
    if "serial" in prepared:
        prepared["serial_key"] = serial_key(prepared["serial"])
    if "inventory_number" in prepared:
        prepared["inventory_number"] = prepared["inventory_number"] or None
    return prepared


def _check_inventory_number(number: str | None, besides: int | None = None) -> None:
    if number and inventory_number_taken(number, besides):
        free = next_inventory_number(number)
        way_out = _("Le prochain libre est %(free)s.", free=free) if free else _("Donnez-en un autre.")
        raise DomainError(_("Le n° %(number)s est déjà pris.", number=number) + " " + way_out, field="inventory_number")


def add_asset(**values: Any) -> Asset:
    """A new unit from `FIELDS`. Raises DomainError."""
    require_transaction()
    prepared = _prepared(values)
    if not prepared.get("label"):
        raise DomainError(_("Dites comment s'appelle l'appareil, par exemple sa marque et son modèle."), field="label")
    _check_inventory_number(prepared.get("inventory_number"))
    asset = Asset(**prepared)
    db.session.add(asset)
    db.session.flush()
    record(asset, "asset.added")
    return asset


def change_asset(asset: Asset, **values: Any) -> Asset:
    """Change some of `FIELDS`; the history names them."""
    require_transaction()
    changes = {}
    prepared = _prepared(values)
    _check_inventory_number(prepared.get("inventory_number"), asset.id)
    for key, value in prepared.items():
        before = getattr(asset, key)
        if before != value:
            changes[key] = [str(before or ""), str(value or "")]
            setattr(asset, key, value)
    changes.pop("serial_key", None)
    if changes:
        record(asset, "asset.changed", changes=changes)
    return asset


def archive_asset(asset: Asset) -> None:
    """Take the unit out of the lists; its past stays readable."""
    require_transaction()
    asset.archived_at = clock.now()
    record(asset, "asset.archived")


def restore_asset(asset: Asset) -> None:
    """Put an archived unit back in the lists."""
    require_transaction()
    asset.archived_at = None
    record(asset, "asset.restored")
