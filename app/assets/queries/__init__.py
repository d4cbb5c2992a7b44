"""Reads of assets: families with what they bring, custom fields, models, units; the noun they go by."""

from app.assets.queries.families import (
    documents_for,
    families,
    family,
    family_for,
    family_line,
    family_named,
    family_rows,
    model_for,
    model_named,
    models_matching,
    models_of,
    questionnaire_for,
    questionnaires_of,
)
from app.assets.queries.fields import (
    custom_pairs,
    field_definition,
    field_text,
    fields_of,
    fields_of_one,
    in_words,
    list_fields,
)
from app.assets.queries.units import (
    CUSTOM,
    asset_for,
    assets_of,
    assets_with_serial,
    custom_form_values,
    inventory_number_taken,
    listing,
    next_inventory_number,
    serial_key,
)
from app.assets.queries.words import Noun, noun

__all__ = [
    "CUSTOM", "Noun", "asset_for", "assets_of", "assets_with_serial", "custom_form_values", "custom_pairs", "documents_for", "families",
    "family", "family_for", "family_line", "family_named", "family_rows", "field_definition", "field_text", "fields_of", "fields_of_one",
    "in_words", "inventory_number_taken", "list_fields", "listing", "model_for", "model_named", "models_matching", "models_of",
    "next_inventory_number", "noun", "questionnaire_for", "questionnaires_of", "serial_key",
]  # fmt: skip
