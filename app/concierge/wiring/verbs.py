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


def declare() -> None:
    """Start-up."""
    declare_verbs(
        Verb("statement.moved", "Relevé", "file-text", "bleu", title=_statement),
        Verb("month.moved", "Mois de gérance", "calendar-month", "bleu", title=_month),
        Verb("statement.line_added", "Ligne ajoutée au mois", "plus", "bleu", detail=_line),
        Verb("statement.line_removed", "Ligne retirée du mois", "minus", "gris", detail=_line),
    )
