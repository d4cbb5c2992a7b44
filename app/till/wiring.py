"""What till gives the house."""

from datetime import date
from typing import Any

from flask import Flask

from app.core.i18n import _
from app.core.law import EUROS, Known, LegalAmount, declare_law
from app.core.menu import Entry, declare_menu
from app.core.panels import Panel, declare_panels
from app.core.permissions import Permission, declare_permissions
from app.core.personal import declare_personal
from app.core.settings import Setting, declare_settings
from app.stock.services.hooks import declare_told
from app.till import models  # noqa: F401  the tables of this feature
from app.till.personal import PERSONAL
from app.till.services import sealing
from app.till.views import bp
from app.till.views.panels import contact_panel, hand_over_panel, numbers_panel, sale_told

G, A, K = "gerant", "accueil", "comptable"
GROUP = "Caisse"

PERMISSIONS = (
    Permission("till.view", "Voir le journal, les clôtures et les statistiques de caisse", "Caisse", (G, A, K)),
    Permission("till.sell", "Encaisser à la caisse", "Caisse", (G, A)),
    Permission("till.refund", "Rembourser un ticket de caisse", "Caisse", (G, A)),
    Permission("till.discount", "Accorder toute remise et changer un prix en caisse", "Caisse", (G,)),
    Permission("till.close", "Compter et clôturer la caisse", "Caisse", (G, A)),
    Permission("till.configure", "Régler les caisses, le mode école et les archives", "Caisse", (G,)),
)


def register(app: Flask) -> None:
    """Start-up."""
    declare_personal(PERSONAL)
    app.register_blueprint(bp)
    declare_permissions(*PERMISSIONS)
    declare_menu(Entry("till", "Caisse", "cash-register", "till.index", "till.view", 130, "Ventes"))
    declare_panels("ticket.hand_over", Panel("till", "till/_hand_over.html", 10, hand_over_panel, "till.sell"))
    declare_panels("contact", Panel("till", "till/_contact.html", 60, contact_panel, "till.view", "Caisse", heavy=True))
    declare_panels(
        "contact",
        Panel("numbers", "till/_numbers.html", 62, numbers_panel, "stock.view", "Numéros de série achetés", heavy=True),
    )
    declare_told("till_sale", sale_told)
    declare_law(*LAW)
    _settings()
    sealing.declare()


#: What the law sets at the till, with the day each text was last read.
LAW = (
    LegalAmount(
        "till.cash_limit", "Espèces : montant le plus élevé d'une vente", EUROS, GROUP,
        (Known(date(2015, 9, 1), 100_000, "C. mon. fin., art. L112-6 et D112-3 (décret n° 2015-741)", date(2026, 11, 21)),),
        "Pour un client qui réside en France. Zéro : sans limite.",
    ),
    LegalAmount(
        "till.note_from", "Note obligatoire à partir de (TTC)", EUROS, GROUP,
        (Known(date(2010, 8, 1), 2_500, "Arrêté n° 83-50/A du 3 octobre 1983, modifié en 2010", date(2026, 11, 21)),),
        "Une prestation de services de ce prix donne lieu à une note avant paiement.",
    ),
)  # fmt: skip


def _month(value: Any) -> str | None:
    return None if 1 <= value <= 12 else _("Donnez le numéro d'un mois, de 1 à 12.")


def _months(value: Any) -> str | None:
    return None if 0 <= value <= 120 else _("Donnez un nombre de mois entre 0 (sans fin) et 120.")


def _settings() -> None:
    declare_settings(
        Setting(
            "till.free_discount", "Remise permise à tous", "percent", 500, GROUP,
            "Au-delà, il faut le droit d'accorder toute remise.",
        ),
        Setting("till.voucher_months", "Validité d'un bon cadeau (mois)", "int", 12, GROUP, "Zéro : sans fin.", check=_months),
        Setting("till.year_starts", "Premier mois de l'exercice", "int", 1, GROUP, check=_month),
        Setting("till.receipt_footer", "Pied du ticket de caisse", "longtext", "Merci de votre visite.", GROUP),
    )  # fmt: skip
