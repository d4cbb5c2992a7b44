"""What ledger gives the house."""

from typing import Any

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.journals import declare_journal
from app.core.menu import Entry, declare_menu
from app.core.permissions import Permission, declare_permissions
from app.core.settings import Setting, declare_settings, setting
from app.core.settings_pages import declare_settings_page
from app.ledger.commands import ledger
from app.ledger.models import Entry as LedgerEntry
from app.ledger.models import EntryLine
from app.ledger.queries import period_bounds
from app.ledger.queries.years import CLOSING_MONTH
from app.ledger.views import bp
from app.ledger.views.blueprint import EXPORT, VIEW
from app.ledger.views.chart import RIGHT

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
        )
    )  # fmt: skip
    declare_settings_page(
        "ledger.chart", "Plan comptable", "Les comptes de vos ventes, règlements, tiers et TVA.", "list-numbers",
        "ledger.chart", RIGHT, 60, "Métier",
    )  # fmt: skip


def _closing_month(value: Any) -> str | None:
    if str(value) != str(setting(CLOSING_MONTH)) and period_bounds() is not None:
        return _("Des écritures existent déjà : l'exercice garde son mois de clôture.")
    return None
