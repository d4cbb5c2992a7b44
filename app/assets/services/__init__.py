"""Verbs of assets: units, families, custom fields, models, and the data that carries them from one house to another."""

from app.assets.services.families import (
    add_family,
    add_model,
    archive_family,
    archive_model,
    change_family,
    change_model,
    choose_questionnaires,
    restore_family,
)
from app.assets.services.fields import (
    add_field,
    archive_field,
    change_field,
    custom_values,
    move_field,
    read_custom,
    restore_field,
)
from app.assets.services.fitting import combine, separate
from app.assets.services.units import (
    FIELDS,
    add_asset,
    archive_asset,
    change_asset,
    check_bought_on,
    restore_asset,
    warranty_end,
)

__all__ = [
    "FIELDS", "add_asset", "add_family", "add_field", "add_model", "archive_asset", "archive_family",
    "archive_field", "archive_model", "change_asset", "change_family", "change_field", "change_model", "check_bought_on",
    "choose_questionnaires", "combine", "custom_values", "move_field", "read_custom", "restore_asset", "restore_family", "restore_field", "separate",
    "warranty_end",
]  # fmt: skip
