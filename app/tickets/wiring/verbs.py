"""How the events of a ticket read in its time-line. `for_client` ones are shown on the status page too."""

from collections.abc import Mapping
from typing import Any

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.tickets.queries.words import word
from app.tickets.states import TicketState, Waiting

Facts = Mapping[str, Any]


def _state(facts: Facts) -> TicketState:
    return TicketState(facts["to"])


def _moved(facts: Facts) -> str:
    return word(_state(facts))


def _waiting(facts: Facts) -> str:
    waiting = Waiting(facts["waiting"])
    return _("Le travail reprend") if waiting == Waiting.NONE else waiting.label


def _assigned(facts: Facts) -> str:
    return _("Attribué à %(to)s", to=facts["to"]) if facts["to"] else _("N'est plus attribué")


def _changes(facts: Facts) -> str:
    return " ; ".join(f"{before or '–'} → {after or '–'}" for before, after in facts.get("changes", {}).values())[:200]


def declare() -> None:
    """Start-up."""
    declare_verbs(
        Verb("ticket.received", "Reçu au comptoir", "inbox", "gris", detail=lambda f: f.get("fault", ""), for_client=True),
        Verb("ticket.parts_arrived", "Pièces arrivées", "package-import", "vert", detail=lambda f: f.get("parts", ""), for_client=True),
        Verb("ticket.imported", "Repris d'un ancien fichier", "upload", "gris"),
        Verb("ticket.moved", "Changement d'état", "arrow-right", "bleu", title=_moved, detail=lambda f: f.get("reason", ""), for_client=True),
        Verb("ticket.waiting", "Attente", "hourglass", "terre", title=_waiting, detail=lambda f: f.get("note", "")),
        Verb("ticket.assigned", "Attribution", "user-check", "bleu", title=_assigned),
        Verb("ticket.priority", "Priorité", "flag", "gris", detail=lambda f: f.get("to", "")),
        Verb("ticket.changed", "Dossier corrigé", "pencil", "gris", detail=_changes),
        Verb("ticket.diagnosis_started", "Diagnostic écrit", "stethoscope", "violet"),
        Verb("ticket.report_started", "Rapport d'intervention écrit", "writing", "bleu"),
        Verb("ticket.extra_work_started", "Travaux ajoutés", "pencil", "gris"),
        Verb("ticket.line_added", "Ligne ajoutée", "plus", "gris", detail=lambda f: f.get("label", "")),
        Verb("ticket.line_changed", "Ligne modifiée", "pencil", "gris", detail=lambda f: f.get("label", "")),
        Verb("ticket.line_removed", "Ligne supprimée", "minus", "gris", detail=lambda f: f.get("label", "")),
        Verb("ticket.delayed", "Retard annoncé", "clock-exclamation", "rouge", detail=lambda f: f.get("reason", ""), for_client=True),
        Verb("ticket.overtime", "Pas fini à la date promise", "clock-exclamation", "ambre"),
        Verb("ticket.shipping", "Expédition", "truck-delivery", "bleu", detail=lambda f: f"{f.get('carrier', '')} {f.get('tracking', '')}", for_client=True),
        Verb("ticket.pickup_reminded", "Rappel de retrait envoyé", "bell", "ambre", detail=lambda f: f"{f.get('months', '')} mois"),
        Verb("ticket.loaner_out", "Appareil de prêt remis", "arrows-exchange", "bleu", detail=lambda f: f.get("label", "")),
        Verb("ticket.loaner_back", "Appareil de prêt repris", "arrow-back-up", "gris", detail=lambda f: f.get("label", "")),
    )  # fmt: skip
