"""The messages that tickets send, with their first words. The organisation changes them in « Réglages »."""

from app.messaging.services import declare_suggestions, declare_template
from app.tickets.models import Ticket
from app.tickets.services.notices import answer_facts

COMMON = {
    "dossier": "N° du dossier",
    "appareil": "Appareil",
    "promis": "Date promise",
    "lien": "Lien de suivi",
}
SAMPLE = {
    "dossier": "R-2026-0042",
    "appareil": "Machine à café Brévia 300",
    "promis": "vendredi 27 novembre",
    "lien": "https://exemple.example/suivi/abc",
}
GROUP = "Réparations"


def declare() -> None:
    """Start-up."""
    _at_the_desk()
    _meanwhile()
    _away_from_the_desk()
    codes = ("ticket.received", "ticket.ready", "ticket.delayed", "ticket.shipped")
    declare_suggestions(Ticket.__kind__, codes, answer_facts)


def _at_the_desk() -> None:
    declare_template(
        "ticket.received", "Appareil reçu", group=GROUP, placeholders=COMMON, sample=SAMPLE,
        subject="{{ appareil }} : bien reçu, dossier {{ dossier }}",
        body=(
            "Bonjour {{ client }},\n\nNous avons bien reçu votre appareil : {{ appareil }}. "
            "Votre dossier porte le n° {{ dossier }}{% if promis %} et nous prévoyons de vous le rendre {{ promis }}{% endif %}.\n\n"
            "[Suivre la réparation]({{ lien }})\n\nÀ bientôt,\n{{ organisation }}"
        ),
    )  # fmt: skip
    declare_template(
        "ticket.ready", "Appareil prêt", group=GROUP, placeholders={**COMMON, "issue": "Issue de la réparation"},
        sample={**SAMPLE, "issue": "Réparé"},
        subject="{{ appareil }} : vous pouvez venir le chercher",
        body=(
            "Bonjour {{ client }},\n\nVotre appareil vous attend : {{ appareil }} (dossier {{ dossier }}). Issue : {{ issue }}.\n\n"
            "[Voir le dossier]({{ lien }})\n\nNous vous attendons aux heures d'ouverture.\n{{ organisation }}"
        ),
        sms="{{ organisation }} : appareil à retirer ({{ appareil }}, dossier {{ dossier }}). Suivi : {{ lien }}",
    )  # fmt: skip


def _meanwhile() -> None:
    declare_template(
        "ticket.parts_arrived", "Pièces reçues", group=GROUP, placeholders=COMMON, sample=SAMPLE,
        subject="{{ appareil }} : les pièces sont arrivées",
        body=(
            "Bonjour {{ client }},\n\nToutes les pièces pour {{ appareil }} (dossier {{ dossier }}) sont arrivées : la réparation reprend"
            "{% if promis %}, et nous prévoyons de vous le rendre {{ promis }}{% endif %}. "
            "S'il nous faut un rendez-vous, nous vous appelons pour le fixer.\n\n[Suivre la réparation]({{ lien }})\n\n{{ organisation }}"
        ),
        sms="{{ organisation }} : les pièces pour {{ appareil }} sont arrivées, la réparation reprend. Suivi : {{ lien }}",
    )  # fmt: skip
    declare_template(
        "ticket.delayed", "Retard annoncé", group=GROUP, placeholders={**COMMON, "raison": "Raison du retard"},
        sample={**SAMPLE, "raison": "La pièce attendue arrive mardi."},
        subject="{{ appareil }} : la date change",
        body=(
            "Bonjour {{ client }},\n\nVotre appareil ({{ appareil }}) sera prêt plus tard que prévu : {{ promis }}. {{ raison }}\n\n"
            "[Suivre la réparation]({{ lien }})\n\nVeuillez nous excuser de ce retard.\n{{ organisation }}"
        ),
        sms="{{ organisation }} : {{ appareil }}, nouvelle date : {{ promis }}. {{ raison }} Suivi : {{ lien }}",
    )  # fmt: skip


def _away_from_the_desk() -> None:
    declare_template(
        "ticket.shipped", "Appareil expédié", group=GROUP,
        placeholders={**COMMON, "transporteur": "Transporteur", "suivi": "N° de suivi du colis"},
        sample={**SAMPLE, "transporteur": "Colissimo", "suivi": "8X00123456789"},
        subject="{{ appareil }} : votre colis est parti",
        body=(
            "Bonjour {{ client }},\n\nNous avons expédié votre appareil ({{ appareil }}) par {{ transporteur }}"
            "{% if suivi %}, sous le n° {{ suivi }}{% endif %}.\n\n[Voir le dossier]({{ lien }})\n\n{{ organisation }}"
        ),
        sms="{{ organisation }} : votre colis est parti par {{ transporteur }}{% if suivi %}, colis {{ suivi }}{% endif %}. Suivi : {{ lien }}",
    )  # fmt: skip
    declare_template(
        "ticket.pickup_reminder", "Appareil à reprendre", group=GROUP,
        placeholders={**COMMON, "mois": "Mois d'attente", "pret": "Prêt depuis"},
        sample={**SAMPLE, "mois": "3", "pret": "24 août 2026"},
        subject="{{ appareil }} vous attend depuis {{ mois }} mois",
        body=(
            "Bonjour {{ client }},\n\nVotre appareil ({{ appareil }}, dossier {{ dossier }}) est prêt depuis le {{ pret }}. "
            "Merci de venir le reprendre : un appareil qui n'est pas repris dans l'année peut être vendu, sur autorisation du juge.\n\n"
            "[Voir le dossier]({{ lien }})\n\n{{ organisation }}"
        ),
        sms="{{ organisation }} : {{ appareil }} vous attend depuis {{ mois }} mois. Merci de venir le reprendre. {{ lien }}",
    )  # fmt: skip
