"""Verbs of assets: add, change, archive; warranty computed from the purchase and the model."""

import calendar
from datetime import date
from decimal import Decimal
from typing import Any

from app.assets.models import Asset, Family, FieldDefinition
from app.assets.queries import fields_of, serial_key
from app.assets.states import FieldType
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.core.money import parse_cents, parse_decimal

FIELDS = (
    "family_id", "model_id", "label", "brand", "inventory_number", "serial", "barcode", "owner_id", "ours", "state",
    "site_id", "shelf", "bought_on", "warranty_until", "value", "custom", "notes",
)  # fmt: skip


def add_months(day: date, months: int) -> date:
    """The same day some months later, the last of the month when it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def warranty_end(bought_on: date | None, family: Family | None, model_months: int | None) -> date | None:
    """The last day of the maker's warranty: purchase date and the model's duration, else the family's."""
    if bought_on is None:
        return None
    months = model_months if model_months is not None else (family.warranty_months if family else 0)
    return add_months(bought_on, months) if months else None


def check_bought_on(bought_on: date | None) -> None:
    """Refuse a purchase in the future. Raises DomainError."""
    if bought_on is not None and bought_on > clock.today():
        likely = bought_on.year - 40 if bought_on.year - 40 <= clock.today().year else clock.today().year
        raise DomainError(
            _("La date est dans le futur. Vérifiez l'année, par exemple %(year)s.", year=likely), field="bought_on"
        )


def _prepared(values: dict[str, Any]) -> dict[str, Any]:
    prepared = {key: value.strip() if isinstance(value, str) else value for key, value in values.items() if key in FIELDS}
    check_bought_on(prepared.get("bought_on"))
    if "serial" in prepared:
        prepared["serial_key"] = serial_key(prepared["serial"])
    if "inventory_number" in prepared:
        prepared["inventory_number"] = prepared["inventory_number"] or None
    return prepared


def add_asset(**values: Any) -> Asset:
    """A new unit from `FIELDS`. Raises DomainError."""
    require_transaction()
    prepared = _prepared(values)
    if not prepared.get("label"):
        raise DomainError(_("Dites comment s'appelle l'appareil, par exemple sa marque et son modèle."), field="label")
    asset = Asset(**prepared)
    db.session.add(asset)
    db.session.flush()
    record(asset, "asset.added")
    return asset


def change_asset(asset: Asset, **values: Any) -> Asset:
    """Change some of `FIELDS`; the history names them."""
    require_transaction()
    changes = {}
    for key, value in _prepared(values).items():
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


def custom_values(family_id: int | None, typed: dict[str, str]) -> dict[str, Any]:
    """The values of a family's custom fields from what was typed, `{code: text}`. Raises DomainError(field=code)."""
    values: dict[str, Any] = {}
    for field in fields_of(family_id):
        text = typed.get(field.code, "").strip()
        if not text:
            if field.required:
                raise DomainError(_("Remplissez « %(label)s ».", label=field.label), field=field.code)
            continue
        values[field.code] = _typed_value(field, text)
    return values


def _typed_value(field: FieldDefinition, text: str) -> Any:
    readers: dict[FieldType, Any] = {
        FieldType.INTEGER: lambda: int(parse_decimal(text, 0)),
        FieldType.DECIMAL: lambda: str(Decimal(parse_decimal(text, 6))),
        FieldType.AMOUNT: lambda: parse_cents(text),
        FieldType.DATE: lambda: date.fromisoformat(text).isoformat(),
        FieldType.BOOLEAN: lambda: text in ("oui", "on", "1", "true", "y"),
        FieldType.CHOICE: lambda: _one_of(field, text),
    }
    reader = readers.get(field.type)
    try:
        return reader() if reader else text
    except DomainError as error:
        raise DomainError(error.message, field=field.code) from None
    except ValueError:
        raise DomainError(_("« %(label)s » : écrivez une date comme 24/11/2026.", label=field.label), field=field.code) from None


def _one_of(field: FieldDefinition, text: str) -> str:
    if text not in field.choices:
        raise DomainError(
            _("« %(label)s » : choisissez parmi %(choices)s.", label=field.label, choices=", ".join(field.choices)),
            field=field.code,
        )
    return text
