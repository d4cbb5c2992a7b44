"""What threatened loans give the house: who looks again when a thing is free, the messages, the settings."""

from collections.abc import Mapping
from typing import Any

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.settings import Setting, declare_settings
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.lending.queries.offers import displacement_for
from app.lending.services import offers
from app.lending.states import Answer, OfferState
from app.messaging.services import declare_template
from app.planning.states import declare_watcher

GROUP = "Prêts"
PLACES = {
    "materiel": "Matériel réservé", "dates": "Dates réservées", "autre": "Autre matériel retenu", "date": "Nouvelles dates",
    "limite": "Réponse attendue avant", "pret": "N° du prêt", "lien": "Lien pour répondre", "prendre": "Lien « prendre l'autre »",
    "attendre": "Lien « attendre », vide si le matériel ne sera plus prêté", "annuler": "Lien « annuler »",
}  # fmt: skip
PAGE = "https://exemple.example/pret/reponse/abc"
SAMPLE = {
    "materiel": "Violon 3/4 n° 0127", "dates": "du mer. 2 déc. 9 h au dim. 20 déc. 18 h", "autre": "Violon 3/4 n° 0112",
    "date": "du mar. 8 déc. 9 h au dim. 20 déc. 18 h", "limite": "mardi 1 décembre à 18 h", "pret": "P-2026-0042", "lien": PAGE,
    "prendre": f"{PAGE}?choix=prendre", "attendre": f"{PAGE}?choix=attendre", "annuler": f"{PAGE}?choix=annuler",
}  # fmt: skip


def register() -> None:
    """Start-up."""
    declare_watcher(offers.watch)
    declare_settings(
        Setting(
            "lending.answer_hours", "Prêt menacé : réponse attendue sous (heures)", "int", 24, GROUP,
            "Sans réponse à ce moment-là, une tâche demande d'appeler l'emprunteur.",
        ),
        Setting(
            "lending.hold_hours", "Prêt menacé : l'autre matériel reste retenu (heures)", "int", 48, GROUP,
            "Au moins jusqu'à la limite de réponse ; ensuite il redevient libre.",
        ),
    )  # fmt: skip
    declare_subject(
        SubjectKind(
            "displacement",
            fetch_for=displacement_for,
            url=lambda found: path("lending.threatened") + f"#menace-{found.id}",
            label=lambda found: _("Prêt menacé : %(unit)s", unit=found.unit.label),
            icon="alert-triangle",
        )
    )
    _declare_templates()
    declare_verbs(*VERBS)


def _declare_templates() -> None:
    declare_template(
        "loan.displaced", "Prêt menacé : trois réponses", group=GROUP, placeholders=PLACES, sample=SAMPLE,
        subject="{{ materiel }} ne sera pas libre à temps",
        body=(
            "Bonjour {{ client }},\n\nVous avez réservé : {{ materiel }}, {{ dates }}. Nous ne pourrons pas vous le remettre à temps, "
            "veuillez nous en excuser. Un appui suffit pour nous répondre, avant {{ limite }} :\n\n"
            "{% if autre %}[Prendre à la place : {{ autre }}]({{ prendre }})\n\n{% endif %}"
            "{% if attendre %}[Attendre{% if date %} : {{ date }}{% else %} qu'il soit prêt{% endif %}]({{ attendre }})\n\n{% endif %}"
            "[Annuler ma réservation]({{ annuler }})\n\n"
            "{% if autre %}Nous vous gardons {{ autre }} en attendant.\n\n{% endif %}{{ organisation }}"
        ),
        sms=(
            "{{ organisation }} : {{ materiel }} ne sera pas libre à temps. {% if autre %}Nous vous gardons {{ autre }}. {% endif %}"
            "Répondez ici : {{ lien }}"
        ),
    )  # fmt: skip
    declare_template(
        "loan.new_date", "Prêt menacé : nouvelle date", group=GROUP, placeholders=PLACES, sample=SAMPLE,
        subject="{{ materiel }} : {% if date %}la nouvelle date{% else %}encore du retard{% endif %}",
        body=(
            "Bonjour {{ client }},\n\nVous attendez {{ materiel }}. "
            "{% if date %}Vos nouvelles dates : {{ date }}.{% else %}Nous ne savons pas encore quand il sera prêt, "
            "nous vous le dirons dès que possible.{% endif %}\n\n[Voir ma réservation, ou changer d'avis]({{ lien }})\n\n{{ organisation }}"
        ),
        sms=(
            "{{ organisation }} : {{ materiel }}, {% if date %}nouvelles dates {{ date }}{% else %}pas encore de date, nous vous préviendrons"
            "{% endif %}. Changer d'avis : {{ lien }}"
        ),
    )  # fmt: skip
    declare_template(
        "loan.given_back", "Prêt rétabli", group=GROUP, placeholders=PLACES, sample=SAMPLE,
        subject="Finalement, {{ materiel }} est prêt",
        body=(
            "Bonjour {{ client }},\n\nBonne nouvelle : {{ materiel }} est finalement prêt. Votre réservation tient : {{ date }}. "
            "Vous n'avez rien à faire.\n\n[Voir ma réservation]({{ lien }})\n\n{{ organisation }}"
        ),
        sms="{{ organisation }} : {{ materiel }} est finalement prêt. Votre réservation tient : {{ date }}. {{ lien }}",
    )  # fmt: skip


def _moved(facts: Mapping[str, Any]) -> str:
    return _("Prêt menacé : %(state)s", state=OfferState(facts["to"]).label.lower())


def _answered(facts: Mapping[str, Any]) -> str:
    return f"{Answer(facts['answer']).label}, {facts.get('unit', '')}"


VERBS = (
    Verb(
        "loan.displaced",
        "Menacé par un retard",
        "alert-triangle",
        "rouge",
        detail=lambda facts: str(facts.get("what", "")),
    ),
    Verb("loan.answered", "Réponse au retard", "message-check", "bleu", detail=_answered),
    Verb("displacement.moved", "Prêt menacé", "alert-triangle", "ambre", title=_moved),
)
