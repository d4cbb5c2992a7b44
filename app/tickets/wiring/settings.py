"""Settings of the workshop."""

from app.core.settings import Setting, declare_settings
from app.tickets.states import TicketState

GROUP = "Dossiers"
DEPOSIT = (
    "Un appareil non repris dans l'année qui suit son dernier rappel peut être vendu, sur autorisation du juge "
    "(loi du 31 décembre 1903)."
)


def declare() -> None:
    """Start-up."""
    declare_settings(
        Setting("tickets.noun", "Nom d'un dossier", "json", {"singular": "dossier", "plural": "dossiers", "feminine": False}, GROUP),
        Setting(
            "tickets.words", "Mots des états", "json", {state.value: "" for state in TicketState}, "États",
            "Laissez vide pour garder le mot d'origine.", tuple(TicketState.choices()),
        ),
        Setting(
            "tickets.guarantee_months", "Garantie de la réparation (mois)", "int", 3, GROUP,
            "Un appareil qui revient dans ce délai est signalé à la prise en charge. QualiRépar demande trois mois au moins.",
        ),
        Setting("tickets.diagnosis_fee", "Forfait diagnostic TTC", "cents", 2500, GROUP, "Déduit si l'appareil est réparé."),
        Setting("tickets.labour_rate", "Main-d'œuvre, prix de l'heure HT", "cents", 5500, GROUP),
        Setting("tickets.vat_rate", "TVA par défaut", "percent", 2000, GROUP),
        Setting("tickets.repair_days", "Délai habituel (jours ouvrés)", "int", 5, GROUP),
        Setting("tickets.per_day", "Dossiers traités par réparateur et par jour", "int", 4, GROUP, "Sert à proposer la date promise."),
        Setting("tickets.untouched_days", "Signaler un dossier sans action depuis (jours)", "int", 7, GROUP),
        Setting("tickets.deposit_terms", "Conditions de dépôt", "longtext", DEPOSIT, "Textes légaux"),
        Setting(
            "tickets.consent_deposit", "Accord sur les conditions de dépôt", "longtext",
            "Le client accepte les conditions de dépôt et le forfait diagnostic.", "Textes légaux",
        ),
        Setting(
            "tickets.consent_repair", "Accord sur les données personnelles", "longtext",
            "Il accepte que ses données servent au suivi de la réparation.", "Textes légaux",
        ),
        Setting(
            "tickets.consent_used_parts", "Accord sur les pièces d'occasion", "longtext",
            "Il accepte la pose de pièces d'occasion ou reconditionnées.", "Textes légaux",
        ),
        Setting(
            "tickets.consent_news", "Accord pour recevoir des nouvelles", "longtext",
            "Il accepte de recevoir des nouvelles de l'atelier.", "Textes légaux",
        ),
        Setting(
            "tickets.exit_guarantee", "Texte de garantie (bon de sortie, facture)", "longtext",
            "Réparation garantie 3 mois, pièces et main-d'œuvre. Les pièces remplacées sont rendues sur demande.", "Textes légaux",
        ),
    )  # fmt: skip
