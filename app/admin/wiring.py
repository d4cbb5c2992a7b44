"""What admin gives the house: a Flask-Admin with our theme, one screen per record, each under its feature's right."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Theme

from app.accounts.states import Role
from app.admin.queries.entities import ALL, entities
from app.admin.views import HomeView, RecordView
from app.admin.views.home import VIEW
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.menu import Entry, declare_menu
from app.core.permissions import Permission, declare_permissions, rule_for_blueprint

G = Role.MANAGER.value
# The folder does not exist in Flask-Admin: a template we forgot is an error, never a foreign page.
THEME = Theme(folder="etabli", base_template="admin/base.html")


def register(app: Flask) -> None:
    """Start-up; after every feature, whose rights and records must be known."""
    declare_permissions(
        Permission(VIEW, "Ouvrir l'administration", "Administration", (G,)),
        Permission(ALL, "Voir toutes les données", "Administration", (G,)),
    )
    declare_verbs(
        Verb("admin.added", "Fiche ajoutée", "plus", "vert"),
        Verb("admin.changed", "Fiche modifiée", "pencil", detail=_changes),
        Verb("admin.archived", "Fiche archivée", "archive"),
        Verb("admin.restored", "Fiche restaurée", "restore", "bleu"),
        Verb("admin.removed", "Fiche supprimée", "trash", "rouge"),
    )
    declare_menu(Entry("admin", _("Administration"), "database", "admin.index", VIEW, order=95, short="Admin"))
    admin = Admin(app, name="Établi", index_view=HomeView(), theme=THEME)
    rule_for_blueprint(app, "admin", VIEW)
    for entity in entities():
        admin.add_view(RecordView(entity))
        rule_for_blueprint(app, entity.endpoint, entity.rule)


def _changes(facts: Mapping[str, Any]) -> str:
    """« Caution : 120,00 € → 150,00 € »."""
    labels = facts.get("labels", {})
    parts = [
        f"{labels.get(name, name)} : {before or '–'} → {after or '–'}"
        for name, (before, after) in facts.get("fields", {}).items()
    ]
    text = " ; ".join(parts)
    return text if len(text) <= 300 else f"{text[:300]}…"
