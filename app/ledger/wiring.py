"""What ledger gives the house."""

from datetime import date
from typing import Any

from flask import Flask

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.journals import declare_journal
from app.core.law import EUROS, Known, LegalAmount, declare_law
from app.core.menu import Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.settings import Setting, declare_settings, setting
from app.core.settings_pages import declare_settings_page
from app.ledger.commands import ledger
from app.ledger.models import Entry as LedgerEntry
from app.ledger.models import EntryLine
from app.ledger.queries import entry_of, period_bounds
from app.ledger.queries.years import CLOSING_MONTH
from app.ledger.services.franchise import SALES_BASE, SALES_RAISED, SERVICES_BASE, SERVICES_RAISED
from app.ledger.services.sources.supplier_invoices import KIND
from app.ledger.views import bp
from app.ledger.views.blueprint import EXPORT, VIEW
from app.ledger.views.chart import RIGHT
from app.ledger.views.panels import bill_panel, franchise_panel
from app.purchasing.services import declare_booked

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
#: CGI art. 293 B: (key, label, since 2025, from 2023 to 2024), without tax. The thresholds of the finance act for 2026 were not read.
THRESHOLDS = (
    (SALES_BASE, "Franchise : ventes et hébergement, seuil", 8_500_000, 9_190_000),
    (SALES_RAISED, "Franchise : ventes et hébergement, seuil majoré", 9_350_000, 10_100_000),
    (SERVICES_BASE, "Franchise : services, seuil", 3_750_000, 3_680_000),
    (SERVICES_RAISED, "Franchise : services, seuil majoré", 4_125_000, 3_910_000),
)  # fmt: skip
LAW = tuple(
    LegalAmount(
        key, label, EUROS, "Franchise de TVA",
        (
            Known(date(2023, 1, 1), before, "CGI, art. 293 B, seuils de 2023 à 2024", date(2023, 1, 1)),
            Known(date(2025, 1, 1), since, "CGI, art. 293 B (loi n° 2025-1044 du 3 novembre 2025)", date(2025, 11, 3)),
        ), "Hors taxes, sur l'année civile.",
    )
    for key, label, since, before in THRESHOLDS
)  # fmt: skip
#: CGI art. 206, 1 bis and 261, 7-1° b: raised each year by the forecast of prices. That of 2026 was not found: to be checked.
ACCESSORY = LegalAmount(
    "association.accessory", "Association : recettes lucratives accessoires, seuil", EUROS, "Associations",
    (
        Known(date(2023, 1, 1), 7_667_900, "CGI, art. 206, 1 bis, seuil de 2023", date(2023, 1, 1)),
        Known(date(2024, 1, 1), 7_859_600, "CGI, art. 206, 1 bis, seuil de 2024", date(2024, 1, 1)),
        Known(date(2025, 1, 1), 8_001_100, "CGI, art. 206, 1 bis, seuil de 2025 ; celui de 2026 est à vérifier", date(2025, 1, 1)),
    ),
    "Recettes de l'année civile, hors taxes, des activités lucratives. Au-dessus, l'association taxe ces activités : régime « Association à secteurs ».",
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
    declare_law(*LAW, ACCESSORY)
    declare_settings(
        Setting(
            CLOSING_MONTH, "Mois de clôture de l'exercice", "choice", "12", "Comptabilité",
            "Le dernier mois de l'exercice comptable. Il ne change plus une fois la première écriture passée.",
            choices=tuple((str(rank), name) for rank, name in enumerate(MONTHS, 1)), check=_closing_month,
        ),
    )  # fmt: skip
    declare_panels(
        "dashboard", Panel("franchise", "ledger/_franchise.html", 14, franchise_panel, VIEW, "Franchise de TVA")
    )
    declare_panels("bill", Panel("ledger", "ledger/_bill.html", 30, bill_panel, VIEW))
    declare_booked(lambda bill_id: entry_of(KIND, bill_id) is not None)
    declare_settings_page(
        "ledger.chart", "Plan comptable", "Les comptes de vos ventes, achats, charges, tiers et TVA, par usage et par famille d'articles.", "list-numbers",
        "ledger.chart", RIGHT, 60, "Métier",
    )  # fmt: skip


def _closing_month(value: Any) -> str | None:
    if str(value) != str(setting(CLOSING_MONTH)) and period_bounds() is not None:
        return _("Des écritures existent déjà : l'exercice garde son mois de clôture.")
    return None
