"""The messages that repairers get, with their first words. The organisation changes them in « Réglages »."""

from app.messaging.services import declare_template

COMMON = {
    "dossier": "N° du dossier",
    "materiel": "Matériel",
    "panne": "Panne signalée",
    "fin": "Fin prévue",
    "lien": "Adresse de l'espace du réparateur",
}
SAMPLE = {
    "dossier": "R-2026-0042",
    "materiel": "Violon 3/4 n° 0112",
    "panne": "Cheville qui glisse",
    "fin": "vendredi 4 décembre",
    "lien": "https://exemple.example/mes-reparations",
}
GROUP = "Réparateurs extérieurs"


def declare() -> None:
    """Start-up."""
    declare_template(
        "repair.proposed", "Réparation proposée", group=GROUP, placeholders=COMMON, sample=SAMPLE,
        subject="{{ materiel }} : une réparation vous est proposée",
        body=(
            "Bonjour {{ client }},\n\nNous vous proposons une réparation : {{ materiel }} (dossier {{ dossier }}).\n\n"
            "Panne : {{ panne }}\n\nFin prévue : {{ fin }}.\n\n[Accepter ou refuser]({{ lien }})\n\n{{ organisation }}"
        ),
        sms="{{ organisation }} : une réparation vous est proposée, {{ materiel }} ({{ dossier }}). Réponse : {{ lien }}",
    )  # fmt: skip
    declare_template(
        "repair.withdrawn", "Réparation retirée", group=GROUP, placeholders=COMMON, sample=SAMPLE,
        subject="{{ materiel }} : cette réparation ne vous est plus confiée",
        body=(
            "Bonjour {{ client }},\n\nLa réparation {{ dossier }} ({{ materiel }}) ne vous est plus confiée : n'y travaillez pas, ou "
            "appelez-nous si elle est commencée.\n\n[Voir vos réparations]({{ lien }})\n\n{{ organisation }}, {{ telephone }}"
        ),
        sms="{{ organisation }} : la réparation {{ dossier }} ({{ materiel }}) ne vous est plus confiée. Vos réparations : {{ lien }}",
    )  # fmt: skip
    declare_template(
        "repair.reminder", "Rappel : réparation sans réponse", group=GROUP, placeholders=COMMON, sample=SAMPLE,
        subject="{{ materiel }} : nous attendons votre réponse",
        body=(
            "Bonjour {{ client }},\n\nVous n'avez pas encore répondu pour {{ materiel }} (dossier {{ dossier }}). Fin prévue : {{ fin }}.\n\n"
            "[Accepter ou refuser]({{ lien }})\n\n{{ organisation }}"
        ),
        sms="{{ organisation }} : votre réponse est attendue, {{ materiel }} ({{ dossier }}). {{ lien }}",
    )  # fmt: skip
    declare_template(
        "repair.quote_answered", "Réponse au devis du réparateur", group=GROUP,
        placeholders={**COMMON, "reponse": "Réponse", "montant": "Montant du devis"},
        sample={**SAMPLE, "reponse": "Devis accepté", "montant": "120,00 €"},
        subject="{{ materiel }} : {{ reponse }}",
        body=(
            "Bonjour {{ client }},\n\nVotre devis de {{ montant }} pour {{ materiel }} (dossier {{ dossier }}) : {{ reponse }}.\n\n"
            "[Voir vos réparations]({{ lien }})\n\n{{ organisation }}"
        ),
    )  # fmt: skip
