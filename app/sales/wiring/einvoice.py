"""Settings of the texts that an invoice must carry."""

from datetime import date
from typing import Any

from app.core.i18n import _
from app.core.law import DAYS, EUROS, PERCENT, Known, LegalAmount, declare_law
from app.core.settings import Setting, declare_settings
from app.sales.services.documents.terms import DAYS_MOST, DAYS_MOST_MONTH, LEGAL_RATE, POINTS, RECOVERY, REFINANCING

GROUP = "Textes légaux"
LATE = (
    "En cas de retard de paiement, pénalités au taux annuel de {taux} (taux de refinancement de la Banque centrale européenne "
    "majoré de {points}), exigibles sans rappel (art. L441-10 du code de commerce)."
)
FLAT = "En cas de retard de paiement, indemnité forfaitaire pour frais de recouvrement de {indemnite} (art. D441-5 du code de commerce)."
READ = date(2026, 11, 21)
BANK = "Banque centrale européenne, taux des opérations principales de refinancement"
INTEREST = "Arrêté fixant le taux de l'intérêt légal, créanciers autres que les particuliers"
#: The rate of a half-year is that of its first day (C. com. art. L441-10 II); the program knows those published when it was written.
LAW = (
    LegalAmount(
        RECOVERY, "Indemnité forfaitaire pour frais de recouvrement", EUROS, GROUP,
        (Known(date(2013, 1, 1), 4_000, "C. com., art. D441-5 (décret n° 2012-1115)", READ),), "Entre professionnels, par facture en retard.",
    ),
    LegalAmount(
        REFINANCING, "Taux de refinancement de la BCE", PERCENT, GROUP,
        (
            Known(date(2025, 1, 1), 315, BANK, date(2025, 1, 1)), Known(date(2025, 7, 1), 215, BANK, date(2025, 7, 1)),
            Known(date(2026, 1, 1), 215, BANK, date(2026, 1, 1)),
        ), "Celui du 1er janvier vaut pour le premier semestre, celui du 1er juillet pour le second.", 6,
    ),
    LegalAmount(
        POINTS, "Majoration du taux de la BCE", PERCENT, GROUP,
        (Known(date(2009, 1, 1), 1_000, "C. com., art. L441-10, II", READ),), "S'ajoute au taux de la BCE : c'est le taux des pénalités de retard.",
    ),
    LegalAmount(
        LEGAL_RATE, "Taux de l'intérêt légal", PERCENT, GROUP,
        (Known(date(2025, 1, 1), 371, INTEREST, date(2025, 1, 1)), Known(date(2025, 7, 1), 276, INTEREST, date(2025, 7, 1))),
        "Fixé chaque semestre. Un taux de pénalités convenu n'est jamais sous trois fois celui-ci.", 6,
    ),
    LegalAmount(
        DAYS_MOST, "Délai de paiement entre professionnels", DAYS, GROUP,
        (Known(date(2009, 1, 1), 60, "C. com., art. L441-10, I", READ),), "À compter de la facture.",
    ),
    LegalAmount(
        DAYS_MOST_MONTH, "Délai de paiement, échéance en fin de mois", DAYS, GROUP,
        (Known(date(2009, 1, 1), 45, "C. com., art. L441-10, I", READ),), "Puis la fin du mois.",
    ),
)  # fmt: skip


def _with_amount(value: Any) -> str | None:
    if "{indemnite}" in str(value) or not str(value).strip():
        return None
    return _("Écrivez {indemnite} à la place du montant : celui en vigueur le jour de la facture y sera mis.")


def declare() -> None:
    """Start-up. Each issued document keeps the text of its day."""
    declare_law(*LAW)
    declare_settings(
        Setting(
            "sales.note_pmd", "Pénalités de retard (factures aux professionnels)", "longtext", LATE, GROUP,
            "Obligatoire sur une facture à un professionnel. {taux}, {points} et {plancher} (trois fois l'intérêt légal) deviennent les taux de son jour.",
        ),
        Setting(
            "sales.note_pmt", "Frais de recouvrement (factures aux professionnels)", "longtext", FLAT, GROUP,
            "{indemnite} devient le montant en vigueur le jour de la facture.", check=_with_amount,
        ),
        Setting(
            "sales.note_aab", "Escompte", "longtext", "Pas d'escompte pour paiement anticipé.", GROUP,
            "Les conditions d'escompte, ou leur absence : obligatoire.",
        ),
        Setting(
            "sales.invoice_footer", "Pied des factures", "longtext", "", "Factures",
            "Imprimé au-dessus des mentions légales de chaque page.",
        ),
    )  # fmt: skip
