"""What the waiting list gives the house: its subject, its setting, its message, its place beside what is free again."""

from collections.abc import Mapping
from typing import Any

from app.accounts.models import User
from app.accounts.queries import allowed
from app.core.db import db
from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.core.settings import Setting, declare_settings
from app.core.subjects import SubjectKind, declare_subject
from app.core.urls import path
from app.lending.models import LoanRequest
from app.lending.services.line import HOURS, watch
from app.lending.states import RequestState
from app.lending.views.blueprint import VIEW
from app.messaging.services import declare_template
from app.planning.states import declare_watcher

FACTS = {
    "materiel": "Le matériel", "dates": "Les dates proposées", "limite": "Répondre avant", "lien": "Lien pour répondre",
}  # fmt: skip
SAMPLE = {
    "materiel": "Violon 3/4", "dates": "du mer. 2 déc. 9 h 00 au dim. 20 déc. 18 h 00", "limite": "mardi 24 novembre à 18 h 00",
    "lien": "https://exemple.fr/attente/…",
}  # fmt: skip


def register() -> None:
    """Start-up."""
    declare_subject(
        SubjectKind(
            LoanRequest.__kind__, fetch_for=_request_for, url=lambda _row: path("lending.waiting"),
            label=lambda row: str(row.id), contact_id=lambda row: row.contact_id, icon="hourglass",
        )
    )  # fmt: skip
    declare_settings(
        Setting(
            HOURS, "Une proposition de la liste d'attente tient (heures)", "int", 24, "Prêts",
            "Passé ce délai sans réponse, elle va à la personne suivante.",
        )
    )  # fmt: skip
    declare_template(
        "loan.offer", "Liste d'attente : c'est votre tour", placeholders=FACTS, sample=SAMPLE, group="Prêts",
        subject="{{ materiel }} : c'est votre tour",
        body="Bonjour {{ client }},\n\nCe que vous attendiez se libère : {{ materiel }}, {{ dates }}. Nous vous le gardons jusqu'au "
        "{{ limite }}.\n\n[Répondre en un geste]({{ lien }})\n\n{{ organisation }}, {{ telephone }}",
        sms="{{ organisation }} : {{ materiel }} se libère pour vous, {{ dates }}. Répondez avant {{ limite }} : {{ lien }}",
    )  # fmt: skip
    declare_verbs(Verb("loan_request.moved", "Liste d'attente", "hourglass", "ambre", title=_moved))
    declare_watcher(watch)


def _moved(facts: Mapping[str, Any]) -> str:
    return _("Liste d'attente : %(state)s", state=RequestState(facts["to"]).label.lower())


def _request_for(user: User, request_id: int) -> LoanRequest | None:
    return db.session.get(LoanRequest, request_id) if allowed(user, VIEW) else None
