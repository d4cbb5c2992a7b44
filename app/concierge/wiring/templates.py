"""The messages of the concierge, with their first words. The organisation changes them in « Réglages »."""

from app.concierge.services.telling import CODE
from app.messaging.services import declare_template

GROUP = "Conciergerie"


def declare() -> None:
    """Start-up."""
    declare_template(
        CODE, "Relevé mensuel du propriétaire", group=GROUP,
        placeholders={
            "mois": "Mois", "releve": "N° du relevé", "facture": "N° de la facture d'honoraires", "solde": "Solde du mois",
            "en_votre_faveur": "« oui » quand nous lui devons ce solde", "a_regler": "« oui » quand il le doit",
            "lien": "Lien pour régler la facture",
        },
        sample={
            "mois": "octobre 2026", "releve": "RG-2026-0042", "facture": "F-2026-0118", "solde": "1 284,50 €",
            "en_votre_faveur": "oui", "a_regler": "", "lien": "",
        },
        subject="Votre relevé de gérance de {{ mois }}",
        body=(
            "Bonjour {{ client }},\n\nVoici votre relevé de gérance de {{ mois }} ({{ releve }})"
            "{% if facture %}, avec notre facture d'honoraires {{ facture }}{% endif %}. Chaque montant y est expliqué.\n\n"
            "{% if en_votre_faveur %}\nLe solde en votre faveur est de {{ solde }}.\n{% endif %}\n"
            "{% if a_regler %}\nIl vous reste à nous régler {{ solde }}.\n{% endif %}\n"
            "{% if lien %}\n[Voir et régler la facture]({{ lien }})\n{% endif %}\n"
            "Une question ? Répondez simplement à ce courriel.\n\n{{ organisation }}{% if telephone %}, {{ telephone }}{% endif %}"
        ),
    )  # fmt: skip
