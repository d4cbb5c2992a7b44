"""Settings of payments."""

from typing import Any

from app.core.i18n import _
from app.core.settings import Setting, declare_settings
from app.payments.services.online import CHOICE
from app.payments.services.reminders import reminder_days

GROUP = "Règlements"


def _days(value: Any) -> str | None:
    try:
        reminder_days(value)
    except ValueError:
        return _("Écrivez trois nombres de jours au plus, croissants, entre 1 et 365 : 7, 21, 45.")
    return None


def _months(value: Any) -> str | None:
    return (
        None if 1 <= value <= 12 else _("Donnez un nombre de mois entre 1 et 12 : un chèque vaut un an et huit jours.")
    )


def _notice(value: Any) -> str | None:
    return None if 1 <= value <= 60 else _("Donnez un nombre de jours entre 1 et 60.")


def _lapse(value: Any) -> str | None:
    return (
        None
        if 1 <= value <= 36
        else _("Donnez un nombre de mois entre 1 et 36 : les règles SEPA n'en permettent pas plus.")
    )


def declare() -> None:
    """Start-up."""
    declare_settings(
        Setting(
            "payments.reminder_days", "Relancer une facture impayée après (jours)", "text", "7, 21, 45", GROUP,
            "Trois jours après l'échéance, un par ton : rappel, relance, mise en demeure. Laissez vide pour ne rien relancer.",
            check=_days,
        ),
        Setting("payments.deposit_months", "Renouveler un chèque de caution après (mois)", "int", 11, GROUP, check=_months),
        Setting("payments.voucher_months", "Validité d'un bon d'achat (mois)", "int", 12, GROUP),
        Setting(
            "payments.prenotification_days", "Prévenir d'un prélèvement (jours avant)", "int", 14, GROUP,
            "Quatorze jours par défaut dans les règles SEPA ; moins, si vous en êtes convenu avec vos clients.", check=_notice,
        ),
        Setting(
            CHOICE, "Paiement en ligne de vos clients", "choice", "client", GROUP,
            "Quand Stripe et HelloAsso sont reliés tous les deux. Celui qui est seul relié sert de toute façon.",
            (("client", "Le client choisit"), ("stripe", "Par carte bancaire (Stripe)"), ("helloasso", "Par HelloAsso")),
        ),
        Setting(
            "payments.mandate_months", "Un mandat inutilisé devient caduc après (mois)", "int", 36, GROUP, check=_lapse,
        ),
    )  # fmt: skip
