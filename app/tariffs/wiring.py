"""What tariffs gives the house."""

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.menu import Entry, declare_menu
from app.core.permissions import Permission, declare_permissions
from app.core.revisions import follow
from app.tariffs.commands import towns
from app.tariffs.models import TariffRule
from app.tariffs.views import bp
from app.tariffs.views.blueprint import EDIT

VERBS = (
    Verb("tariff.added", "Règle de prix ajoutée", "tag", "vert"),
    Verb("tariff.changed", "Règle de prix modifiée", "tag", "bleu"),
    Verb("tariff.archived", "Règle de prix archivée", "archive", "gris"),
    Verb("tariff.restored", "Règle de prix restaurée", "arrow-back-up", "vert"),
    Verb("zone.added", "Zone tarifaire ajoutée", "map-pin", "vert"),
    Verb("zone.towns", "Communes ajoutées", "map-pin", "bleu"),
)


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    app.cli.add_command(towns)
    follow("tariffs", TariffRule)
    declare_permissions(
        Permission(EDIT, "Régler les tarifs et les zones de communes", "Catalogue", ("gerant", "comptable"))
    )
    declare_menu(Entry("tariffs", "Tarifs", "tags", "tariffs.index", EDIT, 145, "Ventes"))
    declare_verbs(*VERBS)
