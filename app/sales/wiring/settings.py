"""Settings of quotes."""

from typing import Any

from app.core.i18n import _
from app.core.settings import Setting, declare_settings
from app.sales.services.deadlines import reminder_days

GROUP = "Devis"
OFFER = "Acompte à la commande, solde à la livraison : carte, virement ou chèque."
CONDITIONS = (
    "Paiement à la remise de l'appareil : carte, espèces ou chèque.\n"
    "Réparation garantie 3 mois, pièces et main-d'œuvre.\n"
    "Les pièces remplacées vous sont rendues sur demande."
)


def _days(value: Any) -> str | None:
    return None if 1 <= value <= 365 else _("Donnez une durée entre 1 et 365 jours.")


def _share(value: Any) -> str | None:
    return None if 0 <= value <= 100 else _("Donnez un pourcentage entre 0 et 100.")


def _reminders(value: Any) -> str | None:
    try:
        reminder_days(value)
    except ValueError:
        return _("Écrivez des nombres de jours entre 1 et 365, séparés par une virgule : 2, 7.")
    return None


def declare() -> None:
    """Start-up."""
    declare_settings(
        Setting("sales.quote_days", "Validité d'un devis (jours)", "int", 30, GROUP, check=_days),
        Setting(
            "sales.quote_reminders", "Rappeler un devis sans réponse après (jours)", "text", "2, 7", GROUP,
            "Des nombres de jours après l'envoi. Laissez vide pour ne rien rappeler.", check=_reminders,
        ),
        Setting("sales.offer_conditions", "Conditions d'un devis de vente", "longtext", OFFER, "Textes légaux"),
        Setting(
            "sales.offer_deposit", "Acompte proposé sur un devis de vente (%)", "int", 30, GROUP, "0 : aucun acompte.", check=_share
        ),
        Setting("sales.quote_conditions", "Conditions d'un devis", "longtext", CONDITIONS, "Textes légaux"),
        Setting(
            "sales.quote_notice", "Encadré du devis", "longtext", "", GROUP,
            "Imprimé à côté du total, par exemple le bonus réparation et son montant. Laissez vide pour ne rien imprimer.",
        ),
        Setting("sales.quote_notice_title", "Titre de l'encadré du devis", "text", "Bonus réparation", GROUP),
        Setting(
            "sales.quote_footer", "Pied du devis", "longtext", "", GROUP, "Imprimé au-dessus des mentions légales de chaque page.",
        ),
    )  # fmt: skip
