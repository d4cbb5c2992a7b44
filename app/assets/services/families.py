"""Verbs of families and models."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete

from app.assets.models import AssetModel, Family, FamilyQuestionnaire
from app.assets.queries import family_line, family_named, model_named, questionnaires_of
from app.core import clock
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.history import record
from app.core.i18n import _
from app.questionnaires.states import Use

FAMILY_FIELDS = (
    "name", "parent_id", "icon", "trade_sheet", "accessories", "common_faults", "warranty_months", "diagnosis_fee",
    "refusal_notice", "repair_days",
)  # fmt: skip


def add_family(**values: Any) -> Family:
    """A new family from `FAMILY_FIELDS`. Raises DomainError."""
    require_transaction()
    row = Family(**_checked(values, None))
    db.session.add(row)
    db.session.flush()
    record(row, "family.added", name=row.name)
    return row


def change_family(row: Family, **values: Any) -> Family:
    """Change some of `FAMILY_FIELDS`. Raises DomainError."""
    require_transaction()
    changes = {
        name: value
        for name, value in _checked({"name": row.name, **values}, row).items()
        if getattr(row, name) != value
    }
    for name, value in changes.items():
        setattr(row, name, value)
    if changes:
        db.session.flush()
        record(row, "family.changed", name=row.name, fields=sorted(changes))
    return row


def _checked(values: Mapping[str, Any], row: Family | None) -> dict[str, Any]:
    checked = {name: values[name] for name in FAMILY_FIELDS if name in values}
    checked["name"] = str(checked.get("name", "")).strip()[:120]
    if not checked["name"]:
        raise DomainError(_("Donnez un nom à la famille, par exemple « Lave-linge »."), field="name")
    same = family_named(checked["name"])
    if same is not None and same is not row:
        raise DomainError(
            _("La famille « %(name)s » existe déjà. Modifiez-la, ou choisissez un autre nom.", name=checked["name"]),
            field="name",
        )
    if row is not None and checked.get("parent_id") and row.id in family_line(checked["parent_id"]):
        raise DomainError(
            _("Une famille ne peut pas être rangée sous elle-même. Choisissez-en une autre."), field="parent_id"
        )
    for name in ("accessories", "common_faults"):
        if name in checked:
            checked[name] = list(dict.fromkeys(text.strip()[:80] for text in checked[name] if text.strip()))
    return checked


def choose_questionnaires(row: Family, chosen: Mapping[Use, int | None]) -> None:
    """Say which questionnaire the family uses at each moment; None for none of its own."""
    require_transaction()
    wanted = {use: found for use, found in chosen.items() if found}
    before = {use: found for use, found in questionnaires_of(row.id).items() if use in chosen}
    if before == wanted:
        return
    db.session.execute(
        delete(FamilyQuestionnaire).where(
            FamilyQuestionnaire.family_id == row.id, FamilyQuestionnaire.use.in_(list(chosen))
        )
    )
    db.session.add_all(
        FamilyQuestionnaire(family_id=row.id, use=use, questionnaire_id=found) for use, found in wanted.items()
    )
    db.session.flush()
    record(row, "family.changed", name=row.name, fields=["questionnaires"])


def archive_family(row: Family) -> None:
    """No longer proposed; units and tickets keep it."""
    require_transaction()
    row.archived_at = clock.now()
    record(row, "family.archived", name=row.name)


def restore_family(row: Family) -> None:
    """Proposed again."""
    require_transaction()
    row.archived_at = None
    record(row, "family.restored", name=row.name)


def add_model(family_id: int, brand: str, name: str, warranty_months: int | None = None) -> AssetModel:
    """A maker's model. Raises DomainError when it exists already."""
    require_transaction()
    _check_model(brand, name, None)
    row = AssetModel(family_id=family_id, brand=brand.strip(), name=name.strip(), warranty_months=warranty_months)
    db.session.add(row)
    db.session.flush()
    record(row, "model.added", name=f"{row.brand} {row.name}")
    return row


def change_model(row: AssetModel, *, family_id: int, brand: str, name: str, warranty_months: int | None) -> AssetModel:
    """Correct a model. Raises DomainError."""
    require_transaction()
    _check_model(brand, name, row.id)
    row.family_id, row.brand, row.name, row.warranty_months = family_id, brand.strip(), name.strip(), warranty_months
    db.session.flush()
    record(row, "model.changed", name=f"{row.brand} {row.name}")
    return row


def _check_model(brand: str, name: str, besides: int | None) -> None:
    if not brand.strip():
        raise DomainError(_("Saisissez la marque du modèle."), field="brand")
    if not name.strip():
        raise DomainError(_("Saisissez le nom du modèle."), field="name")
    found = model_named(brand, name)
    if found is not None and found.id != besides:
        raise DomainError(
            _("Le modèle %(brand)s %(name)s existe déjà.", brand=found.brand, name=found.name), field="name"
        )


def archive_model(row: AssetModel) -> None:
    """No longer proposed; units keep it."""
    require_transaction()
    row.archived_at = clock.now()
    record(row, "model.archived", name=f"{row.brand} {row.name}")
