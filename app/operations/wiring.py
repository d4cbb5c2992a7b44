"""What operations give the house: commands, the page of back-ups and its alert, what is sealed by batches."""

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.settings import Setting, declare_settings
from app.core.settings_pages import declare_settings_page
from app.operations import journals
from app.operations.commands import COMMANDS
from app.operations.scheduled import WARNED
from app.operations.views import RIGHT, bp, trouble_panel

#: Of no group: the page of back-ups shows them itself.
GROUP = ""
SETTINGS = (
    Setting("backup.nightly", "Sauvegarder chaque nuit", "bool", True, GROUP),
    Setting("backup.days", "Sauvegardes quotidiennes gardées", "int", 7, GROUP),
    Setting("backup.weeks", "Sauvegardes hebdomadaires gardées", "int", 4, GROUP),
    Setting("backup.months", "Sauvegardes mensuelles gardées", "int", 12, GROUP),
    Setting("backup.rehearse_days", "Jours entre deux essais de restauration", "int", 7, GROUP),
    Setting("backup.max_hours", "Âge d'une sauvegarde qui alerte (heures)", "int", 36, GROUP),
    Setting(WARNED, "Dernière alerte", "text", "", GROUP),
)


def register(app: Flask) -> None:
    """Start-up."""
    journals.declare()
    app.register_blueprint(bp)
    declare_permissions(Permission(RIGHT, "Gérer les sauvegardes et voir leur clé", "Organisation", ("gerant",)))
    declare_settings(*SETTINGS)
    declare_verbs(Verb("backup.key_shown", "Clé des sauvegardes montrée", "key", "ambre"))
    declare_settings_page(
        "operations.backups", "Sauvegardes", "Chaque nuit, chiffrées, restaurées à l'essai.", "database-export",
        "operations.backups", RIGHT, 95,
    )  # fmt: skip
    declare_panels("dashboard", Panel("backups", "operations/_trouble.html", 3, trouble_panel, RIGHT, "Sauvegardes"))
    for command in COMMANDS:
        app.cli.add_command(command)
