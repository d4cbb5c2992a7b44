"""What setup gives the house. It registers after the features whose settings it shows."""

from typing import Any

from flask import Flask

from app.core.checklist import declare_step, steps
from app.core.panels import Panel, declare_panels
from app.core.settings import Setting, declare_settings, setting
from app.core.settings_pages import declare_settings_page
from app.questionnaires.items import slug
from app.setup import queries, views
from app.setup.views.blueprint import RIGHT
from app.setup.views.law import law_panel
from app.setup.views.settings import group_view
from app.setup.views.welcome import lead_to_welcome

#: How each group of settings is shown on the index; a group not named here gets the first of these.
CARDS: dict[str, tuple[str, str, str]] = {
    "": ("adjustments", "Réglages de cette partie.", "Métier"),
    "Planning": ("calendar-cog", "Jours fériés et zone des vacances scolaires.", "Métier"),
    "Factures": ("file-invoice", "Délais de paiement, pied des factures.", "Métier"),
    "Règlements": ("cash", "Relances, paiement en ligne, cautions, prélèvements.", "Métier"),
    "Adhérents": ("id-badge-2", "Catégories, adresse qui fait le tarif, ce qui empêche de réserver.", "Métier"),
    "Prêts": ("file-text", "Texte du contrat, TVA des dégâts et retards, délais de réponse.", "Métier"),
    "Réparateurs extérieurs": (
        "users",
        "Ce qui compte pour partager les réparations, et les délais de réponse.",
        "Métier",
    ),
    "Caisse": ("cash-register", "Remises, bons cadeaux, pied du ticket.", "Métier"),
    "Obligations de facturation": ("gavel", "Taille, régime de TVA, dates de la réforme.", "Métier"),
    "Dossiers": ("tool", "Garantie de réparation, forfait diagnostic, délais, nom d'un dossier.", "Métier"),
    "États": ("checklist", "Les mots de chaque état, comme on les dit chez vous.", "Métier"),
    "Textes légaux": ("writing-sign", "Conditions de dépôt, accords du client, garantie.", "Organisation"),
    "Devis": ("file-invoice", "Validité, relances, mentions au pied du devis.", "Métier"),
    "Comptabilité": ("calculator", "Mois de clôture de l'exercice.", "Métier"),
    "Mots": ("language", "Le nom que vous donnez à vos biens.", "Métier"),
    "Messages": ("message-cog", "Heures calmes et préférences d'envoi.", "Messages"),
}
#: Groups whose own word is already the address of another page.
TITLES = {"Messages": "Envoi des messages"}


def register(app: Flask) -> None:
    """Start-up."""
    declare_settings(
        Setting(queries.DISMISSED, "Étapes masquées", "list", [], ""),
        Setting("setup.slip_checked", "Bon vérifié", "bool", False, ""),
    )
    app.register_blueprint(views.bp)
    # Before everybody else's: without an organisation nobody can sign in, so the sign-in page must not come first.
    app.before_request_funcs.setdefault(None, []).insert(0, lead_to_welcome)
    _settings_pages(app)
    _steps()
    declare_panels(
        "dashboard",
        Panel("setup.todo", "setup/panel.html", 5, _panel, permission=RIGHT, label="Mise en route"),
        Panel("law", "setup/law_panel.html", 15, law_panel, permission=RIGHT, label="Montants légaux"),
    )


def _settings_pages(app: Flask) -> None:
    for rank, (group, declared) in enumerate(queries.setting_groups().items()):
        icon, description, heading = CARDS.get(group, CARDS[""])
        title = TITLES.get(group, group)
        name = slug(title)
        endpoint = f"settings_{name.replace('-', '_')}"
        app.add_url_rule(f"/reglages/{name}", endpoint, group_view(title, endpoint, declared), methods=["GET", "POST"])
        declare_settings_page(f"settings.{name}", title, description, icon, endpoint, RIGHT, 50 + rank, heading)
    declare_settings_page("logo", "Logo", "Sur les écrans, les bons et les devis.", "photo", "setup.logo", RIGHT, 12)
    declare_settings_page(
        "law", "Montants légaux", "Seuils, taux et délais de la loi, chacun avec sa date et sa source.", "scale",
        "setup.law_page", RIGHT, 44,
    )  # fmt: skip
    declare_settings_page(
        "slip",
        "Bon d'entrée",
        "Ce qu'il dit, dans quel ordre, avec son aperçu.",
        "file-text",
        "setup.slip",
        RIGHT,
        45,
        "Métier",
    )
    declare_settings_page(
        "configuration", "Configuration", "Tout exporter ou importer en un fichier ; ajouter un métier.", "file-settings",
        "setup.configuration", RIGHT, 90,
    )  # fmt: skip


def _steps() -> None:
    rows = (
        ("particulars", "Compléter les coordonnées et le SIRET", "Ils figurent sur les bons et les devis.", "accounts.organisation", queries.has_particulars, "building"),
        ("logo", "Ajouter le logo", "Sur les écrans et les documents.", "setup.logo", queries.has_logo, "photo"),
        ("opening", "Donner les horaires d'ouverture", "Ils servent aux dates promises et au suivi des clients.", "accounts.organisation", queries.has_opening_hours, "clock"),
        ("colleague", "Inviter un premier collègue", "Chacun a son compte et ses droits.", "accounts.team", queries.has_colleague, "user-plus"),
        ("mail", "Brancher le courriel", "Devis et messages partent de votre adresse.", "partners.index", queries.has_mail_account, "mail"),
        ("sms", "Brancher les SMS", "« Votre appareil est prêt », sans appeler.", "partners.index", queries.has_sms_account, "message-circle"),
        ("slip", "Relire le bon d'entrée", "Il porte les mentions que la loi demande.", "setup.slip", queries.slip_was_checked, "file-text"),
        ("contacts", "Importer vos contacts", "D'un fichier CSV ou XLSX.", "contacts.index", queries.has_contacts, "file-import"),
        ("ticket", "Prendre en charge un premier appareil", "De l'entrée à la sortie, pour se faire la main.", "tickets.intake", queries.has_ticket, "tool"),
    )  # fmt: skip
    for order, (key, label, detail, endpoint, done, icon) in enumerate(rows):
        declare_step(key, label, detail, endpoint, done, 10 * order, icon)


def _panel(_page: Any) -> dict[str, Any] | None:
    """On the dashboard only while something may remain: the list itself is fetched after the page."""
    dismissed = set(setting(queries.DISMISSED))
    return {} if any(step.key not in dismissed for step in steps()) else None
