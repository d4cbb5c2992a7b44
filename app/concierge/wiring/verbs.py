"""How what happens to a month, a statement, a mandate or a stay reads in its time-line."""

from collections.abc import Mapping
from typing import Any

from app.concierge.states import MonthState, StatementState
from app.core.history import Verb, declare_verbs
from app.core.i18n import _

Facts = Mapping[str, Any]


def _statement(facts: Facts) -> str:
    return _("Relevé : %(state)s", state=StatementState(facts["to"]).label)


def _month(facts: Facts) -> str:
    return _("Mois : %(state)s", state=MonthState(facts["to"]).label)


def _line(facts: Facts) -> str:
    return f"{facts.get('label', '')}, {facts.get('amount', '')}"


def _changes(facts: Facts) -> str:
    return ", ".join(_(_FIELDS.get(name, "Détails")) for name in facts.get("changes", {}))


_FIELDS = {
    "town": "Commune", "postcode": "Code postal", "address": "Adresse", "registration": "Numéro d'enregistrement",
    "main_residence": "Résidence principale", "nights_cap": "Nuits par an", "sleeps": "Voyageurs", "tax": "Taxe de séjour",
    "notes": "Notes", "label": "Nom",
}  # fmt: skip


def _outside(facts: Facts) -> str:
    words = {"paid": _("réglée"), "part": _("réglée en partie"), "cancelled": _("annulée"), "unpaid": _("à régler")}
    return f"{facts['number']}, {words.get(facts['state'], facts['state'])}"


def _sent(facts: Facts) -> str:
    return _("Relevé de gérance %(number)s envoyé à %(to)s", number=facts["number"], to=facts["to"])


def declare() -> None:
    """Start-up."""
    declare_verbs(
        Verb("lodging.added", "Logement ajouté", "home-plus", "vert"),
        Verb("lodging.changed", "Logement corrigé", "pencil", "gris", detail=_changes),
        Verb("lodging.entrusted", "Mandat donné", "file-certificate", "bleu", detail=lambda facts: _("%(number)s, à partir du %(day)s", number=facts["number"], day=facts["day"])),
        Verb("lodging.archived", "N'est plus loué", "archive", "gris"),
        Verb("lodging.restored", "De nouveau loué", "archive-off", "vert"),
        Verb("mandate.added", "Mandat inscrit au registre", "file-certificate", "bleu", detail=lambda facts: f"{facts['number']}, {facts['who']}"),
        Verb("mandate.filed", "Mandat signé déposé", "file-text", "bleu", detail=lambda facts: facts.get("name", "")),
        Verb("mandate.changed", "Mandat corrigé", "pencil", "gris", detail=lambda facts: _("signé le %(day)s", day=facts["signed"]) if facts.get("signed") else ""),
        Verb("mandate.terms", "Nouvelles conditions", "file-text", "bleu", title=lambda facts: _("Nouvelles conditions à partir du %(day)s", day=facts["day"]), detail=lambda facts: str(facts.get("reason", ""))),
        Verb("mandate.terms_dropped", "Conditions retirées", "file-off", "gris", title=lambda facts: _("Conditions du %(day)s retirées", day=facts["day"])),
        Verb("mandate.ended", "Mandat terminé", "file-off", "ambre", detail=lambda facts: _("dernier jour le %(day)s", day=facts["day"])),
        Verb("owner_statement.sent", "Relevé de gérance envoyé", "send", "vert", title=_sent, for_client=True),
        Verb("statement.billed_outside", "Facturé ailleurs", "file-invoice", "bleu", detail=lambda facts: f"{facts['system']}, {facts['number']}"),
        Verb("statement.followed_outside", "L'autre logiciel dit", "refresh", "bleu", detail=_outside),
        Verb("statement.moved", "Relevé", "file-text", "bleu", title=_statement),
        Verb("month.moved", "Mois de gérance", "calendar-month", "bleu", title=_month),
        Verb("statement.line_added", "Ligne ajoutée au mois", "plus", "bleu", detail=_line),
        Verb("statement.line_removed", "Ligne retirée du mois", "minus", "gris", detail=_line),
    )  # fmt: skip
