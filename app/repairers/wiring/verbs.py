"""How what happens to a repair sent out reads in its ticket's time-line, and a profile's changes in its own."""

from collections.abc import Mapping
from typing import Any

from app.core.history import Verb, declare_verbs
from app.core.i18n import _
from app.repairers.states import JobState

Facts = Mapping[str, Any]


def _reason(facts: Facts) -> str:
    return str(facts.get("reason", ""))


def _titled(words: str) -> Any:
    return lambda facts: _(words, who=facts.get("who", ""))


def _suggested(facts: Facts) -> str:
    return _("Le partage propose %(who)s", who=facts["who"]) if facts.get("who") else _("Le partage ne trouve personne")


def _proposed(facts: Facts) -> str:
    if facts.get("by_hand"):
        return _("Proposée à %(who)s, choix à la main", who=facts["who"])
    return _("Proposée à %(who)s", who=facts["who"])


def _late(facts: Facts) -> str:
    return _("Nouvelle fin : %(day)s. %(reason)s", day=facts.get("day", ""), reason=facts.get("reason", ""))


def declare() -> None:
    """Start-up."""
    declare_verbs(
        Verb("repair_job.moved", "Réparation confiée", "users", "gris", title=lambda facts: JobState(facts["to"]).label),
        Verb("repair.to_share", "À confier à l'extérieur", "users", "ambre"),
        Verb("repair.suggested", "Partage", "scale", "violet", title=_suggested, detail=lambda facts: str(facts.get("why", ""))),
        Verb("repair.proposed", "Proposée", "send", "bleu", title=_proposed, detail=_reason),
        Verb("repair.withdrawn", "Retirée", "user-off", "gris", title=_titled("Retirée à %(who)s")),
        Verb("repair.taken_back", "De nouveau à confier", "arrow-back-up", "ambre", detail=_reason),
        Verb("repair.kept", "Gardée chez nous", "building", "gris", detail=_reason),
        Verb("repair.accepted", "Acceptée", "user-check", "vert", title=_titled("Acceptée par %(who)s"), detail=lambda facts: _("pour %(day)s", day=facts.get("day", ""))),
        Verb("repair.refused", "Refusée", "ban", "rouge", title=_titled("Refusée par %(who)s"), detail=_reason),
        Verb("repair.unanswered", "Sans réponse", "clock-exclamation", "rouge", title=_titled("%(who)s n'a pas répondu")),
        Verb("repair.reminded", "Relance", "bell", "ambre", title=_titled("%(who)s relancé")),
        Verb("repair.silent", "Sans réponse", "clock-exclamation", "rouge", title=_titled("%(who)s n'a pas répondu : à appeler")),
        Verb("repair.delayed", "Retard annoncé", "clock-exclamation", "rouge", title=_titled("%(who)s annonce un retard"), detail=_late),
        Verb("repair.quoted", "Devis du réparateur", "file-text", "bleu", title=lambda facts: _("Devis de %(who)s : %(amount)s", who=facts["who"], amount=facts["amount"]), detail=lambda facts: str(facts.get("note", ""))),
        Verb("repair.quote_answered", "Réponse au devis", "file-check", "bleu", title=lambda facts: str(facts["state"]), detail=lambda facts: str(facts["amount"])),
        Verb("repair.billed", "Facture du réparateur", "file-invoice", "vert", detail=lambda facts: f"{facts['bill']}, {facts['amount']}"),
        Verb("repairer.added", "Réparateur ajouté", "user-plus", "bleu"),
        Verb("repairer.changed", "Profil corrigé", "pencil", "gris"),
        Verb("repairer.gone", "Ne travaille plus pour nous", "user-off", "gris"),
        Verb("repairer.back", "Travaille de nouveau pour nous", "user-check", "vert"),
        Verb("repairer.leads", "Délais changés", "calendar-time", "bleu", detail=lambda facts: str(facts["what"])),
        Verb("repairer.closed", "Fermeture", "calendar-off", "ambre", detail=lambda facts: f"{facts['when']} : {facts['label']}"),
        Verb("repairer.open", "Fermeture retirée", "calendar", "gris", detail=lambda facts: str(facts.get("label", ""))),
    )  # fmt: skip
