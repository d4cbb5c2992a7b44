"""Settings of the texts that an invoice must carry."""

from app.core.settings import Setting, declare_settings

GROUP = "Textes légaux"
LATE = (
    "En cas de retard de paiement, pénalités au taux de refinancement de la Banque centrale européenne majoré de 10 points, "
    "exigibles sans rappel (art. L441-10 du code de commerce)."
)
FLAT = "En cas de retard de paiement, indemnité forfaitaire pour frais de recouvrement de 40 € (art. D441-5 du code de commerce)."


def declare() -> None:
    """Start-up. Each issued document keeps the text of its day."""
    declare_settings(
        Setting(
            "sales.note_pmd", "Pénalités de retard (factures aux professionnels)", "longtext", LATE, GROUP,
            "Obligatoire sur une facture à un professionnel ; un document émis garde le texte de son jour.",
        ),
        Setting(
            "sales.note_pmt", "Frais de recouvrement (factures aux professionnels)", "longtext", FLAT, GROUP,
            "Le montant est fixé par décret : changez ce texte le jour où il change.",
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
