"""What ledger gives the house."""

from typing import Any

from flask import Flask

from app.core.errors import DomainError
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.journals import declare_journal
from app.core.menu import Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.settings import Setting, declare_settings, setting
from app.core.settings_pages import declare_settings_page
from app.ledger.commands import ledger
from app.ledger.models import Entry as LedgerEntry
from app.ledger.models import EntryLine
from app.ledger.queries import period_bounds
from app.ledger.queries.years import CLOSING_MONTH
from app.ledger.services.franchise import THRESHOLDS, read_thresholds
from app.ledger.views import bp
from app.ledger.views.blueprint import EXPORT, VIEW
from app.ledger.views.chart import RIGHT
from app.ledger.views.panels import franchise_panel

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
PERMISSIONS = (
    Permission(VIEW, "Voir la comptabilité : journaux, grand livre, TVA", "Comptabilité", ("gerant", "comptable")),
    Permission(EXPORT, "Exporter la comptabilité et le FEC", "Comptabilité", ("gerant", "comptable")),
)


def register(app: Flask) -> None:
    """Start-up."""
    app.register_blueprint(bp)
    app.cli.add_command(ledger)
    declare_permissions(*PERMISSIONS)
    declare_journal(LedgerEntry)
    declare_journal(EntryLine)
    declare_verbs(Verb("account.changed", "Compte comptable changé", "list-numbers", "bleu"))
    declare_menu(Entry("ledger", "Comptabilité", "calculator", "ledger.index", VIEW, 190, "Gestion"))
    declare_settings(
        Setting(
            CLOSING_MONTH, "Mois de clôture de l'exercice", "choice", "12", "Comptabilité",
            "Le dernier mois de l'exercice comptable. Il ne change plus une fois la première écriture passée.",
            choices=tuple((str(rank), name) for rank, name in enumerate(MONTHS, 1)), check=_closing_month,
        ),
        Setting(
            THRESHOLDS, "Seuils de la franchise de TVA (art. 293 B)", "longtext", "01/01/2025 ; 85 000 ; 93 500 ; 37 500 ; 41 250", "Comptabilité",
            "Une ligne par changement de la loi : à partir du jour ; ventes et hébergement, seuil puis seuil majoré ; services, seuil puis seuil majoré. Source : loi 2025-1044 du 3 novembre 2025.",
            check=_thresholds,
        ),
    )  # fmt: skip
    declare_panels(
        "dashboard", Panel("franchise", "ledger/_franchise.html", 14, franchise_panel, VIEW, "Franchise de TVA")
    )
    declare_settings_page(
        "ledger.chart", "Plan comptable", "Les comptes de vos ventes, règlements, tiers et TVA.", "list-numbers",
        "ledger.chart", RIGHT, 60, "Métier",
    )  # fmt: skip


def _thresholds(value: Any) -> str | None:
    try:
        rows = read_thresholds(str(value))
    except (ValueError, DomainError):
        rows = []
    return None if rows else _("Écrivez chaque ligne ainsi : 01/01/2025 ; 85 000 ; 93 500 ; 37 500 ; 41 250.")


def _closing_month(value: Any) -> str | None:
    if str(value) != str(setting(CLOSING_MONTH)) and period_bounds() is not None:
        return _("Des écritures existent déjà : l'exercice garde son mois de clôture.")
    return None
