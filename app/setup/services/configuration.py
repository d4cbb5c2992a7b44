"""All the low-code settings as one JSON: exported, previewed, applied. A preset is such a file, applied without overwriting."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from app.assets import services as assets
from app.assets.models import AssetModel, Family, FieldDefinition
from app.assets.queries import family_named, family_rows, fields_of_one, model_named, models_of, questionnaires_of
from app.assets.services.families import FAMILY_FIELDS
from app.assets.services.fields import OPTIONS
from app.assets.states import ICONS, FieldType
from app.core.db import db, require_transaction
from app.core.errors import DomainError
from app.core.i18n import _
from app.core.settings import SETTINGS, change_setting, setting, stored
from app.messaging.services.registry import TEMPLATES, change_template, texts_of
from app.questionnaires.queries import all_questionnaires, as_data, questionnaire_coded
from app.questionnaires.services import put_questionnaire
from app.questionnaires.states import Use
from app.setup.services.lending import put_terms, terms_data
from app.setup.services.wares import put_articles

FORMAT, VERSION = "etabli-configuration", 1
HERE_ONLY = ("setup.", "sales.invoice_place")  # settings that tell of this installation, not of its trade
_TEXTS = ("subject", "body", "sms", "active")


class Change(NamedTuple):
    """Something that applying a file changes. `added` is False for what existed."""

    kind: str
    name: str
    added: bool


# --- out ------------------------------------------------------------------------------------------------------


def export_configuration() -> dict[str, Any]:
    """Everything that an administrator set: settings, questionnaires, families with fields and models, terms of loans, message texts."""
    templates = {code: texts_of(code) for code in TEMPLATES}
    return {
        "format": FORMAT,
        "version": VERSION,
        "settings": {
            key: value for key, value in sorted(stored().items()) if key in SETTINGS and not key.startswith(HERE_ONLY)
        },
        "questionnaires": [as_data(row) for row in all_questionnaires()],
        "fields": [_field_data(field) for field in fields_of_one(None)],
        "families": _families_data(),
        "lending_terms": terms_data(),
        "templates": [
            {"code": code} | {name: getattr(texts, name) for name in _TEXTS}
            for code, texts in templates.items()
            if texts.changed
        ],
    }


def _field_data(field: FieldDefinition) -> dict[str, Any]:
    return {"code": field.code} | {name: getattr(field, name) for name in OPTIONS}


def _families_data() -> list[dict[str, Any]]:
    codes = {row.id: row.code for row in all_questionnaires()}
    names = {row.id: row.name for row in family_rows()}
    return [_family_data(db.session.get_one(Family, family_id), names, codes) for family_id in names]


def _family_data(row: Family, names: Mapping[int, str], codes: Mapping[int, str]) -> dict[str, Any]:
    data: dict[str, Any] = {name: getattr(row, name) for name in FAMILY_FIELDS if name != "parent_id"}
    data["parent"] = names.get(row.parent_id or 0, "")
    data["questionnaires"] = {
        use.value: codes[chosen] for use, chosen in questionnaires_of(row.id).items() if chosen in codes
    }
    data["fields"] = [_field_data(field) for field in fields_of_one(row.id)]
    data["models"] = [
        {"brand": model.brand, "name": model.name, "warranty_months": model.warranty_months}
        for model in models_of(row.id)
    ]
    return data


# --- in -------------------------------------------------------------------------------------------------------


def apply_configuration(data: Mapping[str, Any], *, overwrite: bool = True) -> list[Change]:
    """Write what the file says; returns what changed. Without `overwrite` only what is missing is added.

    Nothing is removed. Raises DomainError with the part of the file at fault.
    """
    require_transaction()
    if data.get("format") != FORMAT or data.get("version") != VERSION:
        raise DomainError(
            _("Ce fichier n'est pas une configuration d'Établi. Exportez-en une pour voir la forme attendue.")
        )
    try:
        return [
            *_put_settings(data.get("settings", {}), overwrite),
            *_put_questionnaires(data.get("questionnaires", ()), overwrite),
            *_put_fields(None, data.get("fields", ()), overwrite),
            *_put_families(data.get("families", ()), overwrite),
            *_put_templates(data.get("templates", ())),
            *(Change(_("Article"), row.label, True) for row in put_articles(data.get("articles", ()))),
            *(
                Change(_("Conditions de prêt"), name, False)
                for name in put_terms(data.get("lending_terms", ()), overwrite)
            ),
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as wrong:
        raise DomainError(
            _("Ce fichier a été modifié d'une façon qui ne se lit plus. Exportez de nouveau la configuration.")
        ) from wrong


def preview_configuration(data: Mapping[str, Any]) -> list[Change]:
    """What applying the file would change; everything is put back before returning."""
    require_transaction()
    attempt = db.session.begin_nested()
    try:
        return apply_configuration(data)
    finally:
        attempt.rollback()


def _put_settings(values: Mapping[str, Any], overwrite: bool) -> list[Change]:
    changes = []
    for key, value in values.items():
        if key not in SETTINGS or key.startswith(HERE_ONLY) or (key in stored() and not overwrite):
            continue
        declared = SETTINGS[key]
        fault = declared.check(value) if declared.check else None
        if fault or not isinstance(value, type(declared.default)):
            raise DomainError(
                _(
                    "Réglage « %(label)s » : %(fault)s",
                    label=declared.label,
                    fault=fault or _("cette valeur ne convient pas."),
                )
            )
        if setting(key) != value:
            change_setting(key, value)
            changes.append(Change(_("Réglage"), declared.label or key, False))
    return changes


def _put_questionnaires(rows: Any, overwrite: bool) -> list[Change]:
    changes = []
    for data in rows:
        known = questionnaire_coded(str(data.get("code", ""))) is not None
        if known and not overwrite:
            continue
        row, changed = put_questionnaire(data)
        if changed:
            changes.append(Change(_("Questionnaire"), row.name, not known))
    return changes


def _put_fields(family_id: int | None, rows: Any, overwrite: bool) -> list[Change]:
    changes = []
    known = {field.code: field for archived in (False, True) for field in fields_of_one(family_id, archived=archived)}
    for data in rows:
        options = {name: data[name] for name in OPTIONS if name in data} | {"type": FieldType(data.get("type", "text"))}
        field = known.get(str(data.get("code", "")))
        if field is None:
            added = assets.add_field(family_id, code=data.get("code"), **options)
            changes.append(Change(_("Champ"), added.label, True))
        elif overwrite and any(getattr(field, name) != value for name, value in options.items()):
            assets.change_field(field, **(_field_data(field) | options))
            changes.append(Change(_("Champ"), field.label, False))
    return changes


def _put_families(rows: Any, overwrite: bool) -> list[Change]:
    changes: list[Change] = []
    touched: list[tuple[Family, Mapping[str, Any]]] = []
    for data in rows:
        values = {name: data[name] for name in FAMILY_FIELDS if name in data and name != "parent_id"}
        values["icon"] = data.get("icon") if data.get("icon") in dict(ICONS) else ICONS[0][0]
        row = family_named(str(data["name"]))
        if row is None:
            row = assets.add_family(**values)
            changes.append(Change(_("Famille"), row.name, True))
        elif not overwrite:
            continue
        elif any(getattr(row, name) != value for name, value in values.items()):
            assets.change_family(row, **values)
            changes.append(Change(_("Famille"), row.name, False))
        touched.append((row, data))
    for row, data in touched:
        changes += _complete_family(row, data, overwrite)
    return changes


def _complete_family(row: Family, data: Mapping[str, Any], overwrite: bool) -> list[Change]:
    """Its parent, questionnaires, fields and models, once every family of the file exists."""
    if data.get("parent"):
        parent = family_named(str(data["parent"]))
        if parent is None:
            raise DomainError(
                _(
                    "La famille « %(name)s » est rangée sous « %(parent)s », que le fichier ne contient pas.",
                    name=row.name,
                    parent=data["parent"],
                )
            )
        assets.change_family(row, parent_id=parent.id)
    chosen = {Use(use): questionnaire_coded(str(code)) for use, code in data.get("questionnaires", {}).items()}
    assets.choose_questionnaires(row, {use: found.id for use, found in chosen.items() if found is not None})
    changes = _put_fields(row.id, data.get("fields", ()), overwrite)
    for model in data.get("models", ()):
        if model_named(model["brand"], model["name"]) is None:
            added: AssetModel = assets.add_model(row.id, model["brand"], model["name"], model.get("warranty_months"))
            changes.append(Change(_("Modèle"), f"{added.brand} {added.name}", True))
    return changes


def _put_templates(rows: Any) -> list[Change]:
    changes = []
    for data in rows:
        code = data["code"]
        if code not in TEMPLATES:
            continue
        wanted = {name: data[name] for name in _TEXTS}
        if wanted != {name: getattr(texts_of(code), name) for name in _TEXTS}:
            change_template(code, **wanted)
            changes.append(Change(_("Message"), TEMPLATES[code].name, False))
    return changes
